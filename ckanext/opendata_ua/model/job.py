"""Work that was promised: the truth about background jobs (Redis only wakes workers).

At most one job of a kind and key waits, and at most one runs: work that is asked for
while it runs waits for its next turn, so that nothing asked for is lost. Two partial
unique indexes hold that, whatever workers do.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ckan.types import AlchemySession
from sqlalchemy.dialects.postgresql import JSONB, insert

from ckanext.opendata_ua.model.base import (
    Base,
    as_dicts,
    delete_some,
    note_promise,
    seconds_until,
)


class Job(Base):
    """One promised piece of work; all times are the database's."""

    __tablename__ = "opendata_ua_job"

    id = sa.Column(sa.Text, primary_key=True)
    kind = sa.Column(sa.Text, nullable=False)
    key = sa.Column(sa.Text, nullable=False)
    arguments = sa.Column(JSONB, nullable=False)
    state = sa.Column(sa.Text, nullable=False)  # waiting, running, done, dead
    attempts = sa.Column(sa.Integer, nullable=False, server_default="0")
    run_after = sa.Column(
        sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )
    lease = sa.Column(sa.Text)  # token of the worker that runs it
    lease_until = sa.Column(sa.DateTime(timezone=True))
    last_error = sa.Column(sa.Text)
    created = sa.Column(
        sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )
    finished = sa.Column(sa.DateTime(timezone=True))

    @classmethod
    def promise(
        cls,
        session: AlchemySession,
        kind: str,
        key: str,
        arguments: Mapping[str, Any] | None = None,
        run_after: datetime | timedelta | None = None,
    ) -> str:
        """Promise work in the caller's transaction; return the id of the waiting job.

        One statement. When such a job waits already, this is it: it takes the new
        arguments and the earlier time, unless it waits because it has failed. Its row
        stays locked until the caller commits, and workers pass it by: nobody runs it
        before what the caller wrote can be seen. Callers that promise the same work
        at once wait for each other: promise late in a transaction.

        :param kind: of ``logic/kinds.py``
        :param key: what the work is about, most often an id
        :param run_after: a moment, or a time from now by the database's clock
        """
        note_promise(session)
        work = _work(kind, key, arguments, run_after)
        return str(session.execute(PROMISE.returning(TABLE.c.id), work).scalar_one())

    @classmethod
    def promise_all(
        cls,
        session: AlchemySession,
        kind: str,
        works: Mapping[str, Mapping[str, Any]],
    ) -> None:
        """Promise work about many keys at once, as ``promise`` does of each.

        In the order of the keys, so that two who promise the same do not wait for each
        other forever.

        :param works: arguments by key
        """
        if works:
            note_promise(session)
            session.execute(
                PROMISE, [_work(kind, key, works[key]) for key in sorted(works)]
            )

    @classmethod
    def claim(
        cls, session: AlchemySession, leases: Mapping[str, timedelta]
    ) -> Claim | None:
        """Take the job that has been due longest, or None; the caller commits at once.

        One statement when nothing is due, two otherwise.

        :param leases: kinds that this worker knows, and how long it may be silent
        """
        twin = TABLE.alias("twin")
        runs = sa.exists().where(
            sa.and_(
                twin.c.kind == TABLE.c.kind,
                twin.c.key == TABLE.c.key,
                twin.c.state == "running",
            )
        )
        due = session.execute(
            sa.select(TABLE.c.id, TABLE.c.kind)
            .where(
                TABLE.c.state == "waiting",
                TABLE.c.run_after <= sa.func.now(),
                TABLE.c.kind.in_(leases),
                ~runs,
            )
            .order_by(TABLE.c.run_after)
            .limit(1)
            .with_for_update(skip_locked=True, of=TABLE)
        ).first()
        if due is None:
            return None
        row = session.execute(
            sa.update(TABLE)
            .where(TABLE.c.id == due.id)
            .values(
                state="running",
                attempts=TABLE.c.attempts + 1,
                lease=str(uuid.uuid4()),
                lease_until=sa.func.now() + leases[due.kind],
            )
            .returning(
                *(TABLE.c[name] for name in Claim.__dataclass_fields__),
            )
        ).one()
        return Claim(*row)

    @classmethod
    def beat(
        cls, connection: sa.engine.Connection, claim: Claim, lease: timedelta
    ) -> bool:
        """Prolong a lease from now; False when it was lost."""
        moment = sa.func.clock_timestamp() + lease
        return _changed(connection, _held(claim).values(lease_until=moment))

    @classmethod
    def finish(cls, session: AlchemySession, claim: Claim) -> bool:
        """Mark a job done; False, with nothing changed, when its lease was lost."""
        return _changed(session, _held(claim).values(**_ended("done", None)))

    @classmethod
    def bury(cls, session: AlchemySession, claim: Claim, error: str) -> bool:
        """Mark a job dead, for people to look at; False when its lease was lost."""
        return _changed(session, _held(claim).values(**_ended("dead", error)))

    @classmethod
    def give_back(
        cls,
        session: AlchemySession,
        claim: Claim,
        wait: timedelta,
        error: str,
        *,
        blamed: bool = True,
    ) -> bool:
        """Let a job wait for another attempt; False when its lease was lost.

        If the same work was asked for meanwhile, the two become one again.

        :param blamed: whether this attempt counts
        """
        row = session.execute(
            sa.delete(TABLE).where(*_holding(claim)).returning(*TABLE.c)
        ).first()
        if row is None:
            return False
        attempts = row.attempts if blamed else row.attempts - 1
        _wait_again(session, row, wait, attempts=attempts, error=error)
        return True

    @classmethod
    def expired(cls, session: AlchemySession, kinds: Mapping[str, Any]) -> list[Claim]:
        """Return, locked, jobs whose workers were silent for longer than a lease."""
        rows = session.execute(
            sa.select(*(TABLE.c[name] for name in Claim.__dataclass_fields__))
            .where(
                TABLE.c.state == "running",
                TABLE.c.lease_until < sa.func.now(),
                TABLE.c.kind.in_(kinds),
            )
            .limit(100)
            .with_for_update(skip_locked=True)
        )
        return [Claim(*row) for row in rows]

    @classmethod
    def due_in(cls, session: AlchemySession) -> float | None:
        """Return seconds until the next job is due or a lease ends, None without any.

        Work that is due already is not counted: it waits for its twin or for a
        commit, and whoever ends that looks for work afterwards.
        """
        moment = sa.case(
            (TABLE.c.state == "waiting", TABLE.c.run_after),
            else_=TABLE.c.lease_until,
        )
        return seconds_until(session, moment, TABLE.c.state.in_(("waiting", "running")))

    @classmethod
    def prune(cls, session: AlchemySession, age: timedelta) -> int:
        """Delete at most a thousand jobs done longer ago; return how many."""
        old = TABLE.c.finished < sa.func.now() - age
        return delete_some(session, TABLE, TABLE.c.state == "done", old)

    @classmethod
    def retry(cls, session: AlchemySession, job_id: str) -> bool:
        """Let a dead job wait anew, its attempts forgotten; False if it is not dead."""
        row = session.execute(
            sa.delete(TABLE)
            .where(TABLE.c.id == job_id, TABLE.c.state == "dead")
            .returning(*TABLE.c)
        ).first()
        if row is None:
            return False
        _wait_again(session, row, timedelta(), attempts=0, error=row.last_error)
        note_promise(session)
        return True

    @classmethod
    def standing(
        cls, session: AlchemySession, kind: str, keys: Iterable[str]
    ) -> dict[str, tuple[str, int]]:
        """Return state and attempts of the work that is left, by its key."""
        wanted = list(keys)
        if not wanted:
            return {}
        rows = session.execute(
            sa.select(TABLE.c.key, TABLE.c.state, TABLE.c.attempts)
            .where(
                TABLE.c.kind == kind, TABLE.c.key.in_(wanted), TABLE.c.state != "done"
            )
            # of two jobs about the same, that which runs is told of last
            .order_by(TABLE.c.state == "running")
        )
        return {key: (state, attempts) for key, state, attempts in rows}

    @classmethod
    def listed(
        cls, session: AlchemySession, state: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Return jobs as dicts, the newest first; arguments and leases left out."""
        shown = ("id", "kind", "key", "state", "attempts", "last_error")
        times = ("created", "run_after", "finished")
        query = sa.select(*(TABLE.c[name] for name in (*shown, *times)))
        if state:
            query = query.where(TABLE.c.state == state)
        rows = session.execute(query.order_by(TABLE.c.created.desc()).limit(limit))
        return as_dicts(rows)


@dataclass(frozen=True)
class Claim:
    """A job in the hands of one worker; the lease is the proof."""

    id: str
    kind: str
    key: str
    arguments: Mapping[str, Any]
    attempts: int
    lease: str


TABLE: sa.Table = Job.__table__
#: The partial unique index over what waits.
ONE_WAITING: Mapping[str, Any] = {
    "index_elements": ["kind", "key"],
    "index_where": sa.text("state = 'waiting'"),
}


def _promise() -> Any:
    """Return the statement of a promise; it is made once, and asked at most writes."""
    moment = sa.bindparam("moment", type_=sa.DateTime(timezone=True))
    wait = sa.bindparam("wait", type_=sa.Interval())
    new = insert(TABLE).values(
        id=sa.bindparam("id"),
        kind=sa.bindparam("kind"),
        key=sa.bindparam("key"),
        arguments=sa.bindparam("arguments", type_=JSONB()),
        state="waiting",
        run_after=sa.func.coalesce(moment, sa.func.now() + wait),
    )
    earlier = sa.func.least(TABLE.c.run_after, new.excluded.run_after)
    return new.on_conflict_do_update(
        **ONE_WAITING,
        set_={
            "arguments": new.excluded.arguments,
            "run_after": sa.case(
                (TABLE.c.attempts > 0, TABLE.c.run_after), else_=earlier
            ),
        },
    )


PROMISE: Any = _promise()


def _work(
    kind: str,
    key: str,
    arguments: Mapping[str, Any] | None,
    run_after: datetime | timedelta | None = None,
) -> dict[str, Any]:
    """Return what a promise says of one piece of work."""
    waits = isinstance(run_after, timedelta)
    return {
        "id": str(uuid.uuid4()),
        "kind": kind,
        "key": key,
        "arguments": dict(arguments or {}),
        "moment": None if waits else run_after,
        "wait": run_after if waits else timedelta(),
    }


def _holding(claim: Claim) -> tuple[Any, ...]:
    return (
        TABLE.c.id == claim.id,
        TABLE.c.state == "running",
        TABLE.c.lease == claim.lease,
    )


def _held(claim: Claim) -> Any:
    return sa.update(TABLE).where(*_holding(claim))


def _changed(session: AlchemySession | sa.engine.Connection, statement: Any) -> bool:
    result: Any = session.execute(statement)
    return bool(result.rowcount)


def _ended(state: str, error: str | None) -> dict[str, Any]:
    return {
        "state": state,
        "last_error": error,
        "lease": None,
        "lease_until": None,
        "finished": sa.func.clock_timestamp(),
    }


def _wait_again(
    session: AlchemySession,
    row: Any,
    wait: timedelta,
    *,
    attempts: int,
    error: str | None,
) -> None:
    """Put a deleted row back as one that waits, or into its twin that waits already.

    An update could not do it: a twin that another transaction is just promising would
    break the unique index, and only ``ON CONFLICT`` waits for it.
    """
    new = insert(TABLE).values(
        id=row.id,
        kind=row.kind,
        key=row.key,
        arguments=row.arguments,
        state="waiting",
        attempts=attempts,
        run_after=sa.func.clock_timestamp() + wait,
        last_error=error,
        created=row.created,
    )
    excluded = new.excluded
    session.execute(
        new.on_conflict_do_update(
            **ONE_WAITING,
            set_={
                "attempts": sa.func.greatest(TABLE.c.attempts, excluded.attempts),
                "run_after": sa.func.greatest(TABLE.c.run_after, excluded.run_after),
                "last_error": excluded.last_error,
            },
        )
    )
