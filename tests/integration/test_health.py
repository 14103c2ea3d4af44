"""The probe of load balancers, on real services that are stopped and stuck."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.common import config
from ckan.tests import factories
from ckan.tests.helpers import call_action
from sqlalchemy import event

from ckanext.opendata_ua import model as tables
from ckanext.opendata_ua.adapters import probes
from tests.faults.proxy import Proxy
from tests.faults.server import Server, serving

PATH = "/open-data-health"
SECRET = "the-monitoring-of-the-council"
#: Seconds after which a probe hangs. CKAN itself waits a minute for Solr, and for ever
#: for a database that has fallen silent.
HANGS = 30


class Answer(NamedTuple):
    status: int
    headers: Message[str, str]
    body: bytes

    @property
    def shown(self) -> dict[str, Any]:
        return json.loads(self.body)


def ask(url: str, method: str = "GET", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, method=method, headers=named)
    try:
        with urllib.request.urlopen(request, timeout=HANGS) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


@dataclass(frozen=True)
class Portal:
    """A served portal, and the services it uses, each behind a proxy."""

    server: Server
    services: Mapping[str, Proxy]

    def health(self, method: str = "GET", **headers: str) -> Answer:
        return ask(self.server.url + PATH, method, **headers)

    def parts(self) -> dict[str, Any]:
        return self.health(X_Health_Token=SECRET).shown["parts"]


@pytest.fixture(scope="module")
def served(
    portal: None, request: pytest.FixtureRequest, tmp_path_factory: Any
) -> Iterator[Portal]:
    addresses = {
        "database": sa.engine.make_url(config["sqlalchemy.url"]),
        "solr": sa.engine.make_url(config["solr_url"]),
        "redis": sa.engine.make_url(config["ckan.redis.url"]),
    }
    services = {name: Proxy(url.port or 0) for name, url in addresses.items()}
    through = {
        name: url.set(port=services[name].port).render_as_string(hide_password=False)
        for name, url in addresses.items()
    }
    with serving(
        Path(request.config.option.ckan_ini),
        tmp_path_factory.mktemp("served"),
        workers=1,
        sqlalchemy__url=through["database"],
        solr_url=through["solr"],
        ckan__redis__url=through["redis"],
        ckanext__opendata_ua__health__token=SECRET,
    ) as server:
        yield Portal(server, services)
    for proxy in services.values():
        proxy.close()


@pytest.fixture(autouse=True)
def healed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have every service work again after each test."""
    yield
    if "served" in request.fixturenames:
        for proxy in request.getfixturevalue("served").services.values():
            proxy.heal()


class TestProbe:
    def test_a_portal_that_serves_is_ok(self, served: Portal) -> None:
        answer = served.health()
        assert (answer.status, answer.shown) == (200, {"status": "ok"})
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Request-ID"]

    def test_no_session_comes_of_it(self, served: Portal) -> None:
        answer = served.health(Cookie="ckan=stale; ckan_5000=stale")
        assert answer.status == 200
        assert "Set-Cookie" not in answer.headers

    def test_head_tells_the_same_without_a_body(self, served: Portal) -> None:
        answer = served.health("HEAD")
        assert (answer.status, answer.body) == (200, b"")

    def test_it_only_answers_questions(self, served: Portal) -> None:
        answer = served.health("POST")
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")

    @pytest.mark.parametrize("fault", ["refuse", "hang"])
    @pytest.mark.parametrize(
        ("service", "status", "word"),
        [
            ("database", 503, "down"),
            ("solr", 200, "degraded"),
            ("redis", 200, "degraded"),
        ],
    )
    def test_a_service_that_fails_is_told_and_so_is_its_return(
        self, served: Portal, service: str, status: int, word: str, fault: str
    ) -> None:
        proxy = served.services[service]
        getattr(proxy, fault)()
        answer = served.health()
        assert (answer.status, answer.shown) == (status, {"status": word})
        parts = served.parts()
        assert parts[service]["fine"] is False
        assert "://" not in json.dumps(parts)  # no addresses, so no passwords
        proxy.heal()
        while served.parts()[service].get("error") == "TimeoutError":
            continue  # the question that hung is still on its way
        assert served.health().shown == {"status": "ok"}

    def test_two_services_that_hang_do_not_hang_the_probe(self, served: Portal) -> None:
        for proxy in served.services.values():
            proxy.hang()
        assert served.health().status == 503

    @pytest.mark.parametrize("token", ["", "wrong", SECRET[:-1], "пароль"])
    def test_strangers_learn_one_word(self, served: Portal, token: str) -> None:
        sent = token.encode().decode("latin-1")
        assert served.health(X_Health_Token=sent).shown == {"status": "ok"}

    def test_the_secret_opens_the_parts(self, served: Portal) -> None:
        parts = served.parts()
        assert set(parts) == {"database", "solr", "redis", "queue", "outbox"}
        assert all(part["fine"] for part in parts.values())
        assert parts["database"]["milliseconds"] >= 0
        assert parts["queue"]["oldest_seconds"] == 0

    def test_the_secret_in_the_address_opens_nothing(self, served: Portal) -> None:
        answer = ask(f"{served.server.url}{PATH}?token={SECRET}")
        assert answer.shown == {"status": "ok"}

    @pytest.mark.parametrize(
        ("service", "pages"),
        [
            (
                "solr",
                (
                    "/about",
                    "/dataset/{name}/passport.json",
                    "/api/action/package_show?id={name}",
                    "/api/action/opendata_ua_passport_show?id={name}",
                ),
            ),
            (
                "redis",
                ("/", "/dataset/", "/dataset/{name}", "/dataset/{name}/passport"),
            ),
        ],
    )
    def test_readers_are_served_without(
        self, served: Portal, create: Any, service: str, pages: tuple[str, ...]
    ) -> None:
        """The reason why these two being down is no reason to take a node away."""
        name = create()["name"]
        served.services[service].refuse()
        answers = {
            page: ask(served.server.url + page.format(name=name)).status
            for page in pages
        }
        assert answers == dict.fromkeys(pages, 200)


@pytest.mark.usefixtures("portal")
class TestAction:
    def shown(self, **context: Any) -> dict[str, Any]:
        return call_action("opendata_ua_health_show", context)

    def test_a_sysadmin_sees_the_parts(self) -> None:
        user = factories.Sysadmin()["name"]
        shown = self.shown(user=user, ignore_auth=False)
        assert shown["status"] == "ok"
        assert shown["parts"]["solr"]["fine"] is True

    @pytest.mark.parametrize("known", [True, False])
    def test_nobody_else_does(self, editor: dict[str, Any], known: bool) -> None:
        user = editor["name"] if known else ""
        assert self.shown(user=user, ignore_auth=False) == {"status": "ok"}

    @pytest.mark.parametrize(
        ("part", "table", "due", "row"),
        [
            (
                *("queue", tables.Job, "run_after"),
                {"kind": "k", "key": "k", "arguments": {}},
            ),
            (
                *("outbox", tables.Message, "next_attempt"),
                {"dedupe_key": "k", "channel": "mail", "recipient": "r", "payload": {}},
            ),
        ],
        ids=["queue", "outbox"],
    )
    @pytest.mark.parametrize(("minutes", "word"), [(1, "ok"), (60, "degraded")])
    def test_work_that_waits_too_long_degrades(
        self,
        part: str,
        table: Any,
        due: str,
        row: dict[str, Any],
        minutes: int,
        word: str,
    ) -> None:
        since = sa.func.now() - timedelta(minutes=minutes)
        waiting = {**row, "id": "1", "state": "waiting", due: since}
        model.Session.execute(sa.insert(table).values(waiting))
        model.Session.commit()
        try:
            shown = self.shown(ignore_auth=True)
        finally:
            model.Session.execute(sa.delete(table))
            model.Session.commit()
        assert shown["status"] == word
        oldest = shown["parts"][part]["oldest_seconds"]
        assert minutes * 60 <= oldest < minutes * 60 + 60

    def test_a_database_without_our_tables_degrades(self) -> None:
        rename = "ALTER TABLE {} RENAME TO {}"
        names = tables.Job.__tablename__, "hidden"
        model.Session.execute(sa.text(rename.format(*names)))
        model.Session.commit()
        try:
            shown = self.shown(ignore_auth=True)
        finally:
            model.Session.execute(sa.text(rename.format(*reversed(names))))
            model.Session.commit()
        assert shown["status"] == "degraded"
        assert shown["parts"]["database"]["fine"] is True
        assert shown["parts"]["queue"] == {"fine": False, "oldest_seconds": None}

    def test_it_costs_two_statements(self) -> None:
        self.shown()  # SQLAlchemy asks a server some questions when it first meets it
        statements: list[str] = []

        def count(*arguments: Any) -> None:
            statements.append(arguments[2])

        event.listen(sa.engine.Engine, "before_cursor_execute", count)
        try:
            self.shown(user="", ignore_auth=False)
        finally:
            event.remove(sa.engine.Engine, "before_cursor_execute", count)
        assert len(statements) == 2


def test_a_question_that_hangs_is_not_asked_again() -> None:
    stuck, asked = threading.Event(), []

    def question() -> str:
        asked.append(1)
        stuck.wait()
        return "here"

    for _ in range(3):
        (answer,) = probes.together({"stuck": question}, 0.01).values()
        assert isinstance(answer, TimeoutError)
    assert len(asked) == 1
    stuck.set()
    assert probes.together({"stuck": question}, 60) == {"stuck": "here"}


def test_what_a_question_raised_is_its_answer() -> None:
    def question() -> None:
        raise OSError("gone")

    (answer,) = probes.together({"broken": question}, 60).values()
    assert isinstance(answer, OSError)
