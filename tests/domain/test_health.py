"""The health of the portal."""

import pytest

from ckanext.opendata_ua.domain.health import Status, status

FINE = {"database": True, "solr": True, "redis": True, "queue": True, "outbox": True}


@pytest.mark.parametrize(
    ("amiss", "expected"),
    [
        ((), Status.OK),
        (("solr",), Status.DEGRADED),
        (("redis",), Status.DEGRADED),
        (("queue", "outbox"), Status.DEGRADED),
        (("database",), Status.DOWN),
        (("database", "solr"), Status.DOWN),
    ],
)
def test_health_follows_from_what_readers_can_do(
    amiss: tuple[str, ...], expected: Status
) -> None:
    assert status({**FINE, **dict.fromkeys(amiss, False)}) is expected
