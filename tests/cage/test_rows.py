"""The first rows of files: of real ones, of large ones, and of those that lie."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from ckanext.opendata_ua.adapters.cage import MEGABYTE, Limits, Outcome, Pool, Verdict

MOST = {"rows": 3, "columns": 4, "letters": 12}
LIMITS = Limits(seconds=20)


@pytest.fixture(scope="module", params=[(), ("landlock",)], ids=["whole", "older"])
def rows_pool(request: pytest.FixtureRequest) -> Iterator[Pool]:
    """Return the cage as it is, and as it is on a kernel that opens no file late."""
    with Pool(without=request.param) as made:
        yield made


def look(pool: Pool, content: bytes, kind: str) -> Outcome:
    return pool.run("rows.head", io.BytesIO(content), {**MOST, "kind": kind}, LIMITS)


def shown(pool: Pool, content: bytes, kind: str) -> dict[str, Any]:
    outcome = look(pool, content, kind)
    assert outcome.done, outcome
    return outcome.value


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        ("код;назва\n1;Лавка, ціла\n".encode("cp1251"), "windows-1251", ";"),
        ("код,назва\n1,Лавка; ціла\n".encode(), "UTF-8", ","),
        ("код\tназва\r\n1\tЛавка, ціла\r\n".encode("utf-8-sig"), "UTF-8", "\t"),
        ("код|назва\r1|Лавка, ціла".encode("utf-16"), "UTF-16", "|"),
        ('код,назва\n1,"Лавка,\nціла"\n'.encode(), "UTF-8", ","),
    ],
    ids=["windows", "commas", "tabs", "utf-16", "quotes"],
)
def test_a_table_of_text_is_read_whatever_program_saved_it(
    rows_pool: Pool, content: bytes, encoding: str, delimiter: str
) -> None:
    told = shown(rows_pool, content, "csv")
    assert (told["encoding"], told["delimiter"]) == (encoding, delimiter)
    assert told["rows"][0] == ["код", "назва"]
    assert told["rows"][1][1][:5] == "Лавка"
    assert not told["more_rows"]


def test_what_does_not_fit_is_cut_and_told(rows_pool: Pool) -> None:
    wide = "1,2,3,4,5,6\n" + "довгий текст у комірці,b\n" * 5
    told = shown(rows_pool, wide.encode(), "csv")
    assert told["rows"][0] == ["1", "2", "3", "4"]
    assert told["rows"][1] == ["довгий текст…", "b", "", ""]
    assert told["columns"] == 6
    assert told["more_rows"]
    assert told["more_columns"]
    assert told["cut_cells"]
    assert told["uneven"]


def test_of_a_large_file_the_head_is_read(rows_pool: Pool) -> None:
    """… with a letter divided where the head ends, and a quote nobody closes."""
    content = ("я" * 100 + ",1\n").encode() * 300_000 + b'"'
    told = shown(rows_pool, content, "csv")
    assert told["encoding"] == "UTF-8"
    assert told["rows"][2][1] == "1"
    assert told["more_rows"]


def test_a_single_column_and_an_empty_file_are_tables(rows_pool: Pool) -> None:
    assert shown(rows_pool, b"a\nb\n", "tsv")["rows"] == [["a"], ["b"]]
    assert shown(rows_pool, b"", "csv")["rows"] == []


def test_a_row_longer_than_the_head_is_still_shown(rows_pool: Pool) -> None:
    told = shown(rows_pool, b"a,b," * 200_000, "csv")
    assert told["rows"] == [["a", "b", "a", "b"]]


def test_lines_of_texts_and_of_json(rows_pool: Pool) -> None:
    told = shown(rows_pool, b"<a>\r\n<b/>\r\n<c/>\r\n</a>", "text")
    assert told["lines"] == ["<a>", "<b/>", "<c/>"]
    assert told["more_rows"]
    pretty = shown(rows_pool, '{"назва":"Лавка"}'.encode(), "json")
    assert pretty["lines"] == ["{", '  "назва": "…', "}"]
    large = b"[" + b"1," * MEGABYTE + b"2]"
    assert shown(rows_pool, large, "json")["lines"] == ["[1,1,1,1,1,1…"]


def workbook(**saved: Any) -> bytes:
    book = openpyxl.Workbook()
    hidden, sheet = book.active, book.create_sheet("Лавки")
    assert hidden is not None
    hidden.sheet_state = "hidden"
    book.create_sheet("Ще одна")
    for row in saved["rows"]:
        sheet.append(row)
    for merged in saved.get("merged", ()):
        sheet.merge_cells(merged)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_shows_what_people_typed(rows_pool: Pool) -> None:
    content = workbook(
        rows=[
            ["назва", None, "так", 0.1],
            [date(2026, 1, 31), datetime(2026, 1, 31, 8, 30), time(8, 30), True],  # noqa: DTZ001 a cell has no zone
            ["назва", 12345, None, "=1+1"],
            ["далі"],
        ]
    )
    told = shown(rows_pool, content, "xlsx")
    assert told["rows"] == [
        ["назва", "", "так", "0.1"],
        ["2026-01-31", "2026-01-31 0…", "08:30:00", "TRUE"],
        ["назва", "12345", "", ""],
    ]
    assert (told["sheet"], told["sheets"]) == ("Лавки", 2)
    assert told["more_rows"]
    assert not told["merged"]


def test_merged_cells_are_told_where_they_are_seen(rows_pool: Pool) -> None:
    rows = [["a", "b"]] * 6
    assert shown(rows_pool, workbook(rows=rows, merged=["A1:B2"]), "xlsx")["merged"]
    assert not shown(rows_pool, workbook(rows=rows, merged=["A5:B6"]), "xlsx")["merged"]


def test_of_a_large_workbook_the_first_rows_are_read(rows_pool: Pool) -> None:
    """Half a million rows would take a minute to read."""
    told = shown(rows_pool, _large_workbook(), "xlsx")
    assert told["rows"][2] == ["2", "рядок"]
    assert told["more_rows"]


def _large_workbook() -> bytes:
    file = io.BytesIO()
    part = "xl/worksheets/sheet2.xml"
    row = "<row><c><v>%d</v></c><c t='inlineStr'><is><t>рядок</t></is></c></row>"
    with (
        zipfile.ZipFile(io.BytesIO(workbook(rows=[["x"]]))) as small,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as large,
    ):
        for name in small.namelist():
            if name != part:
                large.writestr(name, small.read(name))
        with large.open(part, "w") as sheet:
            sheet.write(b"<worksheet xmlns='urn:x'><sheetData>")
            for number in range(500_000):
                sheet.write((row % number).encode())
            sheet.write(b"</sheetData></worksheet>")
    return file.getvalue()


def open_document(*, merged: bool) -> bytes:
    book: Any = OpenDocumentSpreadsheet()  # its sheets are an attribute it makes
    sheet = Table(name="Лавки")
    first = TableRow()
    title = TableCell(numbercolumnsspanned="2") if merged else TableCell()
    title.addElement(P(text="назва"))
    first.addElement(title)
    first.addElement(CoveredTableCell() if merged else TableCell())
    second = TableRow(numberrowsrepeated=5)
    day = TableCell(valuetype="date", datevalue="2026-01-31")
    day.addElement(P(text="31.01.26"))
    second.addElement(day)
    number = TableCell(valuetype="float", value="1.5", numbercolumnsrepeated=2)
    number.addElement(P(text="1,5"))
    second.addElement(number)
    empty = TableRow(numberrowsrepeated=1_000_000)
    empty.addElement(TableCell(numbercolumnsrepeated=16_000))
    for row in (first, empty, second):
        sheet.addElement(row)
    book.spreadsheet.addElement(sheet)
    file = io.BytesIO()
    book.write(file)
    return file.getvalue()


@pytest.mark.parametrize("merged", [True, False])
def test_an_open_document_shows_what_people_typed(
    rows_pool: Pool, merged: bool
) -> None:
    told = shown(rows_pool, open_document(merged=merged), "ods")
    assert told["rows"] == [["назва", "", ""], *[["2026-01-31", "1,5", "1,5"]] * 2]
    assert told["sheet"] == "Лавки"
    assert told["merged"] is merged
    assert told["more_rows"]


@pytest.mark.parametrize(
    ("kind", "content", "error"),
    [
        ("csv", workbook(rows=[["a"]]), "Different"),
        ("csv", b"%PDF-1.7\n", "Different"),
        ("text", b"a\0b", "Different"),
        ("xlsx", b"a,b\n", "Different"),
        ("xlsx", open_document(merged=False), "Different"),
        ("ods", b"a,b\n", "Different"),
        ("ods", workbook(rows=[["a"]]), "Different"),
        ("xlsx", workbook(rows=[["a"]])[:-30], "BadZipFile"),
        ("ods", open_document(merged=False)[:-30], "BadZipFile"),
        ("json", b"{", "JSONDecodeError"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_not_what_it_says_is_refused(
    rows_pool: Pool, kind: str, content: bytes, error: str
) -> None:
    outcome = look(rows_pool, content, kind)
    assert (outcome.verdict, outcome.error) == (Verdict.REFUSED, error)


def test_entities_that_multiply_do_no_harm(rows_pool: Pool) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    for one, two in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f'<!ENTITY {two} "{f"&{one};" * 10}">'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", f"{bomb}]><x>&i;</x>")
    assert not look(rows_pool, file.getvalue(), "ods").done
