"""Files of resources: does what is published exist, in the size it had?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.opendata_ua import compat
from ckanext.opendata_ua.adapters.file_store import BlobMissing
from ckanext.opendata_ua.domain.doctor import Finding, finding
from ckanext.opendata_ua.logic.store import store
from ckanext.opendata_ua.model import FileVersion, file_care

#: Files looked at between two questions to the database.
PORTION = 500

Progress = Callable[[int, int], None]


def look(progress: Progress) -> Iterator[Finding]:
    """Yield files that are not there, or not whole by their size.

    Only sizes are compared: hashes are for ``files verify``, which reads every byte.

    :raises StoreError: when the store cannot be used
    """
    missing: list[str] = []
    damaged: list[str] = []
    for sha256, size in _stored(progress):
        try:
            if store().size(sha256) != size:
                damaged += file_care.resources_of(model.Session, sha256)
        except BlobMissing:
            missing += file_care.resources_of(model.Session, sha256)
    if missing:
        yield finding("doctor.files.missing", len(missing), missing)
    if damaged:
        yield finding("doctor.files.size", len(damaged), damaged)
    classic = [one for one in _classic() if not _is_there(one)]
    if classic:
        yield finding("doctor.files.classic", len(classic), classic)


def _stored(progress: Progress) -> Iterator[tuple[str, int]]:
    """Yield hash and size of everything that versions point to."""
    session = model.Session
    whole = file_care.count_referenced(session, "")
    after, done = "", 0
    while page := file_care.referenced(session, after, PORTION):
        session.rollback()  # no transaction stays open while disks are asked
        yield from page
        after, done = page[-1][0], done + len(page)
        progress(done, whole)


def _classic() -> Iterator[str]:
    """Yield ids of resources whose files CKAN itself stored."""
    resource = model.Resource
    ours = sa.select(FileVersion.id).where(FileVersion.resource_id == resource.id)
    query = (
        sa.select(resource.id)
        .join(model.Package, model.Package.id == resource.package_id)
        .where(
            resource.url_type == "upload",
            resource.state == "active",
            model.Package.state != "deleted",
            ~ours.exists(),
        )
        .order_by(resource.id)
    )
    yield from model.Session.scalars(query)


def _is_there(resource_id: str) -> bool:
    try:
        return compat.classic_exists(compat.classic_file(resource_id))
    except tk.ValidationError:  # CKAN refuses ids that lead out of its folder
        return False
