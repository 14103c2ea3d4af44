"""Work that failed waits twice as long each time, up to a ceiling."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ckanext.opendata_ua.domain import backoff

FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=1)


@pytest.mark.parametrize(
    ("attempt", "jitter", "seconds"),
    [
        (1, 0.0, 15),
        (1, 0.5, 22.5),
        (2, 0.0, 30),
        (3, 0.0, 60),
        (7, 0.0, 960),
        (8, 0.0, 1800),
        (31, 0.0, 1800),
        (10_000, 0.5, 2700),
    ],
)
def test_the_wait_doubles_up_to_its_ceiling(
    attempt: int, jitter: float, seconds: float
) -> None:
    wait = backoff.delay(attempt, first=FIRST, longest=LONGEST, jitter=jitter)
    assert wait.total_seconds() == seconds


def test_chance_never_exceeds_the_ceiling() -> None:
    most = backoff.delay(50, first=FIRST, longest=LONGEST, jitter=0.999_999)
    assert most < LONGEST
