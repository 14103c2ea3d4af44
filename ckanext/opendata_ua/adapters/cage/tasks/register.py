"""A register that somebody sent, as lines of cells."""

from __future__ import annotations

import io
from typing import Any, BinaryIO

from ..grids import objects, sheets, text
from ..grids.limits import Different, Most

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
#: What begins like this is a document that is not for tables.
_OTHERS = (
    b"%PDF-",
    b"\x1f\x8b",
    b"\x89PNG",
    b"Rar!",
    b"7z\xbc\xaf",
    b"GIF8",
    b"\xff\xd8",
)
_PAGES = ("<!doctype html", "<html", "<head", "<table", "<body")


def lines(file: BinaryIO, *, rows: int, columns: int, letters: int) -> dict[str, Any]:
    """Return all lines of a table, a workbook's first sheet, JSON or XML.

    :param rows: as ``columns`` and ``letters``: as ``Most``
    :returns: ``lines`` and ``table``: whether they are those of a table, or the keys
        of objects and then their values
    :raises Different: when the bytes are none of these
    :raises TooMuch: when there is more than may be
    """
    most = Most(rows + 1, columns, letters)
    content = file.read()
    if content.startswith(_WORKBOOKS):
        return _told(sheets.lines(io.BytesIO(content), most), table=True)
    if content.startswith(_OTHERS):
        raise Different("neither a table nor JSON nor XML")
    read = text.decoded(content)
    start = read[:1000].lstrip("\ufeff \t\r\n")
    if start.lower().startswith(_PAGES):
        raise Different("a page of HTML")
    if start.startswith("<"):
        return _told(objects.of_xml(content, most), table=False)
    if start.startswith(("{", "[")):
        return _told(objects.of_json(read.lstrip("\ufeff"), most), table=False)
    return _told(text.lines(read, most), table=True)


def _told(found: Any, *, table: bool) -> dict[str, Any]:
    return {"lines": list(found), "table": table}
