"""Links are asked within limits, lead into no closed network, are judged as files."""

from __future__ import annotations

import socket
import sys
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action

from ckanext.opendata_ua.adapters.links import Asker, Limits
from ckanext.opendata_ua.logic import links
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.link import Link, address_hash
from ckanext.opendata_ua.model.outbox import Message, mailbox
from tests.integration.sent import Client, sha256

HOME = "127.0.0.1"
TABLE = "назва,номер\nВокзал,1\n".encode()
QUICK = Limits(seconds=2.0, size=100_000)

connections: list[Any] = []
#: Paths that the server does not serve today.
down: set[str] = set()


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        connections.append(arguments[1])


sys.addaudithook(_note)  # for good, as the interpreter has it


class Pages(BaseHTTPRequestHandler):
    """A server of somebody on the Internet, with every bad habit."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._serve(body=False)

    def do_GET(self) -> None:
        self._serve(body=True)

    def log_message(self, format: str, *_: object) -> None:
        pass

    def _serve(self, body: bool) -> None:
        path, _, target = self.path.partition("?")
        if path == "/nohead" and not body:
            self._answer(405, b"")
        elif path == "/moved":
            self.send_response(302)
            self.send_header("Location", target)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path in down:
            self._answer(503, b"later", body=body)
        elif path == "/absent":
            self._answer(404, b"none", body=body)
        elif path == "/huge":
            self.send_response(200)
            self.send_header("Content-Length", "999999999")
            self.end_headers()
        elif path == "/endless":
            self._endless(body)
        elif path == "/trickle":
            self._trickle(body)
        elif path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "50")
            self.end_headers()
            self.wfile.write(b"a,b\n" if body else b"")
            self.close_connection = True
        else:
            self._answer(200, TABLE, body=body)

    def _answer(self, status: int, content: bytes, *, body: bool = True) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/csv; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)

    def _endless(self, body: bool) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            while body:
                self.wfile.write(b"x" * 10_000)
        except OSError:
            return

    def _trickle(self, body: bool) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        over = threading.Event()
        try:
            while body and not over.wait(0.05):
                self.wfile.write(b"x")
                self.wfile.flush()
        except OSError:
            return


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start a server on this machine; return its address."""
    with ThreadingHTTPServer((HOME, 0), Pages) as running:
        running.daemon_threads = True
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://{HOME}:{running.server_port}"
        running.shutdown()


@pytest.fixture
def at_home() -> Asker:
    """Return who may ask the one address of the tests' own server."""
    return Asker(QUICK, allowed=lambda address: address == HOME)


def fault(asker: Asker, address: str) -> str:
    with asker.ask(address) as found:
        return found.fault


#: Every way to write an address of one's own machine or network.
INSIDE = (
    *("127.0.0.1", "127.0.0.2", "127.255.255.254", "127.1", "127.0.1", "0", "0.0.0.0"),  # noqa: S104 - asked, not bound
    *("2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1"),
    *(
        "localhost",
        "LOCALHOST",
        "localhost.",
        "127.0.0.1.",
        "１２７.0.0.1",
        "ⓛocalhost",
    ),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]"),
    *("10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "[fd00:ec2::254]"),
    *("100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255"),
    *("[fe80::1]", "[fe80::1%25lo]", "[fc00::1]", "[ff02::1]", "[fec0::1]"),
    *("[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]", "[2001:db8::1]", "240.0.0.1"),
)
OUTSIDE_OF_HTTP = (
    *("file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:6379/_INFO"),
    *("dict://127.0.0.1:11211/stat", "ldap://127.0.0.1/", "jar:http://127.0.0.1!/"),
    *("http://rada.example@127.0.0.1/", "http://127.0.0.1:0/", "http:127.0.0.1"),
)


class TestClosedNetworks:
    @pytest.mark.parametrize("host", INSIDE)
    def test_no_connection_is_made(self, host: str, server: str) -> None:
        port = server.rpartition(":")[2]
        connections.clear()
        assert fault(Asker(QUICK), f"http://{host}:{port}/") in (
            *("address", "unresolved", "scheme"),
        )
        assert connections == []

    @pytest.mark.parametrize("address", OUTSIDE_OF_HTTP)
    def test_no_other_scheme_is_followed(self, address: str) -> None:
        connections.clear()
        assert fault(Asker(QUICK), address) in ("scheme", "password")
        assert connections == []

    @pytest.mark.parametrize(
        "target",
        [
            *("http://127.0.0.2/", "http://localhost/", "http://[::1]/", "//10.0.0.1/"),
            *("http://169.254.169.254/latest/meta-data", "http://[::ffff:7f00:1]/"),
            *("file:///etc/passwd", "gopher://127.0.0.1:6379/_INFO"),
        ],
    )
    def test_a_redirect_leads_nowhere_else(self, target: str, server: str) -> None:
        connections.clear()
        named = Asker(
            QUICK,
            resolve=lambda host, port: [HOME if host == "rada.example" else host],
            allowed=lambda address: address == HOME,
        )
        port = server.rpartition(":")[2]
        found = fault(named, f"http://rada.example:{port}/moved?{target}")
        assert found in ("address", "scheme")
        assert {address[0] for address in connections} == {HOME}

    def test_a_name_that_changes_its_mind_leads_nowhere_else(self, server: str) -> None:
        answers = iter([[HOME], ["127.0.0.2"], ["127.0.0.2"]])
        two_minds = Asker(
            QUICK,
            resolve=lambda _host, _port: next(answers),
            allowed=lambda address: address == HOME,
        )
        connections.clear()
        port = server.rpartition(":")[2]
        assert fault(two_minds, f"http://rada.example:{port}/") == "address"
        assert {address[0] for address in connections} == {HOME}

    def test_one_closed_address_among_several_is_enough(self) -> None:
        both = Asker(QUICK, resolve=lambda _host, _port: ["8.8.8.8", HOME])
        connections.clear()
        assert fault(both, "http://rada.example/") == "address"
        assert connections == []


class TestAnswers:
    def test_what_lies_there_is_fetched(self, at_home: Asker, server: str) -> None:
        for path in ("/zupynky.csv", "/nohead", f"/moved?{server}/a", "/вулиці?х=1"):
            with at_home.ask(server + path) as found:
                assert (found.fault, found.status) == ("", 200)
                assert found.media_type == "text/csv"
                assert found.sha256 == sha256(TABLE)
                assert found.file is not None
                assert found.file.read_bytes() == TABLE
            assert not found.file.exists()

    @pytest.mark.parametrize(
        ("path", "code"),
        [
            ("/absent", "status"),
            ("/huge", "large"),
            ("/endless", "large"),
            ("/trickle", "timeout"),
            ("/short", "answer"),
            ("/loop", "redirects"),
            ("/moved?", "status"),
        ],
    )
    def test_what_goes_wrong_has_a_name(
        self, path: str, code: str, at_home: Asker, server: str
    ) -> None:
        assert fault(at_home, server + path) == code

    def test_nobody_at_home_is_a_fault(self, at_home: Asker) -> None:
        with socket.socket() as taken:
            taken.bind((HOME, 0))
            port = taken.getsockname()[1]
            assert fault(at_home, f"http://{HOME}:{port}/") == "unreachable"

    def test_what_speaks_no_tls_is_not_understood(
        self, at_home: Asker, server: str
    ) -> None:
        address = server.replace("http://", "https://")
        assert fault(at_home, address) in ("answer", "unreachable", "timeout")


@pytest.fixture
def asked(
    portal: None, no_way_out: None, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check links, those of the tests' own server only."""
    ckan_config["ckanext.opendata_ua.links.check"] = True
    asker = Asker(QUICK, allowed=lambda address: address == HOME)
    monkeypatch.setattr(links, "asker", lambda: asker)


def with_link(create_draft: Any, address: str, declared: str = "CSV") -> dict[str, Any]:
    return create_draft(
        title=f"Набір {uuid.uuid4().hex[:8]}",
        resources=[
            {
                "url": address,
                "format": declared,
                "name": "Зупинки",
                "resource_type": "data",
                "data_actual_date": "2026-11-01",
            }
        ],
    )


def ask(address: str) -> None:
    call_action("opendata_ua_link_check", address=address)


def fails_for_long(address: str) -> None:
    """Ask an address that fails, and once more after an hour."""
    ask(address)
    model.Session.execute(
        sa.update(Link)
        .where(Link.address == address)
        .values(broken_since=sa.func.now() - timedelta(hours=1))
        .execution_options(synchronize_session=False)
    )
    model.Session.commit()
    ask(address)


def letters_to(user: dict[str, Any]) -> list[dict[str, str]]:
    """Return the letters about links that wait for a person."""
    mine = sa.and_(
        Message.recipient == user["id"], Message.dedupe_key.startswith("links_broken:")
    )
    model.Session.rollback()
    query = sa.select(Message.payload).where(mine).order_by(Message.created)
    return list(model.Session.scalars(query))


def codes(user: dict[str, Any], dataset: dict[str, Any]) -> set[str]:
    context: Any = {"user": user["name"], "ignore_auth": False}
    found = call_action("opendata_ua_checklist_show", context, id=dataset["id"])
    return {one["code"] for one in found["findings"] if one["stops"]}


@pytest.mark.usefixtures("asked")
class TestChecklist:
    def test_a_link_waits_for_its_check_and_is_judged_as_a_file(
        self, create_draft: Any, editor: dict[str, Any], server: str
    ) -> None:
        address = f"{server}/{uuid.uuid4().hex}.csv"
        dataset = with_link(create_draft, address)
        assert codes(editor, dataset) == {"check.pending"}
        waiting = Job.standing(model.Session, "check_link", [address_hash(address)])
        assert waiting[address_hash(address)][0] == "waiting"
        call_action("opendata_ua_link_check", address=address)
        assert codes(editor, dataset) == set()

    def test_what_is_declared_has_to_lie_there(
        self, create_draft: Any, editor: dict[str, Any], server: str
    ) -> None:
        address = f"{server}/{uuid.uuid4().hex}.xlsx"
        dataset = with_link(create_draft, address, "XLSX")
        call_action("opendata_ua_link_check", address=address)
        assert "format.mismatch" in codes(editor, dataset)

    def test_a_broken_link_is_a_finding_and_is_asked_again(
        self, create_draft: Any, editor: dict[str, Any], server: str
    ) -> None:
        address = f"{server}/absent?{uuid.uuid4().hex}"
        dataset = with_link(create_draft, address)
        assert call_action("opendata_ua_link_check", address=address) == {
            "fault": "status"
        }
        assert codes(editor, dataset) == {"link.status"}
        assert Link.of(model.Session, [address])[address].broken_since
        again = Job.standing(model.Session, "check_link", [address_hash(address)])
        assert again[address_hash(address)][0] == "waiting"

    def test_a_link_into_a_closed_network_stands_in_the_way(
        self, create_draft: Any, editor: dict[str, Any], editor_api: Client
    ) -> None:
        address = f"http://10.0.0.1/{uuid.uuid4().hex}.csv"
        dataset = with_link(create_draft, address)
        call_action("opendata_ua_link_check", address=address)
        assert codes(editor, dataset) == {"link.address"}
        with pytest.raises(tk.ValidationError):
            call_action(
                "opendata_ua_moderation_submit",
                {"user": editor["name"], "ignore_auth": False},
                id=dataset["id"],
            )

    def test_an_address_nobody_uses_is_not_asked(self, server: str) -> None:
        connections.clear()
        call_action("opendata_ua_link_check", address=f"{server}/nobody")
        port = int(server.rpartition(":")[2])
        assert not [one for one in connections if one[:2] == (HOME, port)]

    def test_nobody_but_the_portal_chooses_what_is_asked(
        self, editor_api: Client
    ) -> None:
        editor_api.call("opendata_ua_link_check", 403, address="http://10.0.0.1/")


@pytest.mark.usefixtures("asked")
class TestLetters:
    """People who can mend a link are told when it breaks, once.

    Two people publish for the organization: its editor, and who made it.
    """

    @pytest.fixture(autouse=True)
    def quiet(self, body: dict[str, Any]) -> Iterator[None]:
        yield
        down.clear()
        model.Session.execute(sa.delete(Message))
        model.Session.execute(sa.delete(Link))
        model.Session.execute(sa.delete(Job).where(Job.kind == "tell_links"))
        model.Session.commit()

    @pytest.fixture
    def address(self, server: str) -> str:
        path = f"/{uuid.uuid4().hex}.csv"
        down.add(path)
        return server + path

    def public(
        self, create: Any, editor: dict[str, Any], address: str, **more: Any
    ) -> dict[str, Any]:
        one = {"url": address, "format": "CSV", "name": "Зупинки"}
        fields = {"maintainer_email": editor["email"], **more}
        title = f"Набір {uuid.uuid4().hex[:8]}"
        return create(title=title, resources=[one], **fields)

    def tell(self, body: dict[str, Any]) -> dict[str, int]:
        return call_action("opendata_ua_link_tell", id=body["id"])

    def test_a_link_that_stays_broken_is_told_once(
        self,
        create: Any,
        body: dict[str, Any],
        editor: dict[str, Any],
        address: str,
    ) -> None:
        dataset = self.public(create, editor, address)
        fails_for_long(address)
        waiting = Job.standing(model.Session, "tell_links", [body["id"]])
        assert waiting[body["id"]][0] == "waiting"
        assert self.tell(body) == {"links": 1, "letters": 2}
        (letter,) = letters_to(editor)
        assert dataset["title"] in letter["body"]
        assert address in letter["body"]
        assert f"/dataset/{dataset['name']}/checklist" in letter["body"]
        ask(address)
        assert self.tell(body) == {"links": 0, "letters": 0}
        assert len(letters_to(editor)) == 1

    @pytest.mark.usefixtures("with_request_context")
    def test_a_letter_is_in_the_language_of_the_portal(
        self,
        create: Any,
        body: dict[str, Any],
        editor: dict[str, Any],
        address: str,
        ckan_config: Any,
    ) -> None:
        ckan_config["ckan.locale_default"] = "uk"
        self.public(create, editor, address)
        fails_for_long(address)
        self.tell(body)
        (letter,) = letters_to(editor)
        assert letter["subject"].startswith("Посилання, що не працюють")
        assert "відповідає помилкою 503" in letter["body"]

    def test_one_letter_tells_of_all_that_broke_together(
        self, create: Any, body: dict[str, Any], editor: dict[str, Any], server: str
    ) -> None:
        paths = [f"/{uuid.uuid4().hex}.csv" for _ in range(23)]
        down.update(paths)
        for path in paths:
            self.public(create, editor, server + path)
            fails_for_long(server + path)
        assert self.tell(body) == {"links": 23, "letters": 2}
        (letter,) = letters_to(editor)
        assert letter["body"].count("/checklist") == 20
        assert "3 more links are named" in letter["body"]

    def test_a_failure_that_passes_is_not_told(
        self, create: Any, body: dict[str, Any], editor: dict[str, Any], address: str
    ) -> None:
        self.public(create, editor, address)
        ask(address)
        assert not Job.standing(model.Session, "tell_links", [body["id"]])
        down.clear()
        ask(address)
        assert self.tell(body) == {"links": 0, "letters": 0}

    def test_what_breaks_again_is_told_again(
        self, create: Any, body: dict[str, Any], editor: dict[str, Any], address: str
    ) -> None:
        self.public(create, editor, address)
        fails_for_long(address)
        self.tell(body)
        broken = set(down)
        down.clear()
        ask(address)
        down.update(broken)
        fails_for_long(address)
        self.tell(body)
        assert len(letters_to(editor)) == 2

    def test_nobody_is_told_of_a_link_that_readers_do_not_see(
        self, create_draft: Any, body: dict[str, Any], address: str
    ) -> None:
        with_link(create_draft, address)
        fails_for_long(address)
        assert self.tell(body) == {"links": 0, "letters": 0}

    def test_what_somebody_answered_for_is_no_news(
        self, create: Any, body: dict[str, Any], editor: dict[str, Any], address: str
    ) -> None:
        dataset = self.public(create, editor, address)
        ask(address)
        context: Any = {"user": editor["name"], "ignore_auth": False}
        found = call_action("opendata_ua_checklist_show", context, id=dataset["id"])
        (broken,) = [one for one in found["findings"] if one["code"] == "link.status"]
        call_action(
            "opendata_ua_finding_acknowledge",
            context,
            finding_id=broken["finding_id"],
            ground="Сервер ремонтують до понеділка.",
        )
        fails_for_long(address)
        assert self.tell(body) == {"links": 0, "letters": 0}

    def test_the_responsible_person_of_a_passport_is_told_of_their_datasets(
        self,
        create: Any,
        body: dict[str, Any],
        editor: dict[str, Any],
        address: str,
        server: str,
    ) -> None:
        path = f"/{uuid.uuid4().hex}.csv"
        down.add(path)
        other = self.public(create, editor, server + path)
        who = f"{uuid.uuid4().hex}@rada.example"
        mine = self.public(create, editor, address, maintainer_email=who)
        for one in (address, server + path):
            fails_for_long(one)
        assert self.tell(body) == {"links": 2, "letters": 3}
        query = sa.select(Message.payload).where(Message.recipient == mailbox(who))
        letter = model.Session.scalars(query).one()
        assert letter["address"] == who
        assert mine["title"] in letter["body"]
        assert other["title"] not in letter["body"]
        (whole,) = letters_to(editor)
        assert other["title"] in whole["body"]

    def test_a_large_file_is_not_broken(
        self, create: Any, body: dict[str, Any], editor: dict[str, Any], server: str
    ) -> None:
        address = f"{server}/huge?{uuid.uuid4().hex}"
        self.public(create, editor, address)
        fails_for_long(address)
        assert Link.of(model.Session, [address])[address].fault == "large"
        assert self.tell(body) == {"links": 0, "letters": 0}

    def test_nobody_but_the_portal_writes(
        self, editor_api: Client, body: dict[str, Any]
    ) -> None:
        editor_api.call("opendata_ua_link_tell", 403, id=body["id"])
