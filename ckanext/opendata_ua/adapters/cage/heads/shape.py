"""Rows cut to what fits a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

ELLIPSIS = "…"


class Different(ValueError):
    """The bytes are of another kind than the file is said to be."""


@dataclass(frozen=True)
class Most:
    """How much is told of a file.

    :param rows: rows of a table, or lines of a text
    :param columns: of a table
    :param letters: of one cell, or of one line
    """

    rows: int
    columns: int
    letters: int


def shaped(found: Iterable[list[str]], most: Most) -> dict[str, Any]:
    """Return the first rows, each as long as the longest of them.

    :returns: ``rows``, and what was left out: ``more_rows``, ``columns`` (as many as
        the longest row has), ``more_columns``, ``cut_cells``; and ``uneven``: whether
        the rows differ in length
    """
    head = list(islice(found, most.rows + 1))
    shown = head[: most.rows]
    lengths = {len(row) for row in shown if row}
    columns = max(lengths, default=0)
    width = min(columns, most.columns)
    rows = [[_cut(one, most.letters) for one in row[:width]] for row in shown]
    return {
        "rows": [row + [""] * (width - len(row)) for row in rows],
        "more_rows": len(head) > most.rows,
        "columns": columns,
        "more_columns": columns > width,
        "cut_cells": any(
            len(one) > most.letters for row in shown for one in row[:width]
        ),
        "uneven": len(lengths) > 1,
    }


def lines(text: str, most: Most) -> dict[str, Any]:
    """Return the first lines of a text: ``lines``, ``more_rows``, ``cut_cells``."""
    found = text.split("\n", most.rows)
    shown = [one.rstrip("\r") for one in found[: most.rows]]
    return {
        "lines": [_cut(one, most.letters) for one in shown],
        "more_rows": len(found) > most.rows and bool(found[-1].strip()),
        "cut_cells": any(len(one) > most.letters for one in shown),
    }


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[:letters] + ELLIPSIS
