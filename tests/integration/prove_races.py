"""The long proof of races: every order of every pair at every point, and crowds.

Run by ``make prove ONLY=races``; about ten minutes.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from stack.terminal import say
from tests.integration.races import POINTS, Races, room_for, starts
from tests.integration.review_at_work import DEEDS, Desk

pytestmark = pytest.mark.usefixtures("portal")

SEED = 2026
ROUNDS, CROWD = 200, 32


@pytest.fixture(scope="module")
def desk(body: dict[str, Any], editor: dict[str, Any]) -> Desk:
    return Desk(body, editor)


@pytest.fixture
def races(desk: Desk, app: Any) -> Iterator[Races]:
    races = Races(desk, app)
    with races.watching():
        yield races


def test_every_pair_meets_at_every_point_from_either_state(races: Races) -> None:
    ends: Counter[str] = Counter()
    for first, second, point in itertools.product(DEEDS, DEEDS, POINTS):
        for start in starts(first, second):
            told = races.meet(first, second, point, start)
            ends[told.rpartition(": ")[2]] += 1
    say(f"\n{ends.total()} meetings ended in {len(ends)} ways")


def test_200_crowds_of_32_leave_one_history_each(races: Races) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeats, keeps no secret
    ends: Counter[str] = Counter()
    with room_for(CROWD):
        for _ in range(ROUNDS):
            start = chance.choice(("submitted", "submitted", "draft", "public"))
            for one in races.crowd(chance.choices(list(DEEDS), k=CROWD), start):
                ends[one.refusal.code if one.refusal else "done"] += 1
    say(f"\nseed {SEED}: {ROUNDS} rounds of {CROWD}: {dict(ends)}")
