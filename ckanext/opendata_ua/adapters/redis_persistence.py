"""Ask Redis whether it keeps on disk what it is told."""

from __future__ import annotations

from typing import Any

import redis

from ckanext.opendata_ua.domain.errors import DomainError
from ckanext.opendata_ua.domain.words import N_

PATIENCE = 5.0  # seconds


class RedisGone(DomainError):
    """Say that Redis does not answer."""


def keeps_anything(url: str) -> bool | None:
    """Tell whether Redis writes to disk; None where it may not be asked.

    :raises RedisGone: when it does not answer
    """
    client: Any = redis.Redis.from_url(
        url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )
    try:
        client.ping()
        found = {**client.config_get("appendonly"), **client.config_get("save")}
    except redis.ResponseError:  # hosted ones forbid CONFIG
        return None
    except redis.RedisError as error:
        raise RedisGone(
            "redis",
            N_("Redis does not answer: {error}. Sessions and wake-ups need it."),
            {"error": str(error)[:300]},
        ) from error
    finally:
        client.close()
    return found.get("appendonly") == "yes" or bool(found.get("save"))
