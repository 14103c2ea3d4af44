"""The register of datasets: its page, and the files of it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from flask import Blueprint, Response, current_app, g
from werkzeug.wrappers import Response as AnyResponse

from ckanext.opendata_ua.domain import files
from ckanext.opendata_ua.domain.register import LAYOUTS, MANDATED, OFFERS
from ckanext.opendata_ua.domain.register.html_writer import PREFIXES, SHOWN, row_writer
from ckanext.opendata_ua.logic.reader.register import (
    Busy,
    Page,
    Pieces,
    Reading,
    open_page,
    open_register,
    organizations,
)
from ckanext.opendata_ua.views.asking import context, language, sentences_of

__all__ = ["opendata_ua_register"]

#: In how many seconds a client may ask again when all readings are taken.
AGAIN = 5
#: Caches may keep a register, and have to ask whether it is the same still.
CACHING = "public, max-age=0, must-revalidate"

opendata_ua_register = Blueprint("opendata_ua_register", __name__)


@opendata_ua_register.route("/datasets-register")
def page() -> Response:
    """Show the register: searchable, in pages, with RDFa and Microdata."""
    asked = {
        name: value
        for name, value in tk.request.args.to_dict().items()
        if name in ("organization", "q", "sort", "after") and value
    }
    found: Page = _asked(open_page, asked)
    write = row_writer(found.url, _labels())
    holder = found.holder
    may_publish = holder is not None and tk.h.check_access(
        "opendata_ua_register_publish", {"organization": holder.id}
    )
    shown = tk.render(
        "opendata_ua/register/page.html",
        extra_vars={
            "asked": asked,
            "organizations": organizations(),
            "catalogue": found.url,
            "holder": holder,
            "next": found.next,
            "may_publish": may_publish,
            "already": _of_this_item(holder.id) if holder and may_publish else [],
            "may_load": not tk.current_user.is_anonymous
            and tk.h.check_access(
                "opendata_ua_register_import",
                {"organization": holder.id if holder else None},
            ),
            "prefixes": PREFIXES,
            "labels": _labels(),
            "rows": tk.literal("".join(map(write, found.rows))),
            "offers": [offer for offer in OFFERS.values() if offer.has_layouts],
            "plain_offers": [one for one in OFFERS.values() if not one.has_layouts],
            "layouts": list(LAYOUTS),
        },
    )
    return Response(shown)


def _of_this_item(organization: str) -> list[dict[str, Any]]:
    """Return public datasets of an organization that are registers by themselves."""
    which = f'+owner_org:"{organization}" +mandated_item:"{MANDATED}"'
    asked = {"fq": which, "rows": 10, "facet": "false"}
    try:
        return tk.get_action("package_search")({}, asked)["results"]
    except SearchError:  # the index is away: the register itself needs none
        return []


@opendata_ua_register.before_request
def ask_for_the_token() -> None:
    """Check that a form is one of ours; see the pages of moderation for why."""
    if current_app.config["WTF_CSRF_ENABLED"] and not g.get("login_via_auth_header"):
        current_app.extensions["csrf"].protect()


@opendata_ua_register.route("/datasets-register/publish", methods=["POST"])
def publish() -> AnyResponse:
    """Publish the register of an organization as a dataset, through moderation."""
    asked = {"organization": tk.request.form.get("organization") or ""}
    try:
        made = _asked(tk.get_action("opendata_ua_register_publish"), asked)
    except tk.NotAuthorized as refusal:
        return tk.abort(403, str(refusal))
    except Busy:
        return _busy()
    if made["refusal"]:
        tk.h.flash_notice(
            tk._(
                "The dataset is made, and not submitted yet: its checklist says what "
                "is missing."
            )
        )
        return tk.redirect_to("opendata_ua_moderation.checklist", id=made["name"])
    if made["created"]:
        tk.h.flash_success(
            tk._("The register is submitted to moderation as a dataset.")
        )
    return tk.redirect_to("dataset.read", id=made["name"])


@opendata_ua_register.route("/datasets-register.<file_format>")
def download(file_format: str) -> Response:
    """Send the register as a file, part by part, unless the client has it already."""
    if file_format not in OFFERS:
        words = tk._("The register is offered only as: {known}.")
        tk.abort(404, words.format(known=", ".join(OFFERS)))
    asked = {**tk.request.args.to_dict(), "format": file_format}
    reading: Reading = _asked(open_register, asked)
    response = Response()
    response.set_etag(reading.etag, weak=True)  # packed or not, it is the same
    response.last_modified = reading.changed
    response.make_conditional(tk.request)
    if response.last_modified:  # a second ahead after two changes within one
        response.last_modified = min(reading.changed, datetime.now(timezone.utc))
    response.headers.pop("Content-Length", None)  # of the body that there is not yet
    if tk.request.method == "HEAD":
        response.response = iter(())  # whose length nobody knows: not zero
    elif response.status_code == 200:
        try:
            _send(response, reading.start(last=True), packs=_packs(reading))
        except Busy:
            return _busy()
    response.headers["Content-Type"] = reading.offer.mimetype
    response.headers["Content-Disposition"] = (
        f'{_way(file_format)}; filename="{reading.name}"'
    )
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers[files.CACHING] = CACHING
    return response


def _way(extension: str) -> str:
    return "inline" if extension == "html" else "attachment"


def _packs(reading: Reading) -> bool:
    """Tell whether this client takes gzip, and it is worth it."""
    return not reading.offer.packed and tk.request.accept_encodings["gzip"] > 0


def _send(response: Response, pieces: Pieces, *, packs: bool) -> None:
    if packs:
        response.headers["Content-Encoding"] = "gzip"
        response.response = _packed(pieces)
    else:
        response.response = pieces


def _packed(pieces: Pieces) -> Iterator[bytes]:
    """Yield pieces as gzip; what there is of the first one leaves at once."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        yield packer.compress(next(pieces)) + packer.flush(zlib.Z_SYNC_FLUSH)
        for piece in pieces:
            if packed := packer.compress(piece):
                yield packed
        yield packer.flush()
    finally:
        pieces.close()


def _busy() -> Response:
    words = tk._("The register is being read by many now: ask again in some seconds.")
    headers = {"Retry-After": str(AGAIN), files.CACHING: "no-store"}
    return Response(words, 503, headers, content_type="text/plain; charset=utf-8")


def _asked(read: Any, asked: dict[str, Any]) -> Any:
    """Return what is read; a refusal ends the request in words."""
    try:
        return read(context(), asked)
    except tk.ObjectNotFound as absent:
        return tk.abort(404, str(absent))
    except tk.ValidationError as refusal:
        return tk.abort(400, " ".join(sentences_of(refusal)))


def _labels() -> dict[str, str]:
    """Return the headings of the page in its language."""
    lang = language()
    columns = {one.field: one for one in LAYOUTS["2019"].columns}
    return {field: columns[field].label(lang) for field in SHOWN}
