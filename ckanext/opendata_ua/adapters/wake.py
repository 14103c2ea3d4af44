"""A bell in Redis: whoever promised work rings it, workers listen.

Nothing is kept here. A ring that nobody hears is lost, and the poll of the workers
finds the work a minute later; so Redis may be down, slow or empty.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from types import TracebackType

import redis
from redis.client import PubSub

log = logging.getLogger(__name__)

#: Seconds that a write of a person may lose to a Redis that does not answer.
PATIENCE = 0.5
#: Seconds for which one drain through CKAN's own job queue stands for all rings.
ASKED = 60


def _name(site_id: str, client: redis.Redis, what: str) -> str:
    """Return a name of this portal alone: channels are shared by all databases."""
    database = client.connection_pool.connection_kwargs.get("db", 0)
    return f"ckan:{site_id}:{database}:opendata-ua:{what}"


@lru_cache(maxsize=4)
def _ringing(url: str) -> redis.Redis:
    """Return the client of this process: a connection for a ring is most of its price.

    Threads share it; its pool leaves alone what a parent has opened, and opens anew
    what Redis has closed.
    """
    return redis.Redis.from_url(
        url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )


def ring(url: str, site_id: str) -> bool:
    """Wake the workers; True when CKAN's job queue has to be asked instead.

    It has to be when nobody listens and it was not asked a moment ago.

    :raises redis.RedisError: when Redis does not answer
    """
    client = _ringing(url)
    if client.publish(_name(site_id, client, "wake"), ""):
        return False
    asked = _name(site_id, client, "asked")
    return bool(client.set(asked, "", nx=True, ex=ASKED))


def forget_ring(url: str, site_id: str) -> None:
    """Let the next ring ask CKAN's job queue again: the drain it asked for begins.

    :raises redis.RedisError: when Redis does not answer
    """
    client = _ringing(url)
    client.delete(_name(site_id, client, "asked"))


class Listener:
    """A worker's ear; a context manager. What rings while it works is kept for it."""

    def __init__(self, url: str, site_id: str) -> None:
        # a connection that died silently is noticed by the check, not by waiting
        self._client = redis.Redis.from_url(
            url,
            socket_connect_timeout=PATIENCE,
            socket_keepalive=True,
            health_check_interval=30,
        )
        self._channel = _name(site_id, self._client, "wake")
        self._ear: PubSub | None = None

    def __enter__(self) -> Listener:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()
        self._client.close()

    def listen(self) -> bool:
        """Begin to listen, before work is looked for; False while Redis is down.

        Returns when Redis has confirmed it: whatever rings from then on is heard.
        """
        if self._ear is None:
            ear = self._client.pubsub()
            try:
                ear.subscribe(self._channel)
                ear.get_message(timeout=PATIENCE)
            except redis.RedisError as error:
                log.warning("Redis cannot be listened to: %s", type(error).__name__)
                ear.close()
                return False
            self._ear = ear
        return True

    def heard(self, seconds: float) -> bool:
        """Wait for a ring; True when there was one, then all are taken as one."""
        if self._ear is None:
            raise RuntimeError("listen() first")
        try:
            rang = self._ear.get_message(timeout=seconds) is not None
            while rang and self._ear.get_message(timeout=0) is not None:
                pass
        except redis.RedisError as error:
            log.warning("Redis fell silent: %s", type(error).__name__)
            self._close()
            return False
        return rang

    @property
    def listening(self) -> bool:
        """Tell whether a ring would be heard."""
        return self._ear is not None

    def _close(self) -> None:
        if self._ear is not None:
            self._ear.close()
            self._ear = None
