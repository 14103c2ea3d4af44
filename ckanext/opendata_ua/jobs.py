"""Background entry points: they call actions until nothing is due."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import redis

from ckanext.opendata_ua import config

# A bell is no data: what is due is asked of actions.
from ckanext.opendata_ua.adapters import wake

log = logging.getLogger(__name__)

#: Seconds after which a worker looks for work that nobody woke it for.
POLL = 60.0
#: Seconds between two looks at whether the worker shall stop.
GLANCE = 1.0


def drain() -> None:
    """Do everything that is due: what CKAN's own worker runs when ours does not.

    The next ring may ask for another drain from now on: what it tells of may be due
    after this one has looked.
    """
    try:
        wake.forget_ring(config.redis_url(), config.site_id())
    except redis.RedisError as error:
        log.warning("Redis fell silent: %s", type(error).__name__)
    do_all_that_is_due(lambda: False)


def do_all_that_is_due(stopping: Callable[[], bool]) -> float | None:
    """Run jobs and deliver messages, turn by turn, until nothing is due.

    :param stopping: asked between two pieces of work
    :returns: seconds until more is known to be due, None when nothing is
    """
    while not stopping():
        job = _act("opendata_ua_job_run")
        message = _act("opendata_ua_outbox_deliver")
        if not job["ran"] and not message["tried"]:
            known = [one for one in (job["due_in"], message["due_in"]) if one]
            return min(known, default=None)
    return None


def work(stop: threading.Event, seconds: float | None = None) -> None:
    """Do what is due, wait until woken, and again; until told to stop.

    Wakes are listened for before work is looked for, so none falls between the two.
    An error of a round (the database restarts) ends the round, not the worker.

    :param seconds: for how long, None for ever
    """
    end = None if seconds is None else time.monotonic() + seconds

    def stopping() -> bool:
        return stop.is_set() or (end is not None and time.monotonic() >= end)

    with wake.Listener(config.redis_url(), config.site_id()) as listener:
        while not stopping():
            listener.listen()
            try:
                due_in = do_all_that_is_due(stopping)
            except Exception as error:  # the boundary of the worker
                log.error("A round failed: %s", type(error).__name__)
                due_in = None
            _wait(listener, stopping, POLL if due_in is None else min(due_in, POLL))


def _wait(
    listener: wake.Listener, stopping: Callable[[], bool], seconds: float
) -> None:
    """Return when something rang, when the time is over, or when told to stop."""
    until = time.monotonic() + seconds
    silence = threading.Event()
    while not stopping() and (left := until - time.monotonic()) > 0:
        glance = min(left, GLANCE)
        if not listener.listening:
            silence.wait(glance)
        elif listener.heard(glance):
            return


def _act(name: str) -> dict[str, Any]:
    return tk.get_action(name)({"ignore_auth": True}, {})
