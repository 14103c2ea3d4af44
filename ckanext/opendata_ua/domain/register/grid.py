"""Somebody's register as lines of cells, whatever file it came in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .records import JOINT

#: What a register may have at most: a file for people has less.
ROWS, COLUMNS, LETTERS = 20_000, 100, 40_000
BYTES = 50 * 1024 * 1024


@dataclass(frozen=True)
class Grid:
    """Lines of cells; those of a table are neutralised, others are named by keys.

    ``first`` is the number that people give to the first line.
    """

    lines: Sequence[Sequence[str]]
    neutralised: bool

    @property
    def first(self) -> int:
        """Return the number of the first line; keys of objects are none."""
        return 1 if self.neutralised else 0


def checked(value: Any) -> Grid | None:
    """Return what a parser in the cage told, or None when it tells something else."""
    if not isinstance(value, dict) or not isinstance(value.get("table"), bool):
        return None
    lines = value.get("lines")
    if not isinstance(lines, list) or len(lines) > ROWS + 1:
        return None
    for line in lines:
        if not isinstance(line, list) or len(line) > COLUMNS:
            return None
        if not all(isinstance(one, str) and len(one) <= LETTERS for one in line):
            return None
    return Grid(lines, value["table"])


def of_objects(objects: Iterable[Mapping[str, Any]]) -> Grid:
    """Return objects as lines; the first one has all their keys."""
    kept = list(objects)
    keys = list(dict.fromkeys(str(key) for one in kept for key in one))
    lines = [[cell(one.get(key)) for key in keys] for one in kept]
    return Grid([keys, *lines], neutralised=False)


def cell(value: Any) -> str:
    """Return a value as the text of a cell; several ones are joined."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Mapping):
        return cell(list(value.values()))
    if isinstance(value, list | tuple | set):
        return JOINT.join(filter(None, map(cell, value)))
    return str(value)
