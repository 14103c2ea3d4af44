"""How long work that failed waits for its next turn."""

from __future__ import annotations

from datetime import timedelta


def delay(
    attempt: int, *, first: timedelta, longest: timedelta, jitter: float
) -> timedelta:
    """Return the wait after a failed attempt: doubled each time, up to a ceiling.

    Half of it is certain and half is chance, so that a hundred pieces of work that
    failed together do not come back together.

    :param attempt: which attempt has failed, counted from 1
    :param first: the wait after the first one, at most
    :param longest: the ceiling
    :param jitter: chance, at least 0 and below 1; the caller draws it
    """
    whole = longest
    if attempt <= 30:  # above, the power alone would outgrow a timedelta
        whole = min(longest, first * 2 ** (attempt - 1))
    return whole * ((1 + jitter) / 2)
