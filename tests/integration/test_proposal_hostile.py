"""Wrong and hostile inputs to every form and action of proposals: refused in words."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from tests.integration.conftest import empty_our_tables
from tests.integration.proposing import (
    TEXT,
    a_form,
    as_,
    propose,
    refused,
    stored,
)

pytestmark = pytest.mark.usefixtures("portal", "quiet")

NUL, RTL = "\x00", "\u202e"
#: In place of any id, name, token or place in a list.
HOSTILE = (
    f"x{NUL}y",
    "x" * 100_000,
    f"{RTL}txt.exe",
    "' OR 1=1 --",
    "🏛️",
    "a\r\nX-Header: 1",
    ["a", "b"],
    {"a": 1},
    True,
)
NAMED = {
    "create": ("id", "organization", "kind", "text", "name", "email", "form"),
    "list": ("id", "organization", "kind", "state", "after", "limit", "board", "held"),
    "show": ("proposal_id", "receipt"),
    "stats": ("organization",),
    "confirm": ("token",),
    "publish": ("proposal_id", "proposal_version"),
    "hide": ("proposal_id", "proposal_version", "reason"),
    "answer": ("proposal_id", "proposal_version", "answer"),
    "close": (
        "proposal_id",
        "proposal_version",
        "outcome",
        "answer",
        "planned_on",
        "ground",
        "forwarded_to",
        "resource_id",
        "grown_dataset",
    ),
    "person_show": ("email",),
    "purge": ("days",),
}


@pytest.fixture
def quiet(portal: None) -> None:
    """Begin without proposals and messages."""
    model.Session.remove()
    empty_our_tables()


@pytest.fixture
def dataset(create: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return create(title="Дерева міста")


@pytest.fixture
def admin(portal: None) -> dict[str, Any]:
    return factories.Sysadmin()


@pytest.fixture
def token(admin: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": factories.APIToken(user=admin["name"])["token"]}


@pytest.fixture
def shown(dataset: Any, admin: Any) -> str:
    id_ = propose(id=dataset["id"])["proposal_id"]
    as_(admin, "publish", proposal_id=id_, proposal_version=1)
    return id_


def good(action: str, shown: str, dataset: Any) -> dict[str, Any]:
    """Return parameters that the action takes."""
    one = {"proposal_id": shown, "proposal_version": stored(shown).version}
    return {
        "create": {"id": dataset["id"], "kind": "error", "text": TEXT},
        "list": {},
        "show": {"proposal_id": shown},
        "stats": {},
        "confirm": {"token": "x"},
        "publish": one,
        "hide": {**one, "reason": "insult"},
        "answer": {**one, "answer": "Так"},
        "close": {**one, "outcome": "fixed", "answer": "Так"},
        "person_show": {"email": "x@example.org"},
        "purge": {},
    }[action]


@pytest.mark.parametrize("action", NAMED)
def test_no_parameter_breaks_an_action(
    action: str, app: Any, dataset: Any, shown: str, token: Any
) -> None:
    broken = []
    for name in NAMED[action]:
        for value in HOSTILE:
            data = {**good(action, shown, dataset), name: value}
            answer = app.post(
                f"/api/action/opendata_ua_proposal_{action}", json=data, headers=token
            )
            if answer.status_code not in (200, 400, 403, 404, 409):
                broken.append((name, str(value)[:30], answer.status_code))
    assert broken == []


@pytest.mark.parametrize(
    "address",
    [
        "/proposals?organization={0}",
        "/proposals?kind={0}",
        "/proposals?state={0}",
        "/proposals?after={0}",
        "/proposals/{0}",
        "/proposals/receipt/{0}",
        "/proposals/confirm/{0}",
        "/proposals/new?dataset={0}",
        "/proposals/board?after={0}",
        "/proposals/board?held={0}",
        "/proposals/board?overdue={0}",
        "/proposals/board?organization={0}",
        "/proposals.csv?organization={0}",
        "/proposals.json?organization={0}",
        "/proposals.atom?organization={0}",
    ],
)
def test_no_address_breaks_a_page(address: str, app: Any, token: Any) -> None:
    hostile = ("x%00y", "x" * 3000, "%FF%FE")
    broken = []
    for part in hostile:
        for headers in ({}, token):
            path = address.format(part)
            answer = app.get(path, headers=headers, follow_redirects=False)
            if answer.status_code >= 500:
                broken.append((path[:60], answer.status_code))
    assert broken == []


class TestForms:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("text", "я" * 5001),
            ("text", f"{NUL}{RTL}\t\n"),
            ("name", "я" * 201),
            ("email", "a@b.example\r\nBcc: victim@example.org"),
            ("email", "a@b.example, c@d.example"),
            ("email", f"a{NUL}@b.example"),
            ("email", "<script>@b.example"),
            ("kind", "drop table"),
            ("organization", "nobody-knows"),
        ],
    )
    def test_a_refusal_keeps_what_was_typed(
        self, field: str, value: str, app: Any
    ) -> None:
        words = "Бракує переліку криниць"
        data = {"kind": "new_set", "text": words, "form": a_form(), field: value}
        page = app.post("/proposals/new", data=data, follow_redirects=False)
        assert page.status_code == 409
        assert words in page.body or field == "text"
        assert 'id="refusal"' in page.body

    def test_a_draft_and_nothing_look_alike(self, app: Any, create_draft: Any) -> None:
        draft = create_draft(title="Ще не опубліковано")
        said = []
        for named in (draft["name"], draft["id"], "nothing-of-the-kind"):
            data = {"dataset": named, "kind": "error", "text": TEXT, "form": a_form()}
            answer = app.post("/proposals/new", data=data)
            assert answer.status_code == 404
            assert "Ще не опубліковано" not in answer.body
            said.append(answer.status_code)
            with pytest.raises(tk.ObjectNotFound):
                propose(id=named)
        assert len(set(said)) == 1

    def test_a_deleted_dataset_takes_no_proposals(
        self, app: Any, dataset: Any, admin: Any
    ) -> None:
        model.Session.rollback()
        package: Any = model.Package.get(dataset["id"])
        package.state = "deleted"
        model.Session.commit()
        data = {"dataset": dataset["id"], "kind": "error", "text": TEXT}
        assert app.post("/proposals/new", data=data).status_code == 404


class TestSteps:
    def test_a_grown_dataset_is_one_the_caller_sees(
        self, shown: str, create_draft: Any, dataset: Any, editor: Any
    ) -> None:
        elsewhere = factories.Organization()
        stranger = factories.User()
        hidden = create_draft(title="Таємна чернетка")
        model.Session.commit()
        step = {
            "proposal_id": shown,
            "proposal_version": 2,
            "outcome": "fixed",
            "answer": "Так",
        }
        for named in ("nothing", f"x{NUL}", elsewhere["name"], stranger["name"]):
            said = refused(editor, "close", **step, grown_dataset=named)
            assert "grown_dataset" in said
        closed = as_(editor, "close", **step, grown_dataset=hidden["name"])
        # a draft of their own: it has no name here until everybody sees it
        assert closed["grown_dataset"] is None
        assert "Таємна" not in str(as_("", "show", proposal_id=shown))

    def test_a_draft_of_others_cannot_be_tried_out(
        self, create_draft: Any, admin: Any
    ) -> None:
        elsewhere = factories.Organization()
        answerer = factories.User()
        call_action(
            "organization_member_create",
            id=elsewhere["id"],
            username=answerer["name"],
            role="editor",
        )
        id_ = propose(kind="new_set", organization=elsewhere["id"])["proposal_id"]
        as_(admin, "publish", proposal_id=id_, proposal_version=1)
        draft = create_draft(title="Чужа чернетка")
        step = {"proposal_id": id_, "proposal_version": 2, "outcome": "fixed"}
        for named in (draft["name"], draft["id"], "nothing"):
            said = refused(answerer, "close", **step, answer="Так", grown_dataset=named)
            assert "grown_dataset" in said

    @pytest.mark.parametrize("field", ["ground", "forwarded_to"])
    def test_words_of_an_outcome_have_a_measure(
        self, field: str, shown: str, admin: Any
    ) -> None:
        outcome = {"ground": "refused", "forwarded_to": "forwarded"}[field]
        step = {"proposal_id": shown, "proposal_version": 2, "outcome": outcome}
        for words in ("я" * 1001, f"{NUL}{RTL} ", " "):
            said = refused(admin, "close", **step, answer="Так", **{field: words})
            assert field in said
        told = {field: f"Закон{NUL}, стаття 6{RTL}"}
        closed = as_(admin, "close", **step, answer="Так", **told)
        assert closed[field] == "Закон, стаття 6"

    def test_what_is_closed_stays_as_it_was(self, shown: str, admin: Any) -> None:
        step = {"proposal_id": shown, "proposal_version": 2}
        as_(admin, "close", **step, outcome="fixed", answer="Перша")
        again = {"proposal_id": shown, "proposal_version": 3}
        assert refused(admin, "answer", **again, answer="Друга")["code"] == [
            "wrong_state"
        ]
        said = refused(admin, "close", **again, outcome="fixed", answer="Друга")
        assert said["code"] == ["wrong_state"]
        assert stored(shown).answer == "Перша"

    def test_what_is_hidden_tells_nothing_of_its_answer(
        self, shown: str, admin: Any
    ) -> None:
        step = {"proposal_id": shown, "proposal_version": 2, "outcome": "refused"}
        as_(admin, "close", **step, answer="Ні", ground="Петренко, Садова, 12")
        as_(
            admin, "hide", proposal_id=shown, proposal_version=3, reason="personal_data"
        )
        assert "Садова" not in str(as_("", "show", proposal_id=shown))

    def test_of_two_closings_one_wins(
        self, app: Any, shown: str, admin: Any, token: Any
    ) -> None:
        codes: list[int] = []

        def close(words: str) -> None:
            data = {"proposal_version": 2, "outcome": "fixed", "answer": words}
            address = f"/proposals/{shown}/close"
            answer = app.post(address, data=data, headers=token, follow_redirects=False)
            codes.append(answer.status_code)

        pair = [threading.Thread(target=close, args=(words,)) for words in ("А", "Б")]
        for one in pair:
            one.start()
        for one in pair:
            one.join()
        assert sorted(codes) == [302, 409]
        assert stored(shown).version == 3

    def test_a_refused_step_keeps_what_was_typed(
        self, app: Any, shown: str, token: Any
    ) -> None:
        data = {
            "proposal_version": 1,
            "outcome": "forwarded",
            "answer": "Довга продумана відповідь",
            "forwarded_to": "Обласна рада",
        }
        page = app.post(f"/proposals/{shown}/close", data=data, headers=token)
        assert page.status_code == 409
        for words in ("Довга продумана відповідь", "Обласна рада", 'id="refusal"'):
            assert words in page.body


class TestTokens:
    @pytest.mark.parametrize("secret", ["", "x", "a" * 5000, f"{NUL}", "%"])
    def test_a_secret_of_nothing_opens_nothing(self, secret: str) -> None:
        for action, name in (("show", "receipt"), ("confirm", "token")):
            with pytest.raises((tk.ObjectNotFound, tk.ValidationError)):
                as_("", action, **{name: secret})
            model.Session.rollback()

    def test_a_receipt_confirms_nothing_and_a_confirmation_shows_nothing(
        self, app: Any, dataset: Any
    ) -> None:
        made = propose(id=dataset["id"], email="a@example.org")
        secret = made["receipt"].rsplit("/", 1)[1]
        assert app.post(f"/proposals/confirm/{secret}").status_code == 404
        assert app.get(f"/proposals/{secret}").status_code == 404

    @pytest.mark.parametrize("form", ["a.b.c", "x" * 10_000, f"{NUL}", "..", "é"])
    def test_a_foreign_form_is_kept_and_held(
        self, form: str, dataset: Any, admin: Any
    ) -> None:
        id_ = propose(id=dataset["id"], form=form)["proposal_id"]
        row = stored(id_)
        assert (row.held, row.signs) == (True, ["no_form"])
