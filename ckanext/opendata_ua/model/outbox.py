"""Messages that leave after the commit of what they tell about."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
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


class Message(Base):
    """One message to one recipient through one channel; times are the database's."""

    __tablename__ = "opendata_ua_outbox"

    id = sa.Column(sa.Text, primary_key=True)
    dedupe_key = sa.Column(sa.Text, nullable=False, unique=True)
    channel = sa.Column(sa.Text, nullable=False)  # mail, activity, index
    recipient = sa.Column(sa.Text, nullable=False)  # what back-off is counted by
    payload = sa.Column(JSONB, nullable=False)  # emptied once it has left
    state = sa.Column(sa.Text, nullable=False)  # waiting, sent, dead
    attempts = sa.Column(sa.Integer, nullable=False, server_default="0")
    # the channel failed, not this message: nobody asks it before next_attempt
    unreachable = sa.Column(sa.Boolean, nullable=False, server_default=sa.false())
    next_attempt = sa.Column(
        sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )
    last_error = sa.Column(sa.Text)
    created = sa.Column(
        sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )
    finished = sa.Column(sa.DateTime(timezone=True))

    @classmethod
    def post(
        cls,
        session: AlchemySession,
        channel: str,
        recipient: str,
        dedupe_key: str,
        payload: Mapping[str, Any],
    ) -> bool:
        """Post a message in the caller's transaction; False when it was posted before.

        One statement.

        :param channel: of ``logic/channels.py``, which says what the payload holds
        :param recipient: what must not hold up others when it fails: the id of a user
            or of a dataset, or ``mailbox(address)`` for a person without an account
        :param dedupe_key: event, recipient and template; equal ones are sent once
        """
        note_promise(session)
        posted: Any = session.execute(
            insert(TABLE)
            .values(
                id=str(uuid.uuid4()),
                dedupe_key=dedupe_key,
                channel=channel,
                recipient=recipient,
                payload=dict(payload),
                state="waiting",
            )
            .on_conflict_do_nothing(index_elements=["dedupe_key"])
        )
        return bool(posted.rowcount)

    @classmethod
    def take_next(
        cls, session: AlchemySession, channels: Collection[str]
    ) -> Taken | None:
        """Return the message that has been due longest, its row locked, or None.

        One statement. The lock is the claim: it lasts until the transaction ends, or
        the process. Passed by are messages to a recipient for whom another one has
        failed more often (that one asks first), and those of a channel that does not
        work at the moment.
        """
        rival, probe = TABLE.alias("rival"), TABLE.alias("probe")
        behind = sa.exists().where(
            sa.and_(
                rival.c.state == "waiting",
                rival.c.channel == TABLE.c.channel,
                rival.c.recipient == TABLE.c.recipient,
                rival.c.attempts > TABLE.c.attempts,
            )
        )
        closed = sa.exists().where(
            sa.and_(
                probe.c.state == "waiting",
                probe.c.channel == TABLE.c.channel,
                probe.c.unreachable,
                probe.c.next_attempt > sa.func.now(),
            )
        )
        row = session.execute(
            sa.select(*(TABLE.c[name] for name in Taken.__dataclass_fields__))
            .where(
                TABLE.c.state == "waiting",
                TABLE.c.next_attempt <= sa.func.now(),
                TABLE.c.channel.in_(channels),
                ~behind,
                ~closed,
            )
            .order_by(TABLE.c.next_attempt)
            .limit(1)
            .with_for_update(skip_locked=True, of=TABLE)
        ).first()
        return None if row is None else Taken(*row)

    @classmethod
    def take(cls, session: AlchemySession, dedupe_key: str) -> Taken | None:
        """Return a message that waits, its row locked; None when it is another's."""
        row = session.execute(
            sa.select(*(TABLE.c[name] for name in Taken.__dataclass_fields__))
            .where(TABLE.c.dedupe_key == dedupe_key, TABLE.c.state == "waiting")
            .with_for_update(skip_locked=True)
        ).first()
        return None if row is None else Taken(*row)

    @classmethod
    def mark_sent(
        cls, session: AlchemySession, message_id: str, note: str | None = None
    ) -> None:
        """Mark a message as sent and forget what it said, and to whom."""
        literal = TABLE.c.payload.has_key("address")
        session.execute(
            sa.update(TABLE)
            .where(TABLE.c.id == message_id, TABLE.c.state == "waiting")
            .values(
                state="sent",
                unreachable=False,
                payload={},
                recipient=sa.case((literal, ""), else_=TABLE.c.recipient),
                last_error=note,
                finished=sa.func.clock_timestamp(),
            )
        )

    @classmethod
    def put_off(
        cls,
        session: AlchemySession,
        message_id: str,
        attempts: int,
        wait: timedelta,
        error: str,
    ) -> None:
        """Let a message wait for another attempt, and its recipient's others with it.

        :param attempts: as they were when the attempt began; if another process has
            counted one meanwhile, nothing changes
        """
        session.execute(
            _seen(message_id, attempts).values(
                attempts=attempts + 1,
                unreachable=False,
                next_attempt=sa.func.clock_timestamp() + wait,
                last_error=error,
            )
        )

    @classmethod
    def close_channel(
        cls,
        session: AlchemySession,
        message_id: str,
        attempts: int,
        wait: timedelta,
        error: str,
    ) -> None:
        """Let a whole channel wait; the attempt counts against no message."""
        session.execute(
            _seen(message_id, attempts).values(
                unreachable=True,
                next_attempt=sa.func.clock_timestamp() + wait,
                last_error=error,
            )
        )

    @classmethod
    def bury(
        cls, session: AlchemySession, message_id: str, attempts: int, error: str
    ) -> None:
        """Mark a message dead, for people to look at."""
        session.execute(
            _seen(message_id, attempts).values(
                state="dead",
                attempts=attempts + 1,
                unreachable=False,
                last_error=error,
                finished=sa.func.clock_timestamp(),
            )
        )

    @classmethod
    def due_in(cls, session: AlchemySession) -> float | None:
        """Return seconds until the next message is due, None when none waits for it."""
        return seconds_until(session, TABLE.c.next_attempt, TABLE.c.state == "waiting")

    @classmethod
    def retry(cls, session: AlchemySession, message_id: str | None) -> int:
        """Let dead messages wait again, one or all; return how many."""
        statement = sa.update(TABLE).where(TABLE.c.state == "dead")
        if message_id is not None:
            statement = statement.where(TABLE.c.id == message_id)
        note_promise(session)
        found: Any = session.execute(
            statement.values(
                state="waiting", attempts=0, next_attempt=sa.func.now(), finished=None
            )
        )
        return int(found.rowcount)

    @classmethod
    def prune(cls, session: AlchemySession, age: timedelta) -> int:
        """Delete at most a thousand messages sent or dead longer ago; return how many.

        With a dead letter goes what it said and to whom.
        """
        return delete_some(session, TABLE, TABLE.c.finished < sa.func.now() - age)

    @classmethod
    def listed(
        cls, session: AlchemySession, state: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Return messages as dicts, the newest first; what they say is left out."""
        shown = ("id", "channel", "recipient", "dedupe_key", "state", "attempts")
        times = ("created", "next_attempt", "finished")
        query = sa.select(*(TABLE.c[name] for name in (*shown, "last_error", *times)))
        if state:
            query = query.where(TABLE.c.state == state)
        rows = session.execute(query.order_by(TABLE.c.created.desc()).limit(limit))
        return as_dicts(rows)


@dataclass(frozen=True)
class Taken:
    """A message in the hands of one process, which holds the lock of its row."""

    id: str
    channel: str
    recipient: str
    payload: Mapping[str, Any]
    attempts: int


TABLE: sa.Table = Message.__table__


def mailbox(address: str) -> str:
    """Return what stands for an address in ``recipient``: equal ones fail together."""
    digest = hashlib.sha256(address.strip().lower().encode()).hexdigest()
    return f"mailbox:{digest[:16]}"


def _seen(message_id: str, attempts: int) -> Any:
    return sa.update(TABLE).where(
        TABLE.c.id == message_id,
        TABLE.c.state == "waiting",
        TABLE.c.attempts == attempts,
    )
