"""The register as CSV, RFC 4180, UTF-8 without a byte order mark, as in 2019."""

import csv
from collections.abc import Sequence
from io import StringIO

from .cells import cells_of
from .heading import Heading
from .records import RegisterRow


class CsvWriter:
    """Write the keys, perhaps the titles, then a line a row."""

    def __init__(self, heading: Heading) -> None:
        self._heading = heading
        self._cells = cells_of(heading.layout)

    def begin(self) -> bytes:
        """Return what stands before the rows."""
        return _lines(self._heading.rows)

    def rows(self, rows: Sequence[RegisterRow]) -> bytes:
        """Return the next rows."""
        return _lines(map(self._cells, rows))

    def end(self) -> bytes:
        """Return what stands after the rows."""
        return b""


def _lines(rows: object) -> bytes:
    target = StringIO()
    csv.writer(target).writerows(rows)  # type: ignore[arg-type]  # of texts
    return target.getvalue().encode()
