"""Reviews of datasets, and their history.

A write takes the row of the dataset first, then that of its case, always in this order.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.opendata_ua.domain.moderation import OPEN, State
from ckanext.opendata_ua.model.base import Base
from ckanext.opendata_ua.model.dataset import PUBLIC

MOMENT = sa.DateTime(timezone=True)
#: Rows: to a checker of types the attributes of the classes would be columns.
CaseRow = Any
EventRow = Any
OPEN_STATES = tuple(sorted(state.value for state in OPEN))


class Case(Base):
    """One review of one dataset; at most one of a dataset is open."""

    __tablename__ = "opendata_ua_case"

    id = sa.Column(sa.Text, primary_key=True)
    package_id = sa.Column(sa.Text, nullable=False)
    change_id = sa.Column(sa.Text)  # of the revision under review, if it is one
    organization_id = sa.Column(sa.Text)  # the holder when it was submitted
    state = sa.Column(sa.Text, nullable=False)
    version = sa.Column(sa.Integer, nullable=False)  # grows with every event
    content_hash = sa.Column(sa.Text, nullable=False)
    author = sa.Column(sa.Text, nullable=False)  # id of who submitted it last
    moderator = sa.Column(sa.Text)  # id of who has taken it
    self_control = sa.Column(sa.Boolean, nullable=False)  # author and moderator are one
    opened = sa.Column(MOMENT, nullable=False, server_default=sa.func.now())
    submitted = sa.Column(MOMENT)
    due = sa.Column(MOMENT)
    decided = sa.Column(MOMENT)
    applied = sa.Column(MOMENT)
    publish_on = sa.Column(MOMENT)  # not before this moment; None: at once

    @classmethod
    def begin(cls, session: AlchemySession, package_id: str, author: str) -> CaseRow:
        """Add a case that stands nowhere yet; ``enter`` gives it its first state."""
        case = cls(
            id=str(uuid.uuid4()),
            package_id=package_id,
            author=author,
            version=0,
            content_hash="",
            self_control=False,
        )
        session.add(case)
        return case

    @classmethod
    def lock(cls, session: AlchemySession, case_id: str) -> CaseRow | None:
        """Return a case with its row locked; its dataset must be locked already."""
        return session.execute(
            sa.select(cls)
            .where(cls.id == case_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).scalar_one_or_none()

    @classmethod
    def lock_open(cls, session: AlchemySession, package_id: str) -> CaseRow | None:
        """Return the open case of a dataset with its row locked, or None."""
        state: Any = cls.state
        return session.execute(
            sa.select(cls)
            .where(cls.package_id == package_id, state.in_(OPEN_STATES))
            .with_for_update()
            .execution_options(populate_existing=True)
        ).scalar_one_or_none()

    @classmethod
    def latest(
        cls, session: AlchemySession, package_ids: Iterable[str]
    ) -> Mapping[str, State]:
        """Return the state of the last case of each dataset that ever had one."""
        rows = session.execute(
            sa.select(cls.package_id, cls.state)
            .where(cls.package_id.in_(list(package_ids)))
            .distinct(cls.package_id)
            .order_by(cls.package_id, cls.opened.desc())
        )
        return {package_id: State(state) for package_id, state in rows}

    @classmethod
    def state_of(cls, session: AlchemySession, package_id: str) -> State | None:
        """Return the state of the last case of a dataset, None if it never had one."""
        found = session.execute(LAST_STATE, {"package": package_id}).scalar()
        return State(found) if found else None

    @classmethod
    def page(
        cls,
        session: AlchemySession,
        *,
        organizations: Sequence[str] | None,
        limit: int,
        state: str | None = None,
        moderator: str | None = None,
        overdue_at: datetime | None = None,
        case_ids: Sequence[str] | None = None,
        after: tuple[datetime, str] | None = None,
    ) -> list[tuple[CaseRow, Any]]:
        """Return cases and their datasets, the most urgent first; one statement.

        :param organizations: ids whose cases may be seen, None for all
        :param overdue_at: leave only those that were due before this moment
        :param case_ids: leave only these
        :param after: ``due`` and ``id`` of the last case of the page before
        """
        query = sa.select(cls, model.Package).join(
            model.Package, model.Package.id == cls.package_id
        )
        if organizations is not None:
            query = query.where(cls.organization_id.in_(organizations))
        if state is not None:
            query = query.where(cls.state == state)
        if moderator is not None:
            query = query.where(cls.moderator == moderator)
        if overdue_at is not None:
            query = query.where(cls.due < overdue_at)
        if case_ids is not None:
            query = query.where(cls.id.in_(case_ids))
        if after is not None:
            key: Any = after
            query = query.where(sa.tuple_(cls.due, cls.id) > sa.tuple_(*key))
        rows = session.execute(query.order_by(cls.due, cls.id).limit(limit))
        return [(case, package) for case, package in rows]

    @classmethod
    def waiting(
        cls,
        session: AlchemySession,
        *,
        organizations: Sequence[str] | None,
        moderator: str | None,
        now: datetime,
    ) -> list[Any]:
        """Count submitted cases by organization, in one statement.

        :returns: rows with ``organization_id``, ``waiting``, ``overdue``, ``mine``
        """
        count = sa.func.count()
        query = (
            sa.select(
                cls.organization_id,
                count.label("waiting"),
                count.filter(cls.due < now).label("overdue"),
                count.filter(cls.moderator == moderator).label("mine"),
            )
            .where(cls.state == State.SUBMITTED.value)
            .group_by(cls.organization_id)
        )
        if organizations is not None:
            query = query.where(cls.organization_id.in_(organizations))
        return list(session.execute(query))

    @classmethod
    def overdue(
        cls, session: AlchemySession, now: datetime
    ) -> Iterator[tuple[CaseRow, Any]]:
        """Yield submitted cases whose term is over, and their datasets."""
        rows = session.execute(
            sa.select(cls, model.Package)
            .join(model.Package, model.Package.id == cls.package_id)
            .where(cls.state == State.SUBMITTED.value, cls.due < now)
            .order_by(cls.due)
        )
        yield from ((case, package) for case, package in rows)

    @classmethod
    def never_reviewed(
        cls, session: AlchemySession, after: str | None, limit: int
    ) -> list[Any]:
        """Return public datasets without a single case, by their ids."""
        query = sa.select(model.Package).where(cls._unreviewed(after))
        rows = session.execute(query.order_by(model.Package.id).limit(limit))
        return list(rows.scalars())

    @classmethod
    def count_never_reviewed(cls, session: AlchemySession, after: str | None) -> int:
        """Return how many such datasets come after an id."""
        query = sa.select(sa.func.count(model.Package.id))
        return int(session.execute(query.where(cls._unreviewed(after))).scalar_one())

    @classmethod
    def _unreviewed(cls, after: str | None) -> Any:
        package = model.Package
        public = sa.and_(PUBLIC, package.type == "dataset")
        reviewed = sa.exists().where(cls.package_id == package.id)
        return sa.and_(public, ~reviewed, package.id > (after or ""))

    def enter(
        self,
        session: AlchemySession,
        kind: str,
        state: State,
        actor: str | None,
        *,
        reasons: Sequence[str] = (),
        comment: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> EventRow:
        """Move to a state and record who did it and why, in the same transaction."""
        self.state = state.value
        self.version += 1
        event = CaseEvent(
            case_id=self.id,
            package_id=self.package_id,
            kind=kind,
            actor=actor,
            state=state.value,
            case_version=self.version,
            reasons=list(reasons),
            comment=comment.strip(),
            details=dict(details or {}),
        )
        session.flush()  # the case comes before its event
        session.add(event)
        return event


def last_state(package_id: Any) -> Any:
    """Return the query for the state of the last case of a dataset.

    :param package_id: a column or a parameter
    """
    of_dataset = sa.select(Case.state).where(Case.package_id == package_id)
    return of_dataset.order_by(Case.opened.desc()).limit(1)


# built once: it is asked at every write
LAST_STATE = last_state(sa.bindparam("package"))


class CaseEvent(Base):
    """One thing that happened in a case. The database lets nobody change it."""

    __tablename__ = "opendata_ua_case_event"

    id = sa.Column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    case_id = sa.Column(sa.Text, sa.ForeignKey(Case.id), nullable=False)
    package_id = sa.Column(sa.Text, nullable=False)
    kind = sa.Column(sa.Text, nullable=False)  # a step of domain.moderation, or more
    actor = sa.Column(sa.Text)  # id of a user; None is the portal itself
    moment = sa.Column(MOMENT, nullable=False, server_default=sa.func.now())
    state = sa.Column(sa.Text, nullable=False)
    case_version = sa.Column(sa.Integer, nullable=False)
    reasons = sa.Column(JSONB, nullable=False)  # codes
    comment = sa.Column(sa.Text, nullable=False)
    details = sa.Column(JSONB, nullable=False)

    @classmethod
    def was_public(cls, session: AlchemySession, package_id: str) -> bool:
        """Tell whether readers have seen a dataset before, as its history knows."""
        of_dataset = cls.package_id == package_id
        applied = sa.and_(of_dataset, cls.state == State.APPLIED.value)
        return bool(session.scalar(sa.select(sa.exists().where(applied))))

    @classmethod
    def of_dataset(cls, session: AlchemySession, package_id: str) -> list[EventRow]:
        """Return the whole history of a dataset, oldest first."""
        return list(
            session.execute(
                sa.select(cls).where(cls.package_id == package_id).order_by(cls.id)
            ).scalars()
        )
