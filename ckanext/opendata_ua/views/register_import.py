"""Bringing a register: send a file, look what would become of it, make the drafts."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from ckanext.opendata_ua.domain.formulas import harmless
from ckanext.opendata_ua.domain.register import LAYOUTS
from ckanext.opendata_ua.domain.register.matching import Outcome
from ckanext.opendata_ua.views.asking import (
    ask,
    ask_for_the_token,
    ask_to_sign_in,
    context,
    keep_nowhere,
    language,
    words_of,
)
from ckanext.opendata_ua.views.spreadsheet import send_rows

__all__ = ["opendata_ua_register_import"]

opendata_ua_register_import = Blueprint("opendata_ua_register_import", __name__)

#: Rows of the table on one page.
ROWS = 100
#: Seconds after which the page of a running import looks again.
AGAIN = 5
DIFFERENCES = ("kind", "row", "name", "title", "field", "file", "portal")


opendata_ua_register_import.before_request(ask_to_sign_in)
opendata_ua_register_import.before_request(ask_for_the_token)
opendata_ua_register_import.after_request(keep_nowhere)


@opendata_ua_register_import.route("/datasets-register/import")
def choose() -> str:
    """Show the form: a file and an organization."""
    return _form(tk.request.args.get("organization", ""), {})


@opendata_ua_register_import.route("/datasets-register/import", methods=["POST"])
def send() -> AnyResponse | tuple[str, int]:
    """Keep what was sent, and show what would become of it."""
    named = tk.request.form.get("organization", "")
    asked = {"organization": named, "upload": tk.request.files.get("upload")}
    try:
        kept = ask("opendata_ua_register_import_keep", asked)
    except tk.ValidationError as refusal:
        return _form(named, words_of(refusal)), 409
    return tk.redirect_to(
        "opendata_ua_register_import.look", import_id=kept["import_id"]
    )


@opendata_ua_register_import.route("/datasets-register/import/<import_id>")
def look(import_id: str) -> Response:
    """Show what would become of each row, or how far the drafts are."""
    given = tk.request.args
    outcome = given.get("outcome", "")
    after = given.get("after", "")
    asked = {
        "import_id": import_id,
        "outcome": outcome if outcome in [one.value for one in Outcome] else "",
        "after": int(after) if after.isdecimal() and len(after) < 9 else 0,
        "limit": ROWS,
    }
    found = ask("opendata_ua_register_import_show", asked)
    running = found["state"] in ("waiting", "running")
    page = tk.render(
        "opendata_ua/register_import/read.html",
        extra_vars={
            "found": found,
            "running": running,
            "outcome": asked["outcome"],
            "after": asked["after"],
            "labels": _labels(),
            "words": _outcomes(),
        },
    )
    response = Response(page)
    if running:  # without scripts, too
        response.headers["Refresh"] = str(AGAIN)
    return response


@opendata_ua_register_import.route(
    "/datasets-register/import/<import_id>", methods=["POST"]
)
def apply(import_id: str) -> AnyResponse:
    """Make the drafts, at once or by a job."""
    found = ask("opendata_ua_register_import_apply", {"import_id": import_id})
    if found["state"] == "done":
        tk.h.flash_success(
            tk.ungettext(
                "{number} draft is made.",
                "{number} drafts are made.",
                found["created"],
            ).format(number=found["created"])
        )
    return tk.redirect_to("opendata_ua_register_import.look", import_id=import_id)


@opendata_ua_register_import.route(
    "/datasets-register/import/<import_id>/differences.csv"
)
def differences(import_id: str) -> Response:
    """Send where the file and the portal differ."""
    found = ask("opendata_ua_register_compare", {"import_id": import_id})
    rows = (
        ["" if one[key] is None else harmless(str(one[key])) for key in DIFFERENCES]
        for one in found["differences"]
    )
    return send_rows(DIFFERENCES, rows, "differences.csv")


def _form(organization: str, errors: dict[str, list[str]]) -> str:
    where = tk.get_action("organization_list_for_user")(
        context(), {"permission": "create_dataset"}
    )
    if not where:
        tk.abort(403, tk._("Registers are brought by editors of an organization."))
    return tk.render(
        "opendata_ua/register_import/choose.html",
        extra_vars={
            "organizations": sorted(where, key=lambda one: one["display_name"]),
            "organization": organization,
            "errors": errors,
        },
    )


def _labels() -> dict[str, str]:
    """Return the headings of the register in the language of the page."""
    lang = language()
    return {one.field: one.label(lang) for one in LAYOUTS["2019"].columns}


def _outcomes() -> dict[str, str]:
    """Return what becomes of rows, in words."""
    return {
        Outcome.CREATED.value: tk._("a draft will be made"),
        Outcome.MATCHED.value: tk._("is here already"),
        Outcome.CONFLICT.value: tk._("is here and differs"),
        Outcome.INVALID.value: tk._("cannot be made"),
    }
