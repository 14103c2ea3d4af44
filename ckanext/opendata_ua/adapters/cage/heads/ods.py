"""The first rows of the first sheet of an ODS workbook (OpenDocument 1.2)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree import ElementTree

from .shape import Different, Most, shaped

CONTENT = "content.xml"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
#: Repetitions of one cell or row that may be something a person typed.
LIKELY = 1024


class _Seen:
    """What was met on the way besides rows."""

    def __init__(self) -> None:
        self.sheet = ""
        self.merged = False


def rows(file: BinaryIO, most: Most) -> dict[str, Any]:
    """Return the first rows of the first sheet.

    :returns: as ``shaped``, with ``sheet``, ``sheets`` (None: nobody counted) and
        ``merged``: whether cells of these rows are merged
    :raises Different: when this is no workbook
    :raises zipfile.BadZipFile: when the archive is broken
    """
    if not file.read(4).startswith(b"PK"):
        raise Different("no archive")
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        if CONTENT not in archive.namelist():
            raise Different("an archive without a workbook")
        seen = _Seen()
        with archive.open(CONTENT) as stream:
            told = shaped(_rows_of(stream, seen), most)
    return {**told, "sheet": seen.sheet, "sheets": None, "merged": seen.merged}


def _rows_of(stream: Any, seen: _Seen) -> Iterator[list[str]]:
    """Yield the rows of the first sheet that have something in them."""
    events = ("start", "end")
    for event, element in ElementTree.iterparse(stream, events):  # noqa: S314 caged
        if event == "start":
            if element.tag == f"{_TABLE}table":
                seen.sheet = element.get(f"{_TABLE}name", "")
            continue
        if element.tag == f"{_TABLE}table":
            return
        if element.tag != f"{_TABLE}table-row":
            continue
        row = _cells(element, seen)
        times = _times(element, "rows")
        element.clear()
        if row:
            for _ in range(times):
                yield row


def _cells(element: ElementTree.Element, seen: _Seen) -> list[str]:
    row: list[str] = []
    merged = False
    for cell in element:
        if cell.tag not in _CELLS:
            continue
        row += [_value(cell)] * _times(cell, "columns")
        merged = merged or any(
            cell.get(f"{_TABLE}number-{way}-spanned", "1") != "1"
            for way in ("columns", "rows")
        )
    while row and row[-1] == "":
        row.pop()
    seen.merged = seen.merged or (merged and bool(row))
    return row


def _times(element: ElementTree.Element, way: str) -> int:
    return min(int(element.get(f"{_TABLE}number-{way}-repeated", "1")), LIKELY)


def _value(cell: ElementTree.Element) -> str:
    """Return what is shown in a cell, a date as ISO 8601."""
    day = cell.get(f"{_OFFICE}date-value")
    if day:
        return day.replace("T00:00:00", "")
    return "\n".join(
        "".join(part.itertext()) for part in cell if part.tag == f"{_TEXT}p"
    )
