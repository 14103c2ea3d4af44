"""Lines of the first sheet of a workbook: XLSX, XLS, ODS, by calamine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from .limits import Different, Most


def lines(file: BinaryIO, most: Most) -> Iterator[list[str]]:
    """Yield the lines of the first sheet that is shown and not empty.

    :raises Different: when there is none
    """
    with CalamineWorkbook.from_filelike(file) as book:
        for sheet in book.sheets_metadata:
            if sheet.typ is not SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible is not SheetVisibleEnum.Visible:
                continue
            found = book.get_sheet_by_name(sheet.name)
            if found.end is not None:
                return most.held(list(_lines(found)))
    raise Different("a workbook without a sheet that has something in it")


def _lines(sheet: Any) -> Iterator[list[str]]:
    # lines above the first one that says something are among them: numbers hold
    for row in sheet.iter_rows():
        yield [_text(cell) for cell in row]


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ")
    if isinstance(cell, date | time | timedelta | int):
        return str(cell)
    return ""
