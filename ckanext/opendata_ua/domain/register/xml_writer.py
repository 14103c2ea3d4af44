"""The register as XML in a small vocabulary of its own, fixed by register.xsd."""

from collections.abc import Sequence
from html import escape

from .cells import values_of
from .heading import Heading
from .records import RegisterRow

NAMESPACE = "urn:opendata-ua:register:1"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_BETWEEN = "\x00"  # no text of ours holds it


class XmlWriter:
    """Write ``<register>``: its columns, then a ``<dataset>`` a line."""

    def __init__(self, heading: Heading) -> None:
        self._heading = heading
        self._values = values_of(heading.layout)
        keys = heading.layout.keys
        elements = "".join(f"<{key}>%s</{key}>" for key in keys)
        self._line = f"<dataset>{elements}</dataset>\n"
        # the only value that may be absent
        self._absent = [
            (f"<{key}>{_BETWEEN}</{key}>", f'<{key} xsi:nil="true"/>') for key in keys
        ]

    def begin(self) -> bytes:
        """Return what stands before the rows."""
        heading = self._heading
        columns = "".join(
            f'<column key="{column.key}" datatype="{column.datatype}" '
            f'required="{str(column.required).lower()}">{escape(column.title)}'
            "</column>\n"
            for column in heading.layout.columns
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<register xmlns="{NAMESPACE}" xmlns:xsi="{_XSI}" '
            f'layout="{heading.layout.name}" url="{escape(heading.page_url)}" '
            f'title="{escape(heading.title)}">\n'
            f"<columns>\n{columns}</columns>\n"
        ).encode()

    def rows(self, rows: Sequence[RegisterRow]) -> bytes:
        """Return the next rows."""
        return "".join(map(self._row, rows)).encode()

    def end(self) -> bytes:
        """Return what stands after the rows."""
        return b"</register>\n"

    def _row(self, row: RegisterRow) -> str:
        values = self._values(row)
        if None not in values:
            joined: str = _BETWEEN.join(values)  # type: ignore[arg-type]  # all texts
            return self._line % tuple(escape(joined, quote=False).split(_BETWEEN))
        line = self._line % tuple(
            _BETWEEN if one is None else escape(one, quote=False) for one in values
        )
        for written, meant in self._absent:
            line = line.replace(written, meant)
        return line
