"""After the commit of a promise workers are woken; never before, never instead.

One listener on CKAN's two kinds of sessions sees every commit; all it does for the
others is to look into a dict.
"""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
import redis
from ckan import model
from ckan.model.meta import create_local_session
from sqlalchemy import event

from ckanext.opendata_ua import config
from ckanext.opendata_ua.adapters import wake
from ckanext.opendata_ua.model.base import PROMISED

log = logging.getLogger(__name__)

#: What CKAN's own job worker runs when no worker of ours listens.
DRAIN = "ckanext.opendata_ua.jobs.drain"


def listen() -> None:
    """Begin to see commits; the plugin asks for it when it starts, safe to repeat."""
    for sessions in (model.Session, create_local_session):
        for name, listener in LISTENERS.items():
            if not event.contains(sessions, name, listener):
                event.listen(sessions, name, listener)


def _after_commit(session: Any) -> None:
    """Wake workers when the outermost transaction is committed, not a savepoint."""
    if not session.in_nested_transaction() and session.info.pop(PROMISED, False):
        wake_workers()


def _after_rollback(session: Any) -> None:
    if not session.in_nested_transaction():
        session.info.pop(PROMISED, None)


def wake_workers() -> None:
    """Ring for our workers, or ask CKAN's; the write that was committed stands.

    Redis may be down: workers look for work every minute by themselves.
    """
    try:
        if wake.ring(config.redis_url(), config.site_id()):
            drain: Any = DRAIN  # RQ takes a name too, and this layer imports no jobs
            # no limit of time: each job has a lease of its own
            tk.enqueue_job(drain, title="Promised work", rq_kwargs={"timeout": -1})
    except redis.RedisError as error:
        log.warning(
            "Workers could not be woken (%s); they look by themselves every minute",
            type(error).__name__,
        )


LISTENERS = {"after_commit": _after_commit, "after_rollback": _after_rollback}
