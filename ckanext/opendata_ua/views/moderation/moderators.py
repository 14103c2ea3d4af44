"""Who moderates what: the page of the portal's administrators."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response

from ckanext.opendata_ua.views.asking import ask, words_of
from ckanext.opendata_ua.views.moderation.blueprint import opendata_ua_moderation

HERE = "opendata_ua_moderation.moderators"


@opendata_ua_moderation.route("/moderation/moderators")
def moderators() -> str:
    """Show who moderates each organization, and the form to name somebody."""
    return _page({}, {})


@opendata_ua_moderation.route("/moderation/moderators", methods=["POST"])
def name_moderator() -> str | Response | tuple[str, int]:
    """Name a moderator; a refusal keeps what was typed."""
    sent = _sent()
    try:
        told = ask("opendata_ua_moderator_add", sent)
    except tk.ValidationError as refusal:
        return _page(sent, words_of(refusal)), 409
    words = (
        tk._("{name} is a moderator now.")
        if told["added"]
        else tk._("{name} has been a moderator here already: nothing has changed.")
    )
    tk.h.flash_success(words.format(name=told["title"]))
    if not told["has_email"]:
        words = tk._(
            "{name} has no e-mail address, so no letter about waiting datasets reaches "
            "them: add one in the settings of their account."
        )
        tk.h.flash_notice(words.format(name=told["title"]))
    return tk.redirect_to(HERE)


@opendata_ua_moderation.route("/moderation/moderators/remove", methods=["POST"])
def remove_moderator() -> str | Response | tuple[str, int]:
    """Take the duty from a moderator."""
    try:
        told = ask("opendata_ua_moderator_remove", _sent())
    except tk.ValidationError as refusal:
        return _page({}, words_of(refusal)), 409
    words = tk._("{name} does not moderate here any more.")
    tk.h.flash_success(words.format(name=told["title"]))
    return tk.redirect_to(HERE)


def _sent() -> dict[str, str]:
    form = tk.request.form
    return {key: form.get(key, "").strip() for key in ("user", "organization")}


def _page(typed: dict[str, str], faults: dict[str, list[str]]) -> str:
    named = ask("opendata_ua_moderator_list", {})
    bodies = ask("organization_list_for_user", {"permission": "admin"})
    everywhere = [one for one in named if one["organization"] is None]
    people = {one["user"] for one in everywhere if one["active"]}
    bodies = sorted(bodies, key=lambda body: body["display_name"])
    return tk.render(
        "opendata_ua/moderation/moderators.html",
        extra_vars={
            "everywhere": everywhere,
            "bodies": [_body(body, named, people) for body in bodies],
            "typed": typed,
            "faults": faults,
        },
    )


def _body(
    body: dict[str, Any], named: list[dict[str, Any]], everywhere: set[str]
) -> dict[str, Any]:
    """Return an organization with its moderators, and how many may decide."""
    own = [one for one in named if one["organization"] == body["name"]]
    able = everywhere | {one["user"] for one in own if one["active"]}
    return {
        "name": body["name"],
        "title": body["display_name"],
        "moderators": own,
        "able": len(able),
    }
