"""Files of the portal on their way into the store, and back to CKAN's own layout.

One call moves the file of one resource, under the lock of its dataset, with one commit:
the portal runs meanwhile, and whatever dies, repeating the command ends the work.
"""

from __future__ import annotations

import logging
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import magic
from ckan import model
from ckan.lib import search
from ckan.types import Context, DataDict

from ckanext.opendata_ua import compat
from ckanext.opendata_ua.adapters.file_store import Staged, StoreError, digest
from ckanext.opendata_ua.domain import files
from ckanext.opendata_ua.logic import checks
from ckanext.opendata_ua.logic.schema import files_care as schema
from ckanext.opendata_ua.logic.store import store
from ckanext.opendata_ua.model import file_care
from ckanext.opendata_ua.model.file_version import FileVersion, lock_blob

log = logging.getLogger(__name__)

SNIFFED = 4096  # bytes libmagic looks at


@tk.side_effect_free
def opendata_ua_files_movable(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List resources that have a file of their own, by id.

    :param after: go on after this id; the answer's ``next``
    :param limit: how many, 100 if not given

    :returns: ``{"resources": [ids], "next", "total"}``; ``next`` is None at the end
    """
    tk.check_access("opendata_ua_files_movable", context, data_dict)
    data = _valid(schema.movable(), context, data_dict)
    ids = file_care.uploads(model.Session, data["after"], data["limit"])
    return {
        "resources": ids,
        "next": ids[-1] if len(ids) == data["limit"] else None,
        "total": file_care.count_uploads(model.Session),
    }


def opendata_ua_files_move(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Move the file of one resource into the store, or back to CKAN's own place.

    Into the store: the file becomes a version, current unless a newer one is; the
    original is removed after the commit. Back: CKAN's own place gets the bytes of the
    current version, and the versions stay until they are forgotten.

    ``metadata_modified`` stays: the data did not change.

    :param resource_id: id of a resource
    :param to: ``store`` or ``ckan``
    :param keep: leave the original where it is (into the store)
    :param forget: remove all versions of the resource (back): readers get CKAN's own
        file from then on
    :param dry_run: only tell

    :returns: ``{"resource_id", "outcome", "size"}``; the outcome is ``moved``, ``done``
        (there was nothing to do) or ``missing`` (there are no bytes to move)
    """
    tk.check_access("opendata_ua_files_move", context, data_dict)
    data = _valid(schema.move(), context, data_dict)
    move = _into_store if data["to"] == "store" else _back
    try:
        outcome = move(data)
    except (StoreError, OSError) as error:
        raise tk.ValidationError({"files": [str(error)]}) from error
    finally:
        model.Session.rollback()  # ends the locks of what was not committed
    return {"resource_id": data["resource_id"], **vars(outcome)}


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    outcome: str
    size: int = 0  # bytes


def _into_store(data: dict[str, Any]) -> Outcome:
    session = model.Session
    resource: Any = file_care.locked_resource(session, data["resource_id"])
    if resource is None or resource.url_type != "upload":
        return Outcome("done")  # purged, or made a link, meanwhile
    found = compat.classic_file(resource.id)
    current = FileVersion.current_of(session, resource.id)
    if not compat.classic_exists(found):
        return Outcome("done" if current else "missing")
    if data["dry_run"]:
        return Outcome("moved")
    staged = store().stage(compat.ClassicStream(found))
    _keep_version(staged, resource, current)
    package_id = resource.package_id
    session.commit()
    _index(package_id)
    if not data["keep"]:
        compat.classic_remove(found)
    return Outcome("moved", staged.size)


def _keep_version(staged: Staged, resource: Any, current: FileVersion | None) -> None:
    """Make a file a version of its resource, once however often it is moved.

    A resource that has a current version had its file replaced since the extension
    came: the original is an older version.
    """
    session = model.Session
    lock_blob(session, staged.sha256, exclusive=False)
    store().put(staged, staged.sha256, staged.size)
    if FileVersion.of_resource_by_hash(session, resource.id, staged.sha256):
        return
    name = files.original_name(str(resource.url or "").rsplit("/", 1)[-1])
    created = _moment(resource, current)
    version = FileVersion(
        id=str(uuid.uuid4()),
        package_id=resource.package_id,
        resource_id=resource.id,
        sha256=staged.sha256,
        size=staged.size,
        media_type=files.media_type(name, lambda: _sniffed(staged)),
        name=name,
        current=current is None,
        created=created,
        published=created
        if file_care.is_public(session, resource.package_id)
        else None,
    )
    session.add(version)
    session.flush()
    told = checks.known([staged.sha256]).get(staged.sha256, checks.Known())
    checks.keep(staged.sha256, told)  # it is known by its hash from now on
    if current is None:
        file_care.describe(session, version)


def _moment(resource: model.Resource, current: FileVersion | None) -> datetime:
    """Return when a file was stored; one that was replaced is older than the other."""
    naive = resource.created if current else resource.last_modified or resource.created
    return (naive or datetime(1970, 1, 1)).replace(tzinfo=timezone.utc)  # noqa: DTZ001  # CKAN's naive UTC


def _sniffed(staged: Staged) -> str:
    staged.seek(0)
    return magic.from_buffer(staged.read(SNIFFED), mime=True)


def _index(package_id: str) -> None:
    """Show the new facts in search; they are of no weight, so Solr may be away."""
    with suppress(tk.ObjectNotFound):
        try:
            search.rebuild(package_id)
        except search.SearchError:
            log.warning("Dataset %s was not indexed anew", package_id, exc_info=True)


def _back(data: dict[str, Any]) -> Outcome:
    session = model.Session
    resource = file_care.locked_resource(session, data["resource_id"])
    current = FileVersion.current_of(session, data["resource_id"])
    if resource is None or current is None:
        return Outcome("done")
    found = compat.classic_file(resource.id)
    needed = not _same(found, current)
    if data["dry_run"]:
        return Outcome("moved" if needed or data["forget"] else "done", current.size)
    if needed:
        if not store().exists(current.sha256):
            return Outcome("missing")
        pieces = store().open_checked(current.sha256, current.size)
        compat.classic_write(found, pieces, current.size)
    if data["forget"]:
        file_care.forget(session, FileVersion.resource_id == resource.id)
    size = current.size
    session.commit()
    return Outcome("moved" if needed or data["forget"] else "done", size)


def _same(found: compat.ClassicFile, current: FileVersion) -> bool:
    if not compat.classic_exists(found):
        return False
    return digest(compat.ClassicStream(found)).sha256 == current.sha256


def _valid(schema: Any, context: Context, data_dict: DataDict) -> dict[str, Any]:
    data, errors = tk.navl_validate(data_dict, schema, context)
    if errors:
        raise tk.ValidationError(errors)
    return data
