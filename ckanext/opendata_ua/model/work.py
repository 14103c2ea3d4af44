"""Datasets that wait for their publisher or a moderator: what is not public yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession

from ckanext.opendata_ua.domain.moderation import Public, State
from ckanext.opendata_ua.domain.publication import Stop
from ckanext.opendata_ua.model.case import Case, CaseEvent
from ckanext.opendata_ua.model.publication import Publication

#: States in the order in which a publisher cares: first what waits for them.
ORDER = (
    Public.RETURNED,
    Public.REJECTED,
    Public.WITHDRAWN,
    Public.DRAFT,
    Public.SUBMITTED,
    Public.APPROVED,
    Public.INTERNAL,
)


class Key(NamedTuple):
    """Where a page of the board ends: the sort key of its last row."""

    rank: int
    modified: datetime
    package_id: str


@dataclass(frozen=True)
class Holders:
    """Whose datasets are asked for.

    :param organizations: ids, None for all
    :param collaborator: id of a user who was let in to single datasets, or None
    """

    organizations: Sequence[str] | None
    collaborator: str | None = None


@dataclass(frozen=True)
class Board:
    """The datasets of some organizations that are not public."""

    holders: Holders
    exempt_types: Collection[str] = ()

    def counts(self, session: AlchemySession) -> dict[Public, int]:
        """Return how many datasets are in each state; one statement."""
        found = self._rows().subquery()
        rows = session.execute(
            sa.select(found.c.public_state, sa.func.count()).group_by(
                found.c.public_state
            )
        )
        return {Public(state): number for state, number in rows}

    def page(
        self,
        session: AlchemySession,
        *,
        limit: int,
        state: Public | None = None,
        after: Key | None = None,
    ) -> list[Any]:
        """Return rows by state and the last change, newest first; one statement.

        A row has ``id``, ``name``, ``title``, ``type``, ``owner_org``, ``modified``,
        ``public_state``, ``rank``, ``case_id``, ``due``, ``publish_on``.
        """
        found = self._rows().subquery()
        query = sa.select(found)
        if state is not None:
            query = query.where(found.c.public_state == state.value)
        if after is not None:
            same = found.c.rank == after.rank
            at_once = found.c.modified == after.modified
            query = query.where(
                sa.or_(
                    found.c.rank > after.rank,
                    sa.and_(same, found.c.modified < after.modified),
                    sa.and_(same, at_once, found.c.id > after.package_id),
                )
            )
        order = (found.c.rank, found.c.modified.desc(), found.c.id)
        return list(session.execute(query.order_by(*order).limit(limit)))

    def _rows(self) -> Any:
        package = model.Package
        last = (
            sa.select(Case.id, Case.state, Case.due, Case.publish_on)
            .where(Case.package_id == package.id)
            .order_by(Case.opened.desc())
            .limit(1)
            .lateral("last")
        )
        stopped: Any = Publication.__table__
        ended = stopped.c.state == Stop.WITHDRAWN.value
        state = _public_state(last.c.state, ended)
        rank = sa.case(
            {one.value: number for number, one in enumerate(ORDER)}, value=state
        )
        query = (
            sa.select(
                package.id,
                package.name,
                package.title,
                package.type,
                package.owner_org,
                package.metadata_modified.label("modified"),
                state.label("public_state"),
                rank.label("rank"),
                last.c.id.label("case_id"),
                last.c.due,
                last.c.publish_on,
            )
            .select_from(
                sa.outerjoin(package, last, sa.true()).outerjoin(
                    stopped, stopped.c.package_id == package.id
                )
            )
            .where(
                package.state != "deleted",
                sa.or_(package.state != "active", package.private.is_(True)),
                self._held(),
            )
        )
        if self.exempt_types:
            query = query.where(package.type.notin_(list(self.exempt_types)))
        return query

    def _held(self) -> Any:
        package, member = model.Package, model.PackageMember
        if self.holders.organizations is None:
            return sa.true()
        held = package.owner_org.in_(self.holders.organizations)
        if self.holders.collaborator is None:
            return held
        let_in = sa.select(member.package_id).where(
            member.user_id == self.holders.collaborator,
            member.capacity.in_(["admin", "editor"]),
        )
        return sa.or_(held, package.id.in_(let_in))


def _public_state(case_state: Any, ended: Any) -> Any:
    """Say in SQL what ``domain.moderation.public_state`` says of what is not public."""
    told = {
        State.SUBMITTED: Public.SUBMITTED,
        State.RETURNED: Public.RETURNED,
        State.APPROVED: Public.APPROVED,
        State.REJECTED: Public.REJECTED,
    }
    otherwise = sa.case(
        (ended, Public.WITHDRAWN.value),
        (model.Package.state == "active", Public.INTERNAL.value),
        else_=Public.DRAFT.value,
    )
    return sa.case(
        {case.value: public.value for case, public in told.items()},
        value=case_state,
        else_=otherwise,
    )


def last_events(
    session: AlchemySession, package_ids: Sequence[str]
) -> dict[str, CaseEvent]:
    """Return what happened last in the reviews of each dataset; one statement."""
    events = session.execute(
        sa.select(CaseEvent)
        .where(CaseEvent.package_id.in_(package_ids))
        .distinct(CaseEvent.package_id)
        .order_by(CaseEvent.package_id, CaseEvent.id.desc())
    ).scalars()
    return {event.package_id: event for event in events}
