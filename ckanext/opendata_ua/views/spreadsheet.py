"""Tables of the portal's own pages as CSV files, streamed row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from flask import Response, stream_with_context


def send_rows(
    columns: Sequence[str], rows: Iterable[Sequence[str]], filename: str
) -> Response:
    """Send a table as it is read; cells that begin like a formula are the caller's.

    :param filename: in ASCII, with its extension
    """
    return Response(
        stream_with_context(_lines(columns, rows)),
        mimetype="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{filename}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the file part by part; with the mark without which Excel garbles it."""
    yield "\ufeff" + _line(columns)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[str]) -> str:
    target = StringIO()
    csv.writer(target).writerow(cells)
    return target.getvalue()
