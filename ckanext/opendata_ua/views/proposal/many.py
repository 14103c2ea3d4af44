"""One decision about many proposals, most often about posts of robots."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from werkzeug.wrappers import Response

from ckanext.opendata_ua.views.asking import ask
from ckanext.opendata_ua.views.proposal.blueprint import opendata_ua_proposal
from ckanext.opendata_ua.views.proposal.staff import FILTERS


@opendata_ua_proposal.route("/proposals/decide", methods=["POST"])
def decide_chosen() -> str | Response:
    """Show or hide each of the chosen apart, and tell what came of each."""
    form = tk.request.form
    wanted = dict(_named(mark) for mark in form.getlist("proposal"))
    back = {name: form[name] for name in FILTERS if form.get(name)}
    if not wanted:
        tk.h.flash_error(tk._("Choose at least one proposal."))
        return tk.redirect_to("opendata_ua_proposal.board", **back)
    hidden = form.get("decision") != "publish"
    decisions = [
        {
            "proposal_id": proposal_id,
            "proposal_version": version,
            "decision": form.get("decision"),
            **({"reason": form.get("reason")} if hidden else {}),
        }
        for proposal_id, version in wanted.items()
    ]
    results = ask("opendata_ua_proposal_decide_many", {"decisions": decisions})
    rows = [
        _row(proposal_id, result)
        for proposal_id, result in zip(wanted, results["results"], strict=True)
    ]
    return tk.render(
        "opendata_ua/proposal/results.html",
        extra_vars={
            "done": [row for row in rows if not row["why"]],
            "rows": rows,
            "back": back,
        },
    )


def _named(mark: str) -> tuple[str, str]:
    """Return id and version of what a checkbox sends: ``<proposal>~<version>``."""
    proposal_id, _, version = mark.partition("~")
    return proposal_id, version


def _row(proposal_id: str, result: dict[str, Any]) -> dict[str, Any]:
    """Return what one line of the results page says."""
    found = result.get("proposal")
    if found:
        return {"proposal_id": proposal_id, "proposal": found, "why": []}
    why = [
        str(words)
        for key, said in result["error"].items()
        if key != "code"
        for words in (said if isinstance(said, list) else [said])
    ]
    return {"proposal_id": proposal_id, "proposal": None, "why": why}
