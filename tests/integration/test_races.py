"""Races for one dataset; the short form of prove_races.py."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.races import POINTS, Races, room_for
from tests.integration.review_at_work import DEEDS, Desk

pytestmark = pytest.mark.usefixtures("portal")

SEED = 2026
ROUNDS, CROWD = 3, 8
#: The long form has these two also: they lock, and publish, as others here do.
SHORT = [deed for deed in DEEDS if deed not in ("assign", "apply", "index")]


@pytest.fixture(scope="module")
def desk(body: dict[str, Any], editor: dict[str, Any]) -> Desk:
    return Desk(body, editor)


@pytest.fixture
def races(desk: Desk, app: Any) -> Iterator[Races]:
    races = Races(desk, app)
    with races.watching():
        yield races


@pytest.mark.parametrize("first", SHORT)
def test_of_two_who_meet_one_wins_and_nothing_is_half_done(
    races: Races, first: str
) -> None:
    """Every deed meets every other one, each time at the next point."""
    points = itertools.cycle(POINTS[:4])
    for _ in range(SHORT.index(first)):
        next(points)
    for second in SHORT:
        races.meet(first, second, next(points), DEEDS[first].start)


@pytest.mark.parametrize("second", ["patch", "upload", "delete"])
def test_the_index_is_not_told_of_what_is_over(races: Races, second: str) -> None:
    """Whoever tells it of a dataset keeps that still, or tells it again."""
    races.meet("index", second, "before index", "draft")
    races.meet("suspend", "patch", "before index", "public")


@pytest.mark.parametrize("point", POINTS[:4])
def test_of_two_decisions_the_first_one_stands(races: Races, point: str) -> None:
    told = races.meet("approve", "reject", point, "submitted")
    lost = "approve wrong_state" if point == "before lock" else "reject wrong_state"
    assert lost in told


@pytest.mark.parametrize("point", POINTS[:4])
def test_nobody_approves_what_was_corrected_meanwhile(races: Races, point: str) -> None:
    told = races.meet("approve", "correct", point, "submitted")
    assert told.endswith(
        "approve stale, correct done"
        if point == "before lock"
        else "approve done, correct locked"
    )


def test_a_crowd_at_one_dataset_leaves_one_history(races: Races) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeats, keeps no secret
    with room_for(CROWD):
        for start in ("submitted", "draft", "public")[:ROUNDS]:
            races.crowd(chance.choices(list(DEEDS), k=CROWD), start)
