"""A process whose clock is wrong; PostgreSQL's is not moved, and that is the point."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import freezegun


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Move this process's clock; it goes on ticking.

    In a child pass ``clock.shift`` as ``first``: the clock is then wrong to its end.
    """
    with freezegun.freeze_time(datetime.now(timezone.utc) + by, tick=True):
        yield


def shift(by: timedelta) -> None:
    """Move this process's clock for good."""
    freezegun.freeze_time(datetime.now(timezone.utc) + by, tick=True).start()
