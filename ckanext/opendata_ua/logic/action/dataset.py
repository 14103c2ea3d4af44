"""Chained writes of datasets: what must be known before CKAN validates."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Action, Context, DataDict

from ckanext.opendata_ua import compat
from ckanext.opendata_ua.domain import dates, identifiers, keywords
from ckanext.opendata_ua.domain.dates import FileState
from ckanext.opendata_ua.logic import reading
from ckanext.opendata_ua.model.body import body_of

PASSPORT_TYPE = "dataset"


@tk.chained_action
def package_create(
    up_action: Action, context: Context, data_dict: DataDict
) -> dict[str, Any] | str:
    """Create a dataset; its keywords, name and responsible person are completed.

    See CKAN's ``package_create`` for parameters. ``name`` may be left out: it is made
    from the title (transliteration by resolution No 55 of 2010).
    """
    if data_dict.get("type") not in (None, "", PASSPORT_TYPE):
        return up_action(context, data_dict)
    if not _well_formed(data_dict):
        return up_action(context, data_dict)
    data = dict(data_dict)
    _settle_keywords(context, data, stored=())
    if not data.get("name"):
        data["name"] = _free_name(str(data.get("title") or ""))
    _take_responsible_person(data)
    context["opendata_ua_data_changed"] = dates.data_changed(  # type: ignore[typeddict-unknown-key]  # a key of ours
        None, (), _sent_files(data.get("resources") or ()), reading.now()
    )
    return up_action(context, data)


@tk.chained_action
def package_update(
    up_action: Action, context: Context, data_dict: DataDict
) -> dict[str, Any] | str:
    """Update a dataset; keywords are normalised, a change of its data is noticed.

    See CKAN's ``package_update`` for parameters.
    """
    named = data_dict.get("id") or data_dict.get("name")
    package = model.Package.get(named) if isinstance(named, str) else None
    if package is None or package.type != PASSPORT_TYPE:
        return up_action(context, data_dict)
    if not _well_formed(data_dict):
        return up_action(context, data_dict)
    data = dict(data_dict)
    _settle_keywords(context, data, stored=[tag.name for tag in package.get_tags()])
    before = _stored_files(package.resources)
    if "resources" in data:
        after = _sent_files(data["resources"] or ())
    else:
        after = before if compat.omitted_resources_are_kept() else ()
    context["opendata_ua_data_changed"] = dates.data_changed(  # type: ignore[typeddict-unknown-key]  # a key of ours
        dates.moment(package.extras.get("data_modified") or ""),
        before,
        after,
        reading.now(),
    )
    return up_action(context, data)


def _well_formed(data: Mapping[str, Any]) -> bool:
    """Tell whether the nested lists have their shape; if not, CKAN names the fault."""
    tags, files = data.get("tags") or [], data.get("resources") or []
    return (
        all(isinstance(nested, list) for nested in (tags, files))
        and all(isinstance(one, dict) for one in (*tags, *files))
        and all(isinstance(tag.get("name"), str) for tag in tags)
    )


def _settle_keywords(
    context: Context, data: dict[str, Any], stored: Sequence[str]
) -> None:
    """Replace ``tags`` and ``tag_string`` by one list of normalised ``tags``."""
    ours: dict[str, Any] = context  # type: ignore[assignment]  # keys of ours
    # A context serves several writes in a row; words of the last one are not of this.
    ours.pop("opendata_ua_keywords", None)
    if data.get("tags") is None and data.get("tag_string") is None:
        return
    tags, text = data.get("tags"), data.pop("tag_string", None)
    listed = None if tags is None else _free_tags(tags)
    typed = None if text is None else keywords.split(str(text))
    words = _meant(stored, listed, typed)
    # An old word that was not touched stays, whatever today's rule says of it.
    result = keywords.normalise(word for word in words if word not in stored)
    kept = dict.fromkeys([word for word in words if word in stored] + [*result.kept])
    data["tags"] = [{"name": word} for word in kept]
    data["tags"] += [tag for tag in tags or () if tag.get("vocabulary_id")]
    ours["opendata_ua_keywords"] = result
    ours["opendata_ua_notices"] = [
        tk._('The keyword "{before}" was saved as "{after}".').format(
            before=before, after=after
        )
        for before, after in result.changes
    ]


def _free_tags(tags: Iterable[Mapping[str, Any]]) -> list[str]:
    return [str(tag.get("name", "")) for tag in tags if not tag.get("vocabulary_id")]


def _meant(
    stored: Sequence[str], listed: list[str] | None, typed: list[str] | None
) -> list[str]:
    """Return the keywords a caller means who may have sent them twice.

    A dict read from ``package_show`` carries ``tags`` and ``tag_string``; the one that
    differs from what is stored is the one that was changed.
    """
    if listed is None or typed is None:
        return listed or typed or []
    if set(typed) == set(stored):
        return listed
    if set(listed) == set(stored):
        return typed
    return list(dict.fromkeys([*listed, *typed]))


def _free_name(title: str) -> str:
    """Return a name made from the title that no dataset has, or a UUID."""
    wanted = identifiers.slug(title)
    if len(wanted) < 2:
        return str(uuid.uuid4())
    names = {
        name
        for (name,) in model.Session.query(model.Package.name).filter(
            model.Package.name.like(f"{wanted}%")
        )
    }
    name, number = wanted, 2
    while name in names:
        name, number = f"{wanted}-{number}", number + 1
    return name


def _take_responsible_person(data: dict[str, Any]) -> None:
    """Fill an empty responsible person from the organization (element 16)."""
    if data.get("maintainer") or data.get("maintainer_email"):
        return
    named = data.get("owner_org")
    owner = model.Group.get(named) if isinstance(named, str) else None
    body = body_of(model.Session, owner.id) if owner else None
    if body:
        data["maintainer"] = body.responsible_name
        data["maintainer_email"] = body.responsible_email


def _stored_files(resources: Iterable[model.Resource]) -> tuple[FileState, ...]:
    return tuple(
        FileState(
            id=resource.id,
            url=_address(resource.url, resource.url_type),
            hash=resource.hash or "",
            size=resource.size,
            changed=dates.moment(str(resource.last_modified or "")),
            uploading=False,
        )
        for resource in resources
    )


def _sent_files(resources: Iterable[Mapping[str, Any]]) -> tuple[FileState, ...]:
    return tuple(
        FileState(
            id=str(resource.get("id") or ""),
            url=_address(resource.get("url"), resource.get("url_type")),
            hash=str(resource.get("hash") or ""),
            size=None,
            changed=dates.moment(str(resource.get("last_modified") or "")),
            uploading=bool(resource.get("upload")),
        )
        for resource in resources
    )


def _address(url: Any, url_type: Any) -> str:
    """Return the address of a file; of an uploaded one only its name.

    CKAN stores the name and shows the whole download address.
    """
    text = str(url or "")
    return text.rsplit("/", 1)[-1] if url_type == "upload" else text
