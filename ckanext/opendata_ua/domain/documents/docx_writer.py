"""The passport as a document for print, in the order of the approved form."""

from datetime import datetime, timezone
from io import BytesIO
from typing import cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table

from .. import dates, passport
from ..text import printable

HEADINGS = {"uk": "Паспорт набору даних", "en": "Passport of the dataset"}
_LOCALES = {"uk": "uk-UA", "en": "en-GB"}
_WIDTHS = (Cm(6), Cm(10.5))  # A4 with margins of 3 and 1.5 cm
_TYPE = "Times New Roman"
_EARLIEST = datetime(1980, 1, 1, tzinfo=timezone.utc)  # where ZIP begins to count


def write(record: passport.PassportRecord, lang: str, *, purpose: bool = True) -> bytes:
    """Return a Word document: a heading and a table of labels and values.

    ``purpose`` prints the line that the approved form lacks.
    """
    lang = "uk" if lang == "uk" else "en"
    document = docx.Document()
    _prepare(document, record, lang)
    document.add_heading(HEADINGS[lang], level=1)
    _add_table(
        document,
        HEADINGS[lang],
        passport.lines(record, lang, form=True, purpose=purpose),
    )
    target = BytesIO()
    document.save(target)
    return _repeatable(target.getvalue())


def _prepare(document: Document, record: passport.PassportRecord, lang: str) -> None:
    """Set the page, the type, the language and the properties of the file."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)
    _dress(document, "Normal", Pt(12))
    _dress(document, "Heading 1", Pt(14))
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LOCALES[lang])
    properties = document.core_properties
    # The format limits properties to 255 characters.
    properties.title = printable(f"{HEADINGS[lang]}: {record.title}")[:255]
    properties.author = printable(record.body.called if record.body else "")[:255]
    properties.language = _LOCALES[lang]
    properties.comments = ""
    changed = record.data_changed or record.first_published or _EARLIEST
    properties.created = properties.modified = dates.in_zone(changed, "UTC")


def _dress(document: Document, name: str, size: Pt) -> None:
    """Give a style the plain black type of official papers."""
    style = cast(ParagraphStyle, document.styles[name])
    style.font.name, style.font.size = _TYPE, size
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    # Fonts of the theme would win over those named here.
    for themed in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[themed]
    fonts.set(qn("w:cs"), _TYPE)


def _add_table(
    document: Document, caption: str, lines: tuple[passport.Line, ...]
) -> None:
    table = document.add_table(rows=0, cols=len(_WIDTHS), style="Table Grid")
    table.autofit = False
    _mark_first_column_as_header(table)
    _name(table, caption)
    for line in lines:
        row = table.add_row()
        label, value = row.cells
        label.width, value.width = _WIDTHS
        label.paragraphs[0].add_run(line.label).bold = True
        value.paragraphs[0].add_run(printable(line.value))
        _keep_on_one_page(row._tr)


def _mark_first_column_as_header(table: Table) -> None:
    """Tell screen readers that labels, not a first row, head the table."""
    look = next(table._tbl.tblPr.iterchildren(qn("w:tblLook")))
    look.attrib.clear()
    look.set(qn("w:val"), "0680")
    look.set(qn("w:firstRow"), "0")
    look.set(qn("w:firstColumn"), "1")


def _name(table: Table, caption: str) -> None:
    """Give the table the title that screen readers announce."""
    title = OxmlElement("w:tblCaption")
    title.set(qn("w:val"), caption)
    table._tbl.tblPr.append(title)


def _keep_on_one_page(row: CT_Row) -> None:
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeatable(document: bytes) -> bytes:
    """Return the same archive without the time of its making."""
    target = BytesIO()
    with ZipFile(BytesIO(document)) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = ZipInfo(name, _EARLIEST.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return target.getvalue()
