"""The page of one case: everything a moderator needs to decide, and the decision."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response

from ckanext.opendata_ua.domain.moderation import State
from ckanext.opendata_ua.views.asking import ask, context, dataset_of, words_of
from ckanext.opendata_ua.views.moderation import rows
from ckanext.opendata_ua.views.moderation.asking import Decision, code_of
from ckanext.opendata_ua.views.moderation.blueprint import opendata_ua_moderation


@opendata_ua_moderation.route("/moderation/<case_id>")
def case(case_id: str) -> str:
    """Show a case: checklist, passport, files, earlier rounds, the decision."""
    return _shown(_case(case_id), {})


@opendata_ua_moderation.route("/moderation/<case_id>", methods=["POST"])
def decide(case_id: str) -> str | Response | tuple[str, int]:
    """Approve, return or reject; a refusal keeps what was typed."""
    form = Decision.sent()
    seen = tk.request.form.get("case_version", "")
    faults, stale = form.faults(), False
    if not faults:
        try:
            decided = tk.get_action(f"opendata_ua_moderation_{form.decision}")(
                context(),
                {**form.as_data(), "case_id": case_id, "case_version": seen},
            )
            return _done(_at_once(decided, form))
        except tk.ObjectNotFound as absent:
            tk.abort(404, str(absent))
        except tk.NotAuthorized as refusal:
            return _page(_case(case_id), form, {"": [str(refusal)]}, seen=seen), 403
        except tk.ValidationError as refusal:
            faults, stale = words_of(refusal), code_of(refusal) == "stale"
    return _page(_case(case_id), form, faults, seen=seen, stale=stale), 409


@opendata_ua_moderation.route("/moderation/<case_id>/assign", methods=["POST"])
def assign(case_id: str) -> str | Response | tuple[str, int]:
    """Give the case to a moderator, to oneself when nobody is named."""
    try:
        ask(
            "opendata_ua_moderation_assign",
            {"case_id": case_id, "user": tk.request.form.get("user", "")},
        )
    except tk.ValidationError as refusal:
        return _shown(_case(case_id), words_of(refusal)), 409
    return tk.redirect_to("opendata_ua_moderation.case", case_id=case_id)


@opendata_ua_moderation.route("/moderation/<case_id>/plan", methods=["POST"])
def plan(case_id: str) -> str | Response | tuple[str, int]:
    """Change the day on which an approved dataset becomes public."""
    form = Decision.sent()
    seen = tk.request.form.get("case_version", "")
    try:
        case = ask("opendata_ua_publication_plan", _plan(case_id, seen, form))
    except tk.ValidationError as refusal:
        stale = code_of(refusal) == "stale"
        faults = words_of(refusal)
        return _page(_case(case_id), form, faults, seen=seen, stale=stale), 409
    return _done(case)


def _plan(case_id: str, seen: str | int, form: Decision) -> dict[str, Any]:
    return {"case_id": case_id, "case_version": seen, "publish_on": form.publish_on}


def _at_once(case: dict[str, Any], form: Decision) -> dict[str, Any]:
    """Let a dataset be public now whose publisher had asked for a day.

    An approval without a day keeps the asked one; on the form it was seen and emptied.
    """
    if not case["publish_on"] or form.publish_on:
        return case
    data = _plan(case["case_id"], case["case_version"], form)
    try:
        return tk.get_action("opendata_ua_publication_plan")(context(), data)
    except tk.ValidationError:  # somebody else was quicker: the decision stands
        return case


def _shown(case: dict[str, Any], faults: dict[str, list[str]]) -> str:
    """Return the page as it is opened: with the day that was asked for."""
    asked = case["publish_on"] or ""
    to_come = asked > tk.h.opendata_ua_today()
    return _page(case, Decision(publish_on=asked if to_come else ""), faults)


def _case(case_id: str) -> dict[str, Any]:
    return ask("opendata_ua_moderation_case_show", {"case_id": case_id})


def _page(
    case: dict[str, Any],
    form: Decision,
    faults: dict[str, list[str]],
    *,
    seen: str = "",
    stale: bool = False,
) -> str:
    dataset = dataset_of(case["dataset"]["id"])
    events = [one for one in case["events"] if one["case_id"] == case["case_id"]]
    submitted = [one for one in events if one["kind"] == "submit"]
    decides = tk.h.check_access(
        "opendata_ua_moderation_approve", {"case_id": case["case_id"]}
    )
    waits = case["state"] == State.SUBMITTED.value
    return tk.render(
        "opendata_ua/moderation/case.html",
        extra_vars={
            "case": case,
            "pkg": dataset,
            "pkg_dict": dataset,
            "dataset_type": dataset["type"],
            "form": form,
            "faults": faults,
            "stale": stale,
            # what was refused stays refused until the moderator looks again
            "version": seen or case["case_version"],
            "words_of_publisher": submitted[-1]["comment"] if submitted else "",
            "is_mine": (case["moderator"] or {}).get("id") == tk.current_user.id,
            "may_decide": decides and waits,
            "may_plan": decides and case["state"] == State.APPROVED.value,
            "rows": rows.of_files(dataset),
        },
    )


def _done(case: dict[str, Any]) -> Response:
    if case["state"] == State.APPROVED.value and case["publish_on"]:
        words = tk._("“{title}” is approved and will be public on {day}.")
        day = tk.h.opendata_ua_day(case["publish_on"])
        tk.h.flash_success(words.format(title=case["dataset"]["title"], day=day))
        return tk.redirect_to("opendata_ua_moderation.queue")
    words = {
        "applied": tk._("“{title}” is approved and published."),
        "approved": tk._("“{title}” is approved and will be public in a moment."),
        "returned": tk._("“{title}” is returned to its publisher."),
        "rejected": tk._("“{title}” is rejected."),
    }[case["state"]]
    tk.h.flash_success(words.format(title=case["dataset"]["title"]))
    return tk.redirect_to("opendata_ua_moderation.queue")
