"""The structure of the register as a document of its own, for the dataset of it.

A table of five columns, a row for each column of the register; booleans are written as
the source of the layout writes them.
"""

import csv
from io import StringIO

from .layouts import Layout

_HEADER = ("name", "title", "description", "datatype", "required")


def structure(layout: Layout) -> bytes:
    """Return the structure of a layout as CSV: UTF-8, LF, no byte order mark."""
    target = StringIO()
    lines = csv.writer(target, lineterminator="\n")
    lines.writerow(_HEADER)
    for column in layout.columns:
        required = str(column.required)
        lines.writerow(
            (
                column.key,
                column.title,
                column.description,
                column.datatype,
                required if layout.name == "2025" else required.lower(),
            )
        )
    return target.getvalue().encode()
