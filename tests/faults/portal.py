"""CKAN in a forked child: connections of its own, services through proxies.

For tests that run with CKAN loaded. The parent forks with no open transaction; the
child opens connections of its own, to the services or to proxies before them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.common import config
from ckan.lib import redis
from ckan.lib.search import common as solr
from sqlalchemy.engine import make_url

from tests.faults import child
from tests.faults.child import PATIENCE, Child, Outcome
from tests.faults.places import Fault

# where an upload can die: our package, and what CKAN does around it
LINES = (
    "ckanext.opendata_ua",
    "ckan.lib.uploader",
    "ckan.lib.dictization.model_save",
    "ckan.logic.action.create",
    "ckan.logic.action.update",
    "ckan.model.modification",
    "ckan.model.base",
)


def start(
    work: Callable[[], Any],
    *faults: Fault,
    count: Sequence[str] = (),
    first: Callable[[], object] = lambda: None,
) -> Child:
    """Fork a child that does the work on connections of its own; see ``child.start``.

    :param first: ``through(…)`` and the like, done before the faults are installed
    """
    model.Session.remove()

    def alone() -> None:
        _leave_connections_to_the_parent()
        first()

    return child.start(work, *faults, count=count, first=alone)


def run(
    work: Callable[[], Any],
    *faults: Fault,
    count: Sequence[str] = (),
    first: Callable[[], object] = lambda: None,
    patience: float = PATIENCE,
    kill_after: float | None = None,
) -> Outcome:
    """Do the work in a child, and return when PostgreSQL knows that it has ended.

    :param kill_after: seconds, for a kill in the middle of a line, or of a system call
    """
    model.Session.remove()
    known = _backends()
    child_at_work = start(work, *faults, count=count, first=first)
    if kill_after is not None:
        child_at_work.kill_after(kill_after)
    outcome = child_at_work.wait(patience)
    settle(known)
    return outcome


def at_once(
    works: Sequence[Callable[[], Any]], patience: float = PATIENCE
) -> list[Outcome]:
    """Do works at the same time, each in a child, and return how they ended."""
    model.Session.remove()
    known = _backends()
    children = [start(work) for work in works]
    outcomes = [one.wait(patience) for one in children]
    settle(known)
    return outcomes


def settle(known: frozenset[int], patience: float = 30) -> None:
    """Wait until PostgreSQL has ended the sessions of children that died.

    A commit that was under way when its client was killed is then decided.

    :param known: sessions that were there before them
    """
    until = time.monotonic() + patience
    while left := _backends() - known:
        assert time.monotonic() < until, f"Sessions that do not end: {sorted(left)}"
        time.sleep(0.005)


def _backends() -> frozenset[int]:
    """Return the other sessions of this database."""
    with _engine().connect() as link:
        rows = link.execute(
            sa.text(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        )
        return frozenset(row[0] for row in rows)


def _engine() -> Any:
    """Return CKAN's engine; its type in 2.11's stubs lacks what SQLAlchemy has."""
    return model.meta.engine


def _leave_connections_to_the_parent() -> None:
    _engine().dispose(close=False)
    datastore = sys.modules.get("ckanext.datastore.backend.postgres")
    for engine in getattr(datastore, "_engines", {}).values():
        engine.dispose(close=False)
    redis._connection_pool = None


def through(
    *,
    postgres: int | None = None,
    solr_port: int | None = None,
    redis_port: int | None = None,
    mail: int | None = None,
) -> None:
    """Have this process reach services at other ports: those of proxies.

    For a child only: nothing puts it back.
    """
    if postgres is not None:
        url = make_url(config["sqlalchemy.url"]).set(host="127.0.0.1", port=postgres)
        model.init_model(sa.create_engine(url))
    if solr_port is not None:
        path = config["solr_url"].partition("/solr")[2]
        config["solr_url"] = f"http://127.0.0.1:{solr_port}/solr{path}"
        settings = getattr(solr, "SolrSettings", None)  # 2.12 reads config each time
        if settings is not None:
            settings.init(config["solr_url"])
    if redis_port is not None:
        database = config["ckan.redis.url"].rpartition("/")[2]
        config["ckan.redis.url"] = f"redis://127.0.0.1:{redis_port}/{database}"
        redis._connection_pool = None
    if mail is not None:
        config["smtp.server"] = f"127.0.0.1:{mail}"
