"""Whether the portal serves: its database, Solr, Redis, and work that waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz
from ckan.types import Context, DataDict
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from ckanext.opendata_ua import config
from ckanext.opendata_ua.adapters import probes
from ckanext.opendata_ua.domain import health
from ckanext.opendata_ua.logic import schema
from ckanext.opendata_ua.model import Job, Message

#: How long the answer may take, whatever hangs. Load balancers give up after more.
PATIENCE = 2.0
#: Work that is due and waits, by part: the oldest tells how far behind it is.
WAITING = {
    "queue": (Job, Job.run_after),
    "outbox": (Message, Message.next_attempt),
}


@tk.side_effect_free
def opendata_ua_health_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Tell whether the portal serves its readers. Open to all.

    Answers within two seconds. The database is asked over a connection of its own, so
    that neither a broken session nor an exhausted pool decides.

    :returns: ``status``: ``ok``, ``degraded`` (something does not work, but readers
        are served) or ``down``. For sysadmins, and for a caller whose context carries
        ``ignore_auth``, also ``parts``: for each of ``database``, ``solr``, ``redis``
        ``fine`` with ``milliseconds`` or ``error``; for ``queue`` (jobs) and
        ``outbox`` (messages) ``fine`` with ``oldest_seconds``, which is how long the
        oldest has been due, or None when that is not known
    """
    _, wrong = tk.navl_validate(data_dict, schema.nothing(), context)
    if wrong:
        raise tk.ValidationError(wrong)
    tk.check_access("opendata_ua_health_show", context, data_dict)
    answers = probes.together(_questions(), PATIENCE)
    parts = {name: _service(answer) for name, answer in answers.items()}
    ages = answers["database"]
    limit = config.health_oldest_minutes() * 60
    for name in WAITING:
        age = ages[1].get(name) if isinstance(ages, tuple) else None
        parts[name] = {
            "fine": age is not None and age <= limit,
            "oldest_seconds": age,
        }
    shown: dict[str, Any] = {
        "status": health.status({name: part["fine"] for name, part in parts.items()})
    }
    if context.get("ignore_auth") or authz.is_sysadmin(context.get("user")):
        shown["parts"] = parts
    return shown


def _questions() -> dict[str, Callable[[], object]]:
    asked: dict[str, Callable[[], object]] = {
        "database": partial(_ages, config.database_url()),
        "solr": partial(probes.solr, *config.solr(), PATIENCE),
        "redis": partial(probes.redis_server, config.redis_url(), PATIENCE),
    }
    return {name: partial(_timed, question) for name, question in asked.items()}


def _timed(question: Callable[[], object]) -> tuple[int, object]:
    began = time.monotonic()
    answer = question()
    return round((time.monotonic() - began) * 1000), answer


def _service(answer: object) -> dict[str, Any]:
    """Return what is told of a service; errors by name, for their texts tell secrets.

    :param answer: milliseconds and what was answered, or the exception
    """
    if isinstance(answer, tuple):
        return {"fine": True, "milliseconds": answer[0]}
    return {"fine": False, "error": type(answer).__name__}


@lru_cache(maxsize=1)
def _engine(url: str) -> sa.engine.Engine:
    """Return an engine that keeps no connections: each probe tries to get one."""
    return sa.create_engine(
        url,
        poolclass=NullPool,
        connect_args={"connect_timeout": int(PATIENCE)},
    )


def _ages(url: str) -> dict[str, int]:
    """Return for how many seconds the oldest waiting work has been due, 0 for none.

    Empty when the tables are not there yet. Two SQL statements, by partial indexes.
    """
    now = sa.func.now()
    oldest = [
        sa.select(sa.func.extract("epoch", now - sa.func.min(due)))
        .where(table.state == "waiting", due <= now)
        .scalar_subquery()
        .label(name)
        for name, (table, due) in WAITING.items()
    ]
    with _engine(url).begin() as connection:
        milliseconds = int(PATIENCE * 1000)
        connection.execute(sa.text(f"SET LOCAL statement_timeout = {milliseconds}"))
        try:
            row = connection.execute(sa.select(*oldest)).one()
        except ProgrammingError:
            return {}
    ages: dict[str, Any] = dict(row._mapping)
    return {name: int(age or 0) for name, age in ages.items()}
