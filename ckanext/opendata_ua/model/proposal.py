"""Proposals of readers, their history; in a table apart, who sent them.

What is personal is in ``ProposalAuthor`` only, and goes from there. A proposal itself
knows its author by nothing but the hash of a secret address.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession
from sqlalchemy.dialects.postgresql import JSONB, insert

from ckanext.opendata_ua.domain import proposal as rules
from ckanext.opendata_ua.domain.moderation import is_public
from ckanext.opendata_ua.domain.proposal import State
from ckanext.opendata_ua.model.base import Base, digest

MOMENT = sa.DateTime(timezone=True)
#: Rows: to a checker of types the attributes of the classes would be columns.
ProposalRow = Any
AuthorRow = Any
EventRow = Any

OWED = (State.RECEIVED.value, State.SHOWN.value)


class Proposal(Base):
    """What one reader proposed, and what became of it."""

    __tablename__ = "opendata_ua_proposal"

    id = sa.Column(sa.Text, primary_key=True)
    package_id = sa.Column(sa.Text)  # None: about a dataset that does not exist
    organization_id = sa.Column(sa.Text)  # who owes the answer; None: the portal
    kind = sa.Column(sa.Text, nullable=False)
    state = sa.Column(sa.Text, nullable=False)
    version = sa.Column(sa.Integer, nullable=False, server_default="1")
    text = sa.Column(sa.Text, nullable=False)
    held = sa.Column(sa.Boolean, nullable=False)  # has signs of a robot
    signs = sa.Column(JSONB, nullable=False)
    text_hash = sa.Column(sa.Text, nullable=False)
    prefix_hash = sa.Column(sa.Text, nullable=False, server_default="")
    receipt_hash = sa.Column(sa.Text, nullable=False, unique=True)
    created = sa.Column(MOMENT, nullable=False, server_default=sa.func.now())
    due = sa.Column(MOMENT, nullable=False)
    shown = sa.Column(MOMENT)  # first shown
    answered = sa.Column(MOMENT)  # first answered
    ended = sa.Column(MOMENT)  # closed or hidden; from here the author is kept so long
    hidden_reason = sa.Column(sa.Text, nullable=False, server_default="")
    answer = sa.Column(sa.Text, nullable=False, server_default="")
    outcome = sa.Column(sa.Text, nullable=False, server_default="")
    planned_on = sa.Column(sa.Date)
    ground = sa.Column(sa.Text, nullable=False, server_default="")
    forwarded_to = sa.Column(sa.Text, nullable=False, server_default="")
    fixed_version = sa.Column(sa.Text)  # id of the file version that fixed it
    grown_package_id = sa.Column(sa.Text)  # the dataset that grew out of the wish

    @classmethod
    def add(
        cls, session: AlchemySession, id_: str, receipt: str, **values: Any
    ) -> ProposalRow | None:
        """Add a proposal; None when there is one with this id, by whomever.

        :param receipt: the secret of the address of its receipt, kept as a hash only
        """
        done: Any = session.execute(
            insert(cls.__table__)
            .values(
                id=id_,
                state=State.RECEIVED.value,
                receipt_hash=digest(receipt),
                **values,
            )
            .on_conflict_do_nothing(index_elements=["id"])
        )
        return session.get(cls, id_) if done.rowcount else None

    @classmethod
    def lock(cls, session: AlchemySession, proposal_id: str) -> ProposalRow | None:
        """Return a proposal with its row locked until the end of the transaction."""
        return session.execute(
            sa.select(cls)
            .where(cls.id == proposal_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).scalar_one_or_none()

    @classmethod
    def by_receipt(cls, session: AlchemySession, secret: str) -> ProposalRow | None:
        """Return the proposal of a receipt."""
        query = sa.select(cls).where(cls.receipt_hash == digest(secret))
        return session.execute(query).scalar_one_or_none()

    @classmethod
    def recent(
        cls,
        session: AlchemySession,
        text_hash: str,
        prefix_hash: str,
        email_key: str,
    ) -> Mapping[str, int]:
        """Count what came lately: ``same_text``, ``from_prefix``, ``from_email``,
        ``on_site``, as ``domain.spam.Post`` names them; one statement."""
        hour = cls.created > sa.func.now() - timedelta(hours=1)
        day = cls.created > sa.func.now() - timedelta(days=1)
        author = ProposalAuthor

        def number(*conditions: Any) -> Any:
            # more than a thousand say no more than a thousand do
            some = sa.select(sa.literal(1)).where(*conditions).limit(1000)
            return sa.select(sa.func.count()).select_from(some.subquery())

        row = session.execute(
            sa.select(
                number(cls.text_hash == text_hash, day)
                .scalar_subquery()
                .label("same_text"),
                number(cls.prefix_hash == prefix_hash, cls.prefix_hash != "", hour)
                .scalar_subquery()
                .label("from_prefix"),
                number(
                    author.email_key == email_key,
                    author.email_key != "",
                    author.created > sa.func.now() - timedelta(days=1),
                )
                .scalar_subquery()
                .label("from_email"),
                number(hour, cls.held.is_(False)).scalar_subquery().label("on_site"),
            )
        ).one()
        return dict(row._mapping)

    @classmethod
    def page(
        cls,
        session: AlchemySession,
        *,
        limit: int,
        states: Collection[str],
        organizations: Sequence[str] | None = None,
        package_id: str | None = None,
        kind: str | None = None,
        held: bool | None = None,
        owed: bool = False,
        overdue_at: datetime | None = None,
        spam_too: bool = True,
        after: tuple[datetime, str] | None = None,
    ) -> list[ProposalRow]:
        """Return proposals; one statement.

        What is owed comes in the order of its terms, everything else newest first.

        :param organizations: ids, None for all
        :param held: only those with signs of a robot, or only those without
        :param overdue_at: only those whose term ended before this moment
        :param spam_too: whether what was hidden as posts of robots is among them
        :param after: ``created`` (``due`` of what is owed) and ``id`` of the last
            proposal of the page before
        """
        query = sa.select(cls).where(cls.state.in_(list(states)))
        equal = {cls.package_id: package_id, cls.kind: kind, cls.held: held}
        for column, value in equal.items():
            if value is not None:
                query = query.where(column == value)
        if organizations is not None:
            query = query.where(cls.organization_id.in_(list(organizations)))
        if overdue_at is not None:
            query = query.where(cls.due < overdue_at, cls.state.in_(OWED))
        if not spam_too:
            query = query.where(cls.hidden_reason.not_in(rules.UNLISTED))
        key = sa.tuple_(cls.due if owed else cls.created, cls.id)
        if after is not None:
            edge = sa.tuple_(sa.literal(after[0], MOMENT), sa.literal(after[1]))
            query = query.where(key > edge if owed else key < edge)
        order = (cls.due, cls.id) if owed else (cls.created.desc(), cls.id.desc())
        return list(session.execute(query.order_by(*order).limit(limit)).scalars())

    @classmethod
    def figures(
        cls, session: AlchemySession, organization_id: str | None
    ) -> list[Mapping[str, Any]]:
        """Return ``organization_id``, ``received``, ``answered``, ``late``,
        ``waiting``, ``hidden`` and ``median_days`` per organization; one statement.

        Posts of robots are in none of them.

        :param organization_id: of one organization, None for all of them
        """
        owed = sa.and_(cls.state.in_(OWED), cls.answered.is_(None))
        late = sa.or_(
            cls.answered > cls.due, sa.and_(owed, cls.due < sa.func.clock_timestamp())
        )
        seconds = sa.func.extract("epoch", cls.answered - cls.created)
        median = sa.func.percentile_cont(0.5).within_group(seconds)

        def number(condition: Any) -> Any:
            return sa.func.count().filter(condition)

        query = (
            sa.select(
                cls.organization_id,
                sa.func.count().label("received"),
                number(cls.answered.is_not(None)).label("answered"),
                number(late).label("late"),
                number(owed).label("waiting"),
                number(cls.state == State.HIDDEN.value).label("hidden"),
                (median / 86400.0).label("median_days"),
            )
            .where(
                sa.or_(cls.held.is_(False), cls.state != State.RECEIVED.value),
                cls.hidden_reason.not_in(rules.UNLISTED),
            )
            .group_by(cls.organization_id)
        )
        if organization_id is not None:
            query = query.where(cls.organization_id == organization_id)
        return [dict(row._mapping) for row in session.execute(query)]

    @classmethod
    def owed_by(
        cls, session: AlchemySession, until: datetime
    ) -> Mapping[str | None, tuple[int, int]]:
        """Return per organization how many are owed, and how many of them are late."""
        rows = session.execute(
            sa.select(
                cls.organization_id,
                sa.func.count(),
                sa.func.count().filter(cls.due < until),
            )
            .where(cls.state.in_(OWED), cls.held.is_(False))
            .group_by(cls.organization_id)
        )
        return {id_: (owed, late) for id_, owed, late in rows}

    @classmethod
    def held_by(cls, session: AlchemySession) -> Mapping[str | None, int]:
        """Return per organization how many wait for somebody to say who sent them."""
        rows = session.execute(
            sa.select(cls.organization_id, sa.func.count())
            .where(cls.state == State.RECEIVED.value, cls.held.is_(True))
            .group_by(cls.organization_id)
        )
        return {row[0]: row[1] for row in rows}

    def enter(
        self,
        session: AlchemySession,
        kind: str,
        state: State,
        actor: str | None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Move to a state and write it into the history, in this transaction."""
        row: ProposalRow = self
        row.state, row.version = state.value, row.version + 1
        session.add(
            ProposalEvent(
                proposal_id=row.id,
                kind=kind,
                state=state.value,
                version=row.version,
                actor=actor,
                details=dict(details or {}),
            )
        )


class ProposalEvent(Base):
    """One step of a proposal: what, who of the staff, when; no text of the reader."""

    __tablename__ = "opendata_ua_proposal_event"

    id = sa.Column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    proposal_id = sa.Column(
        sa.Text, sa.ForeignKey(Proposal.id, ondelete="CASCADE"), nullable=False
    )
    kind = sa.Column(sa.Text, nullable=False)
    state = sa.Column(sa.Text, nullable=False)
    version = sa.Column(sa.Integer, nullable=False)
    actor = sa.Column(sa.Text)  # id of a user; None is the reader, or the portal
    moment = sa.Column(MOMENT, nullable=False, server_default=sa.func.now())
    details = sa.Column(JSONB, nullable=False)

    @classmethod
    def of(cls, session: AlchemySession, proposal_id: str) -> list[EventRow]:
        """Return the history of a proposal from its beginning."""
        query = sa.select(cls).where(cls.proposal_id == proposal_id).order_by(cls.id)
        return list(session.execute(query).scalars())


class ProposalAuthor(Base):
    """Who sent a proposal, if they said it. The only table with personal data."""

    __tablename__ = "opendata_ua_proposal_author"

    proposal_id = sa.Column(
        sa.Text, sa.ForeignKey(Proposal.id, ondelete="CASCADE"), primary_key=True
    )
    name = sa.Column(sa.Text, nullable=False, server_default="")
    email = sa.Column(sa.Text, nullable=False, server_default="")
    email_key = sa.Column(sa.Text, nullable=False, server_default="")
    lang = sa.Column(sa.Text, nullable=False, server_default="")
    confirm_hash = sa.Column(sa.Text, unique=True)
    confirmed = sa.Column(MOMENT)
    created = sa.Column(MOMENT, nullable=False, server_default=sa.func.now())

    @classmethod
    def add(
        cls,
        session: AlchemySession,
        proposal_id: str,
        *,
        name: str,
        email: str,
        email_key: str,
        confirmation: str,
        lang: str,
    ) -> AuthorRow:
        """Add the author of a proposal.

        :param confirmation: the secret that confirms the address, kept as a hash only
        """
        row = cls(
            proposal_id=proposal_id,
            name=name,
            email=email,
            email_key=email_key,
            confirm_hash=digest(confirmation),
            lang=lang,
        )
        session.add(row)
        return row

    @classmethod
    def of(cls, session: AlchemySession, proposal_id: str) -> AuthorRow | None:
        """Return the author of a proposal, if it has one still."""
        return session.get(cls, proposal_id, populate_existing=True)

    @classmethod
    def by_confirmation(cls, session: AlchemySession, secret: str) -> AuthorRow | None:
        """Return whose address a link confirms."""
        query = sa.select(cls).where(cls.confirm_hash == digest(secret))
        return session.execute(query).scalar_one_or_none()

    @classmethod
    def by_email(cls, session: AlchemySession, email_key: str) -> list[AuthorRow]:
        """Return what one person sent, by the key of the address."""
        query = sa.select(cls).where(cls.email_key == email_key)
        return list(session.execute(query.order_by(cls.created)).scalars())

    @classmethod
    def names(
        cls, session: AlchemySession, proposal_ids: Iterable[str]
    ) -> Mapping[str, AuthorRow]:
        """Return the authors of proposals by their ids; one statement."""
        query = sa.select(cls).where(cls.proposal_id.in_(list(proposal_ids)))
        return {row.proposal_id: row for row in session.execute(query).scalars()}

    @classmethod
    def forget(cls, session: AlchemySession, proposal_ids: Collection[str]) -> int:
        """Delete the authors of these proposals; return how many there were."""
        done: Any = session.execute(
            sa.delete(cls).where(cls.proposal_id.in_(list(proposal_ids)))
        )
        return int(done.rowcount)


class ProposalPurge(Base):
    """Each time personal data were removed: when, why, how many."""

    __tablename__ = "opendata_ua_proposal_purge"

    id = sa.Column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    moment = sa.Column(MOMENT, nullable=False, server_default=sa.func.now())
    why = sa.Column(sa.Text, nullable=False)  # term, held, person
    authors = sa.Column(sa.Integer, nullable=False)
    texts = sa.Column(sa.Integer, nullable=False)

    @classmethod
    def note(cls, session: AlchemySession, why: str, authors: int, texts: int) -> None:
        """Record a removal."""
        session.add(cls(why=why, authors=authors, texts=texts))


def lapse(
    session: AlchemySession, age: timedelta, limit: int = 1000
) -> tuple[int, int]:
    """Hide what was held longer than this without a decision; remove who sent it.

    :returns: how many proposals, and how many authors
    """
    ids = list(
        session.execute(
            sa.select(Proposal.id)
            .where(
                Proposal.state == State.RECEIVED.value,
                Proposal.held.is_(True),
                Proposal.created < sa.func.now() - age,
            )
            .order_by(Proposal.created)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).scalars()
    )
    reason = rules.HiddenReason.UNSEEN.value
    session.execute(
        sa.update(Proposal)
        .where(Proposal.id.in_(ids))
        .values(
            state=State.HIDDEN.value,
            hidden_reason=reason,
            ended=sa.func.now(),
            version=Proposal.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    steps = sa.select(
        Proposal.id,
        sa.literal("hide"),
        Proposal.state,
        Proposal.version,
        sa.literal({"reason": reason}, JSONB),
    ).where(Proposal.id.in_(ids))
    columns = ["proposal_id", "kind", "state", "version", "details"]
    session.execute(insert(ProposalEvent).from_select(columns, steps))
    return len(ids), ProposalAuthor.forget(session, ids)


def purge(
    session: AlchemySession, age: timedelta, limit: int = 1000
) -> tuple[int, int]:
    """Remove authors, and texts never shown, of what ended longer ago.

    What is answered and never closed ends with its last step.

    :returns: how many authors, and how many texts
    """
    edge = sa.func.now() - age
    last = (
        sa.select(sa.func.max(ProposalEvent.moment))
        .where(ProposalEvent.proposal_id == Proposal.id)
        .scalar_subquery()
    )
    answered = sa.and_(Proposal.state == State.ANSWERED.value, last < edge)
    with_author = (
        sa.select(Proposal.id)
        .join(ProposalAuthor, ProposalAuthor.proposal_id == Proposal.id)
        .where(sa.or_(Proposal.ended < edge, answered))
        .limit(limit)
    )
    ids = list(session.execute(with_author).scalars())
    authors = ProposalAuthor.forget(session, ids)
    hidden = (
        sa.select(Proposal.id)
        .where(
            Proposal.ended < edge,
            Proposal.state == State.HIDDEN.value,
            Proposal.text != "",
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    done: Any = session.execute(
        sa.update(Proposal)
        .where(Proposal.id.in_(hidden))
        .values(text="", text_hash="")
        .execution_options(synchronize_session=False)
    )
    return authors, int(done.rowcount)


def forget_networks(session: AlchemySession) -> None:
    """Remove what stands for networks: only the last hour of them is ever asked."""
    session.execute(
        sa.update(Proposal)
        .where(
            Proposal.prefix_hash != "",
            Proposal.created < sa.func.now() - timedelta(days=1),
        )
        .values(prefix_hash="")
        .execution_options(synchronize_session=False)
    )


def datasets(
    session: AlchemySession, ids: Iterable[str | None]
) -> Mapping[str, tuple[str, str, bool]]:
    """Return name, title and whether it is public, of datasets by id; one statement."""
    package: Any = model.Package
    rows = session.execute(
        sa.select(
            package.id, package.name, package.title, package.state, package.private
        ).where(package.id.in_({id_ for id_ in ids if id_}))
    )
    return {
        row.id: (
            row.name,
            row.title or row.name,
            is_public(row.state, row.private),
        )
        for row in rows
    }
