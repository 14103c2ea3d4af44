"""Bring the proposals of the demo: sent as readers do, dealt with by the staff."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.opendata_ua.demo import catalogue
from ckanext.opendata_ua.demo.catalogue import Proposal

#: A form that comes back sooner than people write is held as the post of a robot.
WRITING = timedelta(seconds=12)
#: Whatever a proposal has become, the next load finds it there.
STATES = ("received", "shown", "answered", "closed", "hidden")
KYIV = ZoneInfo("Europe/Kyiv")


def bring(
    proposals: tuple[Proposal, ...], moderator: str
) -> Iterator[tuple[str, Callable[[], bool]]]:
    """Give the steps: what each brings, and the function that brings it.

    Forms are opened now, so that there was time to write when they are sent.
    """
    opened = time.monotonic()
    for proposal in proposals:
        form = tk.get_action("opendata_ua_proposal_form_show")({}, {})["form"]
        send = partial(_send, proposal, form, opened)
        yield proposal.label, partial(_bring, proposal, send, moderator)


def _bring(proposal: Proposal, send: Callable[[], str], moderator: str) -> bool:
    """Send a proposal unless it is there, and take the steps it lacks.

    Nothing is said of a dataset that somebody has deleted.
    """
    if proposal.dataset and _is_gone(proposal.dataset):
        return False
    known = _known(proposal)
    id_ = known["proposal_id"] if known else send()
    seen = known or _show(id_)
    taken = [event["kind"] for event in _show(id_)["history"]]
    missing = [step for step in proposal.steps if next(iter(step)) not in taken]
    for step in missing:
        ((name, told),) = step.items()
        seen = _take(proposal, seen, name, told, moderator)
    return not known or bool(missing)


def _is_gone(dataset: str) -> bool:
    shown = tk.get_action("package_show")(_site(), {"id": dataset})
    return bool(shown["state"] == "deleted")


def _known(proposal: Proposal) -> dict[str, Any] | None:
    """Find a proposal by what it is about and its words, which may be gone by now."""
    about = {
        key: value
        for key, value in (
            ("id", proposal.dataset),
            ("organization", proposal.organization),
        )
        if value
    }
    for state in STATES:
        page = tk.get_action("opendata_ua_proposal_list")(
            _site(),
            {
                **about,
                "kind": proposal.kind,
                "board": True,
                "state": state,
                "limit": 100,
            },
        )
        for one in page["proposals"]:
            nobody = not (one["dataset"] or one["organization"])
            if one["text"] in (proposal.text, "") and nobody == (not about):
                return one
    return None


def _send(proposal: Proposal, form: str, opened: float) -> str:
    time.sleep(max(0.0, opened + WRITING.total_seconds() - time.monotonic()))
    sent = {
        "kind": proposal.kind,
        "text": proposal.text,
        "name": proposal.name,
        "email": proposal.email,
        "form": form,
        "id": proposal.dataset,
        "organization": proposal.organization,
        # people do not see this field
        "homepage": "https://robot.example" if proposal.robot else "",
    }
    made = tk.get_action("opendata_ua_proposal_create")({"user": ""}, sent)
    return str(made["proposal_id"])


def _site() -> Context:
    return {"ignore_auth": True}


def _show(id_: str) -> dict[str, Any]:
    return tk.get_action("opendata_ua_proposal_show")(_site(), {"proposal_id": id_})


def _take(
    proposal: Proposal, seen: Mapping[str, Any], name: str, told: Any, moderator: str
) -> dict[str, Any]:
    """Take one step as the person whose it is."""
    step = {
        "proposal_id": seen["proposal_id"],
        "proposal_version": seen["proposal_version"],
        **_told(proposal, name, told),
    }
    body = (seen["organization"] or {}).get("name", "")
    editor = catalogue.read().editor(body)
    user = moderator if name in ("publish", "hide") else editor or moderator
    return tk.get_action(f"opendata_ua_proposal_{name}")({"user": user}, step)


def _told(proposal: Proposal, name: str, told: Any) -> dict[str, Any]:
    if name == "hide":
        return {"reason": told}
    if name == "answer":
        return {"answer": told}
    fields = dict(told)
    days, file = fields.pop("days", None), fields.pop("file", "")
    if days:  # from the day it is: a plan of yesterday is refused
        day = datetime.now(KYIV).date() + timedelta(days=days)
        fields["planned_on"] = day.isoformat()
    if file:
        fields["resource_id"] = _file(proposal.dataset, file)
    return fields


def _file(dataset: str, name: str) -> str:
    shown = tk.get_action("package_show")(_site(), {"id": dataset})
    return next(file["id"] for file in shown["resources"] if file["name"] == name)
