"""Forms of the checklist: answering for a finding."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.opendata_ua.views.asking import (
    ask,
    ask_for_the_token,
    ask_to_sign_in,
    dataset_of,
    words_of,
)

opendata_ua_checklist = Blueprint("opendata_ua_checklist", __name__)
opendata_ua_checklist.before_request(ask_for_the_token)
opendata_ua_checklist.before_request(ask_to_sign_in)


@opendata_ua_checklist.route("/dataset/<id>/checklist/acknowledge", methods=["POST"])
def acknowledge(id: str) -> Response:
    """Answer for a finding with a word why it stays."""
    dataset = dataset_of(id)
    sent = {key: tk.request.form.get(key, "") for key in ("finding_id", "ground")}
    try:
        ask("opendata_ua_finding_acknowledge", sent)
    except tk.ValidationError as refusal:
        for words in words_of(refusal).values():
            tk.h.flash_error(" ".join(words))
    else:
        tk.h.flash_success(
            tk._("It stands in the way no longer; the moderator reads your words.")
        )
    anchor = sent["finding_id"].rpartition(".")[2]
    return tk.redirect_to(
        "opendata_ua_moderation.checklist",
        id=dataset["name"],
        _anchor=f"finding-{anchor}",
    )


@opendata_ua_checklist.route(
    "/dataset/<id>/resource/<resource_id>/utf8", methods=["POST"]
)
def utf8(id: str, resource_id: str) -> Response:
    """Replace a text file by its copy in UTF-8."""
    dataset = dataset_of(id)
    try:
        ask("opendata_ua_file_recode", {"resource_id": resource_id})
    except tk.ValidationError as refusal:
        for words in words_of(refusal).values():
            tk.h.flash_error(" ".join(words))
    else:
        tk.h.flash_success(
            tk._("The file is in UTF-8 now; its former version is kept beside it.")
        )
    return tk.redirect_to("opendata_ua_moderation.checklist", id=dataset["name"])
