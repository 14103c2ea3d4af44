"""First rows of files: which formats have them, and what a reader of them may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import formats

WORKBOOKS = frozenset({"xlsx", "ods"})

#: Format → how its first rows are read; of other formats nothing is shown.
KINDS: Mapping[str, str] = {
    "CSV": "csv",
    "TSV": "tsv",
    "XLSX": "xlsx",
    "ODS": "ods",
    "JSON": "json",
    "GEOJSON": "json",
    "JSON-LD": "json",
    "JSON-SCHEMA": "json",
    "XML": "text",
    "XSD": "text",
    "RDF": "text",
    "TTL": "text",
    "GML": "text",
    "KML": "text",
    "YAML": "text",
    "TXT": "text",
}

_FLAGS = ("more_rows", "more_columns", "cut_cells", "uneven", "merged")
_WORDS = ("encoding", "delimiter", "sheet")
_COUNTS = ("columns", "sheets")


def kind_of(declared: str, name: str) -> str | None:
    """Return how the first rows of a file are read, None when they are not.

    :param declared: format that the publisher chose; the end of the name says more
    """
    return KINDS.get(formats.by_name(name) or formats.name(declared))


def is_packed(declared: str, name: str) -> bool:
    """Tell whether a file has to be unpacked first.

    :param declared: format of the file, asked only when its name has no known end
    """
    return bool(formats.packed_as("" if formats.by_name(name) else declared, name))


def checked(
    told: Any, *, rows: int, columns: int, letters: int
) -> dict[str, Any] | None:
    """Return what a reader of untrusted bytes told, in the promised shape and size.

    :returns: ``rows`` or ``lines``, with flags, words and counts; None for anything
        that is not of this shape
    """
    if not isinstance(told, dict):
        return None
    found: dict[str, Any] = {key: told[key] is True for key in _FLAGS if key in told}
    for key in _WORDS:
        if isinstance(told.get(key), str):
            found[key] = told[key][:letters]
    for key in _COUNTS:
        if isinstance(told.get(key), int):
            found[key] = told[key]
    most = letters + 1  # the sign of what was cut
    table: Any = told.get("rows")
    lines: Any = told.get("lines")
    if _are(table, list) and all(_are(row, str) for row in table):
        cut = [[cell[:most] for cell in row[:columns]] for row in table[:rows]]
        return {**found, "rows": cut}
    if _are(lines, str):
        return {**found, "lines": [line[:most] for line in lines[:rows]]}
    return None


def _are(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(one, kind) for one in value)
