"""The register as a sheet of OpenDocument (ISO/IEC 26300): cells of text only."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from .archive import Archive
from .cells import cells_of
from .heading import Heading
from .records import RegisterRow

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NS = "urn:oasis:names:tc:opendocument:xmlns"
_MANIFEST = (
    f'{_HEAD}<manifest:manifest xmlns:manifest="{_NS}:manifest:1.0" '
    'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" '
    f'manifest:version="1.2" manifest:media-type="{MIMETYPE}"/><manifest:file-entry '
    'manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
# number:text-style is the format «text»: an edited cell stays one
_CONTENT = (
    f'{_HEAD}<office:document-content xmlns:office="{_NS}:office:1.0" '
    f'xmlns:table="{_NS}:table:1.0" xmlns:text="{_NS}:text:1.0" '
    f'xmlns:style="{_NS}:style:1.0" xmlns:number="{_NS}:datastyle:1.0" '
    f'xmlns:fo="{_NS}:xsl-fo-compatible:1.0" office:version="1.2">'
    '<office:automatic-styles><number:text-style style:name="N1"><number:text-content/>'
    '</number:text-style><style:style style:name="plain" style:family="table-cell" '
    'style:data-style-name="N1"/><style:style style:name="bold" '
    'style:family="table-cell" style:data-style-name="N1"><style:text-properties '
    'fo:font-weight="bold"/></style:style><style:style style:name="wide" '
    'style:family="table-column"><style:table-column-properties '
    'style:column-width="6cm"/></style:style></office:automatic-styles><office:body>'
    '<office:spreadsheet><table:table table:name="Register"><table:table-column '
    'table:style-name="wide" table:number-columns-repeated="{width}" '
    'table:default-cell-style-name="plain"/>'
)
_CONTENT_END = (
    "</table:table></office:spreadsheet></office:body></office:document-content>"
)
_CELL = (
    '<table:table-cell office:value-type="string" table:style-name="{style}"><text:p>'
)
_CELL_END = "</text:p></table:table-cell>"
_BETWEEN = "\x00"  # no text of ours holds it
# a paragraph swallows white space but for single spaces between words
_SPACES = re.compile("\n|(?<= ) +")


class OdsWriter:
    """Write a sheet, packed as it comes."""

    def __init__(self, heading: Heading) -> None:
        self._heading = heading
        self._archive = Archive()
        self._cells = cells_of(heading.layout)

    def begin(self) -> bytes:
        """Return the small members and the rows of headings."""
        archive = self._archive
        width = len(self._heading.layout.columns)
        content = _CONTENT.format(width=width) + _lines(self._heading.rows, "bold")
        return b"".join(
            [
                archive.stored("mimetype", MIMETYPE.encode()),
                archive.packed("META-INF/manifest.xml", _MANIFEST.encode()),
                archive.open("content.xml"),
                archive.write(content.encode()),
            ]
        )

    def rows(self, rows: Sequence[RegisterRow]) -> bytes:
        """Return what of the next rows is packed."""
        text = _lines(map(self._cells, rows), "plain")
        return self._archive.write(text.encode())

    def end(self) -> bytes:
        """Return the rest."""
        content = self._archive.write(_CONTENT_END.encode())
        return content + self._archive.close() + self._archive.end()


def _lines(rows: Iterable[Sequence[str]], style: str) -> str:
    cell = _CELL.format(style=style)
    between = _CELL_END + cell
    return "".join(
        f"<table:table-row>{cell}{_joined(row).replace(_BETWEEN, between)}{_CELL_END}"
        "</table:table-row>"
        for row in rows
    )


def _joined(cells: Sequence[str]) -> str:
    text = escape(_BETWEEN.join(cells), quote=False)
    return _SPACES.sub(_space, text)


def _space(found: re.Match[str]) -> str:
    white = found[0]
    if white == "\n":
        return "</text:p><text:p>"
    return f'<text:s text:c="{len(white)}"/>'
