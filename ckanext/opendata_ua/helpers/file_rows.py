"""Template helpers of first rows: what is told of a file beside them."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

__all__ = ["opendata_ua_rows_facts"]


def opendata_ua_rows_facts(told: dict[str, Any]) -> list[str]:
    """Return sentences about first rows: how they were read, what was left out.

    :param told: as ``opendata_ua_file_rows_show`` gives it
    """
    return [*_how(told), *_left_out(told)]


def _how(told: dict[str, Any]) -> list[str]:
    found = []
    if "sheet" in told:
        words = tk._("Sheet: {name}.").format(name=told["sheet"])
        found.append(words)
        if told.get("sheets", 1) > 1:
            others = int(told["sheets"]) - 1
            found.append(
                tk.ungettext(
                    "{number} more sheet is not shown.",
                    "{number} more sheets are not shown.",
                    others,
                ).format(number=others)
            )
    if "encoding" in told:
        found.append(tk._("Encoding: {name}.").format(name=told["encoding"]))
    if "delimiter" in told:
        name = _delimiters().get(told["delimiter"], told["delimiter"])
        found.append(tk._("Delimiter: {name}.").format(name=name))
    return found


def _delimiters() -> dict[str, str]:
    return {
        ",": tk._("comma"),
        ";": tk._("semicolon"),
        "\t": tk._("tab"),
        "|": tk._("vertical bar"),
    }


def _left_out(told: dict[str, Any]) -> list[str]:
    found = []
    if told.get("more_rows"):
        shown = len(told.get("rows") or told.get("lines") or ())
        words = tk._("Only the first {number} rows are shown.")
        found.append(words.format(number=shown))
    if told.get("more_columns"):
        words = tk._("Of {number} columns the first {shown} are shown.")
        found.append(
            words.format(number=told["columns"], shown=max(map(len, told["rows"])))
        )
    if told.get("cut_cells"):
        found.append(tk._("Long texts are cut: they end in “…”."))
    if told.get("merged"):
        words = tk._(
            "Some of these cells are merged: programs find the value in the first only."
        )
        found.append(words)
    if told.get("uneven"):
        found.append(tk._("The rows have different numbers of columns."))
    return found
