"""Datasets as the register reads them: one statement, columns and no objects.

CKAN 2.11 keeps extras in tables of their own, CKAN 2.12 in a column of the row: two
fragments below are all that differs. The statement walks an index in the order of the
identifiers and looks up the rest row by row, so that its first row is there at once,
however many there are.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession
from sqlalchemy.exc import OperationalError

from ckanext.opendata_ua.domain.register import BAR, JOINT, Holder, Stored
from ckanext.opendata_ua.model.dataset import EXTRAS_IN_COLUMN

#: Rows fetched at once, and before all others, so that something leaves soon.
PORTION, BEGINNING = 1000, 50
#: So many registers are read at once, on all nodes together.
SCANS = 4
#: How long one waits for another to end.
PATIENCE = "2s"
#: PostgreSQL ends a reading of which nobody took anything for so long.
IDLE = "60s"
#: The advisory locks that count readings; the number is nobody else's.
LOCK = 0x0DA7A5E7

_EXTRAS = (
    (
        "p.extras ->> 'update_frequency'",
        "p.extras ->> 'purpose_of_collecting_information'",
        "",
    )
    if EXTRAS_IN_COLUMN
    else (
        "x.frequency",
        "x.purpose",
        """
  LEFT JOIN LATERAL (
    SELECT max(e.value) FILTER (WHERE e.key = 'update_frequency') AS frequency,
           max(e.value) FILTER (WHERE e.key = 'purpose_of_collecting_information')
             AS purpose
      FROM package_extra e
     WHERE e.package_id = p.id AND e.state = 'active') x ON true""",
    )
)
_OF_HOLDER = (
    'SELECT g.id, g.extras FROM "group" g'
    if EXTRAS_IN_COLUMN
    else "SELECT e.group_id AS id, jsonb_object_agg(e.key, e.value) AS extras "
    "FROM group_extra e WHERE e.state = 'active' GROUP BY e.group_id"
)
_VISIBLE = "(p.state = 'active' AND p.private IS FALSE)"
#: What is in the register: the type with a passport, public, or public once.
_LISTED = f"p.type = 'dataset' AND ({_VISIBLE} OR b.state = 'withdrawn')"
_STOPPED = (
    "LEFT JOIN opendata_ua_publication b ON b.package_id = p.id AND b.state <> 'public'"
)

# no values of anybody's are written into statements, only the fragments above
#: What is read of a dataset: as ``Stored`` of the domain.
READ = f"""
SELECT p.name, p.title, p.notes, {_EXTRAS[0]},
       (SELECT string_agg(t.name, '{JOINT}' ORDER BY t.name)
          FROM package_tag g JOIN tag t ON t.id = g.tag_id
         WHERE g.package_id = p.id AND g.state = 'active'
           AND t.vocabulary_id IS NULL),
       {_EXTRAS[1]},
       (SELECT string_agg(r.format, '{BAR}' ORDER BY r.position)
          FROM resource r
         WHERE r.package_id = p.id AND r.state = 'active'
           AND r.resource_type IS DISTINCT FROM 'structure'),
       p.owner_org, p.maintainer, p.maintainer_email,
       CASE WHEN {_VISIBLE} THEN nullif(b.state, 'withdrawn') ELSE b.state END,
       b.title, b.reason
  FROM package p {_STOPPED}{_EXTRAS[2]}"""  # noqa: S608  # constants
ROWS = f"{READ}\n WHERE {_LISTED}"

_HOLDERS = f"""
SELECT g.id, g.name, coalesce(nullif(g.title, ''), g.name), h.extras
  FROM "group" g LEFT JOIN ({_OF_HOLDER}) h ON h.id = g.id
 WHERE g.is_organization"""  # noqa: S608  # constants

# the sum does not depend on the order, so the rows need not be sorted
_MARK = f"""
SELECT count(*), max(greatest(p.metadata_modified, b.since AT TIME ZONE 'UTC')),
       sum(hashtextextended(concat_ws('|', p.id, p.name, p.owner_org, p.state,
         p.metadata_modified, b.state, b.since, b.title, b.reason), 0))
  FROM package p {_STOPPED}
 WHERE {_LISTED}"""  # noqa: S608  # constants
_MARK_OF_HOLDERS = f"""
SELECT md5(string_agg(concat_ws('|', g.id, g.name, g.title, h.extras), ';'
         ORDER BY g.id))
  FROM "group" g LEFT JOIN ({_OF_HOLDER}) h ON h.id = g.id
 WHERE g.is_organization"""  # noqa: S608  # constants

_OF_ORGANIZATION = " AND p.owner_org = :organization"
_AFTER = {
    "identifier": " AND p.name > :after",
    "title": (
        " AND (coalesce(p.title, ''), p.name) > "
        "(SELECT coalesce(q.title, ''), q.name FROM package q WHERE q.name = :after)"
    ),
}
_ORDER = {
    "identifier": " ORDER BY p.name",
    "title": " ORDER BY coalesce(p.title, ''), p.name",
}
ORDERS = tuple(_ORDER)
# what was hidden again must not be found by its words
_FOUND = """ AND (
       p.name ILIKE {word} OR coalesce(b.title, p.title) ILIKE {word}
    OR (p.state = 'active' AND (p.notes ILIKE {word} OR EXISTS (
          SELECT 1 FROM package_tag g JOIN tag t ON t.id = g.tag_id
           WHERE g.package_id = p.id AND g.state = 'active'
             AND t.name ILIKE {word}))))"""
_MOST_WORDS = 8


class Busy(Exception):
    """As many registers as may be are being read at this moment."""


@dataclass(frozen=True)
class Mark:
    """What changes whenever the register does: a digest, and the last moment known."""

    digest: str
    changed: datetime | None  # UTC


@dataclass(frozen=True)
class Wanted:
    """Which part of the register, in which order.

    ``organization`` is an id; ``after`` the identifier of the last row that was seen;
    ``words`` all have to be in a row.
    """

    organization: str | None = None
    after: str | None = None
    limit: int | None = None
    order: str = "identifier"
    words: Sequence[str] = ()


def mark(session: AlchemySession, organization: str | None) -> Mark:
    """Return the mark of a register: two statements that read no contents.

    A change of a dataset counts by its ``metadata_modified``, which every action moves.
    """
    asked, values = _MARK, {}
    if organization is not None:
        asked, values = asked + _OF_ORGANIZATION, {"organization": organization}
    count, changed, total = session.execute(sa.text(asked), values).one()
    holders = session.execute(sa.text(_MARK_OF_HOLDERS)).scalar()
    text = f"{organization}|{count}|{changed}|{total}|{holders}"
    return Mark(
        hashlib.sha256(text.encode()).hexdigest()[:32],
        changed.replace(tzinfo=timezone.utc) if changed else None,
    )


@contextmanager
def snapshot(session: AlchemySession, *, counted: bool) -> Iterator[Any]:
    """Give a connection of its own on which the database stands still.

    :param counted: whether this is one of ``SCANS`` long readings
    :raises Busy: when too many are under way
    """
    bind: Any = session.get_bind()
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with (
        bind.connect().execution_options(**options) as connection,
        connection.begin(),
    ):
        if counted:
            _take_turn(connection)
        yield connection


def _take_turn(connection: Any) -> None:
    """Wait for one of the locks; it goes with the transaction, whoever ends it."""
    for setting, value in (
        ("lock_timeout", PATIENCE),
        ("idle_in_transaction_session_timeout", IDLE),
    ):
        asked = sa.text("SELECT set_config(:setting, :value, true)")
        connection.execute(asked, {"setting": setting, "value": value})
    free = sa.text("SELECT pg_try_advisory_xact_lock(:lock, :number)")
    numbers = range(SCANS)
    if any(
        connection.execute(free, {"lock": LOCK, "number": number}).scalar()
        for number in numbers
    ):
        return
    wait = sa.text("SELECT pg_advisory_xact_lock(:lock, :number)")
    try:
        connection.execute(wait, {"lock": LOCK, "number": secrets.choice(numbers)})
    except OperationalError as error:  # the lock timeout
        raise Busy from error


def holders(connection: Any) -> dict[str, Holder]:
    """Return all organizations by id; one statement."""
    return {
        id_: _holder(name, title, extras or {})
        for id_, name, title, extras in connection.execute(sa.text(_HOLDERS))
    }


def _holder(name: str, title: str, extras: Mapping[str, str]) -> Holder:
    return Holder(
        name=name,
        title=title,
        code=extras.get("edrpou") or "",
        contact=extras.get("responsible_name") or "",
        email=extras.get("responsible_email") or "",
    )


def organizations(session: AlchemySession) -> Sequence[Any]:
    """Return name and title of organizations that are not deleted, by title."""
    group: Any = model.Group
    query = sa.select(group.name, sa.func.coalesce(group.title, group.name))
    return session.execute(
        query.where(group.is_organization, group.state == "active").order_by(
            group.title, group.name
        )
    ).all()


def portions(connection: Any, wanted: Wanted) -> Iterator[Sequence[Stored]]:
    """Yield rows, ``PORTION`` at a time, from a cursor of the server."""
    statement, values = _statement(wanted)
    result = connection.execution_options(
        stream_results=True, max_row_buffer=PORTION
    ).execute(sa.text(statement), values)
    if rows := result.fetchmany(min(BEGINNING, PORTION)):
        yield rows
    while rows := result.fetchmany(PORTION):
        yield rows


def _statement(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    statement, values = ROWS, dict[str, Any]()
    if wanted.organization is not None:
        statement += _OF_ORGANIZATION
        values["organization"] = wanted.organization
    for number, word in enumerate(wanted.words[:_MOST_WORDS]):
        statement += _FOUND.format(word=f":word_{number}")
        values[f"word_{number}"] = f"%{_literal(word)}%"
    if wanted.after is not None:
        statement += _AFTER[wanted.order]
        values["after"] = wanted.after
    statement += _ORDER[wanted.order]
    if wanted.limit is not None:
        statement += " LIMIT :limit"
        values["limit"] = wanted.limit
    return statement, values


def _literal(word: str) -> str:
    """Return a word in which no sign stands for anything else in ``LIKE``."""
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, f"\\{sign}")
    return word
