"""Public proposals for programs: a feed of the newest, tables of all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, stream_with_context

from ckanext.opendata_ua.views.asking import context
from ckanext.opendata_ua.views.proposal.asking import asked, chosen_of
from ckanext.opendata_ua.views.proposal.blueprint import opendata_ua_proposal

EXPORTED = (
    "proposal_id",
    "kind",
    "state",
    "text",
    "dataset",
    "organization",
    "created",
    "due",
    "answered",
    "ended",
    "late",
    "answer",
    "outcome",
    "planned_on",
    "ground",
    "forwarded_to",
)
FEED, CHUNK = 30, 100


@opendata_ua_proposal.route("/proposals.atom")
def feed() -> Response:
    """Send the newest public proposals as an Atom feed (RFC 4287)."""
    chosen = chosen_of("organization")
    page = asked("opendata_ua_proposal_list", {**chosen, "limit": FEED})
    shown = [one for one in page["proposals"] if one["text"]]
    body = tk.render(
        "opendata_ua/proposal/feed.xml",
        extra_vars={"proposals": shown, "chosen": chosen},
    )
    return Response(body, mimetype="application/atom+xml")


@opendata_ua_proposal.route("/proposals.<any(csv,json):extension>")
def export(extension: str) -> Response:
    """Send all public proposals as a table, a page of them at a time."""
    chosen = chosen_of("organization")
    pages = _pages(chosen)
    if extension == "csv":
        body, kind = _csv(pages), "text/csv; charset=utf-8"
    else:
        body, kind = _json(pages), "application/json; charset=utf-8"
    # later pages of the list are asked while the first are on their way
    response = Response(stream_with_context(body), content_type=kind)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="proposals.{extension}"'
    )
    return response


def _pages(chosen: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    who = context()
    wanted: dict[str, Any] = {**chosen, "limit": CHUNK}
    # asked now, so that a wrong parameter is a page of its own, not a broken download
    page = asked("opendata_ua_proposal_list", wanted)

    def rows() -> Iterator[dict[str, Any]]:
        found = page
        while True:
            for one in found["proposals"]:
                if one["text"]:
                    yield _flat(one)
            if not found["next"]:
                return
            wanted["after"] = found["next"]
            again: Any = dict(who)
            found = tk.get_action("opendata_ua_proposal_list")(again, dict(wanted))

    return rows()


def _flat(one: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: one[name] for name in EXPORTED}
    told["dataset"] = (one["dataset"] or {}).get("name")
    told["organization"] = (one["organization"] or {}).get("name")
    return told


def _csv(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer: csv.DictWriter[str] = csv.DictWriter(
        buffer, EXPORTED, lineterminator="\r\n"
    )
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _cell(value) for key, value in row.items()})
        if buffer.tell() > 16_384:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _cell(value: Any) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _json(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    separator = "["
    for row in rows:
        yield separator + json.dumps(row, ensure_ascii=False)
        separator = ",\n"
    yield "[]\n" if separator == "[" else "]\n"
