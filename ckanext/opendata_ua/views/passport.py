"""The passport of a dataset as a page to print and as files."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain.documents import WRITERS
from ckanext.opendata_ua.domain.package import record_of
from ckanext.opendata_ua.domain.passport import BodyRecord
from ckanext.opendata_ua.views.asking import context, dataset_of, language

__all__ = ["opendata_ua_passport"]

opendata_ua_passport = Blueprint("opendata_ua_passport", __name__)


@opendata_ua_passport.route("/dataset/<id>/passport")
def read(id: str) -> str:
    """Show the passport sheet; the browser prints it."""
    dataset = dataset_of(id)
    asked: Any = {**context(), "opendata_ua_shown": dataset}
    passport = tk.get_action("opendata_ua_passport_show")(
        asked,
        {"id": dataset["id"], "form": True, "lang": language()},
    )
    return tk.render(
        "opendata_ua/passport/read.html",
        extra_vars={
            "pkg": dataset,
            "pkg_dict": dataset,
            "dataset_type": dataset["type"],
            "passport": passport,
            "extensions": list(WRITERS),
        },
    )


@opendata_ua_passport.route("/dataset/<id>/passport.<extension>")
def download(id: str, extension: str) -> Response:
    """Send the passport as a file: json, csv, xml or docx."""
    writer = WRITERS.get(extension)
    if writer is None:
        known = ", ".join(WRITERS)
        tk.abort(
            404, tk._("The passport is offered only as: {known}.").format(known=known)
        )
    dataset = dataset_of(id)
    page = f"{config.site_url()}/dataset/{dataset['name']}"
    record = record_of(dataset, _body(dataset.get("owner_org")), page)
    content = writer.write(record, language(), purpose=config.passport_purpose_line())
    named = f'attachment; filename="{dataset["name"]}-passport.{extension}"'
    return Response(
        content,
        mimetype=writer.mimetype,
        headers={"Content-Disposition": named, "X-Content-Type-Options": "nosniff"},
    )


def _body(organization_id: str | None) -> BodyRecord | None:
    if not organization_id:
        return None
    shown = tk.get_action("opendata_ua_body_show")(context(), {"id": organization_id})
    shown.pop("findings")
    return BodyRecord(**shown)
