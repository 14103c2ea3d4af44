"""Pages of publication: what readers get of a dataset that was stopped, its forms.

Before any page about a dataset one question is asked: whether its publication was
stopped. So a new page of CKAN, or of a plugin, is closed like all the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, make_response
from werkzeug.wrappers import Response as AnyResponse

from ckanext.opendata_ua.domain.files import CACHING
from ckanext.opendata_ua.logic.reader.file import StoreError
from ckanext.opendata_ua.logic.reader.publication import open_preview
from ckanext.opendata_ua.views.asking import (
    ask,
    ask_for_the_token,
    context,
    dataset_of,
    words_of,
)
from ckanext.opendata_ua.views.file import send

__all__ = ["opendata_ua_publication"]

opendata_ua_publication = Blueprint("opendata_ua_publication", __name__)
opendata_ua_publication.before_request(ask_for_the_token)

#: Of pages that open by a link alone: nobody else may learn, keep or index it.
SECRET = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    CACHING: "private, no-store",
}
STEPS = ("suspend", "resume", "withdraw", "decline")


@opendata_ua_publication.before_app_request
def keep_closed() -> Response | None:
    """Answer readers of a stopped dataset why, at every address it has."""
    asked = _asked_about()
    if asked is None:
        return None
    try:
        told = tk.get_action("opendata_ua_publication_show")(context(), asked)
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
    if told["sees_files"] or told["state"] == "public":
        return None
    if told["state"] == "withdrawn":
        return _closed("opendata_ua/publication/gone.html", told, 410)
    if "resource_id" in (tk.request.view_args or {}):
        return _closed("opendata_ua/publication/closed.html", told, 403)
    return None


def _asked_about() -> dict[str, str] | None:
    """Return which dataset or file a request for a page is about, or None."""
    if tk.request.method not in ("GET", "HEAD") or not tk.request.url_rule:
        return None
    arguments: Mapping[str, Any] = tk.request.view_args or {}
    rule = tk.request.url_rule.rule
    if rule.startswith("/dataset/preview/"):
        return None
    if rule.startswith("/dataset/") or "package_type" in arguments:
        named = arguments.get("id") or arguments.get("_id")
        if named and "\x00" in named:  # which CKAN would ask the database for
            return tk.abort(404, tk._("There is no such dataset."))
        return {"id": named} if named else None
    if rule.startswith("/datastore/") and "resource_id" in arguments:
        return {"resource_id": arguments["resource_id"]}
    return None


def _closed(template: str, told: dict[str, Any], status: int) -> Response:
    response = make_response(tk.render(template, extra_vars={"told": told}), status)
    response.headers[CACHING] = "no-store"
    return response


@opendata_ua_publication.after_request
def keep_nowhere(response: Response) -> Response:
    """Forbid browsers and proxies to keep what only this person may see."""
    response.headers.setdefault(CACHING, "private, no-store")
    return response


@opendata_ua_publication.route("/moderation/requests")
def requests() -> str:
    """Show moderators what publishers ask for, and what is stopped."""
    return tk.render(
        "opendata_ua/publication/requests.html",
        extra_vars={
            "asked": ask("opendata_ua_publication_list", {"asked": True}),
            "stopped": ask("opendata_ua_publication_list", {}),
        },
    )


@opendata_ua_publication.route("/dataset/<id>/publication")
def manage(id: str) -> str:
    """Show where a publication stands, with the forms of all steps."""
    return _page(_dataset(id))


@opendata_ua_publication.route("/dataset/<id>/publication/<step>", methods=["POST"])
def take(id: str, step: str) -> AnyResponse | tuple[str, int]:
    """Take a step, or ask for it; a refusal keeps what was typed."""
    if step not in STEPS:
        tk.abort(404, tk._("There is no such step."))
    dataset, form = _dataset(id), tk.request.form.to_dict()
    names = ("reason", "until", "title", "personal_data")
    data = {name: form[name] for name in names if name in form}
    faults: dict[str, list[str]] = {}
    if step == "withdraw" and "confirmed" not in form:
        words = tk._("Confirm that the publication shall end: there is no way back.")
        faults = {"confirmed": [words]}
    try:
        if not faults:
            name = f"opendata_ua_publication_{step}"
            case = tk.get_action(name)(context(), {**data, "id": dataset["id"]})
            return _done(step, case)
    except tk.NotAuthorized as refusal:
        tk.abort(403, str(refusal))
    except tk.ValidationError as refusal:
        faults = words_of(refusal)
    return _page(dataset, step=step, form=form, faults=faults), 409


@opendata_ua_publication.route("/dataset/<id>/publication/link", methods=["POST"])
def link(id: str) -> str:
    """Make a link for a preview; it is shown once, on the page that answers."""
    dataset = _dataset(id)
    days = tk.request.form.get("days") or "7"
    try:
        made = ask(
            "opendata_ua_moderation_preview_create",
            {"id": dataset["id"], "days": days},
        )
    except tk.ValidationError:
        tk.abort(400, tk._("Write the number of days as digits."))
    return _page(dataset, link=made)


@opendata_ua_publication.route(
    "/dataset/<id>/publication/link/<preview_id>", methods=["POST"]
)
def revoke(id: str, preview_id: str) -> AnyResponse:
    """Revoke a link."""
    ask("opendata_ua_moderation_preview_revoke", {"preview_id": preview_id})
    tk.h.flash_success(tk._("The link opens nothing any more."))
    return tk.redirect_to("opendata_ua_publication.manage", id=id)


@opendata_ua_publication.route("/dataset/preview/<token>")
def preview(token: str) -> Response:
    """Show a dataset to whoever has the link, with an account or without."""
    try:
        told = tk.get_action("opendata_ua_moderation_preview_show")(
            context(), {"token": token}
        )
    except tk.ObjectNotFound as absent:
        return _dead(absent)
    page = tk.render(
        "opendata_ua/publication/preview.html", extra_vars={**told, "token": token}
    )
    response = make_response(page)
    response.headers.extend(SECRET)
    return response


@opendata_ua_publication.route("/dataset/preview/<token>/file/<resource_id>")
def preview_file(token: str, resource_id: str) -> Response:
    """Send a file of a dataset to whoever has the link."""
    try:
        body = open_preview(context(), {"token": token, "resource_id": resource_id})
    except tk.ObjectNotFound as absent:
        return _dead(absent)
    except StoreError:
        return tk.abort(503, tk._("The file cannot be read now: try again later."))
    response = send(body)
    for name, value in SECRET.items():
        response.headers[name] = value
    return response


def _dead(absent: tk.ObjectNotFound) -> Response:
    page = tk.render(
        "opendata_ua/publication/dead.html", extra_vars={"words": str(absent)}
    )
    response = make_response(page, 404)
    response.headers.extend(SECRET)
    return response


def _page(
    dataset: dict[str, Any],
    *,
    step: str = "",
    form: Mapping[str, str] | None = None,
    faults: Mapping[str, list[str]] | None = None,
    link: dict[str, Any] | None = None,
) -> str:
    one = {"id": dataset["id"]}
    links = ask("opendata_ua_moderation_preview_list", one)
    told = tk.h.opendata_ua_publication(dataset)
    return tk.render(
        "opendata_ua/publication/manage.html",
        extra_vars={
            "pkg": dataset,
            "pkg_dict": dataset,
            "dataset_type": dataset["type"],
            "told": told,
            "decides": tk.h.check_access("opendata_ua_publication_decline", one),
            "step": step,
            "form": form or {},
            "faults": faults or {},
            "links": links,
            "link": link,
        },
    )


def _done(step: str, case: dict[str, Any]) -> AnyResponse:
    dataset, told = case["dataset"], case["publication"]
    words = {
        "suspend": tk._("The dataset is suspended: readers get no files."),
        "resume": tk._("The dataset is resumed: readers get its files again."),
        "withdraw": tk._("The publication of the dataset has ended."),
        "decline": tk._("The request is declined."),
    }[step]
    if told["asked"]:
        words = tk._("The moderators are asked. You will get a letter.")
    tk.h.flash_success(words)
    return tk.redirect_to("opendata_ua_publication.manage", id=dataset["id"])


def _dataset(id: str) -> dict[str, Any]:
    """Return a dataset whose publication this person has a say in."""
    dataset = dataset_of(id)
    if not tk.h.check_access("opendata_ua_publication_suspend", {"id": dataset["id"]}):
        words = tk._("Only moderators and publishers of this dataset may do this.")
        return tk.abort(403, words)
    return dataset
