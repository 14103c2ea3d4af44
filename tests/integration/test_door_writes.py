"""One door: every way CKAN has to write a dataset, by every role, in every state."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import logic, model
from ckan.tests import factories
from ckan.tests.helpers import call_action, changed_config
from sqlalchemy.exc import OperationalError

from ckanext.opendata_ua.logic import door
from ckanext.opendata_ua.model.case import Case, CaseEvent
from tests.integration.conftest import FULL, found
from tests.integration.sent import Client
from tests.integration.stage import (
    FILE,
    MODERATORS,
    PUBLISHERS,
    REFUSALS,
    ROLES,
    STATES,
    VIEW,
    WHOLE,
    Stage,
    contents,
    own_session,
    standing,
    statements,
    table,
    visibility,
)

pytestmark = pytest.mark.usefixtures("portal")

Data = dict[str, Any]
Write = Callable[[Stage, Data], Data]


def _file(dataset: Data) -> str:
    return dataset["resources"][0]["id"]


def _whole(dataset: Data, **fields: Any) -> Data:
    """Return a complete update, as a program sends it that has read the dataset."""
    shown = call_action("package_show", id=dataset["id"])
    shown.pop("metadata_modified", None)
    return {**shown, **fields}


def _in_list(dataset: Data) -> list[str]:
    """Return an id as CKAN takes it too: SQLAlchemy reads a list as a primary key."""
    return [dataset["id"]]


#: What may be tried, by name: action, and what it is sent. ``{}`` marks variants.
WRITES: dict[str, Write] = {
    "package_update": lambda s, d: _whole(d, title="Змінено"),
    "package_update {state}": lambda s, d: _whole(d, state="active"),
    "package_update {draft}": lambda s, d: _whole(d, state="draft"),
    "package_update {deleted}": lambda s, d: _whole(d, state="deleted"),
    "package_update {free state}": lambda s, d: _whole(d, state="published"),
    "package_update {private}": lambda s, d: _whole(d, private=True),
    "package_update {public}": lambda s, d: _whole(d, private=False, state="active"),
    "package_update {type}": lambda s, d: _whole(d, type="harvest", state="active"),
    "package_update {owner}": lambda s, d: _whole(d, owner_org=s.elsewhere["id"]),
    "package_update {no owner}": lambda s, d: _whole(d, owner_org=None),
    "package_update {by name}": lambda s, d: {
        **_whole(d, state="active"),
        "id": "",
        "name": d["name"],
    },
    "package_update {id in a list}": lambda s, d: {
        **_whole(d, state="active"),
        "id": _in_list(d),
    },
    "package_update {id in a dict}": lambda s, d: {
        **_whole(d, state="active"),
        "id": {"id": d["id"]},
    },
    "package_update {relation}": lambda s, d: _whole(
        s.other,
        relationships_as_object=[
            {
                "subject_package_id": d["id"],
                "object_package_id": s.other["id"],
                "type": "child_of",
            }
        ],
    ),
    "package_update {no relations}": lambda s, d: _whole(
        s.other, relationships_as_subject=[], relationships_as_object=[]
    ),
    "package_patch": lambda s, d: {"id": d["id"], "notes": "Змінено"},
    "package_patch {state}": lambda s, d: {"id": d["id"], "state": "active"},
    "package_patch {deleted}": lambda s, d: {"id": d["id"], "state": "deleted"},
    "package_patch {private}": lambda s, d: {"id": d["id"], "private": True},
    "package_patch {id in a list}": lambda s, d: {"id": _in_list(d), "state": "active"},
    "package_revise": lambda s, d: {
        "match": {"id": d["id"]},
        "update": {"title": "Змінено", "state": "active"},
    },
    "package_revise {private}": lambda s, d: {
        "match": {"id": d["id"]},
        "update": {"private": True},
    },
    "package_delete": lambda s, d: {"id": d["id"]},
    "package_delete {by name}": lambda s, d: {"id": d["name"]},
    "package_delete {id in a list}": lambda s, d: {"id": _in_list(d)},
    "package_resource_reorder": lambda s, d: {"id": d["id"], "order": [_file(d)]},
    "resource_create": lambda s, d: {**FILE, "package_id": d["id"]},
    "resource_create {id of another}": lambda s, d: {
        **FILE,
        "package_id": d["id"],
        "id": _file(s.other),
        "url_type": "upload",
    },
    "resource_update": lambda s, d: {**FILE, "id": _file(d), "name": "Змінено"},
    "resource_patch": lambda s, d: {"id": _file(d), "name": "Змінено ще"},
    "resource_delete": lambda s, d: {"id": _file(d)},
    "resource_view_create": lambda s, d: {**VIEW, "resource_id": _file(d)},
    "resource_view_update": lambda s, d: {
        **VIEW,
        "id": d["view"],
        "resource_id": _file(d),
        "title": uuid.uuid4().hex,
    },
    "resource_view_reorder": lambda s, d: {
        "resource_id": _file(d),
        "order": [d["view"]],
    },
    "resource_view_delete": lambda s, d: {"id": d["view"]},
    "resource_create_default_resource_views": lambda s, d: {
        "resource": {**FILE, "id": _file(d), "package_id": d["id"], "format": "TXT"},
        "create_datastore_views": True,
    },
    "package_create_default_resource_views": lambda s, d: {
        "package": {"id": s.other["id"], "resources": [{**FILE, "id": _file(d)}]},
        "create_datastore_views": True,
    },
    "package_relationship_create": lambda s, d: {
        **s.related(d),
        "type": "child_of",
        "comment": "Змінено",
    },
    "package_relationship_create {other side}": lambda s, d: {
        "subject": d["id"],
        "object": s.other["id"],
        "type": "links_to",
    },
    "package_relationship_update": lambda s, d: {
        **s.related(d),
        "comment": uuid.uuid4().hex,
    },
    "package_relationship_delete": lambda s, d: s.related(d),
    "bulk_update_public": lambda s, d: _bulk(s, d),
    "bulk_update_private": lambda s, d: _bulk(s, d),
    "bulk_update_delete": lambda s, d: _bulk(s, d),
    "package_owner_org_update": lambda s, d: {
        "id": d["id"],
        "organization_id": s.elsewhere["id"],
    },
    "member_create": lambda s, d: {**s.in_group(d), "capacity": uuid.uuid4().hex},
    "member_delete": lambda s, d: s.in_group(d),
    "group_create": lambda s, d: {
        "name": f"g-{uuid.uuid4().hex[:8]}",
        "packages": [{"id": d["id"]}],
    },
    "group_update": lambda s, d: {
        "id": s.group["id"],
        "name": s.group["name"],
        "packages": [{"id": d["id"], "capacity": uuid.uuid4().hex}],
    },
    "group_update {nothing left}": lambda s, d: {
        "id": s.group["id"],
        "name": s.group["name"],
        "packages": [],
    },
    "group_patch": lambda s, d: {"id": s.group["id"], "packages": []},
    "package_collaborator_create": lambda s, d: {
        "id": d["id"],
        "user_id": s.user_id("stranger"),
        "capacity": "editor",
    },
    "datastore_create": lambda s, d: {
        "resource_id": _file(d),
        "force": True,
        "records": [{"a": uuid.uuid4().hex, "b": "ні"}],
    },
    "datastore_upsert": lambda s, d: {
        "resource_id": _file(d),
        "force": True,
        "records": [{"a": uuid.uuid4().hex, "b": "ні"}],
    },
    "datastore_delete": lambda s, d: {
        "resource_id": _file(d),
        "force": True,
        "filters": {},
    },
    "datastore_records_delete": lambda s, d: {
        "resource_id": _file(d),
        "force": True,
        "filters": {"b": "так"},
    },
}
#: Of these CKAN 2.12 or a plugin knows some: tried where they are.
ELSEWHERE: dict[str, str] = {
    "package_create": "test_a_new_dataset_is_a_draft_by_whatever_it_is_made",
    "dataset_purge": "test_a_purge_ends_the_review",
    "organization_delete": "test_a_dataset_of_no_organization_is_not_everybodys",
    "organization_purge": "as organization_delete, for sysadmins",
    "opendata_ua_moderation_apply": "the door itself: test_moderation.py",
}
#: Writes that do not touch a dataset or its face, or are for sysadmins about the site.
BESIDE: dict[str, str] = {
    **dict.fromkeys(
        ("organization_create", "organization_update", "organization_patch"),
        "ignores packages; the organization's own words",
    ),
    **dict.fromkeys(
        (
            "group_member_create",
            "group_member_delete",
            "organization_member_create",
            "organization_member_delete",
            "user_invite",
        ),
        "people of an organization: its administrator names them",
    ),
    **dict.fromkeys(
        ("group_delete", "group_purge"),
        "the group ends for everybody; a review of its datasets becomes stale",
    ),
    "package_collaborator_delete": "takes access away",
    **dict.fromkeys(
        (
            "resource_view_clear",
            "tag_create",
            "tag_delete",
            "vocabulary_create",
            "vocabulary_delete",
            "vocabulary_update",
            "term_translation_update",
            "term_translation_update_many",
            "datastore_run_triggers",
            "datastore_function_create",
            "datastore_function_delete",
            "activity_create",
            "activity_delete",
            "activity_delete_all",
            "activity_delete_counts",
            "config_option_update",
            "job_cancel",
            "job_clear",
            "task_status_delete",
            "task_status_update",
            "task_status_update_many",
            "user_create",
            "send_email_notifications",
        ),
        "sysadmins only, about the whole site",
    ),
    **dict.fromkeys(
        (
            "api_token_create",
            "api_token_revoke",
            "dashboard_mark_activities_old",
            "follow_dataset",
            "follow_group",
            "follow_user",
            "unfollow_dataset",
            "unfollow_group",
            "unfollow_user",
            "user_delete",
            "user_patch",
            "user_update",
        ),
        "people's own affairs",
    ),
    **dict.fromkeys(
        (
            "file_create",
            "file_delete",
            "file_ownership_transfer",
            "file_pin",
            "file_register",
            "file_rename",
            "file_unpin",
        ),
        "files of CKAN 2.12 are no files of datasets: ours have a store of their own",
    ),
}


def _bulk(stage: Stage, dataset: Data) -> Data:
    return {"org_id": stage.body["id"], "datasets": [dataset["id"]]}


@pytest.fixture(scope="module")
def stage(body: Data, editor: Data) -> Any:
    """Return people and datasets; collaborators are on, to have one more path."""
    with changed_config("ckan.auth.allow_dataset_collaborators", True):
        yield Stage(body, editor)


def _judge(role: str, state: str, before: Any, after: Any) -> list[str]:
    """Return what a role must not have been able to do."""
    (seen, held), (now, holds) = before, after
    faults = []
    if now.get("type") != seen["type"]:
        faults.append(f"type became {now.get('type')}")
    if now.get("owner_org") != seen["owner_org"] and state in ("public", "submitted"):
        faults += [f"owner changed by {role}"] if role != "sysadmin" else []
    was, is_ = _is_public(seen), _is_public(now)
    if is_ and not was:
        faults.append("became public")
    if was and not is_ and not (role in MODERATORS and now.get("state") == "deleted"):
        faults.append(f"was taken from readers by {role}")
    if state == "deleted" and now.get("state") not in ("deleted", "draft"):
        faults.append(f"restored as {now.get('state')}")
    if state == "draft" and now.get("state") not in ("deleted", "draft"):
        faults.append(f"draft became {now.get('state')}")
    outsider = role not in PUBLISHERS | MODERATORS
    locked = state == "submitted" and role not in MODERATORS
    if (outsider or locked) and (now, holds) != (seen, held):
        faults.append(f"{state} dataset was changed by {role}")
    return faults


def _is_public(seen: Data) -> bool:
    return seen.get("state") == "active" and not seen["private"]


def _snapshot(dataset: Data, name: str = "datastore") -> tuple[Data, list[Any]]:
    rows = table(dataset) if "datastore" in name else None
    taken = visibility(dataset["id"]), [contents(dataset), rows]
    model.Session.remove()
    return taken


# each write in two states: the one in which it does most harm, and one by turns
TRIED = [
    (name, state)
    for turn, name in enumerate(WRITES)
    for number, state in enumerate(STATES)
    if WHOLE or state == "submitted" or (turn + number) % len(STATES) == 0
]


@pytest.mark.parametrize(("name", "state"), TRIED)
def test_no_write_moves_what_readers_see(stage: Stage, name: str, state: str) -> None:
    faults = []
    for role in ROLES:
        dataset = stage.kept(state)
        if "relation" in name:
            stage.relate(dataset)
        sent = WRITES[name](stage, dataset)
        before = _snapshot(dataset, name)
        outcome = "done"
        try:
            stage.act(role, name.split()[0], **sent)
        except REFUSALS as refusal:
            outcome = f"{type(refusal).__name__} {refusal}"
        after = _snapshot(dataset, name)
        faults += [
            f"{role}: {fault} ({outcome})"
            for fault in _judge(role, state, before, after)
        ]
        stage.part(dataset)
    assert faults == []


def test_a_head_of_a_group_takes_nothing_out_unasked(stage: Stage) -> None:
    seen, hidden = stage.make("public"), stage.make("draft")
    heads = ("member", "editor", "admin")  # CKAN 2.11 drops whom an update omits
    head = {
        "id": stage.group["id"],
        "name": stage.group["name"],
        "users": [{"name": stage.people[x], "capacity": "admin"} for x in heads],
    }
    stage.act("sysadmin", "group_update", **head)  # other tests change who they are
    with pytest.raises(tk.NotAuthorized):
        stage.act("member", "group_update", **head, packages=[])
    assert _in_group(stage) >= {seen["id"], hidden["id"]}
    left = [one for one in _in_group(stage) if standing(one) == "public"]
    stage.act("member", "group_update", **head, packages=[{"id": id_} for id_ in left])
    assert _in_group(stage) >= {seen["id"], hidden["id"]}
    stage.act("editor", "group_patch", id=stage.group["id"], packages=[])
    assert seen["id"] not in _in_group(stage)


def _in_group(stage: Stage) -> set[str]:
    query = """select table_id from member
        where group_id = :id and table_name = 'package' and state = 'active'"""
    found = model.Session.execute(sa.text(query), {"id": stage.group["id"]})
    ids = set(found.scalars())
    model.Session.remove()
    return ids


def test_every_write_action_has_a_place_in_a_table() -> None:
    tk.get_action("package_show")  # fills the registry
    registry = {
        name
        for name, action in logic._actions.items()
        if not getattr(action, "side_effect_free", False)
    }
    ours = {name for name in registry if name.startswith("opendata_ua_")}
    known = {name.split()[0] for name in WRITES} | ELSEWHERE.keys() | BESIDE.keys()
    assert registry - ours - known == set()


@pytest.mark.parametrize("role", ["editor", "admin", "past", "sysadmin"])
@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"state": "active", "private": False},
        {"state": "active", "private": True},
        {"state": "published"},
        {"type": "dataset", "state": "active"},
        {"type": "anything", "state": "active"},
        {"type": "Harvest", "state": "active"},
    ],
)
def test_a_new_dataset_is_a_draft_by_whatever_it_is_made(
    stage: Stage, role: str, wish: Data
) -> None:
    words = uuid.uuid4().hex[:8]
    data = {**FULL, "title": f"Новий {words}", "name": f"novyi-{words}"}
    made = stage.act(role, "package_create", **data, **wish, owner_org=stage.body["id"])
    assert visibility(made["id"])["state"] == "draft"


def test_a_new_dataset_writes_no_relation_into_another(stage: Stage) -> None:
    other = stage.kept("submitted")
    before = _snapshot(other)
    relation = {"object_package_id": other["id"], "type": "child_of"}
    with pytest.raises(tk.ValidationError):
        stage.act(
            "editor",
            "package_create",
            **{**FULL, "owner_org": stage.body["id"], "title": "Зв'язаний набір"},
            relationships_as_subject=[relation],
        )
    assert _snapshot(other) == before


def test_a_type_left_to_ckan_is_no_way_around(stage: Stage) -> None:
    made = call_action(
        "package_create",
        stage.context("editor"),
        name=f"source-{uuid.uuid4().hex[:8]}",
        type="harvest",
        owner_org=stage.body["id"],
    )
    assert made["state"] == "active"
    stage.act("editor", "package_patch", id=made["id"], type="dataset")
    assert visibility(made["id"])["type"] == "harvest"


@pytest.mark.parametrize("role", ROLES)
def test_a_deleted_draft_comes_back_as_a_draft(stage: Stage, role: str) -> None:
    dataset = stage.make("deleted")
    try:
        stage.act(role, "package_patch", id=dataset["id"], state="active")
    except REFUSALS:
        assert role not in PUBLISHERS | {"sysadmin"}
    state = visibility(dataset["id"])["state"]
    assert state == ("draft" if role in PUBLISHERS | {"sysadmin"} else "deleted")


@pytest.mark.parametrize("role", ["moderator", "sysadmin"])
def test_a_moderator_takes_a_public_dataset_down(stage: Stage, role: str) -> None:
    dataset = stage.make("public")
    if role == "moderator":  # who deletes must also prepare: CKAN asks for that
        stage.enlist(stage.people["moderator"], "editor")
    try:
        stage.act(role, "package_delete", id=dataset["id"])
    finally:
        if role == "moderator":
            call_action(
                "organization_member_delete",
                {"user": stage.people["sysadmin"]},
                id=stage.body["id"],
                username=stage.people["moderator"],
            )
    assert visibility(dataset["id"])["state"] == "deleted"


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("package_delete", {}),
        ("package_patch", {"state": "deleted"}),
        ("bulk_update_delete", None),
    ],
)
def test_a_deletion_ends_the_review(
    stage: Stage, action: str, data: Data | None
) -> None:
    dataset = stage.make("submitted")
    sent = {"id": dataset["id"], **data} if data is not None else _bulk(stage, dataset)
    stage.act("sysadmin", action, **sent)
    assert standing(dataset["id"]) == "deleted"
    events = CaseEvent.of_dataset(model.Session, dataset["id"])
    assert (events[-1].kind, events[-1].details) == ("withdraw", {"deleted": True})


def test_a_purge_ends_the_review(stage: Stage) -> None:
    dataset = stage.make("submitted")
    for role in (*PUBLISHERS - {"past"}, "moderator", "stranger", "anonymous"):
        with pytest.raises(tk.NotAuthorized):
            stage.act(role, "dataset_purge", id=dataset["id"])
    stage.act("sysadmin", "dataset_purge", id=dataset["id"])
    assert standing(dataset["id"]) == "purged"
    events = CaseEvent.of_dataset(model.Session, dataset["id"])
    assert [event.kind for event in events] == ["submit", "withdraw"]


def test_nothing_in_bulk_even_past_permissions(stage: Stage) -> None:
    dataset = stage.kept("draft")
    for action in ("bulk_update_public", "bulk_update_private"):
        with pytest.raises(tk.NotAuthorized):
            stage.act("past", action, **_bulk(stage, dataset))


def test_a_moderators_change_beside_the_fields_is_recorded(stage: Stage) -> None:
    dataset = stage.make("submitted")
    stage.act("sysadmin", "member_delete", **stage.in_group(dataset))
    events = CaseEvent.of_dataset(model.Session, dataset["id"])
    assert events[-1].kind == "correct"
    assert "groups" in events[-1].details["changed"]


def test_a_dataset_of_no_organization_is_not_everybodys(stage: Stage) -> None:
    """CKAN lets any editor of any organization change and so read such a dataset."""
    dataset = stage.make("draft")
    model.Session.execute(
        sa.text(
            "update package set owner_org = null, creator_user_id = null where id = :id"
        ),
        {"id": dataset["id"]},
    )
    model.Session.commit()
    for role in ("editor", "admin", "member", "stranger"):
        with pytest.raises(tk.NotAuthorized):
            stage.act(
                role, "package_patch", id=dataset["id"], owner_org=stage.body["id"]
            )
    assert visibility(dataset["id"])["owner_org"] is None


def test_a_file_of_another_dataset_is_not_claimed(stage: Stage) -> None:
    theirs, mine = stage.kept("submitted"), stage.make("draft")
    with pytest.raises(tk.ValidationError):
        stage.act(
            "editor",
            "package_patch",
            id=mine["id"],
            resources=[{**FILE, "id": _file(theirs), "url_type": "upload"}],
        )


class TestForms:
    """Pages of CKAN, its own buttons and requests made by hand."""

    @pytest.fixture
    def page(self, app: Any, stage: Stage) -> Client:
        token = factories.APIToken(user=stage.people["editor"])["token"]
        return Client(app, token)

    def post(self, page: Client, address: str, **form: Any) -> int:
        try:
            answer = page.app.post(
                address, data=form, headers=page.headers, follow_redirects=False
            )
        finally:
            model.Session.rollback()
            model.Session.remove()
        return int(answer.status_code)

    @pytest.mark.parametrize(
        "button",
        [
            "go-metadata",
            "go-metadata-publish",
            "go-metadata-preview",
            "go-dataset-complete",
            "again",
        ],
    )
    def test_the_last_step_of_the_form_publishes_nothing(
        self, page: Client, stage: Stage, button: str
    ) -> None:
        dataset = stage.make("draft")
        address = f"/dataset/{dataset['id']}/resource/new"
        self.post(page, address, save=button, id="", **FILE)
        self.post(page, address, save=button, id="", url="", name="")
        assert visibility(dataset["id"])["state"] == "draft"

    @pytest.mark.parametrize(
        "button", ["go-metadata-unpublish", "go-metadata-publish", "go-metadata", ""]
    )
    @pytest.mark.parametrize("state", ["draft", "public"])
    def test_the_edit_form_moves_nothing(
        self, page: Client, stage: Stage, state: str, button: str
    ) -> None:
        dataset = stage.make(state)
        before = visibility(dataset["id"])
        form = {
            **FULL,
            "title": "Змінено",
            "name": dataset["name"],
            "owner_org": stage.body["id"],
            "save": button,
            "state": "draft" if state == "public" else "active",
            "private": "False",
            "pkg_name": dataset["id"],
        }
        self.post(page, f"/dataset/edit/{dataset['id']}", **form)
        assert visibility(dataset["id"]) == before

    def test_the_form_of_new_datasets_makes_drafts(
        self, page: Client, stage: Stage
    ) -> None:
        name = f"forma-{uuid.uuid4().hex[:8]}"
        form = {**FULL, "name": name, "owner_org": stage.body["id"], "save": ""}
        with changed_config("ckan.dataset.create_on_ui_requires_resources", False):
            self.post(page, "/dataset/new", **form, state="active", private="False")
        made = model.Package.get(name)
        assert made is not None
        assert made.state == "draft"

    @pytest.mark.parametrize("button", ["public", "private", "delete"])
    def test_the_bulk_page_takes_nothing(
        self, app: Any, stage: Stage, button: str
    ) -> None:
        token = factories.APIToken(user=stage.people["admin"])["token"]
        for state in ("draft", "public"):
            dataset = stage.make(state)
            before = visibility(dataset["id"])
            self.post(
                Client(app, token),
                f"/organization/bulk_process/{stage.body['name']}",
                **{f"bulk_action.{button}": button, f"dataset_{dataset['id']}": "on"},
            )
            gone = state == "draft" and button == "delete"
            assert (visibility(dataset["id"]) == before) or gone
            assert not (state == "draft" and _is_public(visibility(dataset["id"])))

    def test_the_delete_page_leaves_what_is_public(
        self, page: Client, stage: Stage
    ) -> None:
        dataset = stage.make("public")
        self.post(page, f"/dataset/delete/{dataset['id']}")
        assert visibility(dataset["id"])["state"] == "active"

    def test_a_submitted_dataset_is_locked_at_every_form(
        self, page: Client, stage: Stage
    ) -> None:
        dataset = stage.make("submitted")
        before = _snapshot(dataset)
        base, file = f"/dataset/{dataset['id']}", _file(dataset)
        for address, form in (
            (f"/dataset/edit/{dataset['id']}", {**FULL, "title": "Змінено"}),
            (f"{base}/resource/new", {**FILE, "id": "", "save": "go-metadata"}),
            (f"{base}/resource/{file}/edit", {**FILE, "id": file, "name": "Змінено"}),
            (f"{base}/resource/{file}/delete", {}),
            (f"{base}/resource/{file}/new_view?view_type=text_view", VIEW),
            (f"{base}/resource/{file}/edit_view/{dataset['view']}", {"delete": "1"}),
            (f"/dataset/delete/{dataset['id']}", {}),
            (f"/dataset/groups/{dataset['id']}", {"group_added": stage.group["id"]}),
        ):
            assert self.post(page, address, **form) < 500, address
        assert _snapshot(dataset) == before

    def test_the_reason_is_said_where_ckan_expects_no_refusal(
        self, page: Client, stage: Stage
    ) -> None:
        dataset = stage.make("submitted")
        answer = page.app.post(
            f"/en/dataset/groups/{dataset['id']}",
            data={"group_added": stage.group["id"]},
            headers=page.headers,
        )
        assert answer.status_code == 403
        assert "The dataset is waiting for a moderator" in answer.get_data(as_text=True)

    # a stock CKAN supposes an account on its pages of collaborators
    @pytest.mark.parametrize("role", ["stranger", "editor", "admin"])
    @pytest.mark.parametrize("state", ["submitted", "public"])
    def test_no_page_of_ckan_ends_in_a_fault(
        self, app: Any, stage: Stage, state: str, role: str
    ) -> None:
        name = stage.people[role]
        token = factories.APIToken(user=name)["token"] if name else ""
        page, faults = Client(app, token), []
        dataset = stage.make(state)
        for address, form in _pages(stage, dataset):
            for method in ("get", "post"):
                try:
                    answer = getattr(page.app, method)(
                        address,
                        **({"data": form} if method == "post" else {}),
                        headers=page.headers,
                        follow_redirects=False,
                    )
                    status = answer.status_code
                except Exception as error:  # in a test nothing makes a page of it
                    status = repr(error)
                model.Session.rollback()
                model.Session.remove()
                if status not in (200, 302, 400, 401, 403, 404, 405, 409):
                    faults.append((method, address, status))
        assert faults == []


def _pages(stage: Stage, dataset: Data) -> list[tuple[str, Data]]:
    """Return CKAN's own pages that write something of a dataset, and their forms."""
    id_, file, person = dataset["id"], _file(dataset), stage.user_id("stranger")
    base, group = f"/dataset/{id_}", stage.group
    return [
        (f"/dataset/follow/{id_}", {}),
        (f"/dataset/unfollow/{id_}", {}),
        (f"/dataset/groups/{id_}", {"group_added": group["id"]}),
        (f"/dataset/groups/{id_}", {f"group_remove.{group['id']}": "1"}),
        (f"/dataset/collaborators/{id_}", {}),
        (
            f"/dataset/collaborators/{id_}/new",
            {"username": stage.people["stranger"], "capacity": "editor"},
        ),
        (f"/dataset/collaborators/{id_}/delete/{person}", {}),
        (f"/dataset/resources/{id_}", {}),
        (f"{base}/resource/{file}/edit", {**FILE, "id": file, "save": ""}),
        (f"{base}/resource/{file}/views", {}),
        (f"{base}/resource/{file}/new_view?view_type=text_view", VIEW),
        (f"{base}/resource/{file}/edit_view/{dataset['view']}", {"delete": "1"}),
        (f"{base}/dictionary/{file}", {"info__1__label": "А"}),
        (f"/group/edit/{group['name']}", {"name": group["name"], "title": "Так"}),
        (
            f"/organization/bulk_process/{stage.body['id']}",
            {"bulk_action.delete": "1", f"dataset_{id_}": "1"},
        ),
        (f"{base}/resource/{file}/delete", {}),
        (f"/dataset/delete/{id_}", {}),
    ]


RACES: dict[str, Write] = {
    name: WRITES[name]
    for name in (
        "package_update",
        "package_patch",
        "package_delete",
        "resource_create",
        "resource_view_create",
        "package_relationship_create",
        "member_create",
        "group_update",
        "package_collaborator_create",
        "datastore_upsert",
        "datastore_records_delete",
    )
}


@pytest.mark.parametrize("name", RACES)
def test_a_write_allowed_before_the_submission_does_not_land_after_it(
    stage: Stage, name: str, app: Any
) -> None:
    dataset = stage.make("draft")
    sent = RACES[name](stage, dataset)
    allowed, submitted = threading.Event(), threading.Event()

    def write() -> str:
        with own_session(), app.flask_app.test_request_context():
            context: Any = stage.context("editor")
            tk.check_access("package_update", context, {"id": dataset["id"]})
            model.Package.get(dataset["id"])  # what the session now remembers is old
            allowed.set()
            assert submitted.wait(60)
            try:
                call_action(name, stage.context("editor"), **sent)
            except (tk.NotAuthorized, tk.ValidationError) as refusal:
                return type(refusal).__name__
            return "done"

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        assert allowed.wait(60)
        stage.act("editor", "opendata_ua_moderation_submit", id=dataset["id"])
        before = _snapshot(dataset)
        submitted.set()
        assert writing.result(60) != "done"
    assert _snapshot(dataset) == before


@pytest.mark.parametrize(
    "name", ["package_update", "datastore_upsert", "member_create"]
)
def test_a_submission_waits_for_a_write_that_has_begun(
    stage: Stage, name: str, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is locked before a permission is asked, until the write is committed."""
    dataset = stage.make("draft")
    # CKAN 2.11 takes from a group whom an update does not name, as those before did
    call_action(
        "group_member_create",
        id=stage.group["id"],
        username=stage.people["editor"],
        role="admin",
    )
    sent = RACES[name](stage, dataset)
    begun, end = threading.Event(), threading.Event()

    def pausing(lock: Any) -> Any:
        def locked(session: Any, id_: str) -> Any:
            package = lock(session, id_)
            if threading.current_thread().name.startswith("writer"):
                begun.set()
                assert end.wait(60)
            return package

        return locked

    def write() -> None:
        with own_session(), app.flask_app.test_request_context():
            call_action(name, stage.context("editor"), **sent)

    for lock in ("lock_package", "locked_package"):
        monkeypatch.setattr(door, lock, pausing(getattr(door, lock)))
    with ThreadPoolExecutor(1, thread_name_prefix="writer") as threads:
        writing = threads.submit(write)
        assert begun.wait(60)
        model.Session.execute(sa.text("set local lock_timeout = 200"))
        with pytest.raises(OperationalError, match="lock timeout"):
            call_action(
                "opendata_ua_moderation_submit",
                stage.context("editor"),
                id=dataset["id"],
            )
        model.Session.rollback()
        end.set()
        writing.result(60)
    assert standing(dataset["id"]) == "draft"


def test_a_dataset_deleted_past_the_door_is_not_published(stage: Stage) -> None:
    """As ``ckan dataset delete`` does it: the row alone is changed."""
    dataset = stage.make("submitted")
    model.Session.execute(
        sa.text("update package set state = 'deleted' where id = :id"),
        {"id": dataset["id"]},
    )
    model.Session.commit()
    case = model.Session.query(Case).filter_by(package_id=dataset["id"]).one()
    seen = {"case_id": case.id, "case_version": case.version}
    with pytest.raises(tk.ValidationError):
        stage.act("moderator", "opendata_ua_moderation_approve", **seen)
    assert visibility(dataset["id"])["state"] == "deleted"
    assert dataset["name"] not in found(f'id:"{dataset["id"]}"')


def test_the_door_costs_a_write_few_statements(stage: Stage) -> None:
    package = model.Package.get(stage.kept("draft")["id"])
    context: Any = stage.context("editor")
    with statements() as held:
        door.hold(context, [package])
    with statements() as kept:
        door.keep(context, {"state": "active"}, package)
    model.Session.rollback()
    assert (len(held), len(kept)) == (3, 1)  # row, resources, case; case
