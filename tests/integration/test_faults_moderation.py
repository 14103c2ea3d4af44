"""Decisions that die or miss a service; the short form of a long proof."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest
from ckan import model
from ckan.common import config
from ckan.tests import factories
from ckan.tests.helpers import call_action
from sqlalchemy.engine import make_url

from ckanext.opendata_ua.adapters import probes
from ckanext.opendata_ua.logic import post
from ckanext.opendata_ua.model.outbox import Message
from tests.faults import portal
from tests.faults.places import Call, after, before, kill
from tests.faults.proxy import Proxy
from tests.integration.cut_short import MARKS, STEPS, Rounds
from tests.integration.mail_server import MailServer
from tests.integration.review_at_work import Desk, execute, make_due

pytestmark = pytest.mark.usefixtures("portal")

SEND = "ckanext.opendata_ua.adapters.mail.send"
MARK = "ckanext.opendata_ua.model.outbox.Message.mark_sent"


@pytest.fixture(scope="module")
def rounds(body: dict[str, Any], editor: dict[str, Any]) -> Rounds:
    return Rounds(Desk(body, editor))


@pytest.mark.parametrize("name", STEPS)
def test_a_killed_step_lands_once(rounds: Rounds, name: str) -> None:
    """Killed before its commit it has to be repeated, after it the worker goes on."""
    before_it = Counter(rounds.ended)
    assert rounds.kill(name, before(MARKS["commit"]))
    assert rounds.kill(name, after(MARKS["commit"]))
    assert (rounds.ended - before_it).total() == 2


@pytest.mark.parametrize(
    "point",
    [
        *(before(MARKS["commit"], 2), after(MARKS["commit"], 2)),
        *(before(MARKS["index"]), after(MARKS["index"]), after(MARKS["promise"])),
    ],
    ids=str,
)
def test_an_approved_dataset_becomes_public_whatever_dies(
    rounds: Rounds, point: Call
) -> None:
    assert rounds.kill("approve", point)


@pytest.mark.parametrize("answered", [False, True])
def test_a_decision_whose_commit_is_cut_off_is_taken_or_not(
    rounds: Rounds, answered: bool
) -> None:
    with Proxy(make_url(config["sqlalchemy.url"]).port or 5432) as proxy:
        proxy.cut_at("COMMIT", answered=answered)
        rounds.lose("approve", lambda: portal.through(postgres=proxy.port))


@pytest.mark.parametrize("name", ["approve", "return", "suspend", "end"])
def test_a_step_stands_while_solr_is_down(rounds: Rounds, name: str) -> None:
    with Proxy(make_url(config["solr_url"]).port or 8983) as proxy:
        proxy.refuse()
        rounds.miss(name, lambda: portal.through(solr_port=proxy.port))


#: What moderators and publishers look at while they decide.
PAGES = (
    *("/moderation", "/moderation/{case}", "/moderation/requests", "/my-work"),
    *("/moderation/moderators", "/moderation/observed", "/proposals/board", "/gaps"),
    *("/dataset/{id}/checklist", "/dataset/{id}/publication"),
)


def hanging(port: int, seconds: int = 600) -> None:
    """Lead a child to a Solr that takes connections and never answers.

    :param seconds: that CKAN waits for it; a child that waits for ten minutes has
        failed long before
    """
    portal.through(solr_port=port)
    config["solr_timeout"] = seconds


@pytest.mark.parametrize("name", STEPS)
def test_no_step_waits_for_a_solr_that_hangs(rounds: Rounds, name: str) -> None:
    with Proxy(make_url(config["solr_url"]).port or 8983) as proxy:
        proxy.hang()
        rounds.miss(name, lambda: hanging(proxy.port), attempts=2)


@pytest.mark.parametrize("name", ["approve", "suspend", "end for personal data"])
def test_a_step_stands_when_solr_begins_to_hang(rounds: Rounds, name: str) -> None:
    """It answers before the work, and falls silent at what the work sends to it."""
    with Proxy(make_url(config["solr_url"]).port or 8983) as proxy:
        proxy.hang_at("/update")
        rounds.miss(name, lambda: hanging(proxy.port, seconds=1), attempts=1)


def test_many_decisions_wait_for_a_solr_that_hangs_once(rounds: Rounds) -> None:
    datasets = [rounds.desk.make("submitted") for _ in range(5)]
    decisions = [
        {**rounds.desk.look(one.id), "decision": "approve"} for one in datasets
    ]
    asked = {"questions": 0}
    question = probes.solr

    def counted(*about: Any) -> None:
        asked["questions"] += 1
        question(*about)

    def decide() -> Any:
        probes.solr = counted
        told = rounds.desk.call(
            rounds.desk.moderator,
            "opendata_ua_moderation_decide_many",
            decisions=decisions,
        )
        return [told["results"], asked["questions"]]

    with Proxy(make_url(config["solr_url"]).port or 8983) as proxy:
        proxy.hang()
        outcome = portal.run(decide, first=lambda: hanging(proxy.port))
    assert outcome.well, outcome.said
    results, questions = outcome.value
    assert [one["case"]["state"] for one in results] == ["approved"] * 5
    assert questions == 1
    rounds.desk.catch_up()
    for dataset in datasets:
        rounds.desk.judge(dataset, [], "many", leaves={"approve": 1, "apply": 1})


@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_moderation_waits_for_a_solr_that_hangs(
    rounds: Rounds, app: Any, page: str
) -> None:
    dataset = rounds.desk.make("submitted")
    case = rounds.desk.look(dataset.id)["case_id"]
    token = factories.APIToken(user=factories.Sysadmin()["name"])["token"]

    address = page.format(case=case, id=dataset.id)

    def visit() -> int:
        return app.get(address, headers={"Authorization": token}).status_code

    with Proxy(make_url(config["solr_url"]).port or 8983) as proxy:
        proxy.hang()
        outcome = portal.run(visit, first=lambda: hanging(proxy.port))
    assert outcome.well, outcome.said
    assert outcome.value == 200


def test_an_approval_is_published_at_once_after_a_day_without_solr(
    rounds: Rounds,
) -> None:
    """Attempts in vain neither wear the job out nor make it wait for long."""
    with Proxy(make_url(config["solr_url"]).port or 8983) as proxy:
        proxy.refuse()
        lead = lambda: portal.through(solr_port=proxy.port)  # noqa: E731 - twice
        rounds.miss("approve", lead, attempts=6)


def test_a_decision_needs_no_redis(rounds: Rounds) -> None:
    with Proxy(make_url(config["ckan.redis.url"]).port or 6379) as proxy:
        proxy.refuse()
        rounds.miss("approve", lambda: portal.through(redis_port=proxy.port))


def test_letters_wait_for_the_mail_server_and_leave_once(rounds: Rounds) -> None:
    """Whatever was decided above: each letter leaves, and none leaves twice."""
    waiting = execute(
        "SELECT count(*) FROM opendata_ua_outbox "
        "WHERE channel = 'mail' AND state = 'waiting'"
    )[0].count
    assert waiting
    with MailServer() as server, Proxy(server.port) as proxy:
        proxy.refuse()
        deliver = lambda: post.deliver_due(model.Session, 1000)  # noqa: E731 - twice
        lead = lambda: portal.through(mail=proxy.port)  # noqa: E731 - twice
        assert portal.run(deliver, first=lead).well
        assert server.ids == []
        make_due()
        proxy.heal()
        assert portal.run(deliver, first=lead).well
        assert len(server.ids) == len(set(server.ids)) == waiting


@pytest.mark.parametrize(
    ("point", "twice"),
    [
        (before(SEND), False),
        (after(SEND), True),
        (before(MARK), True),
        (after(MARK), True),
        (after(MARKS["commit"]), False),
    ],
    ids=str,
)
def test_only_who_dies_before_the_mark_sends_a_letter_twice(
    rounds: Rounds, point: Call, twice: bool
) -> None:
    """With the same Message-ID, so that mail programs show one of them."""
    dataset = rounds.desk.make("submitted")
    deliver = lambda: post.deliver_due(model.Session, 1000)  # noqa: E731 - twice
    with MailServer() as server:
        lead = lambda: portal.through(mail=server.port)  # noqa: E731 - twice
        assert portal.run(deliver, kill(point), first=lead).killed
        assert portal.run(deliver, first=lead).well
        assert len(server.ids) == 1 + twice
        assert len(set(server.ids)) == 1
    rounds.desk.judge(dataset, [], f"a letter, {point}")


def test_reminders_of_two_nodes_are_posted_in_one_order(
    rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise each waits for a letter that the other one has just posted."""
    for _ in range(4):
        factories.Sysadmin()
    dataset = rounds.desk.make("submitted")
    STEPS["remind"].prepare(rounds.desk, dataset)
    people: dict[str, list[str]] = defaultdict(list)
    real = Message.post

    def watched(session: Any, **message: Any) -> bool:
        if message["dedupe_key"].startswith("moderation.escalate:"):
            case = message["dedupe_key"].rpartition(":")[0]
            people[case].append(message["recipient"])
        return real(session, **message)

    monkeypatch.setattr(Message, "post", watched)
    call_action("opendata_ua_moderation_remind")
    # each case is a transaction of its own; those of the tests above are late too
    assert max(map(len, people.values())) >= 4
    assert all(told == sorted(told) for told in people.values())
