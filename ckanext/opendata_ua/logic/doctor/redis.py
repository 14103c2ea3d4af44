"""Redis: is it there, and does it keep what it is told?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ckanext.opendata_ua import config
from ckanext.opendata_ua.adapters import redis_persistence
from ckanext.opendata_ua.domain.doctor import Finding, finding


def look(progress: Callable[[int, int], None]) -> Iterator[Finding]:
    """Yield what would be lost with Redis.

    :raises RedisGone: when it does not answer
    """
    kept = redis_persistence.keeps_anything(config.redis_url())
    if kept is None:
        yield finding("doctor.redis.unknown", 1)
    elif not kept:
        yield finding("doctor.redis.volatile", 1)
