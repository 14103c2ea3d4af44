"""The first rows of a file: what a moderator looks at before deciding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

from ..heads import ods, text, xlsx
from ..heads.shape import Most

_READERS: dict[str, Callable[[BinaryIO, Most], dict[str, Any]]] = {
    "csv": text.csv_rows,
    "json": text.json_lines,
    "ods": ods.rows,
    "text": text.text_lines,
    "tsv": text.tsv_rows,
    "xlsx": xlsx.rows,
}


def head(
    file: BinaryIO, *, kind: str, rows: int, columns: int, letters: int
) -> dict[str, Any]:
    """Return the first rows of a table, or the first lines of a text.

    :param kind: ``csv``, ``tsv``, ``xlsx``, ``ods``, ``json`` or ``text``
    :param rows: as ``columns`` and ``letters``: as ``Most``
    :returns: with ``rows`` as ``shape.shaped``, with ``lines`` as ``shape.lines``
    :raises Different: when the bytes are of another kind
    """
    return _READERS[kind](file, Most(rows, columns, letters))
