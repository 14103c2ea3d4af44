"""Somebody's register, sent as a file or as rows, as lines of cells."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua.adapters.cage import Outcome, Verdict
from ckanext.opendata_ua.domain.register import DEFAULT, LAYOUTS
from ckanext.opendata_ua.domain.register.grid import (
    BYTES,
    COLUMNS,
    LETTERS,
    ROWS,
    Grid,
    checked,
    of_objects,
)
from ckanext.opendata_ua.domain.register.headings import Head, find_head
from ckanext.opendata_ua.logic import cage

MEBIBYTE = 1024 * 1024
#: Bytes that a parser may tell: text of so many lines.
OUTPUT = 128 * MEBIBYTE


@dataclass(frozen=True)
class Table:
    """What was sent: its lines, and where in them what stands."""

    grid: Grid
    head: Head


def sent_table(data: Mapping[str, Any]) -> Table:
    """Return what a caller sent at ``upload`` (a file, or its path) or at ``rows``.

    :raises tk.ValidationError: when it is no register, with the reason
    """
    upload, rows = data.get("upload"), data.get("rows")
    if rows is not None:
        return table_of(_objects(rows), "rows")
    if not upload:
        _refuse("upload", tk._("Choose the file of a register."))
    return table_of(_read(upload), "upload")


def table_of(grid: Grid, key: str = "upload") -> Table:
    """Return lines with their head.

    :raises tk.ValidationError: at ``key``, when no line names the titles
    """
    head = find_head(grid.lines)
    if head is None:
        _refuse(
            key,
            tk._(
                "There is no row of headings with a column for the title: name the "
                "columns as in one of the layouts of the register: {titles}."
            ).format(titles=", ".join(one.title for one in LAYOUTS[DEFAULT].columns)),
        )
    return Table(grid, head)


def _objects(rows: Any) -> Grid:
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        _refuse("rows", tk._("Rows are a list of dicts, one for each dataset."))
    grid = of_objects(rows)
    if checked({"lines": list(grid.lines), "table": False}) is None:
        _refuse("rows", _too_much())
    return grid


def _read(upload: Any) -> Grid:
    """Read a file in the cage; what it tells is looked at like all that is sent."""
    if isinstance(upload, Path):
        file: Any = upload
        size = upload.stat().st_size
    else:
        file = getattr(upload, "stream", None) or getattr(upload, "file", None)
        if file is None:
            _refuse("upload", tk._("Send the file itself, as multipart/form-data."))
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
    if not size:
        _refuse("upload", tk._("The file is empty: choose another one."))
    if size > BYTES:
        _refuse("upload", _too_much())
    most = {"rows": ROWS, "columns": COLUMNS, "letters": LETTERS}
    outcome = cage.parse("register.lines", _held(file), most, output=OUTPUT)
    if not outcome.done:
        _refuse("upload", _reason(outcome))
    grid = checked(outcome.value)
    if grid is None:
        _refuse("upload", _too_much())
    return grid


def _held(file: Any) -> Any:
    """Return a file that can be handed to another process."""
    if isinstance(file, Path):
        return file
    try:
        file.fileno()
    except (AttributeError, OSError):
        return io.BytesIO(file.read())
    file.flush()
    return file


def _reason(outcome: Outcome) -> str:
    if outcome.verdict is Verdict.UNAVAILABLE:
        return tk._(
            "The file could not be read just now: repeat it in a minute. If it goes "
            "on, tell the administrator of the portal."
        )
    if (
        outcome.verdict is not Verdict.REFUSED
        and outcome.verdict is not Verdict.CRASHED
    ):
        return _too_much()
    if outcome.error == "TooMuch":
        return _too_much()
    if outcome.error == "Different":
        return tk._(
            "This is no table: send CSV, XLSX, XLS, ODS, JSON or XML with a row for "
            "each dataset."
        )
    return tk._(
        "The file cannot be read, it seems to be damaged: open it in an office "
        "program and save it anew."
    )


def _too_much() -> str:
    return tk._(
        "The register is too large: at most {rows} rows, {columns} columns, {letters} "
        "characters in a cell and {size} MB. Part the file and load the parts one "
        "after the other."
    ).format(rows=ROWS, columns=COLUMNS, letters=LETTERS, size=BYTES // MEBIBYTE)


def _refuse(key: str, words: str) -> NoReturn:
    raise tk.ValidationError({"code": ["invalid"], key: [words]})
