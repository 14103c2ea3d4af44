"""Messages leave after the commit of what they tell about, and letters leave once."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
import trustme
from ckan import model
from ckan.lib import search
from ckan.model.meta import create_local_session
from ckan.plugins import core
from ckan.tests import factories
from ckan.tests.helpers import call_action
from click.testing import CliRunner, Result
from sqlalchemy import event

from ckanext.opendata_ua import config, jobs
from ckanext.opendata_ua.cli.outbox import outbox
from ckanext.opendata_ua.logic import post
from ckanext.opendata_ua.model.outbox import Message, mailbox
from tests.faults import portal
from tests.faults.places import after, before, call, kill
from tests.faults.proxy import Proxy
from tests.faults.server import free_port
from tests.integration import jobs_at_work as proof
from tests.integration.conftest import empty_our_tables, found
from tests.integration.mail_server import MailServer

pytestmark = pytest.mark.usefixtures("portal", "quiet")

SUBJECT = "Набір даних затверджено"
OLENA = "olena@rada.example"


@pytest.fixture
def quiet(portal: None) -> None:
    """Begin without messages."""
    model.Session.remove()
    empty_our_tables()
    proof.let_loggers_speak()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer() as running:
        monkeypatch.setitem(tk.config, "smtp.server", f"127.0.0.1:{running.port}")
        monkeypatch.setitem(tk.config, "smtp.starttls", False)
        yield running


@pytest.fixture
def other() -> Iterator[Any]:
    session: Any = create_local_session()
    yield session
    session.close()


def send(key: str = "a", address: str = OLENA, **payload: Any) -> str:
    """Post a letter to a person without an account; return the id of its row."""
    Message.post(
        model.Session,
        "mail",
        mailbox(address),
        key,
        {"subject": SUBJECT, "body": "Вітаємо.", "address": address, **payload},
    )
    model.Session.commit()
    return proof.execute(
        "SELECT id FROM opendata_ua_outbox WHERE dedupe_key = :key", key=key
    )[0].id


def deliver(limit: int = 100) -> tuple[int, int]:
    """Deliver as a worker does; return how many were tried, and how many left."""
    turn = call_action("opendata_ua_outbox_deliver", limit=limit)
    return turn["tried"], turn["sent"]


def row(key: str = "a") -> Any:
    return proof.execute(
        "SELECT *, next_attempt - now() AS wait FROM opendata_ua_outbox "
        "WHERE dedupe_key = :key",
        key=key,
    )[0]


def let_waits_end() -> None:
    proof.execute("UPDATE opendata_ua_outbox SET next_attempt = now()")


class TestPost:
    def test_a_letter_leaves_once(self, server: MailServer) -> None:
        send()
        assert deliver() == (1, 1)
        assert deliver() == (0, 0)
        (letter,) = server.letters
        assert letter["Subject"] == SUBJECT
        assert letter["To"] == OLENA
        assert letter["Auto-Submitted"] == "auto-generated"
        body = letter.get_body()
        assert body
        assert body.get_content().strip() == "Вітаємо."

    def test_it_is_part_of_the_callers_transaction(
        self, server: MailServer, other: Any
    ) -> None:
        Message.post(other, "mail", "x", "a", {})
        assert deliver() == (0, 0)
        other.rollback()
        assert deliver() == (0, 0)

    def test_the_same_message_is_posted_once(self, server: MailServer) -> None:
        assert Message.post(model.Session, "mail", "x", "a", {"subject": "1"})
        assert not Message.post(model.Session, "mail", "x", "a", {"subject": "2"})
        model.Session.commit()
        assert row().payload == {"subject": "1"}

    def test_it_is_not_posted_again_after_it_was_sent(self, server: MailServer) -> None:
        send()
        deliver()
        send()
        assert deliver() == (0, 0)

    def test_what_was_sent_is_forgotten(self, server: MailServer) -> None:
        send(name="Олена Коваль")
        deliver()
        kept = row()
        assert (kept.state, kept.payload, kept.recipient) == ("sent", {}, "")

    def test_a_user_is_written_to_by_id(self, server: MailServer) -> None:
        user = factories.User(fullname="Олена Коваль")
        payload = {"subject": SUBJECT, "body": "Вітаємо."}
        Message.post(model.Session, "mail", user["id"], "a", payload)
        call_action("user_patch", id=user["id"], email="new@rada.example")
        assert deliver() == (1, 1)
        (letter,) = server.letters
        assert letter["To"] == "Олена Коваль <new@rada.example>"
        assert row().recipient == user["id"]

    def test_a_deleted_account_gets_no_letter(self, server: MailServer) -> None:
        user = factories.User()
        Message.post(
            model.Session, "mail", user["id"], "a", {"subject": "", "body": ""}
        )
        model.Session.commit()
        call_action("user_delete", id=user["id"])
        assert deliver() == (1, 0)
        assert (row().state, row().last_error) == (
            "dead",
            "There is no active account with this id",
        )

    def test_an_account_without_an_address_gets_no_letter(
        self, server: MailServer
    ) -> None:
        site_user = call_action("get_site_user")["name"]
        id = model.User.get(site_user).id  # type: ignore[union-attr] - just made
        Message.post(model.Session, "mail", id, "a", {"subject": "", "body": ""})
        model.Session.commit()
        assert deliver() == (1, 0)
        assert row().last_error == "The account has no e-mail address"

    def test_a_subject_of_two_lines_becomes_one(self, server: MailServer) -> None:
        send(subject="Один\nдва")
        assert deliver() == (1, 1)
        assert server.letters[0]["Subject"] == "Один два"

    def test_a_post_is_one_statement_and_so_is_the_claim(self) -> None:
        statements: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            statements.append(statement)

        engine = model.Session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        Message.post(model.Session, "lost", "x", "a", {})
        Message.take_next(model.Session, ["mail"])
        event.remove(engine, "before_cursor_execute", note)
        assert len(statements) == 2


class TestServer:
    """What may go wrong between the portal and a mail server."""

    @pytest.mark.parametrize(
        ("answers", "state", "error"),
        [
            ({"RCPT": "550 5.1.1 <olena@rada.example> unknown"}, "dead", "550 5.1.1"),
            ({"DATA": "554 5.7.1 <olena@rada.example> spam"}, "dead", "554 5.7.1"),
            ({"MAIL": "552 5.3.4 too big"}, "dead", "552 5.3.4"),
            ({"RCPT": "450 4.2.1 <olena@rada.example> full"}, "waiting", "450 4.2.1"),
            ({"DATA": "451 4.7.1 come back later"}, "waiting", "451 4.7.1"),
            ({"DATA": MailServer.DROP}, "waiting", "the letter: SMTPServerDis"),
            ({"RCPT": MailServer.DROP}, "waiting", "the recipient: SMTPServerDis"),
        ],
    )
    def test_an_answer_about_a_letter_holds_up_no_other(
        self,
        server: MailServer,
        caplog: pytest.LogCaptureFixture,
        answers: dict[str, str],
        state: str,
        error: str,
    ) -> None:
        server.answers = answers
        send()
        assert deliver() == (1, 0)
        assert (row().state, row().attempts, row().unreachable) == (state, 1, False)
        assert error in row().last_error
        assert "olena" not in row().last_error + caplog.text
        server.answers = {}
        send("b", "petro@rada.example")
        assert deliver() == (1, 1)

    @pytest.mark.parametrize(
        ("answers", "error"),
        [
            ({"EHLO": MailServer.DROP}, "the connection: SMTPServerDisconnected"),
            ({"MAIL": "550 who are you"}, "the sender: 550"),
            ({"MAIL": "451 4.3.0 later"}, "the sender: 451 4.3.0"),
            ({"RCPT": "421 4.3.2 closing"}, "the recipient: 421 4.3.2"),
            ({"MAIL": "530 5.7.0 sign in"}, "the sender: 530 5.7.0"),
        ],
    )
    def test_a_server_that_does_not_work_is_asked_once_and_blames_no_letter(
        self, server: MailServer, answers: dict[str, str], error: str
    ) -> None:
        server.answers = answers
        for number in range(5):
            send(str(number), f"{number}@rada.example")
        assert deliver() == (1, 0)
        assert deliver() == (0, 0)
        assert server.connections == 1
        rows = proof.execute("SELECT * FROM opendata_ua_outbox")
        assert {one.state for one in rows} == {"waiting"}
        assert sum(one.attempts for one in rows) == 0
        assert [error in (one.last_error or "") for one in rows].count(True) == 1
        server.answers = {}
        let_waits_end()
        assert deliver() == (5, 5)

    @pytest.mark.parametrize("stage", ["EHLO", "DATA"])
    def test_a_server_that_hangs_is_left_after_the_timeout(
        self, server: MailServer, monkeypatch: pytest.MonkeyPatch, stage: str
    ) -> None:
        monkeypatch.setattr(config, "outbox_smtp_timeout", lambda: 0.1)
        server.answers = {stage: MailServer.HANG}
        send()
        assert deliver() == (1, 0)
        assert "TimeoutError" in row().last_error or "Disconn" in row().last_error

    def test_a_server_that_refuses_connections_is_down(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(tk.config, "smtp.server", f"127.0.0.1:{free_port()}")
        send()
        assert deliver() == (1, 0)
        assert (row().state, row().unreachable) == ("waiting", True)
        assert "ConnectionRefusedError" in row().last_error

    def test_a_server_that_dies_after_its_250_gets_no_second_letter(
        self, server: MailServer
    ) -> None:
        server.answers = {"QUIT": MailServer.DROP}
        send()
        assert deliver() == (1, 1)
        assert len(server.letters) == 1

    def test_without_a_mail_server_letters_wait_and_say_why(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(tk.config, "smtp.server", "")
        send()
        assert deliver() == (1, 0)
        assert row().state == "waiting"
        assert "set smtp.server" in row().last_error

    def test_a_plugin_may_take_letters_where_ckan_has_such_plugins(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        interface = getattr(p, "INotifier", None)  # CKAN 2.12

        class Taker(p.SingletonPlugin, *([interface] if interface else [])):
            def notify_recipient(self, *told: Any) -> bool:
                taken.append(told[2])
                return True

        taken: list[str] = []
        monkeypatch.setitem(core._PLUGINS_SERVICE, "taker", Taker(name="taker"))
        monkeypatch.setitem(tk.config, "smtp.server", "")
        send()
        assert deliver() == ((1, 1) if interface else (1, 0))
        assert taken == ([OLENA] if interface else [])

    def test_a_sign_in_that_is_refused_closes_the_channel(
        self, server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(tk.config, "smtp.user", "portal")
        monkeypatch.setitem(tk.config, "smtp.password", "not-a-secret")
        send()
        assert deliver() == (1, 0)
        assert row().unreachable

    def test_an_address_that_cannot_be_one_kills_its_letter(
        self, server: MailServer
    ) -> None:
        send(address="олена@рада.example")
        assert deliver() == (1, 0)
        assert row().state == "dead"
        assert "check the address" in row().last_error

    def test_nobody_is_named_in_logs(
        self, server: MailServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        send()
        deliver()
        server.refused = {OLENA: f"550 {OLENA} is unknown"}
        send("b")
        deliver()
        assert "olena" not in caplog.text
        assert "Message sent in attempt 1" in caplog.text


class TestRecipients:
    def test_a_failing_mailbox_delays_only_its_own_letters(
        self, server: MailServer
    ) -> None:
        server.refused = {OLENA: "450 full"}
        for key in "abc":
            send(key)
        send("d", "petro@rada.example")
        assert deliver() == (2, 1)
        assert [letter["To"] for letter in server.letters] == ["petro@rada.example"]
        let_waits_end()
        assert deliver() == (1, 0)  # the one that failed asks for all three
        assert row("a").attempts == 2
        server.refused = {}
        let_waits_end()
        assert deliver() == (3, 3)

    def test_waits_grow_and_end_in_a_dead_letter(self, server: MailServer) -> None:
        server.refused = {OLENA: "450 full"}
        send()
        waits = []
        while row().state == "waiting":
            let_waits_end()
            deliver()
            waits.append(row().wait)
        assert len(waits) == 10
        assert waits[0] <= timedelta(minutes=1)
        assert timedelta(hours=1) < waits[7] <= timedelta(minutes=128)
        assert row().state == "dead"
        assert row().payload["address"] == OLENA

    def test_a_dead_letter_can_be_tried_again(self, server: MailServer) -> None:
        server.refused = {OLENA: "550 unknown"}
        first, second = send("a"), send("b")
        deliver()
        assert (row("a").state, row("b").state) == ("dead", "dead")
        server.refused = {}
        assert call_action("opendata_ua_outbox_retry", id=first)["retried"] == 1
        assert deliver() == (1, 1)
        assert call_action("opendata_ua_outbox_retry")["retried"] == 1
        assert deliver() == (1, 1)
        with pytest.raises(tk.ObjectNotFound):
            call_action("opendata_ua_outbox_retry", id=second)

    def test_messages_that_are_over_are_forgotten(self, server: MailServer) -> None:
        server.refused = {OLENA: "550 unknown"}
        send("dead")
        send("sent", "petro@rada.example")
        deliver()
        proof.execute(
            "UPDATE opendata_ua_outbox SET finished = now() - interval '91 d'"
        )
        send("new", "petro@rada.example")
        deliver()
        keys = proof.execute("SELECT dedupe_key FROM opendata_ua_outbox")
        assert [one.dedupe_key for one in keys] == ["new"]


class TestDeath:
    """Only a process that dies between the 250 and the mark sends a letter twice."""

    def test_killed_before_the_letter_was_accepted_it_is_sent_once(
        self, server: MailServer
    ) -> None:
        send()
        assert portal.run(deliver, kill(before("smtplib.SMTP.data"))).killed
        assert deliver() == (1, 1)
        assert len(server.letters) == 1

    def test_killed_after_it_was_accepted_it_is_sent_again_under_the_same_id(
        self, server: MailServer
    ) -> None:
        id = send()
        place = before("ckanext.opendata_ua.model.outbox.Message.mark_sent")
        assert portal.run(deliver, kill(place)).killed
        assert deliver() == (1, 1)
        assert server.ids == [f"<{id}@127.0.0.1>"] * 2

    def test_killed_after_the_mark_it_is_not_sent_again(
        self, server: MailServer
    ) -> None:
        send()
        assert portal.run(deliver, kill(after("sqlalchemy.orm.Session.commit"))).killed
        assert deliver() == (0, 0)
        assert len(server.letters) == 1

    def test_a_mark_that_the_database_lost_is_written_again(
        self, server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(post, "INSISTENCE", (0.0,))
        send()
        address = sa.engine.make_url(tk.config["sqlalchemy.url"])
        with Proxy(int(address.port or 5432)) as proxy:
            outcome = portal.run(
                deliver,
                call(
                    before("ckanext.opendata_ua.model.outbox.Message.mark_sent"),
                    proxy.cut,
                ),
                first=lambda: portal.through(postgres=proxy.port),
            )
        assert outcome.value == [1, 1], outcome.said
        assert row().state == "sent"
        assert len(server.letters) == 1

    def test_many_processes_send_each_letter_once(self, server: MailServer) -> None:
        keys = [f"{number:02}" for number in range(60)]
        for key in keys:
            send(key, f"{key}@rada.example")
        workers = [portal.start(deliver) for _worker in range(4)]
        outcomes = [worker.wait() for worker in workers]
        assert [outcome.error for outcome in outcomes] == [None] * 4
        assert sorted(str(one["To"])[:2] for one in server.letters) == keys

    def test_a_letter_that_is_leaving_is_left_alone(
        self, server: MailServer, other: Any
    ) -> None:
        send()
        assert Message.take_next(other, ["mail"])
        assert deliver() == (0, 0)
        other.rollback()
        assert deliver() == (1, 1)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


class TestCertificate:
    """On CKAN 2.12.0 too, where CKAN's mailer takes any certificate."""

    @pytest.fixture
    def secure(
        self, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[MailServer]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
        with MailServer(context) as running:
            monkeypatch.setitem(tk.config, "smtp.server", f"127.0.0.1:{running.port}")
            monkeypatch.setitem(tk.config, "smtp.starttls", True)
            monkeypatch.setitem(tk.config, "smtp.starttls_verify", False)
            yield running

    def test_one_of_an_unknown_authority_is_refused(self, secure: MailServer) -> None:
        send()
        assert deliver() == (1, 0)
        assert row().unreachable
        assert row().last_error == "The mail server's certificate cannot be verified"
        assert secure.letters == []

    @pytest.mark.parametrize("folder", [False, True])
    def test_one_of_a_trusted_authority_is_accepted(
        self,
        secure: MailServer,
        authority: trustme.CA,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        folder: bool,
    ) -> None:
        bundle = tmp_path / "ca.pem"
        authority.cert_pem.write_to_path(str(bundle))
        subprocess.run(["openssl", "rehash", tmp_path], check=True)
        option = "ckanext.opendata_ua.outbox.smtp_ca_bundle"
        trusted = tmp_path if folder else bundle
        monkeypatch.setitem(tk.config, option, str(trusted))
        send()
        assert deliver() == (1, 1)
        assert len(secure.letters) == 1

    def test_authorities_that_cannot_be_read_are_named(
        self, secure: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        option = "ckanext.opendata_ua.outbox.smtp_ca_bundle"
        monkeypatch.setitem(tk.config, option, str(tmp_path / "lost.pem"))
        send()
        assert deliver() == (1, 0)
        assert row().unreachable
        assert "lost.pem" in row().last_error

    def test_a_server_without_starttls_is_refused_when_it_is_asked_for(
        self, server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(tk.config, "smtp.starttls", True)
        send()
        assert deliver() == (1, 0)
        assert row().unreachable
        assert server.letters == []


class TestActivity:
    @pytest.fixture
    def dataset(self, create: Any) -> dict[str, Any]:
        return create()

    def announce(self, dataset: dict[str, Any], **fields: Any) -> None:
        payload = {
            "user_id": dataset["creator_user_id"],
            "object_id": dataset["id"],
            "activity_type": "changed package",
            "data": {"package": {"title": dataset["title"]}, "note": "posted"},
            **fields,
        }
        user = dataset["creator_user_id"]
        Message.post(model.Session, "activity", user, "a", payload)
        model.Session.commit()

    def shown(self, dataset: dict[str, Any]) -> int:
        rows = proof.execute(
            "SELECT data FROM activity WHERE object_id = :id", id=dataset["id"]
        )
        return sum("posted" in str(one.data) for one in rows)

    def test_it_is_shown_exactly_once(self, dataset: dict[str, Any]) -> None:
        self.announce(dataset)
        for place in (
            before("ckanext.opendata_ua.model.outbox.Message.mark_sent"),
            before("sqlalchemy.orm.Session.commit"),
        ):
            assert portal.run(deliver, kill(place)).killed
            assert self.shown(dataset) == 0
        place = after("sqlalchemy.orm.Session.commit")
        assert portal.run(deliver, kill(place)).killed
        assert deliver() == (0, 0)
        assert self.shown(dataset) == 1

    def test_one_that_ckan_refuses_is_dead(self, dataset: dict[str, Any]) -> None:
        self.announce(dataset, activity_type="danced with package")
        assert deliver() == (1, 0)
        assert row().last_error.startswith("CKAN refuses the activity: activity_type")

    def test_it_is_left_out_where_activities_are_off(
        self, dataset: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(tk.config, "ckan.activity_streams_enabled", False)
        self.announce(dataset)
        assert deliver() == (1, 1)
        assert row().last_error.startswith("Not shown")
        assert self.shown(dataset) == 0


class TestIndex:
    def index(self, dataset_id: str, key: str = "a") -> None:
        Message.post(model.Session, "index", dataset_id, key, {})
        model.Session.commit()

    def test_a_dataset_is_indexed_anew(self, create: Any) -> None:
        dataset = create(title="Перелік укриттів")
        search.clear(dataset["id"])
        assert found("укриттів") == []
        self.index(dataset["id"])
        assert deliver() == (1, 1)
        assert found("укриттів") == [dataset["name"]]

    def test_a_purged_dataset_leaves_the_index(self, create: Any) -> None:
        dataset = create(title="Перелік водогонів")
        solr = search.make_connection(decode_dates=False)
        (document,) = solr.search(f"id:{dataset['id']}")
        call_action("dataset_purge", id=dataset["id"])
        solr.add([{**document, "_version_": 0}])  # the index did not hear of it
        assert found("водогонів") == [dataset["name"]]
        self.index(dataset["id"])
        assert deliver() == (1, 1)
        assert found("водогонів") == []

    def test_when_solr_is_down_the_channel_waits(self, create: Any) -> None:
        dataset = create()
        self.index(dataset["id"])
        outcome = portal.run(
            deliver, first=lambda: portal.through(solr_port=free_port())
        )
        assert outcome.value == [1, 0], outcome.said
        assert (row().unreachable, row().attempts) == (True, 0)
        let_waits_end()
        assert deliver() == (1, 1)

    def test_a_dataset_that_solr_refuses_holds_up_no_other(
        self, create: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = create(), create()
        self.index(first["id"], "a")
        self.index(second["id"], "b")
        rebuild = search.rebuild

        def refuse(package_ids: list[str], **options: Any) -> None:
            if package_ids == [first["id"]]:
                raise search.SearchIndexError("Solr returned an error")
            rebuild(package_ids=package_ids, **options)

        monkeypatch.setattr(search, "rebuild", refuse)
        assert deliver() == (2, 1)
        assert (row("a").unreachable, row("a").attempts) == (False, 1)


class TestDoor:
    @pytest.mark.parametrize("name", ["deliver", "list", "retry"])
    def test_strangers_and_users_are_refused(self, name: str) -> None:
        for user in ("", factories.User()["name"]):
            context: Any = {"user": user, "ignore_auth": False}
            with pytest.raises(tk.NotAuthorized):
                call_action(f"opendata_ua_outbox_{name}", context)

    @pytest.mark.parametrize(
        ("name", "sent"),
        [("deliver", {"limit": -1}), ("list", {"state": "lost"})],
    )
    def test_a_wrong_parameter_is_named(self, name: str, sent: Any) -> None:
        with pytest.raises(tk.ValidationError):
            call_action(f"opendata_ua_outbox_{name}", **sent)

    def test_a_list_shows_no_words_of_a_message(self, server: MailServer) -> None:
        send(name="Олена Коваль")
        (one,) = call_action("opendata_ua_outbox_list", state="waiting")
        assert "олен" not in str(one).lower()
        assert "olena" not in str(one)
        assert one["recipient"] == mailbox(" Olena@rada.example")

    def test_a_worker_delivers_too(self, server: MailServer) -> None:
        send()
        send("b", "petro@rada.example")
        jobs.drain()
        assert len(server.letters) == 2


class TestCommands:
    def test_deliver_tells_how_many_left(
        self, server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(config, "mail_server", lambda: "")
        send()
        done = _typed("deliver")
        assert (done.exit_code, done.stdout) == (1, "Messages: 0 sent, 1 not.\n")
        done = _typed("deliver", "--once")
        assert (done.exit_code, done.stdout) == (0, "Messages: 0 sent, 0 not.\n")

    def test_dead_messages_are_listed_and_tried_again(self) -> None:
        dead = send("a")
        send("b")
        proof.execute(
            "UPDATE opendata_ua_outbox SET state = 'dead' WHERE dedupe_key = 'a'"
        )

        (line,) = _typed("list", "--dead").stdout.splitlines()
        assert line.split("\t")[:4] == [dead, "dead", "0", "mail"]
        assert len(_typed("list").stdout.splitlines()) == 2
        assert _typed("retry", dead).exit_code == 0
        assert row().state == "waiting"
        assert _typed("retry", dead).exit_code == 1
        assert _typed("retry", "--all").stdout == "Messages that are tried again: 0.\n"
        assert _typed("retry").exit_code == 2


def _typed(*words: str) -> Result:
    """Run a command of the group in this process, on the portal that is loaded."""
    return CliRunner().invoke(outbox, words)
