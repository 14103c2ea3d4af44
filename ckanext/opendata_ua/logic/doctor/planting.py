"""Planting a canary through the real actions, and removing it without a trace."""

from __future__ import annotations

import hashlib
import io
import logging
import secrets
import uuid
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search
from ckan.types import Context
from werkzeug.datastructures import FileStorage

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain.doctor import Canary, words
from ckanext.opendata_ua.model import canary as rows
from ckanext.opendata_ua.model.file_version import FileVersion

log = logging.getLogger(__name__)

#: Fields of a dataset that hold a text, an address of mail, an address of the web.
TEXTS = ("title", "notes", "author", "maintainer", "version")
MAILS = ("author_email", "maintainer_email")
PLACES = (
    *(*TEXTS, *MAILS, "name", "url", "tag"),
    *("file_name", "file_body", "file_title", "file_description", "format"),
    *("link_url", "link_title", "link_description"),
    *("view_title", "view_description", "record", "column", "alias"),
)
#: What readers do not get of a suspended dataset.
OF_FILES = frozenset(PLACES[PLACES.index("file_name") :]) | {"sha256"}
#: How often a dataset is sent again without the fields that this portal refuses.
ATTEMPTS = 4
VIEWS = ("text_view", "datatables_view", "recline_view", "image_view")


def new_run() -> str:
    """Return digits that all canaries of a run share."""
    return secrets.token_hex(4)


def plant(
    context: Context, run: str, name: str, base: Mapping[str, Any], group: str = ""
) -> Canary:
    """Create a hidden dataset with a word in every place, and return it.

    :param context: of whoever creates it; what makes it public is the caller's
    :param name: what reports call it
    :param base: fields that the portal demands: the holder, choices from lists
    :param group: id of a group to which it shall belong
    :raises tk.ValidationError: when this portal takes no such dataset
    """
    own, id_ = secrets.token_hex(2), str(uuid.uuid4())
    texts = _texts_of(str(base.get("type", "dataset")))
    told = words(run, own, (*PLACES, *texts))
    content = _content(told)
    sha256 = hashlib.sha256(content).hexdigest()
    left: dict[str, Any] = {"id": id_, "resources": [], "hashes": [sha256]}
    stem = told["title"][:-2]
    rows.record(model.Session, stem, left)
    model.Session.commit()
    made = _create(context, _dataset(id_, told, texts, content, base))
    file, link = (one["id"] for one in made["resources"])
    left |= {"id": made["id"], "resources": [file, link]}
    rows.record(model.Session, stem, left)
    model.Session.commit()
    view = _dress(context, made["id"], file, told, group)
    values = {
        "id": made["id"],
        "name": told["name"],
        "resource_id": file,
        "link_id": link,
        "file_name": f"{told['file_name']}.csv",
        "file_title": told["file_title"],
        "sha256": sha256,
        "tag": told["tag"],
        "format": told["format"],
        "alias": told["alias"],
        "near": told["title"][:-1],
    }
    told |= {"id": made["id"], "file_id": file, "sha256": sha256}
    if view:
        values["view_id"] = told["view_id"] = view
    return Canary(name, told, values)


def _dataset(
    id_: str,
    told: Mapping[str, str],
    texts: Iterable[str],
    content: bytes,
    base: Mapping[str, Any],
) -> dict[str, Any]:
    keywords = ", ".join(filter(None, (base.get("tag_string"), told["tag"])))
    shared = {"resource_type": "data", "data_actual_date": "2026-01-01"}
    file: dict[str, Any] = {
        "name": told["file_title"],
        "description": told["file_description"],
        "format": told["format"],
        **shared,
    }
    if config.uploads_are_on():
        stream = io.BytesIO(content)
        file["upload"] = FileStorage(stream, filename=f"{told['file_name']}.csv")
    else:
        file["url"] = f"https://canary.example/{told['file_name']}.csv"
    return {
        "state": "draft",
        **base,
        "id": id_,
        **{name: told[name] for name in (*TEXTS, "name", *texts)},
        **{name: f"{told[name]}@canary.example" for name in MAILS},
        "url": f"https://canary.example/{told['url']}",
        "tag_string": keywords,
        "resources": [
            file,
            {
                "url": f"https://canary.example/{told['link_url']}.csv",
                "name": told["link_title"],
                "description": told["link_description"],
                "format": "CSV",
                **shared,
            },
        ],
    }


def _content(told: Mapping[str, str]) -> bytes:
    return f"a,b\n1,{told['file_body']}\n".encode()


def _texts_of(dataset_type: str) -> list[str]:
    """Return further fields of this portal's datasets that hold any text."""
    try:
        shown = tk.get_action("scheming_dataset_schema_show")(
            {"ignore_auth": True}, {"type": dataset_type}
        )
    except (KeyError, tk.ObjectNotFound):
        return []
    known = {*PLACES, *MAILS, "tag_string", "owner_org"}
    closed = {"choices", "choices_helper", "repeating_subfields"}
    return [
        one["field_name"]
        for one in shown["dataset_fields"]
        if one["field_name"] not in known
        and not closed & one.keys()
        and not {"system", "date"} & {*str(one.get("preset", "")).split("_")}
    ]


def _create(context: Context, data: dict[str, Any]) -> dict[str, Any]:
    """Create the dataset, by and by without the fields that are refused."""
    for _attempt in range(ATTEMPTS):
        try:
            asking: Any = {**context}
            return tk.get_action("package_create")(asking, data)
        except tk.ValidationError as refusal:
            model.Session.rollback()
            rest = _without(data, refusal.error_dict)
            if rest == data:
                raise
            data = rest
    return tk.get_action("package_create")({**context}, data)


def _without(
    data: Mapping[str, Any], refused: MutableMapping[str, Any]
) -> dict[str, Any]:
    kept = {key: value for key, value in data.items() if key not in refused}
    resources = refused.get("resources")
    if isinstance(resources, list):
        sent = data["resources"]
        kept["resources"] = [
            {key: value for key, value in one.items() if key not in wrong}
            for one, wrong in zip(sent, [*resources, {}, {}], strict=False)
        ]
    return kept


def _dress(
    context: Context, id_: str, file: str, told: Mapping[str, str], group: str
) -> str | None:
    """Put words into what belongs to a dataset; return the id of its view, if any."""
    view = None
    for kind in VIEWS:
        if kind in config.plugins() and view is None:
            data = {"resource_id": file, "view_type": kind, "title": told["view_title"]}
            described = {**data, "description": told["view_description"]}
            view = tk.get_action("resource_view_create")({**context}, described)["id"]
    if "datastore" in config.plugins():
        tk.get_action("datastore_create")(
            {**context},
            {
                "resource_id": file,
                "force": True,
                "aliases": [told["alias"]],
                "fields": [{"id": "a", "type": "text"}, {"id": told["column"]}],
                "records": [{"a": "1", told["column"]: told["record"]}],
            },
        )
    if group:
        tk.get_action("member_create")(
            {**context},
            {"id": group, "object": id_, "object_type": "package", "capacity": ""},
        )
    return view


def remove(stem: str, left: Mapping[str, Any]) -> None:
    """Remove all that a canary leaves; repeating it, or going on with it, does no harm.

    :param stem: how all its words begin
    :param left: as it was recorded: ``id``, ``resources``, ``hashes``
    """
    session, id_ = model.Session, left["id"]
    package = model.Package.get(id_)
    if package is not None:
        known = {one.id for one in package.resources_all} | set(left["resources"])
        left = {**left, "resources": sorted(known)}
        rows.record(session, stem, dict(left))
        FileVersion.forget_package(session, id_)
        session.commit()
        tk.get_action("dataset_purge")({"ignore_auth": True}, {"id": id_})
    search.clear(id_)
    rows.forget_traces(session, stem, dict(left))
    session.commit()
    tk.get_action("opendata_ua_publication_erase")(
        {"ignore_auth": True},
        {
            "key": stem,
            "id": id_,
            "resources": left["resources"],
            "hashes": left["hashes"],
        },
    )
    rows.forget(session, stem)
    session.commit()
    session.remove()
