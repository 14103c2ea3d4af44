"""Tables as text: what parts the columns, and how many there are."""

from __future__ import annotations

import csv

DELIMITERS = (";", ",", "\t", "|")
#: As many columns as spreadsheet programs open (XLSX, ODS).
MAX_COLUMNS = 16_384
_LINES = 200


def rows_of(text: str, delimiter: str) -> list[int]:
    """Return how many cells each row has; none when it cannot be read so."""
    lines = text.splitlines()[:_LINES]
    try:
        rows = csv.reader(lines, delimiter=delimiter)
        return [len(row) for row in rows if row]
    except csv.Error:
        return []


def delimiter_of(text: str) -> str:
    """Return what parts the columns of a text, ``""`` when nothing does it evenly.

    :param text: whole lines from the beginning
    """
    best, best_score = "", 0.0
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        cells = rows_of(text, delimiter)
        if not cells:
            continue
        if len(cells) == 1 and 2 * text.count(f"{delimiter} ") > cells[0]:
            continue  # one sentence
        usual = max(set(cells), key=cells.count)
        even = cells.count(usual) / len(cells)
        # a title above the table is common; prose with commas has no usual number
        if usual < 2 or even < 0.6:
            continue
        if (score := even * (1 + min(usual, 50) / 1000)) > best_score:
            best, best_score = delimiter, score
    return best


def columns_of(line: str, delimiter: str) -> int:
    """Return how many cells a line has, without reading it as a table."""
    return line.count(delimiter) + 1
