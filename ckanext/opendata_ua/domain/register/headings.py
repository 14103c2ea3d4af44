"""Which column of somebody's register holds what, whatever it is called.

All four layouts are understood at once, their Ukrainian and English titles, and
headings met in old tables: ``domain/data/register_headings_2026.csv``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .. import tables
from ..text import clean, folded
from .layouts import FIELDS, LAYOUTS

#: Addresses of files; the layouts have no column for them, holders may add one.
LINKS = "links"
#: All that may be understood of a table.
READ = (*FIELDS, LINKS)
#: How many rows may stand above the headings: a name of the table, a date, a stamp.
ABOVE = 30

_LETTERS = re.compile(r"[\W_]+")


def _key(text: str) -> str:
    """Return a key in which case, signs and spaces of a heading do not count."""
    return _LETTERS.sub("", folded(text))


def _known() -> dict[str, str]:
    found: dict[str, str] = {}
    for layout in LAYOUTS.values():
        for column in layout.columns:
            for said in (column.key, column.title, column.title_en):
                found.setdefault(_key(said), column.field)
    for row in tables.rows("register_headings_2026"):
        for said in tables.several(row["headings"]):
            found.setdefault(_key(said), row["field"])
    return found


_FIELDS: Mapping[str, str] = _known()


def field_of(heading: str) -> str | None:
    """Return the field that a heading names, None when it is not known."""
    return _FIELDS.get(_key(heading))


@dataclass(frozen=True)
class Head:
    """Where the rows of a table begin, and what its columns hold.

    ``columns`` are the fields by number from 0, ``names`` the headings as they stand
    in the table, by field; ``unknown`` those that nobody understands.
    """

    first: int
    columns: Mapping[int, str]
    names: Mapping[str, str]
    unknown: tuple[str, ...]


def find_head(grid: Sequence[Sequence[str]]) -> Head | None:
    """Return the head of a table, or None when it names no titles.

    Of the first rows that names the most columns is the head; further rows of headings
    below it (the second row of the tables of 2019, a row of numbers) belong to it.
    """
    scores = [len(set(_fields(row).values())) for row in grid[:ABOVE]]
    if not scores or max(scores) == 0:
        return None
    top = scores.index(max(scores))
    columns = dict(_fields(grid[top]))
    names = _names(grid[top], columns)
    first = top + 1
    while first < len(grid) and (_is_head(grid[first]) or _counts(grid[first])):
        below = _fields(grid[first])
        added = {at: one for at, one in below.items() if at not in columns}
        columns.update(added)
        names = {**_names(grid[first], added), **names}
        first += 1
    if "title" not in columns.values():
        return None
    unknown = tuple(
        clean(one)
        for at, one in enumerate(grid[top])
        if at not in columns and clean(one)
    )
    return Head(first, columns, names, unknown)


def _fields(row: Sequence[str]) -> dict[int, str]:
    found = ((at, field_of(cell)) for at, cell in enumerate(row))
    return {at: field for at, field in found if field}


def _names(row: Sequence[str], columns: Mapping[int, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for at, field in columns.items():
        found.setdefault(field, clean(row[at]))
    return found


def _is_head(row: Sequence[str]) -> bool:
    """Tell whether nearly all cells of a row are headings."""
    filled = sum(1 for cell in row if cell.strip())
    return filled > 1 and len(_fields(row)) * 2 > filled


def _counts(row: Sequence[str]) -> bool:
    """Tell whether a row numbers its columns: 1, 2, 3 …"""
    filled = [cell.strip() for cell in row if cell.strip()]
    return len(filled) > 1 and filled == [str(n) for n in range(1, len(filled) + 1)]


def records(
    grid: Sequence[Sequence[str]], head: Head, *, number: int = 1
) -> Iterator[tuple[int, dict[str, list[str]]]]:
    """Yield rows that say something: their numbers, and cells by field.

    :param number: that of the first line of the grid
    """
    for at in range(head.first, len(grid)):
        said: dict[str, list[str]] = {}
        for column, cell in enumerate(grid[at]):
            if cell.strip() and column in head.columns:
                said.setdefault(head.columns[column], []).append(cell)
        if said:
            yield at + number, said
