"""Everything of the extension's own, as it is taken along when the extension goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession

from ckanext.opendata_ua.domain.moderation import State
from ckanext.opendata_ua.domain.publication import Stop
from ckanext.opendata_ua.model.base import metadata
from ckanext.opendata_ua.model.case import Case
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.outbox import Message
from ckanext.opendata_ua.model.publication import Publication

#: Rows that are in memory at once.
PORTION = 500


def tables() -> list[str]:
    """Return the names of all tables of ours, those of later features too."""
    return [table.name for table in metadata.sorted_tables]


def rows(session: AlchemySession, table: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of one table by its primary key; a portion is in memory."""
    found = metadata.tables[table]
    query = sa.select(found).order_by(*found.primary_key)
    streamed = query.execution_options(stream_results=True, yield_per=PORTION)
    for row in session.execute(streamed):
        yield dict(row._mapping)


def in_review(session: AlchemySession, state: State) -> list[Any]:
    """Return name and title of the datasets whose review stands there."""
    package = model.Package
    query = (
        sa.select(package.name, package.title)
        .join(Case, Case.package_id == package.id)
        .where(Case.state == state.value, package.state != "deleted")
        .order_by(package.name)
    )
    return list(session.execute(query))


def stopped(session: AlchemySession, stop: Stop) -> list[Any]:
    """Return name and title of the datasets whose publication was stopped so."""
    package = model.Package
    query = (
        sa.select(package.name, package.title)
        .join(Publication, Publication.package_id == package.id)
        .where(Publication.state == stop.value, package.state != "deleted")
        .order_by(package.name)
    )
    return list(session.execute(query))


def waiting(session: AlchemySession) -> dict[str, int]:
    """Return how many jobs and messages are not done yet."""
    return {
        name: int(
            session.execute(
                sa.select(sa.func.count())
                .select_from(table)
                .where(table.c.state.in_(["waiting", "running"]))
            ).scalar_one()
        )
        for name, table in (("jobs", _table(Job)), ("messages", _table(Message)))
    }


def _table(model_class: Any) -> Any:
    return model_class.__table__
