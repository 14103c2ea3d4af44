"""What is taken of a file, and what is too much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


class Different(ValueError):
    """The bytes are no table, no JSON and no XML."""


class TooMuch(ValueError):
    """There are more lines, columns or letters than may be."""


@dataclass(frozen=True)
class Most:
    """How many lines, columns of a line, and letters of a cell there may be."""

    rows: int
    columns: int
    letters: int

    def held(self, found: Iterable[list[str]]) -> Iterator[list[str]]:
        """Yield lines without empty cells at their ends; more than may be is refused.

        Empty lines count for numbers, and not at the end.

        :raises TooMuch: at the first line or cell that is too much
        """
        empty = total = 0
        for line in found:
            while line and not line[-1].strip():
                line.pop()
            if not line:
                empty += 1
                continue
            total += empty + 1
            if total > self.rows or len(line) > self.columns:
                raise TooMuch("more lines or columns than may be")
            if any(len(cell) > self.letters for cell in line):
                raise TooMuch("more letters in a cell than may be")
            yield from ([] for _ in range(empty))
            empty = 0
            yield line
