"""Care of stored bytes: are they whole, and are they needed?

Long work is cut into calls that answer with JSON: by pages of hashes, or by the 256
parts of the store. A command that is interrupted goes on where it was, and two may run
at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict, Schema

from ckanext.opendata_ua.adapters.file_store import Blob, BlobMissing, StoreError
from ckanext.opendata_ua.logic.schema import files_care as schema
from ckanext.opendata_ua.logic.store import store
from ckanext.opendata_ua.model import file_care

RUBBISH_AFTER = timedelta(days=1)  # an upload that takes longer is none


@tk.side_effect_free
def opendata_ua_files_verify(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Read stored files again and tell which are not what their hashes promise.

    :param after: go on after this hash; the answer's ``next``
    :param limit: how many files are read, 100 if not given
    :param sample: instead of a page: so many files chosen by chance

    :returns: ``{"checked", "bytes", "left", "next", "faults"}``; each fault has
        ``sha256``, ``problem`` (``missing`` or ``damaged``) and ``resources`` (ids).
        ``next`` is None at the end
    """
    data = _asked("verify", schema.verify(), context, data_dict)
    session = model.Session
    count = data.get("sample")
    if count:
        page = file_care.sample(session, count)
    else:
        page = file_care.referenced(session, data["after"], data["limit"])
    last = page[-1][0] if page and not count else None
    left = file_care.count_referenced(session, last) if last else 0
    session.rollback()  # no transaction stays open while disks are read
    with _store_told():
        faults = [fault for sha256, size in page for fault in _faults(sha256, size)]
    return {
        "checked": len(page),
        "bytes": sum(size for _, size in page),
        "left": left,
        "next": last if left else None,
        "faults": faults,
    }


def _faults(sha256: str, size: int) -> Iterator[dict[str, Any]]:
    try:
        found = store().rehash(sha256)
    except BlobMissing:
        problem = "missing"
    else:
        if (found.sha256, found.size) == (sha256, size):
            return
        problem = "damaged"
    resources = file_care.resources_of(model.Session, sha256)
    model.Session.rollback()
    if resources:  # or it was collected meanwhile
        yield {"sha256": sha256, "problem": problem, "resources": resources}


def opendata_ua_files_forget(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Remove versions that nobody can reach; their bytes go when they are collected.

    :param older_than: days: versions of resources that CKAN purged
    :param unpublished_older_than: days: versions that were replaced before any reader
        could take them
    :param dry_run: only count

    :returns: ``{"purged", "unpublished"}``: how many versions
    """
    data = _asked("forget", schema.forget(), context, data_dict)
    session = model.Session
    act = file_care.count if data["dry_run"] else file_care.forget
    answer = {
        "purged": act(session, file_care.purged(data["older_than"])),
        "unpublished": act(
            session, file_care.unpublished(data["unpublished_older_than"])
        ),
    }
    session.commit()
    return answer


def opendata_ua_files_collect(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Remove bytes that no version points to, in one of the 256 parts of the store.

    :param part: the first two digits of the hashes, ``00`` to ``ff``
    :param older_than: days: newer bytes stay, 30 if not given
    :param dry_run: only list

    :returns: ``{"removed": [{"sha256", "size"}], "busy"}``; ``busy`` tells how many
        stay because an upload is about to use them
    """
    data = _asked("collect", schema.collect(), context, data_dict)
    before = datetime.now(timezone.utc) - timedelta(days=data["older_than"])
    removed, busy = [], 0
    with _store_told():
        old = [blob for blob in store().scan(data["part"]) if blob.modified < before]
        for blob in _unreferenced(old):
            if data["dry_run"] or _remove(blob):
                removed.append({"sha256": blob.sha256, "size": blob.size})
            else:
                busy += 1
    return {"removed": removed, "busy": busy}


def _unreferenced(blobs: list[Blob]) -> list[Blob]:
    if not blobs:
        return []
    hashes = [blob.sha256 for blob in blobs]
    needed = file_care.referenced_of(model.Session, hashes)
    model.Session.rollback()
    return [blob for blob in blobs if blob.sha256 not in needed]


def _remove(blob: Blob) -> bool:
    """Remove bytes unless an upload points to them by now, or is about to.

    An upload holds the lock from before it asks whether the bytes are there until its
    commit: whoever gets the lock sees either its pointer, or a store it has not asked.
    """
    session = model.Session
    try:
        free = file_care.try_lock_blob(session, blob.sha256)
        if not free or file_care.is_referenced(session, blob.sha256):
            return False
        store().remove(blob.sha256)
        return True
    finally:
        session.rollback()  # ends the lock; nothing was written


def opendata_ua_files_sweep(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Remove what uploads left that were killed over a day ago, and old local copies.

    :param dry_run: only count leftovers

    :returns: ``{"leftovers", "copies"}``; copies are those of files that lie in S3
    """
    data = _asked("sweep", schema.sweep(), context, data_dict)
    with _store_told():
        leftovers = list(store().leftovers(RUBBISH_AFTER))
        if data["dry_run"]:
            return {"leftovers": len(leftovers), "copies": 0}
        for leftover in leftovers:
            store().discard(leftover)
        return {"leftovers": len(leftovers), "copies": store().evict(RUBBISH_AFTER)}


def _asked(
    verb: str, schema: Schema, context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Check access, then the parameters."""
    tk.check_access(f"opendata_ua_files_{verb}", context, data_dict)
    data, errors = tk.navl_validate(data_dict, schema, context)
    if errors:
        raise tk.ValidationError(errors)
    return data


@contextmanager
def _store_told() -> Iterator[None]:
    """Answer with the words of a store that cannot be used."""
    try:
        yield
    except StoreError as error:
        raise tk.ValidationError({"files": [str(error)]}) from error
