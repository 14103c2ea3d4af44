"""The publisher's steps with one dataset: look at the checklist, submit, withdraw."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response

from ckanext.opendata_ua.views.asking import ask, dataset_of, sentences_of, words_of
from ckanext.opendata_ua.views.moderation.asking import code_of
from ckanext.opendata_ua.views.moderation.blueprint import opendata_ua_moderation


@opendata_ua_moderation.route("/dataset/<id>/checklist")
def checklist(id: str) -> str:
    """Show everything that stands between a dataset and its submission."""
    return _page(dataset_of(id), {})


@opendata_ua_moderation.route("/dataset/<id>/submit", methods=["POST"])
def submit(id: str) -> str | Response | tuple[str, int]:
    """Submit the dataset; what stands in the way is shown all at once."""
    dataset = dataset_of(id)
    typed = {key: tk.request.form.get(key, "") for key in ("comment", "publish_on")}
    try:
        case = ask("opendata_ua_moderation_submit", {**typed, "id": dataset["id"]})
    except tk.ValidationError as refusal:
        incomplete = code_of(refusal) == "incomplete"
        faults = {} if incomplete else words_of(refusal)
        page = _page(dataset, faults, incomplete=incomplete, typed=typed)
        return page, 409
    due = tk.h.opendata_ua_moment(case["due"])
    tk.h.flash_success(
        tk._("The dataset is submitted. A moderator decides by {due}.").format(due=due)
    )
    return tk.redirect_to(f"{dataset['type']}.read", id=dataset["name"])


@opendata_ua_moderation.route("/dataset/<id>/withdraw", methods=["POST"])
def withdraw(id: str) -> Response:
    """Take a submission back; the dataset can be changed again."""
    dataset = dataset_of(id)
    try:
        ask("opendata_ua_moderation_withdraw", {"id": dataset["id"]})
    except tk.ValidationError as refusal:
        for words in sentences_of(refusal):
            tk.h.flash_error(words)
    else:
        tk.h.flash_success(
            tk._("The dataset is withdrawn from moderation: it can be changed again.")
        )
    return tk.redirect_to(f"{dataset['type']}.read", id=dataset["name"])


def _page(
    dataset: dict[str, Any],
    faults: dict[str, list[str]],
    *,
    incomplete: bool = False,
    typed: dict[str, str] | None = None,
) -> str:
    asked = {"id": dataset["id"], "look": True}
    found = ask("opendata_ua_checklist_show", asked)
    return tk.render(
        "opendata_ua/moderation/checklist.html",
        extra_vars={
            "pkg": dataset,
            "pkg_dict": dataset,
            "dataset_type": dataset["type"],
            "checklist": found,
            "faults": faults,
            "incomplete": incomplete,
            "typed": typed or {},
            "review": tk.h.opendata_ua_review(dataset),
        },
    )
