"""Proposals: taken in from anybody, answered in time, kept apart from who sent them."""

from __future__ import annotations

import csv
import io
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan
from ckan.lib import search
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from ckan.tests.helpers import call_action
from click.testing import CliRunner
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] no types in lxml

from ckanext.opendata_ua.cli.proposals import proposals
from ckanext.opendata_ua.logic import post
from ckanext.opendata_ua.model.outbox import Message
from ckanext.opendata_ua.model.proposal import Proposal
from tests.integration.conftest import empty_our_tables
from tests.integration.mail_server import MailServer
from tests.integration.proposing import (
    EMAIL,
    NAME,
    TEXT,
    a_form,
    as_,
    letters,
    propose,
    refused,
)

pytestmark = pytest.mark.usefixtures("portal", "quiet")

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def quiet(portal: None) -> None:
    """Begin without proposals and messages."""
    model.Session.remove()
    empty_our_tables()


@pytest.fixture(scope="module")
def head(body: dict[str, Any]) -> dict[str, Any]:
    """Return an administrator of the organization."""
    user = factories.User()
    call_action(
        "organization_member_create",
        id=body["id"],
        username=user["name"],
        role="admin",
    )
    return user


@pytest.fixture
def dataset(create: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return create(title="Дерева міста")


@pytest.fixture
def take(head: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Return a function that takes a step with the version that stands now."""

    def taken(step: str, id_: str, user: Any = None, **data: Any) -> dict[str, Any]:
        seen = as_(user or head, "show", proposal_id=id_)["proposal_version"]
        more = {"proposal_id": id_, "proposal_version": seen, **data}
        return as_(user or head, step, **more)

    return taken


class TestWay:
    def test_a_citizen_reports_and_everybody_sees_the_answer(
        self, dataset: dict[str, Any], head: Any, editor: Any, take: Any
    ) -> None:
        made = propose(id=dataset["name"], name=NAME, email=EMAIL)
        id_, secret = made["proposal_id"], made["receipt"].rsplit("/", 1)[1]
        assert as_("", "list", id=dataset["id"])["proposals"] == []
        assert as_("", "show", receipt=secret)["state"] == "received"
        assert as_("", "show", receipt=secret)["confirmed"] is False

        (waiting,) = as_(editor, "list", board=True)["proposals"]
        assert (waiting["author"], waiting["has_email"]) == (NAME, True)
        assert EMAIL not in json.dumps(waiting)
        take("publish", id_)
        take("answer", id_, editor, answer="Дякуємо, виправимо.")
        closed = take("close", id_, editor, outcome="planned", planned_on="31.12.2099")

        assert closed["planned_on"] == "2099-12-31"
        (shown,) = as_("", "list", id=dataset["id"])["proposals"]
        assert shown["answer"] == "Дякуємо, виправимо."
        assert (shown["state"], shown["outcome"]) == ("closed", "planned")
        assert as_("", "show", receipt=secret)["answer"] == shown["answer"]
        steps = [
            event["kind"] for event in as_(head, "show", proposal_id=id_)["history"]
        ]
        assert steps == ["receive", "publish", "answer", "close"]

    def test_a_wish_for_a_dataset_leads_to_it(
        self, body: Any, dataset: dict[str, Any], take: Any
    ) -> None:
        id_ = propose(kind="new_set", organization=body["name"])["proposal_id"]
        take("publish", id_)
        closed = take(
            "close",
            id_,
            answer="Опубліковано.",
            outcome="fixed",
            grown_dataset=dataset["name"],
        )
        assert closed["grown_dataset"]["name"] == dataset["name"]

    def test_a_wish_addressed_to_nobody_is_for_the_portal(self, head: Any) -> None:
        id_ = propose(kind="new_set")["proposal_id"]
        assert as_(head, "list", board=True)["proposals"] == []
        sysadmin = factories.Sysadmin()
        listed = as_(sysadmin, "list", board=True)["proposals"]
        assert [one["proposal_id"] for one in listed] == [id_]

    def test_a_hidden_one_shows_its_reason_and_no_text(
        self, dataset: dict[str, Any], take: Any
    ) -> None:
        id_ = propose(id=dataset["id"], text="Голова — шахрай, тел. 0501234567")
        take("hide", id_["proposal_id"], reason="personal_data")
        (shown,) = as_("", "list", id=dataset["id"])["proposals"]
        assert (shown["text"], shown["hidden_reason"]) == ("", "personal_data")

    def test_spam_is_listed_to_nobody(self, dataset: dict[str, Any], take: Any) -> None:
        id_ = propose(id=dataset["id"])["proposal_id"]
        take("hide", id_, reason="spam")
        assert as_("", "list", id=dataset["id"])["proposals"] == []
        with pytest.raises(tk.ObjectNotFound):
            as_("", "show", proposal_id=id_)


class TestRefusals:
    def test_all_faults_are_told_at_once(self) -> None:
        faults = refused(
            "", "create", kind="other", text="коротко", email="x", name="я" * 201
        )
        assert set(faults) == {"code", "text", "email", "name"}

    def test_an_error_is_in_some_dataset(self) -> None:
        assert refused("", "create", kind="error", text=TEXT)["kind"]

    def test_drafts_are_not_there(self, create_draft: Any) -> None:
        draft = create_draft()
        with pytest.raises(tk.ObjectNotFound):
            propose(id=draft["id"])

    def test_of_two_answers_one_wins_and_the_other_sees_it(
        self, dataset: dict[str, Any], take: Any, editor: Any, head: Any
    ) -> None:
        id_ = propose(id=dataset["id"])["proposal_id"]
        seen = take("publish", id_)["proposal_version"]
        given = {"proposal_id": id_, "proposal_version": seen}
        outcomes: list[str] = []

        def answer(user: Any, words: str) -> None:
            try:
                as_(user, "answer", **given, answer=words)
                outcomes.append("won")
            except tk.ValidationError as refusal:
                told: Any = refusal.error_dict
                outcomes.append(told["code"][0])
            finally:
                model.Session.remove()

        pair = [
            threading.Thread(target=answer, args=(editor, "Перша відповідь")),
            threading.Thread(target=answer, args=(head, "Друга відповідь")),
        ]
        for one in pair:
            one.start()
        for one in pair:
            one.join()
        assert sorted(outcomes) == ["stale", "won"]

    def test_steps_from_elsewhere_are_refused(self, dataset: Any, editor: Any) -> None:
        id_ = propose(id=dataset["id"])["proposal_id"]
        given = {"proposal_id": id_, "proposal_version": 1, "answer": "Так"}
        assert refused(editor, "answer", **given)["code"] == ["wrong_state"]

    @pytest.mark.parametrize("outcome", ["planned", "refused", "forwarded"])
    def test_an_outcome_says_what_it_means(
        self, outcome: str, dataset: Any, editor: Any, take: Any
    ) -> None:
        id_ = propose(id=dataset["id"])["proposal_id"]
        seen = take("publish", id_)["proposal_version"]
        data = {"proposal_id": id_, "proposal_version": seen, "answer": "Ні"}
        assert refused(editor, "close", **data, outcome=outcome)["code"] == ["invalid"]


ROLES = ("anonymous", "stranger", "member", "other", "editor", "head", "moderator")
MAY = {
    "board": {"editor", "head", "moderator", "other"},
    "publish": {"head", "moderator"},
    "hide": {"head", "moderator"},
    "answer": {"editor", "head", "moderator"},
    "close": {"editor", "head", "moderator"},
}


@pytest.fixture(scope="module")
def people(body: dict[str, Any], editor: Any, head: Any) -> dict[str, str]:
    """Return names of people by role; ``other`` is an editor elsewhere."""
    made = {role: factories.User()["name"] for role in ("stranger", "member", "other")}
    moderator = factories.User()["name"]
    elsewhere = factories.Organization()
    for group, name, role in (
        (body["id"], made["member"], "member"),
        (elsewhere["id"], made["other"], "editor"),
    ):
        call_action("organization_member_create", id=group, username=name, role=role)
    return {
        **made,
        "anonymous": "",
        "editor": editor["name"],
        "head": head["name"],
        "moderator": moderator,
    }


@pytest.mark.parametrize("step", MAY)
@pytest.mark.parametrize("role", ROLES)
def test_everybody_may_what_is_theirs(
    role: str, step: str, people: dict[str, str], dataset: Any, body: Any, take: Any
) -> None:
    call_action(
        "opendata_ua_moderator_add",
        user=people["moderator"],
        organization=body["id"],
    )
    id_ = propose(id=dataset["id"], name=NAME, email=EMAIL)["proposal_id"]
    if step in ("answer", "close"):
        take("publish", id_)
    row: Any = model.Session.get(Proposal, id_)
    seen = row.version
    model.Session.commit()
    more: dict[str, Any] = {
        "board": {},
        "publish": {},
        "hide": {"reason": "insult"},
        "answer": {"answer": "Так"},
        "close": {"answer": "Так", "outcome": "fixed"},
    }[step]
    given = {"proposal_id": id_, "proposal_version": seen, **more}
    user = people[role]
    if role not in MAY[step]:
        with pytest.raises(tk.NotAuthorized):
            as_(user, "list", board=True) if step == "board" else as_(
                user, step, **given
            )
        model.Session.rollback()
    elif step == "board":
        listed = as_(user, "list", board=True)["proposals"]
        assert bool(listed) is (role != "other")
    else:
        assert as_(user, step, **given)["proposal_version"] == seen + 1


class TestRobots:
    @pytest.mark.parametrize(
        "fields",
        [
            {"homepage": "http://spam.example"},
            {"form": ""},
            {"form": "made-up"},
            {"form": None},
            {"text": "Дешево! http://a.example http://b.example http://c.example"},
        ],
    )
    def test_what_looks_like_a_robot_waits_apart_and_causes_no_letter(
        self, fields: dict[str, Any], dataset: Any, head: Any
    ) -> None:
        if fields.get("form", "") is None:
            fields = {"form": a_form(timedelta(seconds=1))}
        propose(id=dataset["id"], email=EMAIL, **fields)
        assert as_(head, "list", board=True)["proposals"] == []
        (held,) = as_(head, "list", board=True, held=True)["proposals"]
        assert held["held"]
        assert letters() == []

    def test_a_second_click_is_one_proposal(self, dataset: Any) -> None:
        form = a_form()
        pair = [propose(id=dataset["id"], text=TEXT, form=form) for _ in range(2)]
        assert pair[0] == pair[1]
        assert _number() == 1

    def test_a_form_is_good_for_one_proposal(self, dataset: Any, head: Any) -> None:
        form = a_form()
        propose(id=dataset["id"], form=form)
        propose(id=dataset["id"], form=form)
        (held,) = as_(head, "list", board=True, held=True)["proposals"]
        assert "form_used" in held["signs"]
        assert _number() == 2

    def test_the_same_words_again_are_held(self, dataset: Any, head: Any) -> None:
        propose(id=dataset["id"], text=TEXT)
        propose(id=dataset["id"], text=TEXT.upper() + "!!")
        (held,) = as_(head, "list", board=True, held=True)["proposals"]
        assert held["signs"] == ["same_text"]

    def test_a_network_has_its_measure(self, app: Any, dataset: Any, head: Any) -> None:
        for number in range(12):
            data = {
                "id": dataset["id"],
                "kind": "error",
                "text": f"{TEXT} {number}",
                "form": a_form(),
            }
            answer = app.post(
                "/api/action/opendata_ua_proposal_create",
                json=data,
                environ_overrides={"REMOTE_ADDR": f"203.0.113.{number}"},
            )
            assert answer.status_code == 200
        held = as_(head, "list", board=True, held=True)["proposals"]
        assert [one["signs"] for one in held] == [["prefix_limit"]] * 2

    def test_what_was_held_is_shown_like_any_other(
        self, dataset: Any, take: Any
    ) -> None:
        id_ = propose(id=dataset["id"], form="", email=EMAIL)["proposal_id"]
        assert letters() == []
        assert take("publish", id_)["held"] is False
        assert "proposal_received" in " ".join(one.dedupe_key for one in letters())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer() as running:
        monkeypatch.setitem(tk.config, "smtp.server", f"127.0.0.1:{running.port}")
        monkeypatch.setitem(tk.config, "smtp.starttls", False)
        yield running


class TestLetters:
    def test_an_answer_comes_by_mail_once_the_address_is_confirmed(
        self, dataset: Any, take: Any, server: MailServer
    ) -> None:
        made = propose(id=dataset["id"], email=EMAIL)
        deliver()
        (first,) = [one for one in server.letters if EMAIL in one["To"]]
        assert made["receipt"] in _words(first)
        take("publish", made["proposal_id"])
        take("answer", made["proposal_id"], answer="Дякуємо.")
        deliver()
        assert len([one for one in server.letters if EMAIL in one["To"]]) == 1
        link = next(word for word in _words(first).split() if "/confirm/" in word)
        token = link.rsplit("/", 1)[1]
        as_("", "confirm", token=token)
        take("close", made["proposal_id"], outcome="fixed")
        deliver()
        second = [one for one in server.letters if EMAIL in one["To"]][-1]
        assert "Дякуємо." in _words(second)

    def test_secrets_and_addresses_are_in_no_stored_letter(self, dataset: Any) -> None:
        made = propose(id=dataset["id"], name=NAME, email=EMAIL)
        secret = made["receipt"].rsplit("/", 1)[1]
        told = "".join(json.dumps(one.payload) + one.recipient for one in letters())
        assert "[[receipt]]" in told
        assert [word for word in (secret, EMAIL, NAME) if word in told] == []

    def test_who_owes_gets_one_letter_a_week(
        self, dataset: Any, take: Any, editor: Any
    ) -> None:
        id_ = propose(id=dataset["id"])["proposal_id"]
        take("publish", id_)
        model.Session.execute(sa.delete(Message))
        model.Session.commit()
        for _ in range(2):
            outcome = CliRunner().invoke(proposals, ["remind"])
            assert outcome.exit_code == 0, outcome.output
        weekly = [one.recipient for one in letters()]
        assert editor["id"] in weekly
        assert len(weekly) == len(set(weekly))

    def test_letters_from_the_command_line_are_in_the_language_of_the_portal(
        self, dataset: Any, take: Any, cli: Any
    ) -> None:
        take("publish", propose(id=dataset["id"])["proposal_id"])
        model.Session.execute(sa.delete(Message))
        model.Session.commit()
        outcome = cli.invoke(ckan, ["opendata-ua", "proposals", "remind"])
        assert outcome.exit_code == 0, outcome.output
        assert {one.payload["subject"] for one in letters()} == {
            "Пропозиції, що чекають на вашу відповідь: 1"
        }


def _words(letter: Any) -> str:
    return letter.get_payload(decode=True).decode()


def deliver() -> None:
    model.Session.remove()
    while post.deliver_due(model.Session, 10)[0]:
        pass


class TestPersonalData:
    def test_a_person_is_in_one_table_and_goes_from_there(
        self, dataset: Any, take: Any
    ) -> None:
        made = propose(id=dataset["id"], name=NAME, email=EMAIL)
        assert (
            _tables_with(EMAIL) == _tables_with(NAME) == ["opendata_ua_proposal_author"]
        )
        secret = made["receipt"].rsplit("/", 1)[1]
        assert _tables_with(secret) == []
        take("publish", made["proposal_id"])
        take("close", made["proposal_id"], outcome="fixed", answer="Виправлено.")
        assert as_admin("purge", days=1)["authors"] == 0
        _ended_long_ago()
        outcome = CliRunner().invoke(proposals, ["purge"])
        assert "1 authors" in outcome.output
        assert _tables_with(EMAIL) == _tables_with(NAME) == []
        assert as_("", "show", receipt=secret)["answer"] == "Виправлено."

    def test_hidden_texts_go_too(self, dataset: Any, take: Any) -> None:
        words = f"Пан {uuid.uuid4()} живе за адресою"
        id_ = propose(id=dataset["id"], text=words)["proposal_id"]
        take("hide", id_, reason="personal_data")
        _ended_long_ago()
        assert as_admin("purge")["texts"] == 1
        assert _tables_with(words) == []

    def test_one_person_is_told_and_forgotten_by_a_command(self, dataset: Any) -> None:
        propose(id=dataset["id"], name=NAME, email=EMAIL.upper())
        told = CliRunner().invoke(proposals, ["person", EMAIL])
        assert json.loads(told.output)[0]["author"] == NAME
        gone = CliRunner().invoke(proposals, ["person", EMAIL, "--delete", "--texts"])
        assert "1 authors, 1 texts" in gone.output
        assert _tables_with(NAME) == []
        assert json.loads(CliRunner().invoke(proposals, ["person", EMAIL]).output) == []

    def test_texts_alone_are_not_deleted(self) -> None:
        assert (
            CliRunner().invoke(proposals, ["person", EMAIL, "--texts"]).exit_code == 2
        )


def as_admin(action: str, **data: Any) -> Any:
    return as_(factories.Sysadmin(), action, **data)


def _ended_long_ago() -> None:
    model.Session.execute(
        sa.update(Proposal).values(ended=sa.func.now() - timedelta(days=91))
    )
    model.Session.commit()


def _number() -> int:
    return model.Session.execute(sa.select(sa.func.count(Proposal.id))).scalar_one()


def _tables_with(words: str) -> list[str]:
    """Return the tables of the database that hold these words; no other store may."""
    assert words not in str(search.make_connection().search("*:*", rows=1000).docs)
    redis = connect_to_redis()
    kept: list[Any] = [redis.dump(key) or b"" for key in redis.scan_iter()]
    assert not any(words.encode() in one for one in kept)
    model.Session.rollback()
    inspector: Any = sa.inspect(model.Session.get_bind())
    held = []
    for table in inspector.get_table_names():
        query = sa.text(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE :words')  # noqa: S608
        if model.Session.execute(query, {"words": f"%{words}%"}).scalar_one():
            held.append(table)
    return held


def test_proposals_are_kept_while_mail_and_redis_are_down(
    dataset: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "ckan.redis.url", "redis://127.0.0.1:1/0")
    monkeypatch.setitem(tk.config, "smtp.server", "127.0.0.1:1")
    propose(id=dataset["id"], email=EMAIL)
    assert _number() == 1
    deliver()
    monkeypatch.undo()
    states = {one.recipient: one.state for one in letters()}
    assert set(states.values()) == {"waiting"}


class TestFigures:
    def test_robots_count_for_nothing(self, dataset: Any, take: Any, body: Any) -> None:
        late, answered, hidden = (
            propose(id=dataset["id"])["proposal_id"] for _ in range(3)
        )
        propose(id=dataset["id"], form="")
        for id_ in (late, answered):
            take("publish", id_)
        take("answer", answered, answer="Так")
        take("hide", hidden, reason="off_topic")
        model.Session.execute(
            sa.update(Proposal)
            .where(Proposal.id == late)
            .values(due=sa.func.now() - timedelta(days=1))
        )
        model.Session.commit()
        (told,) = as_("", "stats", organization=body["name"])
        assert {key: told[key] for key in told if key != "organization"} == {
            "received": 3,
            "answered": 1,
            "late": 1,
            "waiting": 1,
            "hidden": 1,
            "median_days": 0.0,
        }

    def test_pages_of_a_list_meet_without_gaps(self, dataset: Any, take: Any) -> None:
        ids = [propose(id=dataset["id"])["proposal_id"] for _ in range(5)]
        for id_ in ids:
            take("publish", id_)
        walked: list[str] = []
        after: dict[str, str] = {}
        while True:
            page = as_("", "list", limit=2, **after)
            walked += [one["proposal_id"] for one in page["proposals"]]
            if not page["next"]:
                break
            after = {"after": page["next"]}
        assert walked == ids[::-1]

    def test_a_wrong_place_in_a_list_is_told(self) -> None:
        assert refused("", "list", after="nowhere")["code"] == ["invalid"]


class TestPages:
    def test_a_form_is_filled_in_a_browser_without_scripts(
        self, app: Any, dataset: Any
    ) -> None:
        page = app.get(f"/proposals/new?dataset={dataset['name']}")
        tree = etree.HTML(page.body)
        (form,) = tree.xpath("//form[@method='post'][contains(@action, 'new')]")
        data = {one.get("name"): one.get("value") for one in form.xpath(".//input")}
        assert data["homepage"] == ""
        data |= {"kind": "error", "text": "коротко", "form": a_form()}
        short = app.post("/proposals/new", data=data, follow_redirects=False)
        assert short.status_code == 409
        assert "коротко" in short.body
        data["text"] = TEXT
        sent = app.post("/proposals/new", data=data, follow_redirects=False)
        assert sent.status_code == 303
        assert sent.headers["Referrer-Policy"] == "no-referrer"
        receipt = app.get("/proposals/receipt/" + sent.location.rsplit("/", 1)[1])
        assert TEXT in receipt.body
        assert receipt.headers["Referrer-Policy"] == "no-referrer"
        assert receipt.headers["Cache-Control"] == "private, no-store"

    @pytest.mark.parametrize(
        "address", ["receipt/none", "confirm/none", "00000000", "board"]
    )
    def test_what_is_not_there_says_so(self, app: Any, address: str) -> None:
        post_it = address.startswith("confirm")
        path = f"/proposals/{address}"
        answer = app.post(path) if post_it else app.get(path, follow_redirects=False)
        assert answer.status_code in (403, 404)

    def test_the_feed_and_the_exports_tell_the_same(
        self, app: Any, dataset: Any, take: Any
    ) -> None:
        texts = {f"{sign}1+1 помилка в даних" for sign in ("=", "", "@")}
        for words in texts:
            made = propose(id=dataset["id"], text=words, name=NAME, email=EMAIL)
            take("publish", made["proposal_id"])
        propose(id=dataset["id"], text="Ще не показано нікому")
        feed = etree.fromstring(app.get("/proposals.atom").body.encode())
        rows = list(csv.DictReader(io.StringIO(app.get("/proposals.csv").body)))
        told = json.loads(app.get("/proposals.json").body)
        assert set(feed.xpath("//a:content/text()", namespaces=ATOM)) == texts
        assert {row["text"].removeprefix("'") for row in rows} == texts
        assert not any(row["text"].startswith(("=", "@")) for row in rows)
        assert {one["text"] for one in told} == texts

    def test_an_export_goes_on_after_its_first_hundred(
        self, app: Any, dataset: Any
    ) -> None:
        model.Session.execute(
            sa.text(
                "INSERT INTO opendata_ua_proposal (id, package_id, kind, state, text, "
                "held, signs, text_hash, receipt_hash, created, due) SELECT "
                "gen_random_uuid()::text, :package, 'error', 'shown', 'Помилка ' || n, "
                "false, '[]', 't' || n, 'r' || n, now() - n * interval '1 minute', "
                "now() FROM generate_series(1, 250) n"
            ),
            {"package": dataset["id"]},
        )
        model.Session.commit()
        told = json.loads(app.get("/proposals.json").body)
        assert [one["text"] for one in told] == [f"Помилка {n}" for n in range(1, 251)]
        rows = list(csv.DictReader(io.StringIO(app.get("/proposals.csv").body)))
        assert len(rows) == 250

    def test_an_answer_has_safe_links_only(
        self, app: Any, dataset: Any, take: Any
    ) -> None:
        id_ = propose(id=dataset["id"], text=f"{TEXT} https://reader.example")
        take("publish", id_["proposal_id"])
        words = "Див. https://rada.example/x та javascript:alert(1) <b>"
        take("answer", id_["proposal_id"], answer=words)
        tree = etree.HTML(app.get(f"/proposals/{id_['proposal_id']}").body)
        links = tree.xpath("//*[contains(@class,'opendata-ua-proposal')]//a/@href")
        links += tree.xpath("//p[contains(@class,'opendata-ua-words')]//a")
        (link,) = [one for one in links if not isinstance(one, str)]
        assert link.get("href") == "https://rada.example/x"
        assert link.get("rel") == "ugc nofollow noopener"
