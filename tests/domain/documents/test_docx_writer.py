"""The passport as a Word document, read by python-docx."""

from dataclasses import replace
from datetime import datetime, timezone
from io import BytesIO

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from ckanext.opendata_ua.domain.documents import docx_writer
from ckanext.opendata_ua.domain.passport import PassportRecord, lines


def read(record: PassportRecord, lang: str = "uk") -> Document:
    """Write the record and read it back."""
    return docx.Document(BytesIO(docx_writer.write(record, lang)))


def cells(document: Document) -> list[tuple[str, ...]]:
    """Return the text of the table."""
    return [tuple(cell.text for cell in row.cells) for row in document.tables[0].rows]


@pytest.mark.parametrize(
    ("lang", "heading"),
    [("uk", "Паспорт набору даних"), ("en", "Passport of the dataset")],
)
def test_the_sheet_is_headed(full: PassportRecord, lang: str, heading: str) -> None:
    first = read(full, lang).paragraphs[0]
    assert (first.text, first.style and first.style.name) == (heading, "Heading 1")


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_the_table_has_the_lines_of_the_form(full: PassportRecord, lang: str) -> None:
    form = lines(full, lang, form=True)
    assert cells(read(full, lang)) == [(line.label, line.value) for line in form]


def test_the_sheet_can_match_the_approved_form_exactly(full: PassportRecord) -> None:
    sheet = docx_writer.write(replace(full, version=""), "uk", purpose=False)
    assert len(docx.Document(BytesIO(sheet)).tables[0].rows) == 16


@pytest.mark.parametrize(("lang", "code"), [("uk", "uk-UA"), ("en", "en-GB")])
def test_the_document_says_its_language(
    full: PassportRecord, lang: str, code: str
) -> None:
    document = read(full, lang)
    languages = document.styles.element.iter(qn("w:lang"))
    assert {element.get(qn("w:val")) for element in languages} == {code}
    assert document.core_properties.language == code


def test_the_document_has_a_title(full: PassportRecord) -> None:
    assert read(full).core_properties.title == (
        "Паспорт набору даних: Дані про розташування захисних споруд"
    )


def test_a_long_title_fits_into_the_properties(full: PassportRecord) -> None:
    title = read(replace(full, title="Щ" * 400)).core_properties.title
    assert len(title) == 255


def test_the_first_column_heads_the_table(full: PassportRecord) -> None:
    look = next(read(full).tables[0]._tbl.iter(qn("w:tblLook")))
    assert (look.get(qn("w:firstColumn")), look.get(qn("w:firstRow"))) == ("1", "0")


def test_the_table_is_announced_by_name(full: PassportRecord) -> None:
    caption = next(read(full).tables[0]._tbl.iter(qn("w:tblCaption")))
    assert caption.get(qn("w:val")) == "Паспорт набору даних"


def test_labels_are_bold(full: PassportRecord) -> None:
    rows = read(full).tables[0].rows
    assert all(row.cells[0].paragraphs[0].runs[0].bold for row in rows)


def test_the_sheet_is_as_old_as_the_data(full: PassportRecord) -> None:
    assert read(full).core_properties.modified == datetime(
        2026, 11, 21, 6, 5, 4, tzinfo=timezone.utc
    )


def test_characters_that_xml_forbids_are_left_out(nasty: PassportRecord) -> None:
    assert cells(read(nasty))[1][1] == '=HYPERLINK("http://x") & <b>Назва</b>'
