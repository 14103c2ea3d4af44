"""The register as a sheet of Office Open XML: cells of text, no formula anywhere.

ISO/IEC 29500. Every cell has the number format ``@``, so that a code keeps its zeros
and a text stays a text when somebody edits it.
"""

from collections.abc import Iterable, Sequence
from html import escape

from .archive import Archive
from .cells import cells_of
from .heading import Heading
from .records import RegisterRow

#: What a cell of Excel holds; a longer text would make it "repair" the file.
LONGEST = 32767

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PLAIN, _BOLD = 0, 1
_WIDTH = 28  # characters

_MEMBERS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{_KIND}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_LINKS}"><Relationship Id="rId1" '
        f'Type="{_DOC}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}"><sheets>'
        '<sheet name="Register" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_LINKS}"><Relationship Id="rId1" '
        f'Type="{_DOC}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_DOC}/styles" Target="styles.xml"/>'
        "</Relationships>"
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/>'
        '<name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/>'
        '</font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1">'
        "<border><left/><right/><top/><bottom/><diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        '</cellStyleXfs><cellXfs count="2"><xf numFmtId="49" fontId="0" fillId="0" '
        'borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" '
        'fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
        '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" '
        'builtinId="0"/></cellStyles></styleSheet>'
    ),
}
_CELL = '<c t="inlineStr" s="{style}"><is><t xml:space="preserve">'
_CELL_END = "</t></is></c>"
_BETWEEN = "\x00"  # no text of ours holds it


class XlsxWriter:
    """Write a workbook of one sheet, packed as it comes."""

    def __init__(self, heading: Heading) -> None:
        self._heading = heading
        self._archive = Archive()
        self._cells = cells_of(heading.layout)

    def begin(self) -> bytes:
        """Return the small members and the rows of headings."""
        pack, headings = self._archive.packed, self._heading.rows
        members = [
            pack(name, (_HEAD + text).encode()) for name, text in _MEMBERS.items()
        ]
        width = len(self._heading.layout.columns)
        frozen = len(headings)
        sheet = (
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView tabSelected="1" '
            f'workbookViewId="0"><pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" '
            'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
            f'<cols><col min="1" max="{width}" width="{_WIDTH}" customWidth="1" '
            f'style="{_PLAIN}"/></cols><sheetData>{_lines(headings, _BOLD)}'
        )
        members.append(self._archive.open("xl/worksheets/sheet1.xml"))
        return b"".join([*members, self._archive.write(sheet.encode())])

    def rows(self, rows: Sequence[RegisterRow]) -> bytes:
        """Return what of the next rows is packed."""
        text = _lines(map(self._cells, rows), _PLAIN)
        return self._archive.write(text.encode())

    def end(self) -> bytes:
        """Return the rest."""
        sheet = self._archive.write(b"</sheetData></worksheet>")
        return sheet + self._archive.close() + self._archive.end()


def _lines(rows: Iterable[Sequence[str]], style: int) -> str:
    cell = _CELL.format(style=style)
    between = _CELL_END + cell
    return "".join(
        f"<row>{cell}{_joined(row).replace(_BETWEEN, between)}{_CELL_END}</row>"
        for row in rows
    )


def _joined(cells: Sequence[str]) -> str:
    text = _BETWEEN.join(cells)
    if len(text) > LONGEST:
        text = _BETWEEN.join([cell[:LONGEST] for cell in cells])
    return escape(text, quote=False)
