"""Ten thousand posts of robots change nothing, and five hundred of people get through.

Run it by ``make prove ONLY=proposals``. Robots post over HTTP what robots post: without
a form, at once, with the form of another, the same words, link farms, from everywhere.
"""

from __future__ import annotations

import itertools
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from freezegun import freeze_time

from ckanext.opendata_ua.model.proposal import Proposal
from stack.terminal import say
from tests.integration.conftest import empty_our_tables

pytestmark = pytest.mark.usefixtures("portal")

ROBOTS, PEOPLE = 10_000, 500
#: As often as people ask for a page while robots post.
EVERY = 50
SEED = 20261121

NOUNS = ("висота", "адреса", "дата", "сума", "назва", "код", "площа", "координата")
VERBS = ("не збігається", "порожня", "повторюється", "зсунута", "застаріла", "зайва")
PLACES = ("рядку", "стовпчику", "файлі", "розділі", "кварталі", "переліку")


@pytest.fixture
def post(app: Any) -> Callable[..., int]:
    def posted(address: str, **data: Any) -> int:
        answer = app.post(
            "/api/action/opendata_ua_proposal_create",
            json=data,
            environ_overrides={"REMOTE_ADDR": address},
        )
        return int(answer.status_code)

    return posted


def a_form(seconds: float) -> str:
    """Return a form that was opened so many seconds ago."""
    with freeze_time(datetime.now(timezone.utc) - timedelta(seconds=seconds)):
        return tk.get_action("opendata_ua_proposal_form_show")({}, {})["form"]


def _addresses(chance: random.Random) -> Iterator[str]:
    while True:
        yield ".".join(str(chance.randint(1, 254)) for _ in range(4))


def robots(chance: random.Random, dataset: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield address and parameters of posts, one way of a robot after another."""
    crowd = _addresses(chance)
    stolen = a_form(60)
    ways: tuple[Callable[[], tuple[str, dict[str, Any]]], ...] = (
        lambda: (next(crowd), {"text": f"Дешеві кредити {chance.random()}"}),
        lambda: (next(crowd), {"text": f"Казино {chance.random()}", "form": a_form(1)}),
        lambda: (next(crowd), {"text": f"Ставки {chance.random()}", "form": stolen}),
        lambda: (
            next(crowd),
            {"text": f"Пошук {chance.random()}", "form": a_form(60), "homepage": "x"},
        ),
        lambda: (
            next(crowd),
            {"text": "Купуйте у нас диплом без передоплати", "form": a_form(60)},
        ),
        lambda: (
            next(crowd),
            {
                "text": " ".join(f"https://{chance.random()}.example" for _ in "abcd"),
                "form": a_form(60),
            },
        ),
        lambda: (
            f"203.0.113.{chance.randint(1, 254)}",
            {"text": f"Оголошення {chance.random()}", "form": a_form(60)},
        ),
        lambda: (
            next(crowd),
            {
                "text": f"Розсилка номер {chance.random()}",
                "form": a_form(60),
                "email": "victim@example.org",
            },
        ),
        lambda: (
            next(crowd),
            {"text": f"<a href=x>{chance.random()}</a> тут", "form": a_form(60)},
        ),
        lambda: (
            next(crowd),
            {
                "text": f"Cheap loans https://x.example {chance.random()}",
                "form": a_form(5),
            },
        ),
    )
    for way in itertools.islice(itertools.cycle(ways), ROBOTS):
        address, data = way()
        yield address, {"id": dataset, "kind": "other", **data}


def test_robots_change_nothing_and_people_get_through(
    app: Any, create: Any, post: Callable[..., int]
) -> None:
    empty_our_tables()
    chance = random.Random(SEED)  # noqa: S311 - the same posts in every run
    dataset = create(title="Дерева міста")["name"]

    def page() -> float:
        begun = time.perf_counter()
        assert app.get(f"/dataset/{dataset}/proposals").status_code == 200
        return time.perf_counter() - begun

    page()
    usual = statistics.median(page() for _ in range(20))
    meanwhile = []
    for number, (address, data) in enumerate(robots(chance, dataset)):
        assert post(address, **data) == 200
        if number % EVERY == 0:
            meanwhile.append(page())
    kept, held = _count()
    assert kept == ROBOTS
    say(f"\nrobots: {held} of {kept} held")
    during = statistics.median(meanwhile)
    say(f"a page: {usual * 1000:.0f} ms, meanwhile {during * 1000:.0f} ms (medians)")
    assert held >= 0.99 * ROBOTS
    assert during <= 2 * usual

    # what came is of yesterday: people write on other days
    _a_day_later()
    crowd = _addresses(chance)
    for number in range(PEOPLE):
        words = (
            f"{chance.choice(NOUNS)} {chance.choice(VERBS)} у {chance.choice(PLACES)} "
            f"{chance.randint(1, 99_999)}, виправте, будь ласка"
        )
        form = a_form(chance.uniform(15, 3600))
        data = {"id": dataset, "kind": "error", "text": words, "form": form}
        assert post(next(crowd), **data) == 200
        if number % 100 == 99:  # more than a council gets in an hour
            _an_hour_later()
    kept_now, held_now = _count()
    say(f"people: {held_now - held} of {kept_now - kept} held")
    assert kept_now - kept == PEOPLE
    assert held_now - held <= 0.005 * PEOPLE


def _count() -> tuple[int, int]:
    model.Session.rollback()
    total, held = sa.func.count(), sa.func.count().filter(Proposal.held)
    row = model.Session.execute(sa.select(total, held).select_from(Proposal)).one()
    return int(row[0]), int(row[1])


def _a_day_later() -> None:
    _later(timedelta(days=1, minutes=1))


def _an_hour_later() -> None:
    _later(timedelta(hours=1, minutes=1))


def _later(span: timedelta) -> None:
    model.Session.execute(
        sa.update(Proposal)
        .values(created=Proposal.created - span)
        .execution_options(synchronize_session=False)
    )
    model.Session.commit()


def test_a_list_of_a_hundred_thousand_is_quick(app: Any, create: Any) -> None:
    empty_our_tables()
    dataset = create(title="Лавки")
    model.Session.execute(
        sa.text(
            "INSERT INTO opendata_ua_proposal (id, package_id, organization_id, kind, "
            "state, text, held, signs, text_hash, receipt_hash, created, due) "
            "SELECT gen_random_uuid()::text, :package, :organization, 'error', "
            "'shown', 'Помилка ' || n, false, '[]', md5(n::text), md5('r' || n), "
            "now() - n * interval '1 minute', now() FROM generate_series(1, 100000) n"
        ),
        {"package": dataset["id"], "organization": dataset["owner_org"]},
    )
    model.Session.commit()
    model.Session.execute(sa.text("ANALYZE opendata_ua_proposal"))
    model.Session.commit()
    seconds, after = [], {}
    for _ in range(100):
        begun = time.perf_counter()
        page = tk.get_action("opendata_ua_proposal_list")(
            {"user": ""}, {"limit": 20, **after}
        )
        seconds.append(time.perf_counter() - begun)
        assert len(json.dumps(page)) > 1000
        after = {"after": page["next"]}
    p95 = statistics.quantiles(seconds, n=20)[-1]
    say(f"\na page of 100,000 proposals: p95 {p95 * 1000:.1f} ms")
    assert p95 <= 0.1
