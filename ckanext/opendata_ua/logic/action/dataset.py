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
from ckanext.opendata_ua.logic import (
    door,
    file_verdicts,
    flat_resources,
    observation,
    reading,
    sent_files,
)
from ckanext.opendata_ua.logic.upload import NO_FILES, UPLOADS, ResourceFile
from ckanext.opendata_ua.model.body import body_of
from ckanext.opendata_ua.model.dataset import lock_package

PASSPORT_TYPE = "dataset"


@tk.chained_action
def package_create(
    up_action: Action, context: Context, data_dict: DataDict
) -> dict[str, Any] | str:
    """Create a dataset with its files; what the portal knows itself is completed.

    See CKAN's ``package_create`` for parameters. ``name`` may be left out: it is made
    from the title (transliteration by resolution No 55 of 2010). Files are sent at
    ``upload`` of a resource; over the API as multipart/form-data with keys
    ``resources__0__upload``, other keys of a resource likewise.
    """
    ours: dict[str, Any] = context  # type: ignore[assignment]  # keys of ours
    ours.pop(UPLOADS, None)
    ours.pop(NO_FILES, None)
    data = flat_resources.merged(data_dict, build=True)
    submit = tk.asbool(data.pop("opendata_ua_submit", False))
    door.begin(context, data)
    if not _well_formed(data):
        return up_action(context, data)
    _check_before_reading("package_create", context, data)
    files = sent_files.StoredFiles()
    resources = _settled(context, data.get("resources") or (), files)
    owner = data.get("owner_org")
    named = owner if isinstance(owner, str) else None
    verdict = file_verdicts.Sent(resources, files, named, public=False)
    _judge(context, data.get("type"), verdict)
    if resources:
        data["resources"] = resources
    if data.get("type") in (None, "", PASSPORT_TYPE):
        _settle_keywords(context, data, stored=())
        if not data.get("name"):
            data["name"] = _free_name(str(data.get("title") or ""))
        _take_responsible_person(data)
        sent = sent_files.states(resources, files)
        ours["opendata_ua_data_changed"] = dates.data_changed(
            None, (), sent, reading.now()
        )
    # CKAN makes no uploaders here; ``after_dataset_create`` has these store the files
    ours[UPLOADS] = [ResourceFile(one) for one in resources]
    ours[NO_FILES] = not any(one.file for one in ours[UPLOADS])
    made = up_action(context, data)
    return _submitted(context, made) if submit else made


@tk.chained_action
def package_update(
    up_action: Action, context: Context, data_dict: DataDict
) -> dict[str, Any] | str:
    """Update a dataset and its files; keywords are normalised, new data are noticed.

    See CKAN's ``package_update`` for parameters, and ``package_create`` for files. Two
    updates of one dataset follow each other: the row is locked before it is read.
    """
    ours: dict[str, Any] = context  # type: ignore[assignment]  # keys of ours
    ours.pop(NO_FILES, None)
    package = door.locked(data_dict)
    data = flat_resources.merged(data_dict)
    submit = tk.asbool(data.pop("opendata_ua_submit", False))
    if package is not None:
        door.keep(context, data, package)
    if package is None or not _well_formed(data):
        return up_action(context, data)
    # as CKAN asks: it tells groups that a dataset is in already from new ones
    asked: Any = {**context, "package": package}
    _check_before_reading("package_update", asked, {**data, "id": package.id})
    files = sent_files.StoredFiles.of(package)
    if "resources" in data:
        data["resources"] = _settled(context, data["resources"] or (), files)
        public = door.is_public(package)
        verdict = file_verdicts.Sent(
            data["resources"], files, package.owner_org, public
        )
        _judge(context, package.type, verdict)
    ours[NO_FILES] = not files.versions and not sent_files.arrive(data)
    if package.type == PASSPORT_TYPE:
        _settle_keywords(context, data, stored=[tag.name for tag in package.get_tags()])
        _notice_new_data(context, package, data, files)
    changed = up_action(context, data)
    return _submitted(context, changed) if submit else changed


@tk.chained_action
def package_patch(
    up_action: Action, context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Change parts of a dataset; ``resources__N__field`` are parts of its files.

    See CKAN's ``package_patch`` for parameters.
    """
    fields = flat_resources.fields_of(data_dict)
    named = data_dict.get("id")
    if not fields or not isinstance(named, str):
        return up_action(context, data_dict)
    tk.check_access("package_patch", context, data_dict)
    lock_package(model.Session, named)
    shown = tk.get_action("package_show")(tk.fresh_context(context), {"id": named})
    return up_action(context, flat_resources.patched(data_dict, shown["resources"]))


def _submitted(context: Context, saved: dict[str, Any] | str) -> dict[str, Any] | str:
    """Submit what was just saved; a refusal stands beside the saved draft.

    The draft exists: an error alone would make a script send it a second time.
    """
    id_ = saved if isinstance(saved, str) else saved["id"]
    fresh = tk.fresh_context(context)
    refusal: dict[str, Any] = {}
    try:
        tk.get_action("opendata_ua_moderation_submit")(fresh, {"id": id_})
    except tk.ValidationError as error:
        refusal = {"opendata_ua_refusal": error.error_dict}
    if isinstance(saved, str):
        return saved
    shown = tk.get_action("package_show")(tk.fresh_context(context), {"id": id_})
    return {**shown, **refusal}


def _judge(context: Context, package_type: Any, sent: file_verdicts.Sent) -> None:
    """Refuse files that may never be published here, or note that somebody would."""
    if door.is_watched(package_type):
        file_verdicts.refuse_forbidden(sent)
    else:
        observation.add(context, lambda: file_verdicts.forbidden_codes(sent))


def _check_before_reading(name: str, context: Context, data: DataDict) -> None:
    """Ask for the right to write before the first byte of a file is read."""
    if sent_files.bring_files(data.get("resources") or ()):
        tk.check_access(name, context, data)


def _settled(
    context: Context, resources: Iterable[dict[str, Any]], files: sent_files.StoredFiles
) -> list[dict[str, Any]]:
    copies = [dict(resource) for resource in resources]
    sent_files.settle(context, copies, files)
    return copies


def _notice_new_data(
    context: Context,
    package: model.Package,
    data: Mapping[str, Any],
    files: sent_files.StoredFiles,
) -> None:
    before = files.states
    if "resources" in data:
        after = sent_files.states(data["resources"], files)
    else:
        after = before if compat.omitted_resources_are_kept() else ()
    context["opendata_ua_data_changed"] = dates.data_changed(  # type: ignore[typeddict-unknown-key]  # a key of ours
        dates.moment(package.extras.get("data_modified") or ""),
        before,
        after,
        reading.now(),
    )


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
    names = set(identifiers.RESERVED) | {
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
