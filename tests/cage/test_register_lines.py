"""Registers that people sent, as lines of cells: of every kind, and those that lie."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
import xlwt  # pyright: ignore[reportMissingTypeStubs]
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from ckanext.opendata_ua.adapters.cage import MEGABYTE, Limits, Outcome, Pool, Verdict
from ckanext.opendata_ua.domain.register import LAYOUTS, OFFERS, Heading, RegisterRow

MOST = {"rows": 5, "columns": 20, "letters": 100}
LIMITS = Limits(seconds=20)
TEXT = "Назва;Опис\nЛавка, ціла;Їжа\n"
LINES = [["Назва", "Опис"], ["Лавка, ціла", "Їжа"]]


@pytest.fixture(scope="module", params=[(), ("landlock",)], ids=["whole", "older"])
def pool(request: pytest.FixtureRequest) -> Iterator[Pool]:
    """Return the cage as it is, and as it is on a kernel that opens no file late."""
    with Pool(without=request.param) as made:
        yield made


def ask(pool: Pool, content: bytes, **most: int) -> Outcome:
    return pool.run("register.lines", io.BytesIO(content), {**MOST, **most}, LIMITS)


def lines(pool: Pool, content: bytes) -> Any:
    outcome = ask(pool, content)
    assert outcome.done, outcome
    return outcome.value["lines"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_text_is_read_whatever_program_saved_it(
    pool: Pool, encoding: str, delimiter: str
) -> None:
    text = TEXT.replace(";", delimiter)
    assert lines(pool, text.encode(encoding)) == LINES


def test_commas_and_lines_in_cells_are_read(pool: Pool) -> None:
    content = 'Назва,Опис\r\n"Лавка, ціла","Їжа\nі вода"\r\n'.encode()
    assert lines(pool, content)[1] == ["Лавка, ціла", "Їжа\nі вода"]


def test_a_file_that_names_its_delimiter_is_believed(pool: Pool) -> None:
    assert lines(pool, f"sep=;\r\n{TEXT}".encode()) == LINES


def workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.append(["таємне"])
    hidden.sheet_state = "hidden"
    sheet = book.create_sheet("Реєстр")
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_numbers_of_a_sheet_are_texts_without_a_point(pool: Pool) -> None:
    rows = [[], ["Назва", "Код"], ["Лавка", 360570], ["Їжа", 1.5], [True, None]]
    assert lines(pool, workbook(rows)) == [
        [],
        ["Назва", "Код"],
        ["Лавка", "360570"],
        ["Їжа", "1.5"],
        ["true"],
    ]


def test_an_old_workbook_is_read(pool: Pool) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Реєстр")
    for at, row in enumerate(LINES):
        for column, cell in enumerate(row):
            sheet.write(at + 2, column, cell)
    content = io.BytesIO()
    book.save(content)
    assert lines(pool, content.getvalue()) == [[], [], *LINES]


def test_an_ods_of_an_office_program_is_read(pool: Pool) -> None:
    book = OpenDocumentSpreadsheet()
    table = Table(name="Реєстр")
    book.spreadsheet.addElement(table)  # type: ignore[attr-defined]  # of odfpy
    for row in LINES:
        line = TableRow()
        table.addElement(line)
        for cell in row:
            held = TableCell(valuetype="string")
            held.addElement(P(text=cell))
            line.addElement(held)
    content = io.BytesIO()
    book.save(content)
    assert lines(pool, content.getvalue()) == LINES


@pytest.mark.parametrize(
    "document",
    [
        [{"Назва": "Лавка, ціла", "Опис": "Їжа"}],
        {
            "success": True,
            "result": {"records": [{"Назва": LINES[1][0], "Опис": "Їжа"}]},
        },
        LINES,
    ],
)
def test_json_of_other_programs_is_read(pool: Pool, document: Any) -> None:
    text = json.dumps(document, ensure_ascii=False)
    assert lines(pool, text.encode("utf-8-sig")) == LINES


@pytest.mark.parametrize(
    "document",
    [
        "<r><row><Назва>Лавка, ціла</Назва><Опис>Їжа</Опис></row></r>",
        '<r><head/><row Назва="Лавка, ціла" Опис="Їжа"/></r>',
        "<r><rows><x:row xmlns:x='u'><Назва>Лавка, ціла</Назва>"
        "<Опис><p>Їжа</p></Опис></x:row><x:row xmlns:x='u'/></rows></r>",
    ],
)
def test_xml_of_other_programs_is_read(pool: Pool, document: str) -> None:
    assert lines(pool, document.encode()) == LINES


ROW = RegisterRow(
    *("aa", "=1+1", "Два\nрядки", "Щомісяця", "а, б", "Закон", "https://a.example/aa"),
    *("CSV", "Рада", None, "Коваль", "k@rada.example"),
)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("extension", ["csv", "xlsx", "ods", "json", "xml"])
def test_our_own_documents_are_read(pool: Pool, extension: str, layout: str) -> None:
    heading = Heading(layout=LAYOUTS[layout])
    writer = OFFERS[extension].writer(heading)
    content = writer.begin() + writer.rows([ROW]) + writer.end()
    found = lines(pool, content)
    assert found[0] == list(heading.layout.keys)
    assert len(found) == 2
    assert "aa" in found[1]


def test_more_than_may_be_is_refused(pool: Pool) -> None:
    rows = "".join(f"рядок {number}\n" for number in range(6))
    for content in (
        f"Назва\n{rows}".encode(),
        (";".join("абвгґд" * 4) + "\n").encode() * 2,
        f"Назва\n{'а' * 101}\n".encode(),
        workbook([["Назва"], *([str(number)] for number in range(6))]),
        json.dumps([{"a": number} for number in range(7)]).encode(),
    ):
        outcome = ask(pool, content)
        assert outcome.verdict is Verdict.REFUSED
        assert outcome.error in ("TooMuch", "Error"), outcome


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"%PDF-1.7 ...", "Different"),
        (b"\x89PNG\r\n\x1a\n", "Different"),
        (b"\0\1\2\3" * 100, "Different"),
        (b"<!DOCTYPE html><html><table></table></html>", "Different"),
        (b"{}", "Different"),
        (b"<r/>", "Different"),
        (b"[1, 2]", "Different"),
        (b"{not json", "JSONDecodeError"),
        (b"<r><row", "ParseError"),
    ],
    ids=lambda one: None if isinstance(one, str) else str(one[:12]),
)
def test_what_is_no_register_is_refused(pool: Pool, content: bytes, error: str) -> None:
    outcome = ask(pool, content)
    assert (outcome.verdict, outcome.error) == (Verdict.REFUSED, error)


def bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(io.BytesIO(workbook([["Назва"]]))) as good:
            for name in good.namelist():
                if name != "xl/worksheets/sheet2.xml":
                    archive.writestr(name, good.read(name))
        row = b"<row><c t='inlineStr'><is><t>" + b"a" * 1000 + b"</t></is></c></row>"
        with archive.open("xl/worksheets/sheet2.xml", "w") as sheet:
            sheet.write(
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
                b'2006/main"><sheetData>'
            )
            for _ in range(300):
                sheet.write(row * 2000)
            sheet.write(b"</sheetData></worksheet>")
    return content.getvalue()


def test_a_workbook_that_swells_ends_in_the_cage(pool: Pool) -> None:
    limits = Limits(memory=256 * MEGABYTE, seconds=30, cpu_seconds=20)
    outcome = pool.run("register.lines", io.BytesIO(bomb()), MOST, limits)
    assert not outcome.done
    assert ask(pool, TEXT.encode()).done


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(
            f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">'.encode()
            for n in range(1, 10)
        )
        + b"]><r><row><a>&a9;</a></row></r>",
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b"<r><row><a>&x;</a></row></r>",
        b"[" * 100_000,
    ],
    ids=["laughs", "entity", "nesting"],
)
def test_documents_that_swell_or_reach_out_are_refused(
    pool: Pool, content: bytes
) -> None:
    outcome = ask(pool, content)
    assert not outcome.done
    assert b"root:" not in str(outcome).encode()
