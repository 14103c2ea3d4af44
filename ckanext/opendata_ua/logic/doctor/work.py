"""Background jobs and messages: what failed, and what nobody does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain.doctor import EXAMPLES, Finding, finding
from ckanext.opendata_ua.model import Job, Message

#: A worker that is alive prolongs its lease well before this is over.
SILENCE = timedelta(minutes=10)
UNDELIVERED = timedelta(hours=1)


def look_at_jobs(progress: Callable[[int, int], None]) -> Iterator[Finding]:
    """Yield jobs that failed, that no worker begins, and that a worker left."""
    now: Any = sa.func.now()  # the database's clock: nodes may differ
    patience = timedelta(minutes=config.health_oldest_minutes())
    ended = model.Session.scalar(sa.select(sa.func.max(Job.finished)))
    last = f"{ended:%Y-%m-%d %H:%M %Z}" if ended else "–"
    due = sa.and_(Job.state == "waiting", Job.run_after < now - patience)
    left = sa.and_(Job.state == "running", Job.lease_until < now - SILENCE)
    yield from _found(Job, "doctor.jobs.dead", Job.state == "dead")
    yield from _found(Job, "doctor.jobs.late", due, last=last)
    yield from _found(Job, "doctor.jobs.silent", left)


def look_at_messages(progress: Callable[[int, int], None]) -> Iterator[Finding]:
    """Yield messages that nobody will send, and that should have left."""
    now: Any = sa.func.now()
    late = sa.and_(Message.state == "waiting", Message.created < now - UNDELIVERED)
    yield from _found(Message, "doctor.messages.dead", Message.state == "dead")
    yield from _found(Message, "doctor.messages.late", late)


def _found(table: Any, code: str, which: Any, **values: str) -> Iterator[Finding]:
    """Yield a finding when any row matches; examples are the oldest, without people."""
    session = model.Session
    count = session.scalar(sa.select(sa.func.count()).select_from(table).where(which))
    if not count:
        return
    what = table.kind if table is Job else table.channel
    query = sa.select(what, table.id).where(which).order_by(table.created)
    examples = [" ".join(row) for row in session.execute(query.limit(EXAMPLES))]
    yield finding(code, count, examples, **values)
