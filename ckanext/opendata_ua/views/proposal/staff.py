"""Pages of proposals for the staff: the board, one proposal with its forms."""

from __future__ import annotations

from collections.abc import Mapping

import ckan.plugins.toolkit as tk
from werkzeug.wrappers import Response

from ckanext.opendata_ua.domain.proposal import GIVEN, Outcome
from ckanext.opendata_ua.views.asking import ask, context, dataset_of, words_of
from ckanext.opendata_ua.views.proposal.asking import PAGE, after, asked, chosen_of
from ckanext.opendata_ua.views.proposal.blueprint import opendata_ua_proposal

STEPS = ("publish", "hide", "answer", "close")
#: Filters of the board.
FILTERS = ("organization", "kind", "state", "held", "overdue")
#: Of posts of robots, which are dealt with in heaps.
HEAP = 100


@opendata_ua_proposal.route("/proposals/board")
def board() -> str:
    """Show the staff what waits, by its terms."""
    chosen, place = chosen_of(*FILTERS), after()
    limit = HEAP if chosen.get("held") else PAGE
    wanted = {**chosen, **place, "board": True, "limit": limit}
    page = asked("opendata_ua_proposal_list", wanted)
    return tk.render(
        "opendata_ua/proposal/board.html",
        extra_vars={
            **page,
            "chosen": chosen,
            "first_page": not place,
            "all_chosen": "all" in tk.request.args,
            "choose": any(one["may"]["screen"] for one in page["proposals"]),
            "reasons": GIVEN,
        },
    )


@opendata_ua_proposal.route("/proposals/<proposal_id>")
def read(proposal_id: str) -> str:
    """Show one proposal; who deals with it gets the forms, too."""
    return _page(proposal_id)


@opendata_ua_proposal.route("/proposals/<proposal_id>/<step>", methods=["POST"])
def take(proposal_id: str, step: str) -> Response | tuple[str, int]:
    """Take a step; a refusal keeps what was typed."""
    if step not in STEPS:
        tk.abort(404, tk._("There is no such step."))
    form = tk.request.form.to_dict()
    data = {key: value for key, value in form.items() if not key.startswith("_")}
    try:
        tk.get_action(f"opendata_ua_proposal_{step}")(
            context(), {**data, "proposal_id": proposal_id}
        )
    except tk.ObjectNotFound as absent:
        tk.abort(404, str(absent))
    except tk.NotAuthorized as refusal:
        tk.abort(403, str(refusal))
    except tk.ValidationError as refusal:
        faults = words_of(refusal)
        return _page(proposal_id, step=step, form=form, faults=faults), 409
    tk.h.flash_success(
        {
            "publish": tk._("Everybody sees the proposal now."),
            "hide": tk._("The proposal is hidden; the reason is shown."),
            "answer": tk._("The answer is shown under the proposal."),
            "close": tk._("The proposal is closed."),
        }[step]
    )
    return tk.redirect_to("opendata_ua_proposal.read", proposal_id=proposal_id)


def _page(
    proposal_id: str,
    *,
    step: str = "",
    form: Mapping[str, str] | None = None,
    faults: Mapping[str, list[str]] | None = None,
) -> str:
    found = ask("opendata_ua_proposal_show", {"proposal_id": proposal_id})
    dataset = None
    if found.get("may", {}).get("answer") and found["dataset"]:
        dataset = dataset_of(found["dataset"]["name"])
    return tk.render(
        "opendata_ua/proposal/read.html",
        extra_vars={
            "proposal": found,
            "files": dataset["resources"] if dataset else [],
            "outcomes": Outcome,
            "reasons": GIVEN,
            "step": step,
            "form": form or {},
            "faults": faults or {},
        },
    )
