"""One decision about many cases that are alike."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response

from ckanext.opendata_ua.views.asking import ask
from ckanext.opendata_ua.views.moderation.asking import Decision
from ckanext.opendata_ua.views.moderation.blueprint import opendata_ua_moderation


@opendata_ua_moderation.route("/moderation/decide")
def chosen() -> str | Response:
    """Show the form of one decision about the cases chosen in the queue."""
    wanted = _named(tk.request.args.getlist("case"))
    if not wanted:
        tk.h.flash_notice(tk._("Choose at least one dataset in the first column."))
        return tk.redirect_to("opendata_ua_moderation.queue")
    return _form(wanted, Decision(), {})


@opendata_ua_moderation.route("/moderation/decide", methods=["POST"])
def decide_chosen() -> str | tuple[str, int]:
    """Take the decision about each case apart, and show what came of each."""
    wanted, form = _named(tk.request.form.getlist("case")), Decision.sent()
    faults = form.faults()
    if faults or not wanted:
        return _form(wanted, form, faults), 409
    titles = {case["case_id"]: case["dataset"]["title"] for case in _waiting(wanted)}
    decisions = [
        {
            **form.as_data(),
            "case_id": case_id,
            "case_version": version,
            "decision": form.decision,
        }
        for case_id, version in wanted.items()
    ]
    results = ask("opendata_ua_moderation_decide_many", {"decisions": decisions})
    rows = [
        _row(case_id, titles.get(case_id, ""), result)
        for case_id, result in zip(wanted, results["results"], strict=True)
    ]
    return tk.render(
        "opendata_ua/moderation/results.html",
        extra_vars={"done": [r for r in rows if not r["why"]], "rows": rows},
    )


def _named(marks: list[str]) -> dict[str, str]:
    """Return versions by case of what checkboxes send: ``<case>~<version>``."""
    parts = (mark.partition("~") for mark in marks)
    return {case_id: version for case_id, _, version in parts if case_id}


def _waiting(wanted: dict[str, str]) -> list[dict[str, Any]]:
    page = ask(
        "opendata_ua_moderation_case_list", {"case_ids": list(wanted), "limit": 200}
    )
    return list(page["cases"])


def _form(wanted: dict[str, str], form: Decision, faults: dict[str, list[str]]) -> str:
    cases = _waiting(wanted)
    return tk.render(
        "opendata_ua/moderation/chosen.html",
        extra_vars={
            "cases": cases,
            "versions": wanted,
            "gone": len(wanted) - len(cases),
            "form": form,
            "faults": faults,
        },
    )


def _row(case_id: str, title: str, result: dict[str, Any]) -> dict[str, Any]:
    """Return what one line of the results page says."""
    case = result.get("case")
    if case:
        title = case["dataset"]["title"]
        return {"case_id": case_id, "title": title, "state": case["state"], "why": []}
    why = [
        str(words)
        for key, said in result["error"].items()
        if key != "code"
        for words in (said if isinstance(said, list) else [said])
    ]
    return {"case_id": case_id, "title": title, "state": None, "why": why}
