"""Bytes of spreadsheets: XLSX by openpyxl, ODS by odfpy, both of the extra `demo`."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from xml.etree import ElementTree

import openpyxl
from odf.element import Element
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdsTable
from odf.table import TableCell, TableRow
from odf.text import P

from ckanext.opendata_ua.demo.tables import Cell, Table, text

#: Moments inside archives, so that equal tables give equal bytes.
EPOCH = datetime.fromisoformat("2026-01-01")


def write_xlsx(table: Table) -> bytes:
    """Write a table as a workbook of one sheet; numbers and dates stay such."""
    book = openpyxl.Workbook(write_only=True)
    book.properties.created = book.properties.modified = EPOCH
    sheet = book.create_sheet(table.name)
    sheet.append([column.name for column in table.columns])
    for row in table.rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return _steady_zip(out.getvalue())


def _steady_zip(archive: bytes) -> bytes:
    """Repack an archive with fixed moments: the same contents, the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            entry = zipfile.ZipInfo(info.filename, EPOCH.timetuple()[:6])
            entry.compress_type = info.compress_type
            body = old.read(info)
            if info.filename == "docProps/core.xml":
                # openpyxl stamps the moment of saving whatever the properties say.
                root = ElementTree.fromstring(body)  # noqa: S314  # written just above
                for element in root.iter("{http://purl.org/dc/terms/}modified"):
                    element.text = f"{EPOCH.isoformat()}Z"
                body = ElementTree.tostring(root)
            new.writestr(entry, body)
    return out.getvalue()


def write_ods(table: Table) -> bytes:
    """Write a table as an OpenDocument spreadsheet; slow, for small tables."""
    document = OpenDocumentSpreadsheet()
    sheet = OdsTable(name=table.name)
    header: tuple[Cell, ...] = tuple(column.name for column in table.columns)
    for row in (header, *table.rows):
        line = TableRow()
        for cell in row:
            line.addElement(_ods_cell(cell))
        sheet.addElement(line)
    document.spreadsheet.addElement(sheet)  # pyright: ignore[reportAttributeAccessIssue]  # set at run time
    out = io.BytesIO()
    document.write(out)
    return _steady_zip(out.getvalue())


def _ods_cell(cell: Cell) -> Element:
    """Make a typed cell."""
    if cell is None:
        return TableCell()
    if isinstance(cell, bool):
        kind = {"valuetype": "boolean", "booleanvalue": str(cell).lower()}
    elif isinstance(cell, (int, float)):
        kind = {"valuetype": "float", "value": str(cell)}
    elif isinstance(cell, date):
        kind = {"valuetype": "date", "datevalue": cell.isoformat()}
    else:
        kind = {"valuetype": "string"}
    made = TableCell(**kind)
    made.addElement(P(text=text(cell)))
    return made
