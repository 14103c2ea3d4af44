"""From draft to public: what publishers and moderators do, step by step."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.lib.search.index import PackageSearchIndex
from ckan.tests import factories
from ckan.tests.helpers import call_action, changed_config
from click.testing import CliRunner

from ckanext.opendata_ua.cli.moderator import moderator as moderator_command
from ckanext.opendata_ua.logic import post
from ckanext.opendata_ua.model.case import Case
from ckanext.opendata_ua.model.moderator import Moderator
from ckanext.opendata_ua.model.outbox import Message
from tests.integration.conftest import found
from tests.integration.sent import some, storage

pytestmark = pytest.mark.usefixtures("portal")

FILE = {
    "url": "https://rada.example/zupynky.csv",
    "name": "Зупинки",
    "format": "CSV",
    "resource_type": "data",
    "data_actual_date": "2026-11-01",
}
WHY = {"reasons": ["link_broken"], "comment": "Посилання на файл не відкривається."}


@pytest.fixture(scope="module")
def moderator(body: dict[str, Any]) -> dict[str, Any]:
    """Return a user who moderates the organization."""
    user = factories.User()
    Moderator.add(model.Session, user["id"], body["id"])
    model.Session.commit()
    return user


def act(name: str, user: dict[str, Any] | None, **data: Any) -> Any:
    """Call an action of moderation as a person, permissions asked."""
    context: Any = {"user": user["name"] if user else "", "ignore_auth": False}
    return call_action(f"opendata_ua_moderation_{name}", context, **data)


@pytest.fixture
def draft(create_draft: Any) -> dict[str, Any]:
    """Return a complete draft with one link."""
    return create_draft(title=f"Набір {uuid.uuid4().hex[:6]}", resources=[FILE])


@pytest.fixture
def submitted(draft: dict[str, Any], editor: dict[str, Any]) -> dict[str, Any]:
    """Return the case of a submitted dataset."""
    return act("submit", editor, id=draft["id"], comment="Прошу оприлюднити")


def decide(
    name: str, user: dict[str, Any], case: dict[str, Any], **data: Any
) -> dict[str, Any]:
    seen = {"case_id": case["case_id"], "case_version": case["case_version"]}
    return act(name, user, **{**seen, **data})


def visible(id_: str) -> bool:
    """Tell whether a reader without an account gets the dataset."""
    try:
        call_action("package_show", {"user": "", "ignore_auth": False}, id=id_)
    except tk.NotAuthorized:
        return False
    return True


def test_a_new_dataset_is_a_draft(draft: dict[str, Any]) -> None:
    assert draft["state"] == "draft"
    assert draft["opendata_ua_state"] == "draft"
    assert draft["opendata_ua_next"] == "submit"
    assert not visible(draft["id"])


def test_a_submitted_dataset_waits(submitted: dict[str, Any]) -> None:
    assert submitted["state"] == "submitted"
    assert submitted["due"] > submitted["submitted"]
    assert not visible(submitted["dataset"]["id"])


def test_an_approved_dataset_is_public(
    submitted: dict[str, Any], moderator: dict[str, Any]
) -> None:
    case = decide("approve", moderator, submitted)
    assert case["state"] == "applied"
    id_ = submitted["dataset"]["id"]
    shown = call_action("package_show", {"user": "", "ignore_auth": False}, id=id_)
    assert shown["state"] == "active"
    assert shown["opendata_ua_state"] == "public"
    assert shown["date_first_published"]
    assert submitted["dataset"]["name"] in found(f'id:"{id_}"')


def test_the_public_change_is_the_authors(
    submitted: dict[str, Any], moderator: dict[str, Any], editor: dict[str, Any]
) -> None:
    before: Any = call_action("package_show", id=submitted["dataset"]["id"])
    decide("approve", moderator, submitted)
    after: Any = call_action("package_show", id=submitted["dataset"]["id"])
    assert after["metadata_modified"] > before["metadata_modified"]
    assert told(after["id"])[0]["user_id"] == editor["id"]


def told(id_: str) -> list[dict[str, Any]]:
    """Return the activities of a dataset that a reader without an account is shown."""
    nobody: Any = {"user": "", "ignore_auth": False}
    return call_action("package_activity_list", nobody, id=id_)


def test_readers_are_told_of_a_new_dataset_and_of_nothing_before(
    submitted: dict[str, Any], moderator: dict[str, Any], editor: dict[str, Any]
) -> None:
    id_ = submitted["dataset"]["id"]
    follower, file = factories.User(), stored(id_)["resources"][0]["id"]
    call_action("follow_group", {"user": follower["name"]}, id=body_of(id_))
    view = {"view_type": "text_view", "title": "Чернетка перегляду"}
    context: Any = {"user": moderator["name"]}
    call_action("resource_view_create", context, resource_id=file, **view)
    case = act("case_show", moderator, case_id=submitted["case_id"])
    decide("approve", moderator, case)
    assert [one["activity_type"] for one in told(id_)] == ["new package"]
    dashboard = call_action("dashboard_activity_list", {"user": follower["name"]})
    about = [one for one in dashboard if one["object_id"] == id_]
    assert [one["activity_type"] for one in about] == ["new package"]
    assert about[0]["user_id"] == editor["id"]


def stored(id_: str) -> dict[str, Any]:
    """Return a dataset as the portal itself sees it."""
    return call_action("package_show", {"ignore_auth": True}, id=id_)


def body_of(id_: str) -> str:
    """Return the id of the holder of a dataset."""
    return str(stored(id_)["owner_org"])


def test_a_dataset_is_new_to_its_readers_once(
    submitted: dict[str, Any], moderator: dict[str, Any], editor: dict[str, Any]
) -> None:
    decide("approve", moderator, submitted)
    named = {"id": submitted["dataset"]["id"]}
    for step in ("suspend", "resume", "withdraw"):
        context: Any = {"user": moderator["name"]}
        call_action(f"opendata_ua_publication_{step}", context, reason="Так", **named)
    decide("approve", moderator, act("submit", editor, **named))
    kinds = [one["activity_type"] for one in told(named["id"])]
    assert kinds == ["changed package"], "withdrawal has closed what was before it"


def test_a_dataset_hidden_again_is_not_told_of(
    submitted: dict[str, Any],
    moderator: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(post, "deliver_now", lambda *_: None)  # as if it had died here
    decide("approve", moderator, submitted)
    named = {"id": submitted["dataset"]["id"], "reason": "Так"}
    call_action(
        "opendata_ua_publication_withdraw", {"user": moderator["name"]}, **named
    )
    post.deliver_due(model.Session, 100)
    [message] = model.Session.query(Message).filter_by(
        channel="publication", recipient=named["id"]
    )
    assert message.state == "sent"
    assert message.last_error.startswith("Not shown")


def test_what_is_being_written_is_told_of_later(
    submitted: dict[str, Any], moderator: dict[str, Any]
) -> None:
    id_ = submitted["dataset"]["id"]
    engine: Any = model.meta.engine
    with pytest.MonkeyPatch().context() as patched, engine.begin() as other:
        patched.setattr(post, "deliver_now", lambda *_: None)
        decide("approve", moderator, submitted)
        row = sa.text("SELECT id FROM package WHERE id = :id FOR UPDATE")
        other.execute(row, {"id": id_})
        post.deliver_due(model.Session, 100)
    assert told(id_) == []
    model.Session.execute(sa.text("UPDATE opendata_ua_outbox SET next_attempt = now()"))
    model.Session.commit()
    post.deliver_due(model.Session, 100)
    assert [one["activity_type"] for one in told(id_)] == ["new package"]


@pytest.mark.parametrize("name", ["return", "reject"])
def test_a_refusal_carries_its_reasons(
    name: str, submitted: dict[str, Any], moderator: dict[str, Any], editor: Any
) -> None:
    case = decide(name, moderator, submitted, **WHY)
    assert case["state"] == {"return": "returned", "reject": "rejected"}[name]
    events = act("history", editor, id=submitted["dataset"]["id"])
    assert [event["kind"] for event in events] == ["submit", name]
    assert events[-1]["reasons"][0]["code"] == "link_broken"
    assert events[-1]["comment"] == WHY["comment"]


@pytest.mark.parametrize("name", ["return", "reject"])
def test_a_refused_dataset_may_be_mended_and_submitted_again(
    name: str,
    submitted: dict[str, Any],
    moderator: dict[str, Any],
    editor: dict[str, Any],
) -> None:
    decide(name, moderator, submitted, **WHY)
    id_ = submitted["dataset"]["id"]
    call_action(
        "package_patch",
        {"user": editor["name"], "ignore_auth": False},
        id=id_,
        notes="Виправлений опис.",
    )
    again = act("submit", editor, id=id_)
    assert again["state"] == "submitted"
    assert (again["case_id"] == submitted["case_id"]) == (name == "return")


@pytest.mark.parametrize("name", ["return", "reject"])
@pytest.mark.parametrize(
    "lacking", [{"reasons": []}, {"comment": ""}, {"reasons": ["no_such"]}]
)
def test_a_refusal_without_reasons_is_refused(
    name: str,
    lacking: dict[str, Any],
    submitted: dict[str, Any],
    moderator: dict[str, Any],
) -> None:
    with pytest.raises(tk.ValidationError) as refusal:
        decide(name, moderator, submitted, **{**WHY, **lacking})
    assert refusal.value.error_dict["code"] == ["invalid"]


def test_an_incomplete_dataset_is_told_everything_at_once(
    create_draft: Any, editor: dict[str, Any]
) -> None:
    draft = create_draft(notes="", update_frequency=None, theme=None)
    with pytest.raises(tk.ValidationError) as refusal:
        act("submit", editor, id=draft["id"])
    told: Any = refusal.value.error_dict
    assert told["code"] == ["incomplete"]
    codes = {finding["code"] for finding in told["findings"]}
    assert {"passport.notes.missing", "passport.update_frequency.missing"} <= codes
    assert all(finding["next_step"] for finding in told["findings"])


def test_a_submitted_dataset_is_locked_for_its_publisher(
    submitted: dict[str, Any], editor: dict[str, Any]
) -> None:
    with pytest.raises(tk.NotAuthorized, match=r"\w"):
        call_action(
            "package_patch",
            {"user": editor["name"], "ignore_auth": False},
            id=submitted["dataset"]["id"],
            title="Інша назва",
        )


def test_a_withdrawn_dataset_may_be_changed(
    submitted: dict[str, Any], editor: dict[str, Any]
) -> None:
    case = act("withdraw", editor, id=submitted["dataset"]["id"])
    assert case["state"] == "withdrawn"
    changed = call_action(
        "package_patch",
        {"user": editor["name"], "ignore_auth": False},
        id=submitted["dataset"]["id"],
        title="Інша назва",
    )
    assert changed["title"] == "Інша назва"


def test_a_decision_about_something_else_is_stale(
    submitted: dict[str, Any], moderator: dict[str, Any]
) -> None:
    act("assign", moderator, case_id=submitted["case_id"])
    with pytest.raises(tk.ValidationError) as refusal:
        decide("approve", moderator, submitted)
    assert refusal.value.error_dict["code"] == ["stale"]
    assert not visible(submitted["dataset"]["id"])


def _sql(statement: str, **values: str) -> None:
    model.Session.execute(sa.text(statement), values)
    model.Session.commit()


#: What others do meanwhile, by name; each gets the id of the group and a keyword.
MEANWHILE: dict[str, Callable[[str, str], object]] = {
    "the group gets another name and title": lambda group, word: call_action(
        "group_patch",
        {"user": factories.Sysadmin()["name"]},
        id=group,
        name=f"inshe-{uuid.uuid4().hex[:6]}",
        title="Інша назва",
    ),
    "the organization gets another name and title": lambda group, word: _sql(
        """UPDATE "group" SET title = title || ' міста', name = name || '-x'
        WHERE is_organization"""
    ),
    "the keyword is renamed": lambda group, word: _sql(
        "UPDATE tag SET name = name || ' ' || name WHERE name = :word", word=word
    ),
    "a file of the past is looked at anew": lambda group, word: _sql(
        "UPDATE resource SET metadata_modified = now(), last_modified = now()"
    ),
}


@pytest.mark.parametrize("name", MEANWHILE)
def test_what_others_do_makes_no_case_stale(
    name: str,
    create_draft: Any,
    editor: dict[str, Any],
    moderator: dict[str, Any],
) -> None:
    group = factories.Group(users=[{"name": editor["name"], "capacity": "admin"}])
    word = f"слово{uuid.uuid4().hex[:6]}"
    draft = create_draft(
        title=f"Набір {uuid.uuid4().hex[:6]}",
        resources=[FILE],
        tag_string=word,
        groups=[{"id": group["id"]}],
    )
    case = act("submit", editor, id=draft["id"])
    MEANWHILE[name](group["id"], word)
    model.Session.remove()
    assert decide("approve", moderator, case)["state"] == "applied"
    assert visible(draft["id"])


def test_a_portal_that_moves_makes_no_case_stale(
    create_draft: Any, editor: dict[str, Any], moderator: dict[str, Any]
) -> None:
    """The address of an uploaded file begins with that of the portal."""
    file = {key: value for key, value in FILE.items() if key != "url"}
    draft = create_draft(
        title=f"Набір {uuid.uuid4().hex[:6]}",
        resources=[{**file, "upload": storage(some(), "zupynky.csv")}],
    )
    case = act("submit", editor, id=draft["id"])
    with changed_config("ckan.site_url", "https://data.rada.example"):
        assert decide("approve", moderator, case)["state"] == "applied"


def test_a_dataset_that_left_its_group_is_looked_at_again(
    create_draft: Any, editor: dict[str, Any], moderator: dict[str, Any]
) -> None:
    group = factories.Group(users=[{"name": editor["name"], "capacity": "admin"}])
    draft = create_draft(
        title=f"Набір {uuid.uuid4().hex[:6]}",
        resources=[FILE],
        groups=[{"id": group["id"]}],
    )
    case = act("submit", editor, id=draft["id"])
    _sql("UPDATE member SET state = 'deleted' WHERE table_id = :id", id=draft["id"])
    with pytest.raises(tk.ValidationError) as refusal:
        decide("approve", moderator, case)
    assert refusal.value.error_dict["code"] == ["stale"]


def test_a_moderators_correction_is_recorded_and_makes_a_new_version(
    submitted: dict[str, Any], moderator: dict[str, Any], editor: dict[str, Any]
) -> None:
    id_ = submitted["dataset"]["id"]
    call_action(
        "package_patch",
        {"user": moderator["name"], "ignore_auth": False},
        id=id_,
        tag_string="транспорт, зупинки, місто",
    )
    with pytest.raises(tk.ValidationError) as refusal:
        decide("approve", moderator, submitted)
    assert refusal.value.error_dict["code"] == ["stale"]
    now = act("case_show", moderator, case_id=submitted["case_id"])
    assert now["events"][-1]["kind"] == "correct"
    assert "tags" in now["events"][-1]["details"]["changed"]
    assert decide("approve", moderator, now)["state"] == "applied"
    events = act("history", editor, id=id_)
    assert [event["kind"] for event in events] == [
        "submit",
        "correct",
        "approve",
        "apply",
    ]


@pytest.mark.parametrize("name", ["approve", "return", "reject", "withdraw"])
def test_a_step_from_a_wrong_state_is_a_conflict(
    name: str,
    submitted: dict[str, Any],
    moderator: dict[str, Any],
    editor: dict[str, Any],
) -> None:
    case = decide("reject", moderator, submitted, **WHY)
    seen = {key: case[key] for key in ("case_id", "case_version")}
    asked = (
        {"id": submitted["dataset"]["id"]} if name == "withdraw" else {**seen, **WHY}
    )
    with pytest.raises(tk.ValidationError) as refusal:
        act(name, editor if name == "withdraw" else moderator, **asked)
    assert refusal.value.error_dict["code"] == ["wrong_state"]


def test_many_are_decided_each_for_itself(
    create_draft: Any, editor: dict[str, Any], moderator: dict[str, Any]
) -> None:
    cases = []
    for _number in range(3):
        made = create_draft(title=f"Багато {uuid.uuid4().hex[:6]}", resources=[FILE])
        cases.append(act("submit", editor, id=made["id"]))
    decisions = [
        {**{key: case[key] for key in ("case_id", "case_version")}, "decision": what}
        for case, what in zip(cases, ["approve", "return", "approve"], strict=True)
    ]
    decisions.append({"case_id": "no-such", "case_version": 1, "decision": "approve"})
    results = act("decide_many", moderator, decisions=decisions)["results"]
    assert [("case" in one) for one in results] == [True, False, True, False]
    assert results[1]["error"]["code"] == ["invalid"]
    assert results[3]["error"]["code"] == ["not_found"]
    assert visible(cases[0]["dataset"]["id"])
    assert not visible(cases[1]["dataset"]["id"])


def test_letters_wait_for_those_who_must_act(
    submitted: dict[str, Any], moderator: dict[str, Any], editor: dict[str, Any]
) -> None:
    def posted(person: dict[str, Any]) -> list[str]:
        rows = model.Session.query(Message).filter(
            Message.recipient == person["id"],
            Message.dedupe_key.contains(submitted["case_id"]),
        )
        return [row.dedupe_key.split(":")[0] for row in rows]

    assert posted(moderator) == ["moderation.submit"]
    decide("return", moderator, submitted, **WHY)
    assert posted(editor) == ["moderation.return"]


@pytest.mark.parametrize("who", ["anonymous", "stranger", "member", "editor"])
@pytest.mark.parametrize("name", ["approve", "return", "reject", "assign"])
def test_only_moderators_decide(
    who: str,
    name: str,
    submitted: dict[str, Any],
    body: dict[str, Any],
    editor: dict[str, Any],
) -> None:
    people: dict[str, Any] = {"anonymous": None, "editor": editor}
    user = people[who] if who in people else factories.User()
    if who == "member":
        call_action(
            "organization_member_create",
            id=body["id"],
            username=user["name"],
            role="member",
        )
    with pytest.raises(tk.NotAuthorized):
        decide(name, user, submitted, **({} if name == "assign" else WHY))
    case: Any = model.Session.get(Case, submitted["case_id"])
    assert case.state == "submitted"


def test_a_moderator_of_another_organization_decides_nothing(
    submitted: dict[str, Any],
) -> None:
    stranger = factories.User()
    Moderator.add(model.Session, stranger["id"], factories.Organization()["id"])
    model.Session.commit()
    with pytest.raises(tk.NotAuthorized):
        decide("approve", stranger, submitted)


def test_self_control_is_recorded(
    draft: dict[str, Any], editor: dict[str, Any], body: dict[str, Any]
) -> None:
    Moderator.add(model.Session, editor["id"], body["id"])
    model.Session.commit()
    try:
        case = act("submit", editor, id=draft["id"])
        assert decide("approve", editor, case)["self_control"] is True
    finally:
        Moderator.remove(model.Session, editor["id"], body["id"])
        model.Session.commit()


@pytest.mark.ckan_config("ckanext.opendata_ua.moderation.self_control", False)
def test_self_control_may_be_forbidden(
    draft: dict[str, Any],
    editor: dict[str, Any],
    body: dict[str, Any],
    ckan_config: Any,
) -> None:
    Moderator.add(model.Session, editor["id"], body["id"])
    model.Session.commit()
    try:
        case = act("submit", editor, id=draft["id"])
        with pytest.raises(tk.NotAuthorized):
            decide("approve", editor, case)
    finally:
        Moderator.remove(model.Session, editor["id"], body["id"])
        model.Session.commit()


def test_the_queue_is_paged_by_key(
    create_draft: Any, editor: dict[str, Any], moderator: dict[str, Any]
) -> None:
    for _number in range(3):
        made = create_draft(title=f"Черга {uuid.uuid4().hex[:6]}", resources=[FILE])
        act("submit", editor, id=made["id"])
    seen: list[str] = []
    after = None
    while True:
        page = act("case_list", moderator, limit=2, after=after)
        seen += [case["case_id"] for case in page["cases"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) >= 3


def test_submitting_with_the_dataset(create_draft: Any) -> None:
    made = create_draft(
        title=f"Одразу {uuid.uuid4().hex[:6]}",
        opendata_ua_submit=True,
        resources=[FILE],
    )
    assert made["opendata_ua_state"] == "submitted"


def test_solr_down_does_not_lose_a_decision(
    submitted: dict[str, Any],
    moderator: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def down(*_args: Any, **_kwargs: Any) -> None:
        raise search.SearchIndexError("Solr is down")

    with monkeypatch.context() as patch:
        patch.setattr(PackageSearchIndex, "index_package", down)
        patch.setattr(PackageSearchIndex, "update_dict", down)
        case = decide("approve", moderator, submitted)
        assert case["state"] == "approved"
        assert not visible(submitted["dataset"]["id"])
    call_action("opendata_ua_moderation_apply", case_id=submitted["case_id"])
    assert visible(submitted["dataset"]["id"])


def test_what_is_late_is_told_once_and_later_to_those_above(
    submitted: dict[str, Any], moderator: dict[str, Any]
) -> None:
    above = factories.User()
    Moderator.add(model.Session, above["id"], None)
    case: Any = model.Session.get(Case, submitted["case_id"])
    case.due = datetime.now(timezone.utc) - timedelta(days=30)
    model.Session.commit()
    for _run in range(2):
        told = call_action("opendata_ua_moderation_remind")
        assert told["long_late"] >= 1
    rows = model.Session.query(Message).filter(
        Message.dedupe_key.contains(submitted["case_id"])
    )
    posted = sorted(
        (row.dedupe_key.split(":")[0], row.recipient)
        for row in rows
        if row.recipient in (moderator["id"], above["id"])
    )
    Moderator.remove(model.Session, above["id"], None)
    model.Session.commit()
    assert posted == sorted(
        [
            ("moderation.submit", moderator["id"]),
            ("moderation.remind", moderator["id"]),
            ("moderation.remind", above["id"]),
        ]
    )


def test_moderators_are_named_by_a_command(body: dict[str, Any]) -> None:
    user = factories.User()
    runner = CliRunner()
    # by the name it has now: a test above gives it another one
    organization: Any = model.Group.get(body["id"])
    named = ["add", user["name"], "--organization", organization.name]
    assert "is now" in runner.invoke(moderator_command, named).output
    assert "was already" in runner.invoke(moderator_command, named).output
    assert user["name"] in runner.invoke(moderator_command, ["list"]).output
    removed = ["remove", *named[1:]]
    assert "is no longer" in runner.invoke(moderator_command, removed).output
    wrong = runner.invoke(moderator_command, ["add", "nobody-at-all"])
    assert wrong.exit_code == 1
    assert "nobody-at-all" in wrong.output
