"""Suspending, resuming and withdrawing public datasets; what readers get of them."""

from __future__ import annotations

import io
import random
import time
import uuid
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.common import config as ckan_config
from ckan.lib import search
from ckan.lib.redis import connect_to_redis
from ckan.lib.search.common import make_connection
from ckan.tests import factories
from ckan.tests.helpers import call_action
from werkzeug.datastructures import FileStorage

from ckanext.opendata_ua.logic.store import store
from ckanext.opendata_ua.model.moderator import Moderator
from ckanext.opendata_ua.model.outbox import Message
from ckanext.opendata_ua.model.publication import Publication
from tests.faults import places, portal

pytestmark = pytest.mark.usefixtures("portal")

WHY = "Перевіряємо, чи файл відповідає рішенню ради."
ADDRESS = "https://rada.example/таємна-адреса.csv"


@pytest.fixture(scope="module")
def moderator(body: dict[str, Any]) -> dict[str, Any]:
    """Return a user who moderates the organization."""
    user = factories.User()
    Moderator.add(model.Session, user["id"], body["id"])
    model.Session.commit()
    return user


@pytest.fixture(scope="module")
def member(body: dict[str, Any]) -> dict[str, Any]:
    """Return a plain member of the organization."""
    user = factories.User()
    call_action(
        "organization_member_create",
        id=body["id"],
        username=user["name"],
        role="member",
    )
    return user


@pytest.fixture(scope="module")
def foreigner(portal: None) -> dict[str, Any]:
    """Return a user who edits another organization."""
    user = factories.User()
    factories.Organization(users=[{"name": user["name"], "capacity": "editor"}])
    return user


@pytest.fixture(scope="module")
def sysadmin(portal: None) -> dict[str, Any]:
    return factories.Sysadmin()


def sent(text: str, name: str = "zupynky.csv") -> FileStorage:
    """Return a file as a form sends it."""
    return FileStorage(io.BytesIO(text.encode()), name)


def as_(user: dict[str, Any] | None) -> Any:
    """Return the context of a person whose permissions are asked."""
    return {"user": user["name"] if user else "", "ignore_auth": False}


def act(name: str, user: dict[str, Any] | None, **data: Any) -> Any:
    return call_action(f"opendata_ua_{name}", as_(user), **data)


def stop(verb: str, user: dict[str, Any] | None, id: str, **data: Any) -> Any:
    return act(f"publication_{verb}", user, id=id, **{"reason": WHY, **data})


@pytest.fixture
def dataset(create: Any, editor: dict[str, Any]) -> dict[str, Any]:
    """Return a public dataset with a file of its own, a link and a table."""
    made = create(
        title=f"Набір {uuid.uuid4().hex[:6]}",
        resources=[
            {"upload": sent("назва;адреса\nЦентр;Соборна, 1\n"), "name": "Зупинки"},
            {"url": ADDRESS, "name": "Деінде", "format": "CSV"},
        ],
    )
    call_action(
        "datastore_create",
        as_(editor),
        resource_id=made["resources"][0]["id"],
        force=True,
        records=[{"назва": "Центр"}],
    )
    return call_action("package_show", id=made["id"])


@pytest.fixture
def suspended(dataset: dict[str, Any], moderator: dict[str, Any]) -> dict[str, Any]:
    stop("suspend", moderator, dataset["id"])
    return dataset


def shown(user: dict[str, Any] | None, dataset: dict[str, Any]) -> dict[str, Any]:
    return call_action("package_show", as_(user), id=dataset["name"])


def test_readers_see_a_suspended_dataset_without_files(
    suspended: dict[str, Any], foreigner: dict[str, Any], member: dict[str, Any]
) -> None:
    for reader in (None, foreigner, member):
        told = shown(reader, suspended)
        assert told["resources"] == []
        assert told["num_resources"] == 0
        assert told["opendata_ua_state"] == "suspended"
        assert told["opendata_ua_next"] == "wait_for_moderator"
        assert told["opendata_ua_reason"] == WHY
        assert told["title"] == suspended["title"]


def test_publishers_and_moderators_see_its_files(
    suspended: dict[str, Any], editor: Any, moderator: Any, sysadmin: Any
) -> None:
    for person in (editor, moderator, sysadmin):
        told = shown(person, suspended)
        assert [one["id"] for one in told["resources"]] == [
            one["id"] for one in suspended["resources"]
        ]
        assert told["opendata_ua_state"] == "suspended"


def test_a_write_of_a_publisher_keeps_the_files(
    suspended: dict[str, Any], editor: dict[str, Any]
) -> None:
    call_action("package_patch", as_(editor), id=suspended["id"], notes="Новий опис.")
    dataset = shown(editor, suspended)
    call_action("package_update", as_(editor), **dataset)
    after = call_action("package_show", id=suspended["id"])
    assert [one["id"] for one in after["resources"]] == [
        one["id"] for one in suspended["resources"]
    ]
    assert shown(None, suspended)["resources"] == []


def test_a_suspended_dataset_is_found_without_files(suspended: dict[str, Any]) -> None:
    search.commit()
    query = {"q": f'id:"{suspended["id"]}"', "rows": 1}
    for fields in (None, ["id", "res_url"], ["validated_data_dict"], ["data_dict"]):
        asked = {**query, "fl": fields} if fields else query
        found = call_action("package_search", as_(None), **asked)
        assert found["count"] == 1
        assert "таємна-адреса" not in str(found)
        assert suspended["resources"][0]["id"] not in str(found)
    result = call_action("package_search", as_(None), **query)["results"][0]
    assert result["opendata_ua_state"] == "suspended"
    assert result["opendata_ua_reason"] == WHY


def test_an_index_that_was_not_told_gives_no_files(
    dataset: dict[str, Any], moderator: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(package_id: str) -> None:
        pass

    monkeypatch.setattr(search, "rebuild", silent)
    stop("suspend", moderator, dataset["id"])
    asked = {"q": f'id:"{dataset["id"]}"'}
    found = call_action("package_search", as_(None), **asked)["results"][0]
    assert found["resources"] == []
    assert shown(None, dataset)["resources"] == []
    assert shown(moderator, dataset)["resources"]


def refused(name: str, user: dict[str, Any] | None = None, **data: Any) -> str:
    """Return the words with which an action refuses a reader."""
    with pytest.raises(tk.NotAuthorized) as refusal:
        call_action(name, as_(user), **data)
    return str(refusal.value)


def test_every_action_about_a_file_says_the_reason(
    suspended: dict[str, Any], editor: dict[str, Any]
) -> None:
    id_ = suspended["resources"][0]["id"]
    for name, data in {
        "resource_show": {"id": id_},
        "resource_view_list": {"id": id_},
        "datastore_search": {"resource_id": id_},
        "datastore_info": {"id": id_},
        "opendata_ua_file_rows_show": {"resource_id": id_},
        "opendata_ua_file_version_list": {"resource_id": id_},
    }.items():
        assert WHY in refused(name, **data), name
        assert call_action(name, as_(editor), **data) is not None


def test_files_are_not_searched(
    suspended: dict[str, Any], create: Any, editor: dict[str, Any]
) -> None:
    other = create(resources=[{"url": ADDRESS, "name": "Інший"}])
    found = call_action("resource_search", as_(None), query="url:таємна-адреса")
    owners = {one["package_id"] for one in found["results"]}
    assert other["id"] in owners
    assert suspended["id"] not in owners


def test_its_past_is_hidden_and_comes_back(
    suspended: dict[str, Any], editor: dict[str, Any], moderator: dict[str, Any]
) -> None:
    def seen() -> str:
        return str(
            call_action("package_activity_list", as_(None), id=suspended["id"])
        ) + str(call_action("recently_changed_packages_activity_list", as_(None)))

    call_action("package_patch", as_(editor), id=suspended["id"], notes="Ще опис.")
    assert suspended["resources"][1]["id"] not in seen()
    stop("resume", moderator, suspended["id"])
    assert suspended["resources"][1]["id"] in seen()


def test_a_resumed_dataset_is_as_before(
    dataset: dict[str, Any], moderator: dict[str, Any]
) -> None:
    before = shown(None, dataset)
    stop("suspend", moderator, dataset["id"])
    case = stop("resume", moderator, dataset["id"])
    assert case["publication"]["state"] == "public"
    after = shown(None, dataset)
    assert after.pop("metadata_modified") > before.pop("metadata_modified")
    assert after == before
    search.commit()
    found = call_action("package_search", as_(None), q=f'id:"{dataset["id"]}"')
    assert found["results"][0]["resources"]


@pytest.fixture
def people(
    editor: Any, moderator: Any, member: Any, foreigner: Any, sysadmin: Any
) -> dict[str, Any]:
    return {
        "anonymous": None,
        "registered": factories.User(),
        "member": member,
        "foreigner": foreigner,
        "editor": editor,
        "moderator": moderator,
        "sysadmin": sysadmin,
    }


@pytest.mark.parametrize("verb", ["suspend", "resume", "withdraw"])
def test_who_decides_who_asks_and_who_is_refused(
    verb: str, create: Any, people: dict[str, Any], moderator: Any
) -> None:
    outcome = {}
    for role, person in people.items():
        made = create()
        if verb == "resume":
            stop("suspend", moderator, made["id"])
        before = "suspended" if verb == "resume" else "public"
        try:
            told = stop(verb, person, made["id"])["publication"]
        except tk.NotAuthorized:
            outcome[role] = "refused"
            continue
        asked = told["asked"] is not None
        assert (told["state"] == before) == asked
        outcome[role] = "asks" if asked else "decides"
    assert outcome == {
        **dict.fromkeys(("anonymous", "registered", "member", "foreigner"), "refused"),
        "editor": "asks",
        "moderator": "decides",
        "sysadmin": "decides",
    }


def code_of(verb: str, user: Any, id: str, **data: Any) -> str:
    with pytest.raises(tk.ValidationError) as refusal:
        stop(verb, user, id, **data)
    codes: Any = refusal.value.error_dict["code"]
    return codes[0]


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("draft", set()),
        ("submitted", set()),
        ("private", set()),
        ("public", {"suspend", "withdraw"}),
        ("suspended", {"suspend", "resume", "withdraw"}),
        ("withdrawn", set()),
        ("deleted", set()),
    ],
)
def test_a_step_is_taken_from_where_it_leads_on(
    state: str, allowed: set[str], in_state: Any, moderator: dict[str, Any]
) -> None:
    for verb in ("suspend", "resume", "withdraw"):
        id_ = in_state(state)
        if verb in allowed:
            assert stop(verb, moderator, id_)["publication"]["reason"] == WHY
        else:
            assert code_of(verb, moderator, id_) == "wrong_state"


@pytest.fixture
def in_state(
    create: Any, create_draft: Any, editor: Any, moderator: Any, sysadmin: Any
) -> Any:
    """Return a function that makes a dataset in a state and returns its id."""
    file = {"url": ADDRESS, "name": "Зупинки", "format": "CSV"}
    whole = {**file, "resource_type": "data", "data_actual_date": "2026-11-01"}

    def make(state: str) -> str:
        if state in ("draft", "submitted"):
            id_ = create_draft(resources=[whole])["id"]
            if state == "submitted":
                act("moderation_submit", editor, id=id_)
            return id_
        made = create(resources=[file], private=state == "private")
        if state == "suspended":
            stop("suspend", moderator, made["id"])
        if state == "withdrawn":
            stop("withdraw", moderator, made["id"])
        if state == "deleted":
            call_action("package_delete", as_(sysadmin), id=made["id"])
        return made["id"]

    return make


@pytest.mark.parametrize("state", ["public", "suspended", "withdrawn", "deleted"])
def test_personal_data_are_taken_from_whatever_was_public(
    state: str, in_state: Any, moderator: dict[str, Any]
) -> None:
    told = stop("withdraw", moderator, in_state(state), personal_data=True)
    assert told["publication"]["personal_data"] is True


@pytest.mark.parametrize("verb", ["suspend", "resume", "withdraw"])
@pytest.mark.parametrize("reason", ["", "  ", "ш" * 2001])
def test_a_reason_is_needed(
    verb: str, reason: str, suspended: dict[str, Any], moderator: dict[str, Any]
) -> None:
    assert code_of(verb, moderator, suspended["id"], reason=reason) == "invalid"
    assert shown(None, suspended)["opendata_ua_reason"] == WHY


def letters(user: dict[str, Any], subject: str) -> list[dict[str, Any]]:
    rows = model.Session.execute(
        sa.select(Message.payload).where(Message.recipient == user["id"])
    ).scalars()
    return [one for one in rows if subject in one.get("subject", "")]


def test_a_request_lands_at_the_desk_and_is_answered(
    dataset: dict[str, Any], editor: dict[str, Any], moderator: dict[str, Any]
) -> None:
    stop("suspend", editor, dataset["id"], until="2030-01-31")
    assert shown(None, dataset)["resources"]
    waiting = act("publication_list", moderator, asked=True)
    found = [one for one in waiting if one["dataset"]["id"] == dataset["id"]]
    assert found[0]["asked"]["step"] == "suspend"
    assert found[0]["asked"]["until"] == "2030-01-31"
    assert found[0]["asked"]["by"]["id"] == editor["id"]
    assert any(dataset["title"] in one["body"] for one in letters(moderator, ""))
    events = act("moderation_history", editor, id=dataset["id"])
    assert events[-1]["kind"] == "ask_suspend"
    stop("suspend", moderator, dataset["id"])
    waiting = act("publication_list", moderator, asked=True)
    assert dataset["id"] not in [one["dataset"]["id"] for one in waiting]
    assert letters(editor, dataset["title"])


def test_a_request_may_be_declined(
    dataset: dict[str, Any], editor: dict[str, Any], moderator: dict[str, Any]
) -> None:
    stop("withdraw", editor, dataset["id"])
    told = stop("decline", moderator, dataset["id"], reason="Підстав немає.")
    assert told["publication"]["asked"] is None
    assert told["publication"]["state"] == "public"
    assert "Підстав немає." in letters(editor, dataset["title"])[-1]["body"]
    assert code_of("decline", moderator, dataset["id"]) == "wrong_state"


def test_history_keeps_who_when_and_why(
    suspended: dict[str, Any], editor: dict[str, Any], moderator: dict[str, Any]
) -> None:
    stop("resume", moderator, suspended["id"], reason="Усе гаразд.")
    events = act("moderation_history", editor, id=suspended["id"])
    assert [(one["kind"], one["comment"]) for one in events[-2:]] == [
        ("suspend", WHY),
        ("resume", "Усе гаразд."),
    ]
    assert {one["actor"]["id"] for one in events[-2:]} == {moderator["id"]}
    assert all(one["moment"] for one in events)


@pytest.fixture
def days() -> Any:
    """Return a function that lets days pass for the terms of a dataset."""

    def pass_by(package_id: str) -> None:
        for statement in (
            "UPDATE opendata_ua_publication SET until = now() - interval '1 hour' "
            "WHERE package_id = :id AND until IS NOT NULL",
            "UPDATE opendata_ua_case SET publish_on = now() - interval '1 hour' "
            "WHERE package_id = :id AND publish_on IS NOT NULL",
            "UPDATE opendata_ua_job SET run_after = now() - interval '1 hour' "
            "WHERE state = 'waiting'",
        ):
            model.Session.execute(sa.text(statement), {"id": package_id})
        model.Session.commit()

    return pass_by


def work() -> None:
    """Do all jobs that are due."""
    while call_action("opendata_ua_job_run")["ran"]:
        pass
    model.Session.remove()


def test_a_suspension_ends_on_its_day(
    dataset: dict[str, Any], moderator: dict[str, Any], editor: Any, days: Any
) -> None:
    told = stop("suspend", moderator, dataset["id"], until="2030-01-31")
    assert told["publication"]["until"] == "2030-01-31"
    work()
    assert shown(None, dataset)["resources"] == []
    days(dataset["id"])
    work()
    assert shown(None, dataset)["resources"]
    events = act("moderation_history", editor, id=dataset["id"])
    assert (events[-1]["kind"], events[-1]["actor"]) == ("resume", None)


def test_a_prolonged_suspension_waits_for_its_new_day(
    dataset: dict[str, Any], moderator: dict[str, Any], days: Any
) -> None:
    stop("suspend", moderator, dataset["id"], until="2030-01-31")
    stop("suspend", moderator, dataset["id"], until="2031-01-31")
    model.Session.execute(sa.text("UPDATE opendata_ua_job SET run_after = now()"))
    model.Session.commit()
    work()
    assert shown(None, dataset)["resources"] == []
    days(dataset["id"])
    work()
    assert shown(None, dataset)["resources"]


def test_the_job_leaves_alone_what_was_resumed_or_has_no_term(
    dataset: dict[str, Any], moderator: dict[str, Any], days: Any
) -> None:
    stop("suspend", moderator, dataset["id"], until="2030-01-31")
    stop("suspend", moderator, dataset["id"])
    days(dataset["id"])
    work()
    assert shown(None, dataset)["resources"] == []
    assert Publication.stop_of(model.Session, dataset["id"]).value == "suspended"


@pytest.mark.parametrize("until", ["вчора", "2020-01-01"])
def test_a_term_is_a_later_day(
    until: str, dataset: dict[str, Any], moderator: dict[str, Any]
) -> None:
    assert code_of("suspend", moderator, dataset["id"], until=until) == "invalid"


def test_readers_are_told_where_a_publication_stands(
    suspended: dict[str, Any], editor: dict[str, Any]
) -> None:
    told = act("publication_show", None, id=suspended["name"])
    assert (told["state"], told["reason"]) == ("suspended", WHY)
    assert told["sees_files"] is False
    assert "actor" not in told
    by_file = act("publication_show", None, resource_id=suspended["resources"][0]["id"])
    assert by_file == told
    assert act("publication_show", editor, id=suspended["id"])["sees_files"] is True


def addresses(dataset: dict[str, Any]) -> list[str]:
    """Return every address of the files of a dataset."""
    first, link = dataset["resources"]
    file = f"/dataset/{dataset['id']}/resource/{first['id']}"
    version = call_action("opendata_ua_file_version_list", resource_id=first["id"])
    return [
        file,
        f"{file}/download",
        f"{file}/download/{first['url'].rsplit('/', 1)[-1]}",
        version[0]["url"].partition("127.0.0.1")[2].partition("/")[2].join(["/", ""]),
        f"/dataset/{dataset['name']}/resource/{link['id']}",
        f"/dataset/{dataset['name']}/resource/{link['id']}/download",
        f"/datastore/dump/{first['id']}",
    ]


def pages_of(dataset: dict[str, Any]) -> list[str]:
    """Return every address of a dataset itself."""
    named = (dataset["id"], dataset["name"])
    pages = [f"/dataset/{one}{end}" for one in named for end in ("", "/passport")]
    return [*pages, f"/dataset/{dataset['id']}/passport.json", f"/en{pages[0]}"]


def token_of(user: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": factories.APIToken(user=user["name"])["token"]}


def get(app: Any, address: str, user: dict[str, Any] | None = None) -> Any:
    headers = token_of(user) if user else {}
    return app.get(address, headers=headers, follow_redirects=False)


def test_every_address_of_a_file_of_a_suspended_dataset_says_the_reason(
    app: Any, suspended: dict[str, Any], editor: dict[str, Any]
) -> None:
    for address in addresses(suspended):
        answer = get(app, address)
        assert answer.status_code == 403, address
        assert WHY in answer.text, address
        assert answer.headers["Cache-Control"] == "no-store"
        assert get(app, address, editor).status_code in (200, 302), address


def test_the_page_of_a_suspended_dataset_stays_and_says_the_reason(
    app: Any, suspended: dict[str, Any]
) -> None:
    for address in pages_of(suspended):
        assert get(app, address).status_code in (200, 302), address
    page = get(app, f"/dataset/{suspended['name']}").text
    assert WHY in page
    assert suspended["resources"][0]["id"] not in page
    assert "таємна-адреса" not in page


@pytest.mark.parametrize("end", ["", "/passport", "/checklist", "/proposals"])
def test_an_address_that_no_database_can_be_asked_for_is_not_found(
    app: Any, end: str, sysadmin: dict[str, Any]
) -> None:
    assert get(app, f"/dataset/x%00y{end}").status_code in (403, 404)
    assert get(app, f"/dataset/x%00y{end}", sysadmin).status_code == 404


@pytest.fixture
def withdrawn(dataset: dict[str, Any], moderator: dict[str, Any]) -> dict[str, Any]:
    dataset["addresses"] = addresses(dataset)
    stop("withdraw", moderator, dataset["id"])
    return dataset


def test_a_withdrawn_dataset_is_gone_and_its_addresses_say_why(
    app: Any, withdrawn: dict[str, Any], foreigner: dict[str, Any]
) -> None:
    for address in [*pages_of(withdrawn), *withdrawn["addresses"]]:
        for reader in (None, foreigner):
            answer = get(app, address, reader)
            assert answer.status_code == 410, address
            assert WHY in answer.text, address
            assert answer.headers["Cache-Control"] == "no-store"
    assert WHY in refused("package_show", id=withdrawn["name"])
    assert WHY in refused("resource_show", id=withdrawn["resources"][0]["id"])
    id_ = withdrawn["resources"][0]["id"]
    assert WHY in refused("datastore_search", resource_id=id_)


def test_a_withdrawn_dataset_is_in_no_list(withdrawn: dict[str, Any]) -> None:
    search.commit()
    asked = {"q": f'id:"{withdrawn["id"]}"', "include_drafts": True}
    assert call_action("package_search", as_(None), **asked)["count"] == 0
    assert withdrawn["name"] not in call_action("package_list", as_(None))
    past = call_action("recently_changed_packages_activity_list", as_(None), limit=100)
    assert withdrawn["id"] not in [one["object_id"] for one in past]
    labels = model.Session.execute(
        sa.text("SELECT permission_labels FROM activity WHERE object_id = :id"),
        {"id": withdrawn["id"]},
    )
    assert all("public" not in row[0] for row in labels)


def test_the_register_keeps_title_and_reason(withdrawn: dict[str, Any]) -> None:
    told = act("publication_show", None, id=withdrawn["id"])
    assert told["state"] == "withdrawn"
    assert told["dataset"]["title"] == withdrawn["title"]
    assert told["reason"] == WHY


def test_a_withdrawn_dataset_returns_by_a_new_review_only(
    create: Any, editor: dict[str, Any], moderator: dict[str, Any]
) -> None:
    file = {"url": ADDRESS, "name": "Зупинки", "format": "CSV"}
    whole = {**file, "resource_type": "data", "data_actual_date": "2026-11-01"}
    made = create(resources=[whole])
    stop("withdraw", moderator, made["id"])
    told = shown(editor, made)
    assert (told["state"], told["opendata_ua_state"]) == ("draft", "withdrawn")
    call_action("package_patch", as_(editor), id=made["id"], state="active")
    assert shown(editor, made)["state"] == "draft"
    case = act("moderation_submit", editor, id=made["id"])
    assert shown(editor, made)["opendata_ua_state"] == "submitted"
    seen = {"case_id": case["case_id"], "case_version": case["case_version"]}
    act("moderation_approve", moderator, **seen)
    assert shown(None, made)["opendata_ua_state"] == "public"
    assert act("publication_show", editor, id=made["id"])["state"] == "public"


def test_what_is_under_review_is_not_withdrawn(
    create: Any, editor: dict[str, Any], moderator: dict[str, Any]
) -> None:
    file = {"url": ADDRESS, "name": "Зупинки", "format": "CSV"}
    whole = {**file, "resource_type": "data", "data_actual_date": "2026-11-01"}
    made = create(resources=[whole])
    stop("withdraw", moderator, made["id"])
    act("moderation_submit", editor, id=made["id"])
    assert code_of("withdraw", moderator, made["id"], personal_data=True) == (
        "wrong_state"
    )


@pytest.fixture
def submitted(create_draft: Any, editor: dict[str, Any]) -> dict[str, Any]:
    """Return the case of a submitted dataset."""
    file = {"url": ADDRESS, "name": "Зупинки", "format": "CSV"}
    whole = {**file, "resource_type": "data", "data_actual_date": "2026-11-01"}
    draft = create_draft(resources=[whole])
    return act("moderation_submit", editor, id=draft["id"], publish_on="2030-02-01")


def approve(moderator: dict[str, Any], case: dict[str, Any], **data: Any) -> Any:
    seen = {"case_id": case["case_id"], "case_version": case["case_version"]}
    return act("moderation_approve", moderator, **seen, **data)


def visible(id_: str) -> bool:
    try:
        call_action("package_show", as_(None), id=id_)
    except tk.NotAuthorized:
        return False
    return True


def test_an_approved_dataset_waits_for_its_day(
    submitted: dict[str, Any], moderator: dict[str, Any], editor: Any, days: Any
) -> None:
    assert submitted["publish_on"] == "2030-02-01"
    case = approve(moderator, submitted)
    id_ = case["dataset"]["id"]
    assert (case["state"], case["publish_on"]) == ("approved", "2030-02-01")
    told = act("moderation_state_show", editor, id=id_)
    assert told["state"] == "approved"
    assert "01.02.2030" in told["next_step"]
    work()
    assert not visible(id_)
    days(id_)
    work()
    assert visible(id_)


def test_the_moderator_names_the_day_and_changes_it(
    submitted: dict[str, Any], moderator: dict[str, Any], editor: Any, days: Any
) -> None:
    case = approve(moderator, submitted, publish_on="2030-05-01")
    assert case["publish_on"] == "2030-05-01"
    seen = {"case_id": case["case_id"], "case_version": case["case_version"]}
    later = act("publication_plan", moderator, **seen, publish_on="2031-05-01")
    assert later["publish_on"] == "2031-05-01"
    with pytest.raises(tk.ValidationError) as refusal:
        act("publication_plan", moderator, **seen, publish_on="2031-06-01")
    assert refusal.value.error_dict["code"] == ["stale"]
    with pytest.raises(tk.NotAuthorized):
        act("publication_plan", editor, **seen)
    model.Session.execute(sa.text("UPDATE opendata_ua_job SET run_after = now()"))
    model.Session.commit()
    work()
    assert not visible(case["dataset"]["id"])
    seen["case_version"] = later["case_version"]
    act("publication_plan", moderator, **seen, publish_on="")
    work()
    assert visible(case["dataset"]["id"])
    seen["case_version"] += 2
    with pytest.raises(tk.ValidationError) as refusal:
        act("publication_plan", moderator, **seen, publish_on="2031-06-01")
    assert refusal.value.error_dict["code"] == ["wrong_state"]


@pytest.fixture
def draft(create_draft: Any) -> dict[str, Any]:
    """Return a draft with a file of its own."""
    file = {"upload": sent("назва\nЦентр\n", "zupynky.csv"), "name": "Зупинки"}
    return create_draft(title=f"Чернетка {uuid.uuid4().hex[:6]}", resources=[file])


def path_of(url: str) -> str:
    return "/dataset/" + url.partition("/dataset/")[2]


def test_a_link_shows_a_draft_to_whoever_has_it(
    app: Any, draft: dict[str, Any], editor: dict[str, Any]
) -> None:
    made = act("moderation_preview_create", editor, id=draft["id"])
    page = get(app, path_of(made["url"]))
    assert page.status_code == 200
    assert draft["title"] in page.text
    file = get(app, f"{path_of(made['url'])}/file/{draft['resources'][0]['id']}")
    assert file.status_code == 200
    assert "Центр" in file.text
    for answer in (page, file):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert get(app, f"/dataset/{draft['id']}").status_code in (302, 403, 404)


def test_a_link_opens_no_other_dataset(
    app: Any, draft: dict[str, Any], dataset: dict[str, Any], editor: dict[str, Any]
) -> None:
    made = act("moderation_preview_create", editor, id=dataset["id"])
    other = draft["resources"][0]["id"]
    assert get(app, f"{path_of(made['url'])}/file/{other}").status_code == 404


def test_a_token_is_kept_nowhere(draft: dict[str, Any], editor: dict[str, Any]) -> None:
    made = act("moderation_preview_create", editor, id=draft["id"])
    token = made["url"].rsplit("/", 1)[-1]
    assert hits(token) == []
    assert token not in str(act("moderation_preview_list", editor, id=draft["id"]))


@pytest.mark.parametrize("way", ["revoked", "expired", "withdrawn", "unknown"])
def test_a_dead_link_says_so(
    way: str, app: Any, dataset: dict[str, Any], editor: Any, moderator: Any
) -> None:
    made = act("moderation_preview_create", editor, id=dataset["id"], days=1)
    address = path_of(made["url"])
    if way == "revoked":
        act("moderation_preview_revoke", editor, preview_id=made["preview_id"])
    elif way == "expired":
        model.Session.execute(sa.text("UPDATE opendata_ua_preview SET expires = now()"))
        model.Session.commit()
    elif way == "withdrawn":
        stop("withdraw", moderator, dataset["id"])
    else:
        address = "/dataset/preview/nothing"
    for one in (address, f"{address}/file/{dataset['resources'][0]['id']}"):
        answer = get(app, one)
        assert answer.status_code == 404
        assert "<h1>" in answer.text
        assert dataset["title"] not in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_only_publishers_and_moderators_make_links(
    draft: dict[str, Any], people: dict[str, Any]
) -> None:
    able = set()
    for role, person in people.items():
        try:
            act("moderation_preview_create", person, id=draft["id"])
            able.add(role)
        except tk.NotAuthorized:
            pass
    assert able == {"editor", "moderator", "sysadmin"}


def hits(needle: str) -> list[str]:
    """Return every place of the portal where a text lies: searched byte by byte."""
    model.Session.commit()
    found = []
    for name, url in (
        ("ckan", ckan_config["sqlalchemy.url"]),
        ("datastore", ckan_config["ckan.datastore.write_url"]),
    ):
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            tables = connection.execute(
                sa.text(
                    "SELECT relname FROM pg_class WHERE relkind = 'r' "
                    "AND relnamespace = 'public'::regnamespace"
                )
            )
            for (table,) in tables.all():
                query = sa.text(
                    f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE :text '  # noqa: S608  # names of tables
                    "OR to_jsonb(t)::text ILIKE :escaped"
                )
                escaped = needle.encode("unicode_escape").decode()
                number = connection.execute(
                    query,
                    {
                        "text": f"%{needle}%",
                        "escaped": "%" + escaped.replace("\\", "\\\\\\\\") + "%",
                    },
                ).scalar()
                if number:
                    found.append(f"{name}:{table}")
        engine.dispose()
    search.commit()
    solr = make_connection()
    whole = str(solr.search("*:*", rows=10000, fl="*").docs)
    if needle in whole or needle.encode("unicode_escape").decode() in whole:
        found.append("index: stored")
    if len(needle) < 40 and solr.search(f"text:{needle}", rows=0).hits:
        found.append("index: found")
    for path in Path(ckan_config["ckan.storage_path"]).rglob("*"):
        if needle in str(path) or (
            path.is_file() and needle.encode() in path.read_bytes()
        ):
            found.append(f"file: {path.name}")
    redis = connect_to_redis()
    for key in redis.scan_iter():
        if needle.encode() in (redis.dump(key) or b"") + key:
            found.append(f"redis: {key!r}")
    return found


@pytest.fixture
def person() -> str:
    """Return a word that is nowhere else: a person's name."""
    return "канарка" + "".join(random.sample("абвгдеєжзиіїклмн", 8))


@pytest.fixture
def leaky(
    person: str, create: Any, editor: dict[str, Any], moderator: dict[str, Any]
) -> dict[str, Any]:
    """Return a public dataset with a person's name wherever one may stand."""
    made = create(
        name=f"name-{uuid.uuid4().hex}",
        title=f"Перелік, {person}",
        notes=f"Опис: {person}.",
        tag_string=f"{person}, зупинки",
        maintainer=person,
        version=person,
        url=f"https://rada.example/{person}",
        purpose_of_collecting_information=person,
        resources=[
            {"upload": sent(f"особа\n{person}\n", f"{person}.csv"), "name": person},
            {"url": f"https://rada.example/{person}.csv", "description": person},
        ],
    )
    file = made["resources"][0]["id"]
    call_action(
        "resource_update",
        as_(editor),
        id=file,
        upload=sent(f"особа\nінша {person}\n", f"{person}.csv"),
        name=person,
    )
    call_action(
        "datastore_create",
        as_(editor),
        resource_id=file,
        force=True,
        fields=[{"id": person, "info": {"label": person}}],
        records=[{person: person}],
    )
    call_action(
        "resource_view_create",
        as_(editor),
        resource_id=file,
        title=person,
        description=person,
        view_type="text_view",
    )
    stop("withdraw", editor, made["id"], reason=f"Там є {person}.")
    stop("suspend", moderator, made["id"], reason=f"Там є {person}.")
    call_action("package_patch", as_(editor), id=made["id"], notes=f"{person} знову")
    dataset = call_action("package_show", id=made["id"])
    dataset["addresses"] = addresses(dataset)
    return dataset


def erase(moderator: dict[str, Any], dataset: dict[str, Any]) -> dict[str, Any]:
    return stop(
        "withdraw",
        moderator,
        dataset["id"],
        personal_data=True,
        title="Набір, вилучений через персональні дані",
    )


def test_a_withdrawal_because_of_personal_data_leaves_none_anywhere(
    app: Any, leaky: dict[str, Any], person: str, editor: Any, moderator: Any
) -> None:
    planted = hits(person)
    places = {"ckan:package", "ckan:resource", "ckan:tag", "ckan:activity"}
    ours = {"ckan:opendata_ua_file_version", "ckan:opendata_ua_outbox"}
    ours |= {"ckan:opendata_ua_case_event", "ckan:opendata_ua_publication"}
    assert places | ours | {"index: stored"} <= set(planted)
    assert any(one.startswith("datastore:") for one in planted)
    assert sum(one.startswith("file: ") for one in planted) == 2
    began = time.monotonic()
    told = erase(moderator, leaky)
    assert hits(person) == []
    assert time.monotonic() - began < 60
    assert told["publication"]["personal_data"] is True
    for address in [*pages_of(leaky), *leaky["addresses"]]:
        if address.startswith("/datastore/"):
            assert get(app, address).status_code == 404
        else:
            assert get(app, address).status_code == 410, address
    events = act("moderation_history", editor, id=leaky["id"])
    assert events[-1]["kind"] == "end"
    assert events[-1]["comment"] == WHY
    assert events[-1]["actor"]["id"] == moderator["id"]
    assert all(one["comment"] == "" for one in events[:-1])
    assert all(one["actor"] and one["moment"] for one in events[:-1])
    left = shown(editor, {"name": leaky["id"]})
    assert left["title"] == "Набір, вилучений через персональні дані"
    assert (left["state"], left["resources"]) == ("draft", [])


def test_bytes_that_another_dataset_has_stay_there(
    leaky: dict[str, Any], person: str, create: Any, moderator: dict[str, Any]
) -> None:
    file = sent(f"особа\n{person}\n")
    other = create(resources=[{"upload": file, "name": "Те саме"}])
    erase(moderator, leaky)
    id_ = other["resources"][0]["id"]
    version = call_action("opendata_ua_file_version_list", resource_id=id_)[0]
    assert store().exists(version["hash"])


PLACE = "ckanext.opendata_ua.logic.action.publication.withdraw"


def test_a_withdrawal_that_dies_before_its_commit_never_was(
    leaky: dict[str, Any], person: str, moderator: dict[str, Any]
) -> None:
    before = hits(person)
    place = places.before("ckanext.opendata_ua.logic.publication.ended")
    outcome = portal.run(lambda: erase(moderator, leaky), places.kill(place))
    assert outcome.killed, outcome.said
    assert hits(person) == before
    assert shown(None, leaky)["opendata_ua_state"] == "suspended"


@pytest.mark.parametrize(
    "place",
    [
        places.before("ckanext.opendata_ua.logic.publication.index_now"),
        places.before("ckanext.opendata_ua.logic.work.try_now"),
        places.after(f"{PLACE}._drop_table"),
        places.before(f"{PLACE}._remove_bytes"),
        places.after(f"{PLACE}._remove_bytes"),
        places.before(f"{PLACE}.search.rebuild"),
    ],
    ids=lambda place: f"{place.side} {place.name.rpartition('.')[2]}",
)
def test_a_withdrawal_that_dies_after_its_commit_rolls_forward(
    place: Any, leaky: dict[str, Any], person: str, moderator: dict[str, Any]
) -> None:
    outcome = portal.run(lambda: erase(moderator, leaky), places.kill(place))
    assert outcome.killed, outcome.said
    began = time.monotonic()
    work()
    while call_action("opendata_ua_outbox_deliver")["tried"]:
        pass
    assert hits(person) == []
    assert time.monotonic() - began < 60


@pytest.mark.parametrize(
    "place",
    [
        places.before("ckanext.opendata_ua.logic.post.deliver_now"),
        places.before("ckanext.opendata_ua.logic.post._record_success"),
    ],
    ids=lambda place: place.name.rpartition(".")[2],
)
def test_readers_are_told_of_a_new_dataset_once_whatever_dies(
    place: Any, create_draft: Any, editor: dict[str, Any], moderator: dict[str, Any]
) -> None:
    file = {"url": ADDRESS, "name": "Зупинки", "format": "CSV"}
    whole = {**file, "resource_type": "data", "data_actual_date": "2026-11-01"}
    draft = create_draft(title=f"Набір {uuid.uuid4().hex[:6]}", resources=[whole])
    case = act("moderation_submit", editor, id=draft["id"])
    seen = {"case_id": case["case_id"], "case_version": case["case_version"]}
    outcome = portal.run(
        lambda: act("moderation_approve", moderator, **seen), places.kill(place)
    )
    assert outcome.killed, outcome.said
    work()
    while call_action("opendata_ua_outbox_deliver")["tried"]:
        pass
    nobody: Any = {"user": "", "ignore_auth": False}
    told = call_action("package_activity_list", nobody, id=draft["id"])
    assert [one["activity_type"] for one in told] == ["new package"]


def test_a_withdrawn_dataset_is_on_the_board_of_its_publisher(
    withdrawn: dict[str, Any], editor: dict[str, Any]
) -> None:
    board = act("moderation_work_list", editor, state="withdrawn")
    assert withdrawn["id"] in [one["id"] for one in board["datasets"]]
    assert board["counts"]["withdrawn"] >= 1


def post(app: Any, address: str, user: dict[str, Any] | None, **form: str) -> Any:
    headers = token_of(user) if user else {}
    return app.post(address, data=form, headers=headers, follow_redirects=False)


def steps_of(dataset: dict[str, Any]) -> str:
    return f"/dataset/{dataset['name']}/publication"


def test_a_moderator_goes_through_the_forms(
    app: Any, dataset: dict[str, Any], moderator: dict[str, Any]
) -> None:
    pages = steps_of(dataset)
    assert "suspend-reason" in get(app, pages, moderator).text
    refused_page = post(app, f"{pages}/suspend", moderator, reason="", until="вчора")
    assert refused_page.status_code == 409
    assert 'aria-invalid="true"' in refused_page.text
    term = {"reason": WHY, "until": "2030-01-31"}
    assert post(app, f"{pages}/suspend", moderator, **term).status_code == 302
    told = get(app, pages, moderator)
    assert WHY in told.text
    assert "31.01.2030" in told.text
    assert told.headers["Cache-Control"] == "private, no-store"
    assert post(app, f"{pages}/resume", moderator, reason="Є.").status_code == 302
    unconfirmed = post(app, f"{pages}/withdraw", moderator, reason=WHY)
    assert unconfirmed.status_code == 409
    assert WHY in unconfirmed.text
    assert shown(None, dataset)["resources"]
    form = {"reason": WHY, "confirmed": "true", "personal_data": "true"}
    assert post(app, f"{pages}/withdraw", moderator, **form).status_code == 302
    assert get(app, pages, moderator).status_code == 200
    assert get(app, pages).status_code == 410


def test_a_publisher_asks_by_a_form_and_the_moderator_declines(
    app: Any, dataset: dict[str, Any], editor: dict[str, Any], moderator: Any
) -> None:
    pages, why = steps_of(dataset), f"Прохання {uuid.uuid4().hex}"
    assert post(app, f"{pages}/suspend", editor, reason=why).status_code == 302
    assert shown(None, dataset)["resources"]
    assert why in get(app, "/moderation/requests", moderator).text
    assert why in get(app, f"/dataset/{dataset['name']}", moderator).text
    assert why not in get(app, f"/dataset/{dataset['name']}").text
    assert post(app, f"{pages}/decline", moderator, reason="Ні.").status_code == 302
    assert why not in get(app, "/moderation/requests", moderator).text


def test_a_link_is_made_and_revoked_by_forms(
    app: Any, dataset: dict[str, Any], editor: dict[str, Any]
) -> None:
    pages = steps_of(dataset)
    made = post(app, f"{pages}/link", editor, days="3")
    assert "/dataset/preview/" in made.text
    assert post(app, f"{pages}/link", editor, days="багато").status_code == 400
    links = act("moderation_preview_list", editor, id=dataset["id"])
    address = f"{pages}/link/{links[0]['preview_id']}"
    assert post(app, address, editor).status_code == 302
    assert act("moderation_preview_list", editor, id=dataset["id"]) == []


def test_pages_are_for_publishers_and_moderators(
    app: Any, dataset: dict[str, Any], people: dict[str, Any]
) -> None:
    pages = steps_of(dataset)
    for role, person in people.items():
        able = role in ("editor", "moderator", "sysadmin")
        answer = get(app, pages, person)
        assert (answer.status_code == 200) == able, role
        for step in ("suspend", "resume", "withdraw", "decline"):
            form = {"reason": "", "confirmed": "true"}
            code = post(app, f"{pages}/{step}", person, **form).status_code
            assert (code in (403, 404, 302)) == (not able) or step == "decline", role
        able = role in ("moderator", "sysadmin")
        code = get(app, "/moderation/requests", person).status_code
        assert (code == 200) == able, role
    assert post(app, f"{pages}/nonsense", people["editor"]).status_code == 404


def test_a_form_of_another_site_is_refused(
    app: Any,
    dataset: dict[str, Any],
    body: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = factories.User(password="correct-horse-1")
    Moderator.add(model.Session, person["id"], body["id"])
    model.Session.commit()
    browser = app.test_client()
    login = {"login": person["name"], "password": "correct-horse-1"}
    browser.post("/user/login", data=login, follow_redirects=False)
    address, form = f"{steps_of(dataset)}/suspend", {"reason": WHY}
    with monkeypatch.context() as patch:
        patch.setitem(app.flask_app.config, "WTF_CSRF_ENABLED", True)
        assert browser.post(address, data=form).status_code == 400
    assert shown(None, dataset)["resources"]
    sent_again = browser.post(address, data=form, follow_redirects=False)
    assert sent_again.status_code == 302


def test_every_form_carries_the_token(
    app: Any, suspended: dict[str, Any], moderator: dict[str, Any], editor: Any
) -> None:
    stop("resume", editor, suspended["id"])
    act("moderation_preview_create", editor, id=suspended["id"])
    page = get(app, steps_of(suspended), moderator).text
    forms = page.count(f'method="post" action="/dataset/{suspended["name"]}')
    assert forms == 6
    assert page.count('name="_csrf_token"') >= forms
