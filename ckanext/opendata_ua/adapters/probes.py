"""Questions to services that may be gone, or may hang: all at once, with a deadline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from threading import Lock, Thread
from typing import Any

import redis
import requests

_asked: dict[str, Future[Any]] = {}
_lock = Lock()


def together(
    questions: Mapping[str, Callable[[], object]], seconds: float
) -> dict[str, object]:
    """Ask every question in a thread of its own, and wait for a while.

    Nobody waits longer, even for a service that takes a connection and falls silent.
    A question that still hangs is not asked again until it ends, so a service that
    hangs for a day costs each process one thread.

    :param questions: name of each, and what raises when the service does not answer
    :returns: per name what was answered, or the exception; ``TimeoutError`` for none
    """
    futures = {name: _ask(name, question) for name, question in questions.items()}
    wait(futures.values(), timeout=seconds)
    return {name: _outcome(future) for name, future in futures.items()}


def _ask(name: str, question: Callable[[], object]) -> Future[Any]:
    with _lock:
        future = _asked.get(name)
        if future is None or future.done():
            future = _asked[name] = Future()
            # a daemon: a hanging service must not keep the process from its end
            Thread(target=_answer, args=(future, question), daemon=True).start()
        return future


def _answer(future: Future[Any], question: Callable[[], object]) -> None:
    try:
        future.set_result(question())
    except Exception as error:  # whatever it is, the service has not answered
        future.set_exception(error)


def _outcome(future: Future[Any]) -> object:
    if not future.done():
        return TimeoutError()
    return future.exception() or future.result()


def solr(url: str, login: tuple[str, str] | None, seconds: float) -> None:
    """Ask a Solr core for its number of documents.

    :raises requests.RequestException: when it does not answer, or not well
    """
    requests.get(
        f"{url.rstrip('/')}/select",
        params={"q": "*:*", "rows": "0", "wt": "json"},
        auth=login,
        timeout=seconds,
    ).raise_for_status()


def redis_server(url: str, seconds: float) -> None:
    """Ask Redis for a sign of life.

    :raises redis.RedisError: when it does not answer
    """
    client = redis.Redis.from_url(
        url, socket_timeout=seconds, socket_connect_timeout=seconds
    )
    try:
        client.ping()
    finally:
        client.close()
