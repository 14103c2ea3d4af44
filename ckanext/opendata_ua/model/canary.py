"""The record of a planted canary: what there is to remove, whatever happens meanwhile.

It is a row of CKAN's own table for the states of tasks, which only administrators and
the portal itself write. Names of datasets would not do: anybody may choose them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession

from ckanext.opendata_ua.model.base import metadata

#: Reviews and their history, which nothing is removed from; a draft has none.
KEPT = frozenset({"opendata_ua_case", "opendata_ua_case_event"})
TASK, KEY = "opendata_ua_doctor", "canary"
#: Of a lock of PostgreSQL: who holds it is crawling. The digits spell "canary".
LOCK = 0x63616E617279

CanaryRow = Any


def record(session: AlchemySession, stem: str, left: dict[str, Any]) -> None:
    """Write down what a canary leaves, or will leave, behind."""
    row = _row(session, stem)
    if row is None:
        row = model.TaskStatus(
            entity_id=stem, entity_type="dataset", task_type=TASK, key=KEY
        )
        session.add(row)
    row.value = json.dumps(left)
    row.state, row.error = "planted", ""
    row.last_updated = sa.func.now()


def recorded(session: AlchemySession) -> dict[str, dict[str, Any]]:
    """Return what each canary that was not removed leaves behind, by its stem."""
    rows = session.query(model.TaskStatus).filter_by(task_type=TASK, key=KEY)
    return {row.entity_id: json.loads(row.value) for row in rows}


def forget(session: AlchemySession, stem: str) -> None:
    """Remove the record of a canary that is gone."""
    row = _row(session, stem)
    if row is not None:
        session.delete(row)


def _row(session: AlchemySession, stem: str) -> CanaryRow | None:
    rows = session.query(model.TaskStatus)
    return rows.filter_by(entity_id=stem, task_type=TASK, key=KEY).one_or_none()


def forget_traces(session: AlchemySession, stem: str, left: dict[str, Any]) -> None:
    """Remove what purging a dataset leaves: activities, keywords, rows of ours.

    A row of ours that names the canary, its files or its words is about nothing else.

    :param stem: how all words of the canary begin
    :param left: ``id``, ``resources``, ``hashes``
    """
    names = [stem, left["id"], *left["resources"], *left["hashes"]]
    places = [("activity", "object_id"), ("tracking_raw", "url")]
    for table, column in places:
        if _has(session, table):
            rows = sa.table(table, sa.column(column, sa.Text))
            _forget(session, rows, rows.c[column], names)
    for ours in metadata.sorted_tables:
        if ours.name not in KEPT:
            whole = sa.cast(sa.literal_column(ours.name), sa.Text)
            _forget(session, ours, whole, names)
    used = sa.exists().where(model.PackageTag.tag_id == model.Tag.id)
    session.execute(
        sa.delete(model.Tag)
        .where(model.Tag.name.startswith(stem, autoescape=True), ~used)
        .execution_options(synchronize_session=False)
    )


def _has(session: AlchemySession, table: str) -> bool:
    found = session.execute(sa.select(sa.func.to_regclass(f"public.{table}")))
    return found.scalar_one() is not None


def _forget(
    session: AlchemySession, table: Any, text: Any, names: Sequence[str]
) -> None:
    named = [text.contains(name, autoescape=True) for name in names]
    session.execute(sa.delete(table).where(sa.or_(*named)))


def activity_of(
    session: AlchemySession, package_id: str, kind: str = "%package"
) -> str | None:
    """Return the id of the last activity about a dataset, if there is one.

    :param kind: a pattern of SQL; by default activities that hold the whole dataset
    """
    if not _has(session, "activity"):
        return None
    rows = sa.table(
        "activity",
        *(sa.column(name) for name in ("id", "object_id", "activity_type")),
        sa.column("timestamp"),
    )
    query = sa.select(rows.c.id).where(
        rows.c.object_id == package_id, rows.c.activity_type.like(kind)
    )
    return session.scalar(query.order_by(rows.c.timestamp.desc()).limit(1))


def holder(session: AlchemySession) -> tuple[str, str] | None:
    """Return id and name of an organization that may have a canary for a minute."""
    return _first(session, is_organization=True)


def group(session: AlchemySession) -> tuple[str, str] | None:
    """Return id and name of a group, if the portal has any."""
    return _first(session, is_organization=False)


def _first(session: AlchemySession, *, is_organization: bool) -> tuple[str, str] | None:
    groups: Any = model.Group
    query = (
        sa.select(groups.id, groups.name)
        .where(
            groups.state == "active",
            groups.is_organization.is_(is_organization),
            groups.type == ("organization" if is_organization else "group"),
        )
        .order_by(groups.created, groups.name)
    )
    found = session.execute(query.limit(1)).first()
    return (found.id, found.name) if found else None


@contextmanager
def alone(session: AlchemySession) -> Iterator[bool]:
    """Hold the lock of crawling, and tell whether nobody held it already.

    It is held on a connection of its own: planting and removing commit, and end their
    transactions.
    """
    engine: Any = session.get_bind()
    with engine.connect() as connection:
        mine = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK))))
        try:
            yield mine
        finally:
            if mine:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK)))
