"""Pages of proposals for readers: reading and writing them, receipts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, make_response

from ckanext.opendata_ua.domain.files import CACHING
from ckanext.opendata_ua.domain.proposal import Kind
from ckanext.opendata_ua.views.asking import ask, context, dataset_of, words_of
from ckanext.opendata_ua.views.proposal.asking import PAGE, after, asked, chosen_of
from ckanext.opendata_ua.views.proposal.blueprint import opendata_ua_proposal

#: Of pages that open by a link alone: nobody else may learn, keep or index it.
SECRET = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    CACHING: "private, no-store",
}
FIELDS = ("kind", "text", "name", "email", "form", "homepage", "organization")


@opendata_ua_proposal.route("/proposals")
def listed() -> str:
    """List what readers have proposed, with a filter and the figures."""
    chosen = chosen_of("organization", "kind", "state")
    page = asked("opendata_ua_proposal_list", {**chosen, **after(), "limit": PAGE})
    return tk.render(
        "opendata_ua/proposal/list.html",
        extra_vars={
            **page,
            "chosen": chosen,
            "kinds": Kind,
            "organizations": _organizations(),
            "stats": ask("opendata_ua_proposal_stats", {}),
        },
    )


@opendata_ua_proposal.route("/dataset/<id>/proposals")
def of_dataset(id: str) -> str:
    """List what readers have proposed about one dataset."""
    dataset = dataset_of(id)
    wanted = {"id": dataset["id"], **after(), "limit": PAGE}
    return tk.render(
        "opendata_ua/proposal/of_dataset.html",
        extra_vars={**asked("opendata_ua_proposal_list", wanted), **_frame(dataset)},
    )


@opendata_ua_proposal.route("/proposals/new", methods=["GET", "POST"])
def new() -> Response:
    """Show the form, or take it in; a refusal keeps what was typed."""
    form: Mapping[str, str] = {}
    faults: dict[str, list[str]] = {}
    named = tk.request.values.get("dataset", "")
    dataset = dataset_of(named) if named else None
    if tk.request.method == "POST":
        form = tk.request.form.to_dict()
        data = {name: form[name] for name in FIELDS if form.get(name)}
        if dataset:
            data["id"] = dataset["id"]
        try:
            made = tk.get_action("opendata_ua_proposal_create")(context(), data)
            return _away(made["receipt"])
        except tk.ObjectNotFound as absent:
            tk.abort(404, str(absent))
        except tk.ValidationError as refusal:
            faults = words_of(refusal)
    proof = form.get("form") or ask("opendata_ua_proposal_form_show", {})["form"]
    page = tk.render(
        "opendata_ua/proposal/new.html",
        extra_vars={
            "dataset": dataset,
            "organizations": _organizations(),
            "form": form,
            "faults": faults,
            "proof": proof,
        },
    )
    response = make_response(page, 409 if faults else 200)
    response.headers[CACHING] = "private, no-store"
    return response


@opendata_ua_proposal.route("/proposals/receipt/<token>")
def receipt(token: str) -> Response:
    """Show whoever has the address what has become of the proposal."""
    try:
        found = tk.get_action("opendata_ua_proposal_show")(
            context(), {"receipt": token}
        )
    except tk.ObjectNotFound as absent:
        return _secret("dead", 404, words=str(absent))
    return _secret("receipt", 200, proposal=found)


@opendata_ua_proposal.route("/proposals/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> Response:
    """Confirm an address: by a button, since programs follow links in letters, too."""
    if tk.request.method == "GET":
        return _secret("confirm", 200, token=token, done=False)
    try:
        tk.get_action("opendata_ua_proposal_confirm")(context(), {"token": token})
    except tk.ObjectNotFound as absent:
        return _secret("dead", 404, words=str(absent))
    return _secret("confirm", 200, token=token, done=True)


def _secret(name: str, status: int, **values: Any) -> Response:
    page = tk.render(f"opendata_ua/proposal/{name}.html", extra_vars=values)
    response = make_response(page, status)
    for header, value in SECRET.items():
        response.headers[header] = value
    return response


def _away(address: str) -> Response:
    response = make_response("", 303)
    response.headers["Location"] = address
    for header, value in SECRET.items():
        response.headers[header] = value
    return response


def _organizations() -> list[dict[str, Any]]:
    return tk.get_action("organization_list")(
        {"ignore_auth": True}, {"all_fields": True, "include_dataset_count": False}
    )


def _frame(dataset: dict[str, Any]) -> dict[str, Any]:
    return {"pkg": dataset, "pkg_dict": dataset, "dataset_type": dataset["type"]}
