"""The register as JSON: what the action answers, with all rows at once."""

from collections.abc import Sequence

import msgspec

from .cells import values_of
from .heading import Heading
from .records import RegisterRow

_ENCODER = msgspec.json.Encoder()


class JsonWriter:
    """Write ``{"layout", "title", "url", "columns", "rows"}``, a row a line."""

    def __init__(self, heading: Heading) -> None:
        self._heading = heading
        self._keys = heading.layout.keys
        self._values = values_of(heading.layout)
        self._first = True

    def begin(self) -> bytes:
        """Return what stands before the rows."""
        heading = self._heading
        about = {
            "layout": heading.layout.name,
            "title": heading.title,
            "url": heading.page_url,
            "columns": columns(heading),
        }
        return _ENCODER.encode(about)[:-1] + b',"rows":['

    def rows(self, rows: Sequence[RegisterRow]) -> bytes:
        """Return the next rows."""
        if not rows:
            return b""
        keys, values = self._keys, self._values
        lines = _ENCODER.encode_lines(
            [dict(zip(keys, values(row), strict=True)) for row in rows]
        )
        start, self._first = b"\n" if self._first else b",\n", False
        # a line end within a text is written as two signs: these are between rows
        return start + lines[:-1].replace(b"\n", b",\n")

    def end(self) -> bytes:
        """Return what stands after the rows."""
        return b"\n]}\n"


def columns(heading: Heading) -> list[dict[str, object]]:
    """Return what a program has to know of the columns."""
    return [
        {
            "key": column.key,
            "title": column.title,
            "datatype": column.datatype,
            "required": column.required,
        }
        for column in heading.layout.columns
    ]
