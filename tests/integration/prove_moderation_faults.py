"""The long proof of decisions that die: every step, killed at every mark it passes.

Run by ``make prove ONLY=moderation_faults``; about ten minutes.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from ckan import model
from ckan.common import config
from sqlalchemy.engine import make_url

from ckanext.opendata_ua.logic import post
from stack.terminal import say
from tests.faults import portal
from tests.faults.child import PATIENCE
from tests.faults.places import kill, line
from tests.faults.proxy import Proxy
from tests.integration.cut_short import STEPS, Rounds
from tests.integration.mail_server import MailServer
from tests.integration.review_at_work import Desk, execute
from tests.integration.test_faults_moderation import hanging

pytestmark = pytest.mark.usefixtures("portal")

SEED = 2026
LINES_OF_EACH = 12
OURS = (
    "ckanext.opendata_ua.logic",
    "ckanext.opendata_ua.model",
)


@pytest.fixture(scope="module")
def rounds(body: dict[str, Any], editor: dict[str, Any]) -> Rounds:
    return Rounds(Desk(body, editor))


def test_every_step_killed_at_every_mark_lands_once(rounds: Rounds) -> None:
    for name in STEPS:
        rounds.kill_everywhere(name)
    say(f"\n{len(rounds.struck)} places: {dict(rounds.ended)}")
    assert min(rounds.ended.values()) > len(STEPS)


def test_every_step_killed_at_random_lines_lands_once(rounds: Rounds) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeats, keeps no secret
    struck = 0
    for name in STEPS:
        lines = rounds.lines_of(name, OURS)
        for _ in range(LINES_OF_EACH):
            place = line(chance.randint(1, lines), OURS)
            struck += rounds.strike(name, kill(place))
    say(f"\nseed {SEED}: {struck} lines struck")
    assert struck > len(STEPS) * LINES_OF_EACH / 2


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("answered", [False, True])
def test_every_step_whose_commit_is_cut_off_is_taken_or_not(
    rounds: Rounds, name: str, answered: bool
) -> None:
    with Proxy(make_url(config["sqlalchemy.url"]).port or 5432) as proxy:
        proxy.cut_at("COMMIT", answered=answered)
        rounds.lose(name, lambda: portal.through(postgres=proxy.port))


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("service", ["solr", "redis"])
def test_every_step_stands_while_a_service_is_down(
    rounds: Rounds, name: str, service: str
) -> None:
    options = {"solr": "solr_url", "redis": "ckan.redis.url"}
    with Proxy(make_url(config[options[service]]).port or 0) as proxy:
        proxy.refuse()
        port: Any = {f"{service}_port": proxy.port}
        rounds.miss(name, lambda: portal.through(**port))


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_every_step_stands_when_solr_begins_to_hang(
    rounds: Rounds, name: str, nth: int
) -> None:
    """It answers before the work, and falls silent at what the work sends to it."""
    with Proxy(make_url(config["solr_url"]).port or 0) as proxy:
        proxy.hang_at("/update", nth=nth)
        rounds.miss(name, lambda: hanging(proxy.port, seconds=1), attempts=2)


def test_all_letters_leave_once_in_the_end(rounds: Rounds) -> None:
    waiting = execute(
        "SELECT count(*) FROM opendata_ua_outbox "
        "WHERE channel = 'mail' AND state = 'waiting'"
    )[0].count
    with MailServer() as server:
        outcome = portal.run(
            lambda: post.deliver_due(model.Session, waiting + 10, ["mail"]),
            first=lambda: portal.through(mail=server.port),
            patience=PATIENCE + waiting,  # of a thousand, on a busy machine
        )
        assert outcome.well, outcome.said
        left = execute(
            "SELECT state, attempts, last_error, dedupe_key, next_attempt > now() "
            "FROM opendata_ua_outbox WHERE channel = 'mail' AND state <> 'sent'"
        )
        assert left == []
        assert len(server.ids) == len(set(server.ids)) == waiting
    say(f"\n{waiting} letters")
