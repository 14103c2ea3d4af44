"""What the proofs of jobs share: kinds of their own, and a table of effects.

An effect is a row. The table is plain SQL, so that its rows are written by the very
session, and commit, of the job.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import logic, model
from ckan.tests.helpers import call_action

from ckanext.opendata_ua.logic.kinds import KINDS, Kind
from ckanext.opendata_ua.model.job import Job

EFFECTS = "opendata_ua_proof_of_jobs"


def let_loggers_speak() -> None:
    """Switch loggers on again: migrations of CKAN's activity plugin silence them."""
    for name in logging.root.manager.loggerDict:
        if name.startswith("ckanext.opendata_ua"):
            logging.getLogger(name).disabled = False


@contextmanager
def table_of_effects() -> Iterator[None]:
    """Have the table while the block runs."""
    execute(f"DROP TABLE IF EXISTS {EFFECTS}")
    execute(f"CREATE TABLE {EFFECTS} (number serial, key text, process integer)")
    yield
    execute(f"DROP TABLE {EFFECTS}")


def execute(statement: str, **values: Any) -> list[Any]:
    """Execute SQL of a test and commit; return its rows."""
    result: Any = model.Session.execute(sa.text(statement), values)
    rows = result.all() if result.returns_rows else []
    model.Session.commit()
    return rows


@contextmanager
def connection() -> Iterator[Any]:
    """Yield a connection on which each statement is a transaction."""
    engine: Any = model.Session.get_bind()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        yield link


def leave_effect(context: Any, data: Any) -> None:
    """Do the work of a proof: one row, committed by the worker if it asks for that."""
    model.Session.execute(
        sa.text(f"INSERT INTO {EFFECTS} (key, process) VALUES (:key, :process)"),  # noqa: S608 - a constant
        {"key": data["id"], "process": os.getpid()},
    )
    if not context.get("defer_commit"):
        model.Session.commit()


def effects() -> list[str]:
    """Return the keys of all effects, in the order in which they were left."""
    rows = execute(f"SELECT key FROM {EFFECTS} ORDER BY number")  # noqa: S608 - a constant
    return [row.key for row in rows]


class Kinds:
    """Adds kinds of jobs for the time of one test."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch

    def add(
        self,
        name: str,
        action: Callable[[Any, Any], Any] = leave_effect,
        **options: Any,
    ) -> None:
        """Add a kind whose action is this function; it is atomic by default."""
        options = {"atomic": True, "first_wait": timedelta(0), **options}
        known: Any = KINDS
        self._patch.setitem(known, name, Kind(f"proof_{name}", **options))
        logic.get_action("status_show")  # so that the table of actions is there
        self._patch.setitem(logic._actions, f"proof_{name}", action)


def promise(kind: str, key: str = "a", **options: Any) -> str:
    """Promise a job in a transaction of its own."""
    job = Job.promise(model.Session, kind, key, **options)
    model.Session.commit()
    return job


def run(limit: int = 100) -> int:
    """Run jobs as a worker does; return how many were begun."""
    return call_action("opendata_ua_job_run", limit=limit)["ran"]


def states(kind: str) -> list[str]:
    """Return the states of the jobs of a kind, the oldest first."""
    rows = execute(
        "SELECT state FROM opendata_ua_job WHERE kind = :kind ORDER BY created",
        kind=kind,
    )
    return [row.state for row in rows]


def job(job_id: str) -> Any:
    """Return a row as it is in the database."""
    return execute("SELECT * FROM opendata_ua_job WHERE id = :id", id=job_id)[0]
