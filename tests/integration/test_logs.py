"""Log lines: ids from the header to the line, nothing personal, on the real stack."""

from __future__ import annotations

import io
import json
import logging
import smtplib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp

from ckanext.opendata_ua import logs

ADDRESS = "olena.koval@rada.example"
PASSWORD = "Zhovta-Kulbaba-77"
QUERY = "кульбаба"
MISTYPED = "Olena Koval"
REQUESTS = "ckanext.opendata_ua.logs.requests"


class Written:
    """What two handlers wrote of the same lines: as JSON, and as plain text."""

    def __init__(self) -> None:
        self.json, self.plain = io.StringIO(), io.StringIO()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.json.getvalue().splitlines()]

    def about(self, message: str) -> dict[str, Any]:
        (line,) = [line for line in self.lines if message in line["message"]]
        return line


@pytest.fixture
def written() -> Iterator[Written]:
    """Collect the lines of all loggers, CKAN's and ours down to debugging.

    Not those of SQLAlchemy, which prints every value of every statement: no portal has
    them on, and docs/monitoring.md says so.
    """
    root = logging.getLogger()
    text = Written()
    handlers = [logging.StreamHandler(text.json), logging.StreamHandler(text.plain)]
    handlers[0].setFormatter(logs.JsonFormatter())
    loggers = [root, *map(logging.getLogger, root.manager.loggerDict)]
    before = [(one, one.level, one.disabled, one.propagate) for one in loggers]
    for one in loggers:
        one.setLevel(logging.NOTSET)
        one.disabled, one.propagate = False, True
    for name, level in (("", "INFO"), ("sqlalchemy", "WARNING"), ("ckan", "DEBUG")):
        logging.getLogger(name).setLevel(level)
    for handler in handlers:
        root.addHandler(handler)
    logs.redact_everything()
    yield text
    for handler in handlers:
        root.removeHandler(handler)
    for one, level, disabled, propagate in before:
        one.setLevel(level)
        one.disabled, one.propagate = disabled, propagate


@pytest.fixture
def ask(app: CKANTestApp) -> Callable[..., Any]:
    """Return a function that asks as a server does it: to the end of the answer."""

    def asked(path: str, method: str = "GET", **options: Any) -> Any:
        answer = app.test_client().open(path, method=method, **options)
        answer.close()
        return answer

    return asked


@pytest.mark.usefixtures("portal")
class TestRequests:
    def test_nothing_personal_is_written(
        self, ask: Callable[..., Any], written: Written
    ) -> None:
        user = factories.User(email=ADDRESS, password=PASSWORD)
        token = factories.APIToken(user=user["name"])["token"]
        post = partial(ask, method="POST")
        post("/user/login", data={"login": ADDRESS, "password": PASSWORD})
        post("/user/login", data={"login": MISTYPED, "password": PASSWORD})
        post("/user/reset", data={"user": ADDRESS})
        post("/user/reset", data={"user": MISTYPED})
        ask(f"/dataset/?q={QUERY}")
        ask(f"/dataset/?q=title:({QUERY}")
        for data in ({"q": QUERY}, {"q": f"title:({QUERY}"}, {"sort": QUERY}):
            post(
                "/api/action/package_search",
                data=json.dumps(data),
                headers={
                    "Authorization": token,
                    "Content-Type": "application/json",
                    "X-Forwarded-For": "178.133.4.5",
                },
            )
        assert "Sent email to [e-mail]" in written.plain.getvalue()
        assert written.about("Sent email to [e-mail]")
        personal = (ADDRESS, PASSWORD, MISTYPED, QUERY, token, token[:20], "178.133")
        for text in (written.json.getvalue(), written.plain.getvalue()):
            assert [word for word in personal if word in text] == []

    @pytest.mark.ckan_config(REQUESTS, True)
    @pytest.mark.usefixtures("ckan_config")
    def test_the_id_of_a_request_goes_from_header_to_line(
        self, ask: Callable[..., Any], written: Written
    ) -> None:
        answer = ask(
            f"/dataset/?q={QUERY}", headers={"X-Request-ID": "proxy-0123456789"}
        )
        assert answer.headers["X-Request-ID"] == "proxy-0123456789"
        line = written.about("GET /dataset/ 200")
        assert line["request_id"] == "proxy-0123456789"
        assert line["level"] == "INFO"
        assert (line["method"], line["rule"], line["status"]) == (
            *("GET", "/dataset/"),
            200,
        )
        assert isinstance(line["milliseconds"], int)
        rendered = written.about("render time")  # CKAN's own line of the same request
        assert rendered["request_id"] == "proxy-0123456789"

    @pytest.mark.parametrize(
        "proposed",
        ["short", "x" * 65, "two words of it", "olena@rada.example", "id=1;drop"],
    )
    def test_an_id_that_is_none_is_replaced(
        self, ask: Callable[..., Any], proposed: str
    ) -> None:
        answer = ask("/about", headers={"X-Request-ID": proposed})
        given = answer.headers["X-Request-ID"]
        assert given != proposed
        assert logs.REQUEST_ID.fullmatch(given)

    @pytest.mark.ckan_config(REQUESTS, True)
    @pytest.mark.usefixtures("ckan_config")
    def test_addresses_are_written_as_routes(
        self, ask: Callable[..., Any], written: Written
    ) -> None:
        ask(f"/dataset/{QUERY}")
        ask("/about", method="DELETE")
        ask("/user/olena-koval")
        mine = [line for line in written.lines if "milliseconds" in line]
        assert [(line["rule"], line["status"]) for line in mine] == [
            ("/dataset/<id>", 404),
            ("(none)", 405),
            ("/user/<id>", 403),
        ]
        for text in (written.json.getvalue(), written.plain.getvalue()):
            assert "olena" not in text
            assert QUERY not in text

    def test_requests_are_not_counted_unless_asked_for(
        self, ask: Callable[..., Any], written: Written
    ) -> None:
        ask("/about")
        assert [line for line in written.lines if "milliseconds" in line] == []

    def test_a_line_after_a_request_belongs_to_none(
        self, ask: Callable[..., Any], written: Written
    ) -> None:
        ask("/about")
        logging.getLogger("later").info("Later")
        assert "request_id" not in written.about("Later")


def test_lines_of_a_job_carry_its_kind_and_id(written: Written) -> None:
    log = logging.getLogger("work")
    with logs.doing_job("index", "42"):
        log.info("Inside")
    log.info("Outside")
    inside = written.about("Inside")
    assert (inside["job_kind"], inside["job_id"]) == ("index", "42")
    assert "job_id" not in written.about("Outside")


def test_a_failure_is_written_without_whom_it_met(written: Written) -> None:
    refused = smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such box")})
    log = logging.getLogger("letters")
    try:
        raise refused
    except smtplib.SMTPException as error:
        log.exception(error)
    line = written.about("550")
    assert "Traceback" in line["exception"]
    assert "SMTPRecipientsRefused" in written.plain.getvalue()
    assert ADDRESS not in written.json.getvalue() + written.plain.getvalue()


def test_other_facts_of_a_line_are_not_written(written: Written) -> None:
    """The client of Solr hands over whole queries beside its message."""
    log = logging.getLogger("client")
    log.error("Failed", extra={"data": {"request_body": QUERY}})
    assert QUERY not in written.json.getvalue()


def test_a_line_that_cannot_be_made_says_so(written: Written) -> None:
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError

    logging.getLogger("broken").info("Value %s", Broken())
    assert written.about("Value %s")["message"].endswith("[its values do not fit]")


def test_what_people_type_is_withheld_whatever_it_is(written: Written) -> None:
    log = logging.getLogger("ckan.lib.authenticator")
    log.warning("Login as %r failed - failed reCAPTCHA", MISTYPED)
    log.info("Tried %(times)s times as %(name)s", {"times": 3, "name": MISTYPED})
    assert written.about("reCAPTCHA")["message"].startswith("Login as '[withheld]'")
    assert written.about("Tried 3 times as [withheld]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sent email to olena@rada.gov.ua", "Sent email to [e-mail]"),
        ("To: Олена <олена@рада.укр>, x", "To: Олена <[e-mail]>, x"),
        ("user=olena%40rada.ua", "user=[e-mail]"),
        ("GET /dataset/?q=школа&page=2 HTTP/1.1", "GET /dataset/?[query] HTTP/1.1"),
        ("'http://solr:8983/solr/x/select?q=a' (get)", None),
        ("postgresql://ckan:pa/ss@db/ckan", None),
        ("redis://:secret@127.0.0.1:6379/1", "redis://[credentials]@127.0.0.1:6379/1"),
        ("Authorization: Bearer abc.def", "Authorization: [withheld]"),
        ("X-CKAN-API-Key: 01234", "X-CKAN-API-Key: [withheld]"),
        ("Cookie: ckan=abc; remember=def", "Cookie: [withheld]"),
        ("token eyJhbGciOi.eyJqdGki.c2ln failed", "token [token] failed"),
        ("{'q': 'об\\'єкт', 'rows': 1}", "{'q': [withheld], 'rows': 1}"),
        ('{"password": "a\\"b", "x": 1}', '{"password": [withheld], "x": 1}'),
        ("{'fq': ['a', 'b'], 'rows': 1}", "{'fq': [withheld], 'rows': 1}"),
        (
            "[('password', 'x'), ('save', '')]",
            "[('password', [withheld]), ('save', '')]",
        ),
        ("Cannot parse 'Олена (': Encountered", "Cannot parse [withheld]"),
        ("from 178.133.4.5 port 1", "from [address] port 1"),
        ("from 2a02:2f0a::1:2", "from [address]"),
        # what an administrator needs stays
        (
            "connection to 127.0.0.1:5432 refused",
            "connection to 127.0.0.1:5432 refused",
        ),
        ("from 10.0.0.7, ::1 and fe80::1", "from 10.0.0.7, ::1 and fe80::1"),
        ("at 12:30:45, CKAN 2.11.6", "at 12:30:45, CKAN 2.11.6"),
        (
            "Indexing package 'ukryttia'... is it?",
            "Indexing package 'ukryttia'... is it?",
        ),
    ],
)
def test_redaction(text: str, expected: str | None) -> None:
    shown = logs.redacted(text)
    if expected is None:
        assert "q=a" not in shown
        assert "pa/ss@" not in shown
    else:
        assert shown == expected
    assert logs.redacted(shown) == shown
