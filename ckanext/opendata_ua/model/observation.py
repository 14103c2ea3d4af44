"""What moderation would have stopped while the portal only looked on: no people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession
from sqlalchemy.dialects.postgresql import insert

from ckanext.opendata_ua.model.base import Base

MOMENT = sa.DateTime(timezone=True)
#: What tells one observation from another: dataset, way of writing, rule.
Key = tuple[str, str, str]


class Observation(Base):
    """One rule that writes of one kind to one dataset went past, and how often."""

    __tablename__ = "opendata_ua_observation"

    package_id = sa.Column(sa.Text, primary_key=True)
    # create, update, delete, bulk; view, table, group, relation, collaborator
    what = sa.Column(sa.Text, primary_key=True)
    rule = sa.Column(sa.Text, primary_key=True)  # a code of domain.observation
    organization_id = sa.Column(sa.Text)  # the holder at the last time
    first_seen = sa.Column(MOMENT, nullable=False, server_default=sa.func.now())
    last_seen = sa.Column(MOMENT, nullable=False, server_default=sa.func.now())
    count = sa.Column(sa.Integer, nullable=False, server_default="1")

    @classmethod
    def note(
        cls,
        session: AlchemySession,
        package_id: str,
        what: str,
        rules: Sequence[str],
        organization_id: str | None,
    ) -> None:
        """Count rules that a write went past; one statement, in its transaction.

        Inside a savepoint of the connection: if it fails, the write goes on. One of the
        session would tell CKAN 2.11 of a commit.
        """
        seen = [
            {
                "package_id": package_id,
                "what": what,
                "rule": rule,
                "organization_id": organization_id,
            }
            for rule in sorted(set(rules))  # in one order, so that no two wait for ever
        ]
        new = insert(TABLE).values(seen)
        connection = session.connection()
        with connection.begin_nested():
            connection.execute(
                new.on_conflict_do_update(
                    index_elements=["package_id", "what", "rule"],
                    set_={
                        "count": TABLE.c.count + 1,
                        "last_seen": sa.func.now(),
                        "organization_id": new.excluded.organization_id,
                    },
                )
            )

    @classmethod
    def counted(
        cls,
        session: AlchemySession,
        by: str,
        *,
        organization_id: str | None,
        rule: str | None,
    ) -> list[tuple[str | None, int, int]]:
        """Return datasets and how often, by ``rule`` or ``organization_id``."""
        column = getattr(cls, by)
        datasets = sa.func.count(sa.distinct(cls.package_id))
        often = sa.func.sum(cls.count)
        query = sa.select(column, datasets, often).group_by(column)
        for condition in cls._chosen(organization_id, rule):
            query = query.where(condition)
        rows = session.execute(query.order_by(datasets.desc(), column))
        return [(value, number, int(times)) for value, number, times in rows]

    @classmethod
    def datasets(
        cls, session: AlchemySession, *, organization_id: str | None, rule: str | None
    ) -> int:
        """Return how many datasets were seen."""
        query = sa.select(sa.func.count(sa.distinct(cls.package_id)))
        for condition in cls._chosen(organization_id, rule):
            query = query.where(condition)
        return int(session.scalar(query) or 0)

    @classmethod
    def _chosen(cls, organization_id: str | None, rule: str | None) -> Iterator[Any]:
        if organization_id is not None:
            yield cls.organization_id == organization_id
        if rule is not None:
            yield cls.rule == rule

    @classmethod
    def page(
        cls,
        session: AlchemySession,
        *,
        organization_id: str | None,
        rule: str | None,
        after: Key | None,
        limit: int,
    ) -> list[tuple[Any, Any]]:
        """Return observations, by their keys, and datasets, None for purged ones."""
        key = sa.tuple_(cls.package_id, cls.what, cls.rule)
        package = model.Package
        query = sa.select(cls, package).outerjoin(package, package.id == cls.package_id)
        for condition in cls._chosen(organization_id, rule):
            query = query.where(condition)
        if after is not None:
            beyond: Any = after
            query = query.where(key > sa.tuple_(*beyond))
        rows = session.execute(query.order_by(key).limit(limit))
        return [(seen, dataset) for seen, dataset in rows]


TABLE: sa.Table = Observation.__table__
