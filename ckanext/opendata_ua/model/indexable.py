"""Rows of datasets as the search index should know them; CKAN's own table is read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import Session, load_only

#: Rows that are in memory at once.
PORTION = 1000
DELETED = "deleted"


def count(session: Session, *, with_deleted: bool) -> int:
    """Return how many datasets of all types there are."""
    query = sa.select(sa.func.count()).select_from(model.Package)
    return int(session.scalar(_kept(query, with_deleted)) or 0)


def stream(session: Session, *, with_deleted: bool) -> Iterator[model.Package]:
    """Yield datasets of all types in the order of their ids' bytes, some at a time.

    A cursor of the server keeps the place, so the session must not be committed on the
    way. Long texts stay in the database unless somebody asks for them.
    """
    query = _kept(_rows(), with_deleted)
    portions = query.execution_options(stream_results=True, yield_per=PORTION)
    for row in session.scalars(portions):
        yield row
        session.expunge(row)


def some(
    session: Session, ids: Collection[str], *, with_deleted: bool
) -> list[model.Package]:
    """Return these datasets as they are now, in the same order."""
    query = _rows().where(model.Package.id.in_(ids))
    return list(session.scalars(_kept(query, with_deleted)))


def all_ids(session: Session, *, with_deleted: bool) -> list[str]:
    """Return the ids of datasets of all types: a hundred bytes of memory for each."""
    query = sa.select(model.Package.id).order_by(_in_order())
    return list(session.scalars(_kept(query, with_deleted)))


def _rows() -> Any:
    package = model.Package
    columns: Any = (
        *(package.id, package.name, package.type, package.state, package.private),
        *(package.owner_org, package.creator_user_id, package.metadata_modified),
    )
    return sa.select(package).options(load_only(*columns)).order_by(_in_order())


def _in_order() -> Any:
    return sa.collate(model.Package.id, "C")


def _kept(query: Any, with_deleted: bool) -> Any:
    """Leave out what CKAN leaves out of the index."""
    return query if with_deleted else query.where(model.Package.state != DELETED)
