"""Ending the publication of a dataset; taking personal data back from everywhere."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search
from ckan.lib.plugins import get_permission_labels
from ckan.types import Context, DataDict

from ckanext.datastore.backend import (  # type: ignore[import]  # CKAN's own wheel
    DatastoreBackend,
)
from ckanext.opendata_ua import compat, config
from ckanext.opendata_ua.domain import publication as rules
from ckanext.opendata_ua.domain.errors import DomainError
from ckanext.opendata_ua.domain.publication import Stop
from ckanext.opendata_ua.logic import outage, publication, reading, review, rights, work
from ckanext.opendata_ua.logic.action.publication.ask import ask, decides
from ckanext.opendata_ua.logic.kinds import ERASE
from ckanext.opendata_ua.logic.schema import publication as schema
from ckanext.opendata_ua.logic.store import store
from ckanext.opendata_ua.model import erasure, file_care
from ckanext.opendata_ua.model.base import digest
from ckanext.opendata_ua.model.dataset import lock_package
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.publication import Preview, Publication, touch

log = logging.getLogger(__name__)

#: Of the history of a dataset: why words were taken out of it.
WHY = "personal data"


def opendata_ua_publication_withdraw(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """End the publication of a dataset: it becomes a draft, and its address says why.

    The call of a publisher who is no moderator asks the moderators for it.

    Because of personal data everything is taken out of the dataset but its title, type
    and holder: passport, files and all their versions, rows of the DataStore, the past
    in activities, words of its reviews, letters that wait.

    :param id: id or name of the dataset
    :param reason: why, in words for everybody; keep personal data out of them
    :param personal_data: whether personal data are the reason (optional)
    :param title: with personal data: what the register goes on to show, in place of a
        title that has some; the address, made of the title, goes too (optional)
    :returns: the last case of the dataset, and ``publication``
    :raises ValidationError: code ``wrong_state`` or ``invalid``
    """
    data = review.validated(context, data_dict, schema.withdraw())
    tk.check_access("opendata_ua_publication_withdraw", context, {"id": data["id"]})
    erases: bool = data["personal_data"]
    package = review.locked_dataset(data["id"])
    row = Publication.locked(model.Session, package)
    try:
        stand = publication.stand_of(package, row)
        stop = rules.move("erase" if erases else "withdraw", stand)
        reason, title = rules.reason(data["reason"]), rules.title(data["title"])
    except DomainError as refusal:
        review.refuse(refusal)
    if not decides(context, package):
        return ask(context, "withdraw", package, row, reason, personal_data=erases)
    actor = rights.user_id(context)
    _enter(row, stop, reason, actor)
    if not erases:
        row.title = package.title or package.name
        _hide(package)
        case = publication.recorded("end", package, actor, reason)
        publication.tell_publishers("end", case, package, row, actor, reason)
        row.answer()
        return publication.ended(context, case, package, row)
    row.personal_data = True
    resources, hashes = _forget(package, row, title, actor)
    details = {"personal_data": True}
    case = publication.recorded("end", package, actor, reason, details)
    publication.tell_publishers("end", case, package, row, actor, reason)
    row.answer()
    left = {"id": package.id, "resources": resources, "hashes": hashes}
    # a job of its own for each time: one that waits still must keep its lists
    key = f"{package.id}:{case.version}"
    Job.promise(model.Session, ERASE, key, left)
    done = publication.ended(context, case, package, row)
    if not context.get("defer_commit"):
        work.try_now(ERASE, key, left)
    return done


def _enter(row: Any, stop: Stop, reason: str, actor: str | None) -> None:
    row.state, row.reason, row.actor, row.until = stop.value, reason, actor, None
    row.since = reading.now()


def _hide(package: Any, **columns: Any) -> None:
    """Make a dataset a draft, with its past, in this transaction."""
    session = model.Session
    touch(session, package.id, state="draft", private=False, **columns)
    session.refresh(package)
    labels = get_permission_labels().get_dataset_labels(package)
    erasure.close_activities(session, package.id, labels)
    Preview.revoke_all(session, package.id)


def _forget(
    package: Any, row: Any, title: str, actor: str | None
) -> tuple[list[str], list[str]]:
    session = model.Session
    kept = package.title or package.name
    name = package.id if title and title != kept else package.name
    if name != package.name:
        row.name_hash = digest(package.name)
    row.title = title or kept
    erasure.forget_messages(session, package)
    left = erasure.forget_package(session, package, name)
    session.flush()
    session.expire_all()  # of what was removed nothing may be written back
    _hide(package, **erasure.blank_columns(row.title, name))
    shown = {"id": package.id, "name": name, "title": row.title, "type": package.type}
    erasure.empty_activities(session, package.id, shown)
    erasure.redact_history(session, package.id, actor, WHY)
    return left


def opendata_ua_publication_erase(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Remove what a withdrawn dataset left outside of CKAN's database; safe to repeat.

    :param key: of the withdrawal
    :param id: id of the dataset
    :param resources: ids of the files it had
    :param hashes: SHA-256 of their versions
    :returns: ``{"tables", "files"}``: how many were there and are removed
    """
    data = review.validated(context, data_dict, schema.erase())
    tk.check_access("opendata_ua_publication_erase", context, data)
    tables = sum(_drop_table(id_) for id_ in data["resources"])
    files = sum(_remove_classic(id_) for id_ in data["resources"])
    files += sum(_remove_bytes(sha256) for sha256 in data["hashes"])
    if not outage.solr_answers():  # nobody waits for it with the row locked
        raise search.SearchIndexError("Solr does not answer")
    if lock_package(model.Session, data["id"]) is not None:
        search.rebuild(data["id"])
    return {"tables": tables, "files": files}


def _drop_table(resource_id: str) -> bool:
    """Drop a table of the DataStore; CKAN's action would want the resource."""
    if "datastore" not in config.plugins():
        return False
    backend: Any = DatastoreBackend.get_active_backend()
    if not backend.resource_exists(resource_id):
        return False
    backend.delete({}, {"resource_id": resource_id})
    return True


def _remove_classic(resource_id: str) -> bool:
    found = compat.classic_file(resource_id)
    if not compat.classic_exists(found):
        return False
    compat.classic_remove(found)
    return True


def _remove_bytes(sha256: str) -> bool:
    """Remove bytes, unless another dataset has the same.

    :raises RuntimeError: while an upload is about to point to them: ask again later
    """
    session = model.Session
    try:
        if not file_care.try_lock_blob(session, sha256):
            raise RuntimeError(f"An upload is about to use {sha256}")
        if file_care.is_referenced(session, sha256):
            log.warning("Other files have the same bytes: %s stays", sha256)
            return False
        return store().remove(sha256)
    finally:
        session.rollback()  # ends the lock; nothing was written
