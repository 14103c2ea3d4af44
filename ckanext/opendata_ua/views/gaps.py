"""Gaps of public passports: a page, a file, and a table that fills them in."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.opendata_ua.domain.vocabularies import FREQUENCIES
from ckanext.opendata_ua.logic.reader.gaps import COLUMNS, open_gaps
from ckanext.opendata_ua.views.asking import (
    ask,
    ask_for_the_token,
    ask_to_sign_in,
    context,
    keep_nowhere,
    language,
)
from ckanext.opendata_ua.views.spreadsheet import send_rows

__all__ = ["opendata_ua_gaps"]

opendata_ua_gaps = Blueprint("opendata_ua_gaps", __name__)

#: Columns of the table, in its order.
FILLED = (
    "update_frequency",
    "purpose_of_collecting_information",
    "maintainer",
    "maintainer_email",
)
#: Rows of the table on one page.
ROWS = 20
#: What stands before the name of a field that is meant for all rows.
ALL = "all"
UNOWNED = "-"


opendata_ua_gaps.before_request(ask_to_sign_in)
opendata_ua_gaps.before_request(ask_for_the_token)
opendata_ua_gaps.after_request(keep_nowhere)


@opendata_ua_gaps.route("/gaps")
def read() -> str:
    """Show what is missing: how often, and in which datasets."""
    organization, element = _organization(), tk.request.args.get("element", "")
    count = ask("opendata_ua_gaps_count", {"organization": organization})
    bodies = count["organizations"]
    if not organization and len(bodies) == 1:
        organization = bodies[0]["name"] or UNOWNED
    after = tk.request.args.get("after", "")
    page: dict[str, Any] = {"datasets": [], "next": None}
    if _some(count, element):  # to find none takes as long as to count them
        elements = [element] if element else []
        asked = {"organization": organization, "elements": elements, "after": after}
        page = ask("opendata_ua_gaps_list", asked)
    return tk.render(
        "opendata_ua/gaps/read.html",
        extra_vars={
            "count": count,
            "organization": organization,
            "called": _called(organization, bodies),
            "element": element,
            "datasets": page["datasets"],
            "following": page["next"],
            "first_page": not after,
            "unowned": UNOWNED,
        },
    )


def _some(count: dict[str, Any], element: str) -> bool:
    """Tell whether there is a dataset with gaps, or with one in an element."""
    if not element:
        return bool(count["with_gaps"])
    return element in {one["element"] for one in count["elements"]}


@opendata_ua_gaps.route("/gaps.csv")
def download() -> Response:
    """Send every gap as a row, as they are found."""
    try:
        rows = open_gaps(context(), {"organization": _organization()})
    except tk.ObjectNotFound as absent:
        tk.abort(404, str(absent))
    except tk.NotAuthorized as refusal:
        tk.abort(403, str(refusal))
    return send_rows(COLUMNS, rows, "gaps.csv")


@opendata_ua_gaps.route("/gaps/fill")
def table() -> str:
    """Show the table of the commonest gaps, to be filled in."""
    page = ask(
        "opendata_ua_gaps_list",
        {
            "organization": _organization(),
            "elements": list(FILLED),
            "after": tk.request.args.get("after", ""),
            "limit": ROWS,
        },
    )
    return _table([_row(one) for one in page["datasets"]], following=page["next"])


@opendata_ua_gaps.route("/gaps/fill", methods=["POST"])
def fill() -> str | tuple[str, int]:
    """Save the rows, each by itself; what was refused stays to be mended."""
    form = tk.request.form
    sent = [_sent(mark) for mark in form.getlist("row")]
    try:
        results = ask("opendata_ua_gaps_fill", {"rows": sent})["results"]
    except tk.ValidationError:
        tk.abort(400, tk._("The form is not as this page sends it: open it anew."))
    left = {
        row["id"]: (row, result)
        for row, result in zip(sent, results, strict=True)
        if result["outcome"] in ("stale", "refused")
    }
    now = _now(list(left))
    rows = [
        _row(now[id_], typed=row, error=result["error"])
        for id_, (row, result) in left.items()
        if id_ in now
    ]
    text = _table(rows, following=form.get("following") or None, results=results)
    return (text, 409) if left else text


def _now(ids: list[str]) -> dict[str, dict[str, Any]]:
    """Return what is stored of datasets that were not saved."""
    if not ids:
        return {}
    asked = {"organization": _organization(), "ids": ids, "limit": 200}
    found = ask("opendata_ua_gaps_list", asked)["datasets"]
    return {one["id"]: one for one in found}


def _sent(mark: str) -> dict[str, str]:
    """Return one row of the form; a cell left empty takes what is meant for all."""
    form = tk.request.form
    id_, _, seen = mark.partition("~")
    cells = {
        key: form.get(f"{key}~{id_}", "").strip() or form.get(f"{key}~{ALL}", "")
        for key in FILLED
    }
    return {"id": id_, "seen": seen, **cells}


def _row(
    dataset: dict[str, Any],
    typed: dict[str, str] | None = None,
    error: dict[str, list[str]] | None = None,
) -> dict[str, Any]:
    """Return what a line of the table shows: what is stored, or what was typed."""
    values = dataset["values"]
    cells = {key: (typed or {}).get(key) or values[key] for key in FILLED}
    return {**dataset, "cells": cells, "error": error or {}}


def _table(
    rows: list[dict[str, Any]],
    *,
    following: str | None,
    results: list[dict[str, Any]] | None = None,
) -> str:
    lang = language()
    organization = _organization()
    return tk.render(
        "opendata_ua/gaps/fill.html",
        extra_vars={
            "rows": rows,
            "results": results,
            "saved": [r for r in results or () if r["outcome"] == "saved"],
            "following": following,
            "organization": organization,
            "fields": FILLED,
            "frequencies": [
                {"value": one.code, "label": one.label(lang)}
                for one in FREQUENCIES.offered()
            ],
            "all_rows": ALL,
        },
    )


def _organization() -> str:
    return tk.request.values.get("organization", "")


def _called(organization: str, bodies: list[dict[str, Any]]) -> str:
    """Return the title of the organization that the page is about, or nothing."""
    if organization == UNOWNED:
        return tk._("Without an organization")
    if not organization:
        return ""
    titles = {body["name"]: body["title"] for body in bodies}
    return titles.get(organization) or organization
