"""Which stored bytes somebody needs: queries of whoever checks, collects or moves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession

from ckanext.opendata_ua.model.dataset import PUBLIC
from ckanext.opendata_ua.model.file_version import FileVersion, blob_key


def try_lock_blob(session: AlchemySession, sha256: str) -> bool:
    """Lock bytes exclusively until the end of the transaction, or tell who was first.

    An upload that is about to point to them holds the lock of ``lock_blob``.
    """
    lock = sa.func.pg_try_advisory_xact_lock(blob_key(sha256))
    return bool(session.scalar(sa.select(lock)))


def is_referenced(session: AlchemySession, sha256: str) -> bool:
    """Tell whether any version points to these bytes now."""
    return bool(referenced_of(session, [sha256]))


def referenced_of(session: AlchemySession, hashes: Iterable[str]) -> set[str]:
    """Return those of the hashes that any version points to."""
    query = sa.select(FileVersion.sha256).where(FileVersion.sha256.in_(list(hashes)))
    return set(session.scalars(query.distinct()))


def referenced(
    session: AlchemySession, after: str, limit: int
) -> list[tuple[str, int]]:
    """Return hashes and sizes that versions point to, by hash, from ``after`` on."""
    query = (
        sa.select(FileVersion.sha256, FileVersion.size)
        .where(FileVersion.sha256 > after)
        .distinct()
        .order_by(FileVersion.sha256)
        .limit(limit)
    )
    return [(row.sha256, row.size) for row in session.execute(query)]


def sample(session: AlchemySession, count: int) -> list[tuple[str, int]]:
    """Return hashes and sizes of some stored bytes, chosen by chance."""
    every = sa.select(FileVersion.sha256, FileVersion.size).distinct().subquery()
    query = sa.select(every).order_by(sa.func.random()).limit(count)
    return [(row.sha256, row.size) for row in session.execute(query)]


def count_referenced(session: AlchemySession, after: str) -> int:
    """Return how many different bytes versions point to, from ``after`` on."""
    distinct = sa.func.count(FileVersion.sha256.distinct())
    query = sa.select(distinct).where(FileVersion.sha256 > after)
    return int(session.scalar(query) or 0)


def resources_of(session: AlchemySession, sha256: str) -> list[str]:
    """Return the resources that have or had these bytes."""
    query = sa.select(FileVersion.resource_id).where(FileVersion.sha256 == sha256)
    return sorted(set(session.scalars(query)))


def purged(days: int) -> sa.sql.ColumnElement:
    """Match versions of resources that CKAN purged, older than some days.

    Deleted resources are still in CKAN's table, and may return.
    """
    resource = sa.select(model.Resource.id).where(
        model.Resource.id == FileVersion.resource_id
    )
    return sa.and_(~resource.exists(), _older(days))


def unpublished(days: int) -> sa.sql.ColumnElement:
    """Match versions that were replaced before any reader could take them."""
    never = FileVersion.published.is_(None)
    return sa.and_(sa.not_(FileVersion.current), never, _older(days))


def _older(days: int) -> sa.sql.ColumnElement:
    age = sa.func.make_interval(0, 0, 0, days)
    return FileVersion.created < sa.func.now() - age


def count(session: AlchemySession, which: sa.sql.ColumnElement) -> int:
    """Return how many versions match."""
    query = sa.select(sa.func.count()).select_from(FileVersion).where(which)
    return int(session.scalar(query) or 0)


def forget(session: AlchemySession, which: sa.sql.ColumnElement) -> int:
    """Remove the versions that match; return how many."""
    query = sa.delete(FileVersion).where(which)
    gone: Any = session.execute(query.execution_options(synchronize_session=False))
    return int(gone.rowcount)


def uploads(session: AlchemySession, after: str, limit: int) -> list[str]:
    """Return ids of resources with a file of their own, from ``after`` on."""
    own = model.Resource.url_type == "upload"
    query = sa.select(model.Resource.id).where(own, model.Resource.id > after)
    return list(session.scalars(query.order_by(model.Resource.id).limit(limit)))


def count_uploads(session: AlchemySession) -> int:
    """Return how many resources have a file of their own."""
    own = model.Resource.url_type == "upload"
    return int(session.scalar(sa.select(sa.func.count()).where(own)) or 0)


def locked_resource(session: AlchemySession, resource_id: str) -> model.Resource | None:
    """Lock the dataset of a resource until the commit, and read the resource anew."""
    package_id = session.scalar(
        sa.select(model.Resource.package_id).where(model.Resource.id == resource_id)
    )
    if package_id is None:
        return None
    row = sa.select(model.Package.id).where(model.Package.id == package_id)
    session.execute(row.with_for_update())
    fresh = sa.select(model.Resource).where(model.Resource.id == resource_id)
    return session.scalars(fresh.execution_options(populate_existing=True)).first()


def is_public(session: AlchemySession, package_id: str) -> bool:
    """Tell whether readers see a dataset."""
    query = sa.select(sa.func.count()).where(model.Package.id == package_id, PUBLIC)
    return bool(session.scalar(query))


def describe(session: AlchemySession, version: FileVersion) -> None:
    """Write what is known of a file into its resource, past CKAN's clock.

    The data did not change: ``metadata_modified`` stays, or every harvester would
    fetch the whole catalogue anew.
    """
    session.execute(
        sa.update(model.Resource)
        .where(model.Resource.id == version.resource_id)
        .values(hash=version.sha256, size=version.size, mimetype=version.media_type)
        .execution_options(synchronize_session=False)
    )
