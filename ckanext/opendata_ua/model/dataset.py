"""Rows of CKAN's own: which are public, and those a write has to lock and read anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession
from sqlalchemy.orm import object_session
from sqlalchemy.orm.attributes import set_committed_value

#: Readers see the dataset; in Python ``domain.moderation.is_public`` says so of a row.
PUBLIC = sa.and_(model.Package.state == "active", model.Package.private.is_(False))

#: Additional fields of datasets and groups stand in a column; CKAN 2.11 has tables.
EXTRAS_IN_COLUMN = "extras" in sa.inspect(model.Package).columns

#: Mark in a session's ``info``: the dataset locked last, and in which transaction.
LOCKED = "opendata_ua_locked"


def lock_package(session: AlchemySession, id_or_name: str) -> model.Package | None:
    """Lock a dataset until the end of the transaction; None when there is none.

    CKAN's session keeps what it read before another write was committed, so the row
    and its resources are read again. Every write takes this lock before any of ours.
    """
    session.flush()
    package = _locked(session, model.Package.id == id_or_name)
    package = package or _locked(session, model.Package.name == id_or_name)
    if package is not None:
        resources = (
            sa.select(model.Resource)
            .where(model.Resource.package_id == package.id)
            .order_by(model.Resource.position)
        )
        found = session.scalars(_fresh(resources)).all()
        set_committed_value(package, "resources_all", found)
        session.info[LOCKED] = (package, _transaction_of(package))
    return package


def locked_package(session: AlchemySession, id_or_name: str) -> model.Package | None:
    """Return a dataset that this transaction has just locked, else lock it now.

    CKAN asks for a lock and at once calls the write that asks for it again.
    """
    package, transaction = session.info.get(LOCKED, (None, None))
    here = transaction is not None and transaction is _transaction_of(package)
    if here and id_or_name in (package.id, package.name):
        session.flush()
        return package
    return lock_package(session, id_or_name)


def _transaction_of(package: Any) -> Any:
    session: Any = object_session(package)  # None: the session was cleared
    return session.get_transaction() if session else None


def keep_still(session: AlchemySession, package_id: str) -> bool:
    """Keep a dataset as it is until the end of the transaction; False: it is written.

    Does not wait, so it may be asked while other rows are locked.
    """
    query = sa.select(model.Package.id).where(model.Package.id == package_id)
    free = query.with_for_update(read=True, skip_locked=True)
    return session.scalar(free) is not None


def _locked(session: AlchemySession, wanted: Any) -> model.Package | None:
    query = sa.select(model.Package).where(wanted).with_for_update()
    return session.scalars(_fresh(query)).one_or_none()


def _fresh(query: Any) -> Any:
    return query.execution_options(populate_existing=True)


def existing_resources(
    session: AlchemySession, resource_ids: Iterable[str]
) -> set[str]:
    """Return those of the ids that some resource has, deleted ones included."""
    query = sa.select(model.Resource.id).where(model.Resource.id.in_(resource_ids))
    return set(session.scalars(query))
