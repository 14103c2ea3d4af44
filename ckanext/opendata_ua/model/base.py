"""What all our tables share: a MetaData of our own, apart from CKAN's.

CKAN's test fixtures and ``ckan db clean`` empty every table of CKAN's own metadata; a
history that may only grow must not be among them. Tables are made by migrations only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan.types import AlchemySession
from sqlalchemy.orm import declarative_base

metadata = sa.MetaData()
Base: Any = declarative_base(metadata=metadata)

#: Mark in a session's ``info``: its transaction promised work or posted a message, so
#: that workers have to be woken after the commit.
PROMISED = "opendata_ua_promised"


def note_promise(session: Any) -> None:
    """Remember that workers have to be woken once this transaction is committed."""
    session.info[PROMISED] = True


def digest(secret: str) -> str:
    """Return what stands for a secret, a token or an address in the database."""
    return hashlib.sha256(secret.encode()).hexdigest()


def as_dicts(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Return rows as the Action API lists them: moments as ISO 8601."""
    return [
        {
            key: value.isoformat() if isinstance(value, datetime) else value
            for key, value in row._mapping.items()
        }
        for row in rows
    ]


def delete_some(session: AlchemySession, table: sa.Table, *which: Any) -> int:
    """Delete at most a thousand rows that nobody has locked; return how many."""
    some = sa.select(table.c.id).where(*which).limit(1000)
    free = some.with_for_update(skip_locked=True)
    found: Any = session.execute(sa.delete(table).where(table.c.id.in_(free)))
    return int(found.rowcount)


def seconds_until(session: AlchemySession, moment: Any, *which: Any) -> float | None:
    """Return seconds until the earliest moment to come, None when there is none.

    :param moment: a column, or what takes its place; times are the database's
    """
    now = sa.func.now()
    seconds = sa.func.extract("epoch", sa.func.min(moment) - now)
    found = session.execute(sa.select(seconds).where(moment > now, *which)).scalar()
    return None if found is None else float(found)
