"""Looking on: what is counted is what the door would have refused or made different.

Each write is tried twice, on datasets that are alike: once while moderation is
enforced, once while the portal only looks on. ``make prove`` tries every way in every
state by every role.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.tests.helpers import call_action, changed_config
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import FileStorage

from ckanext.opendata_ua.adapters.cage import Pool
from ckanext.opendata_ua.logic import cage
from ckanext.opendata_ua.model.observation import Observation
from tests.integration.stage import REFUSALS, STATES, WHOLE, Stage, visibility
from tests.integration.test_door_writes import WRITES, Data, _snapshot

pytestmark = pytest.mark.usefixtures("portal")

WRITERS = ("member", "editor", "admin", "past", "moderator", "sysadmin")
#: Words in the name of a write that moves what readers see.
MOVES = ("state", "deleted", "private", "public", "owner", "type", "delete {", "bulk")
#: The organization's administrator is let through by CKAN wherever the door is asked:
#: in what waits, each way; in what is public, those that move its face.
CUT = [
    *((name, "submitted", "admin") for name in WRITES),
    *((n, "public", "admin") for n in WRITES if any(word in n for word in MOVES)),
    *((name, "draft", "past") for name in WRITES if "state" in name),
    ("package_owner_org_update", "public", "past"),
    ("package_delete", "submitted", "past"),
    ("member_create", "public", "member"),
    ("group_update", "public", "member"),
]
EVERYTHING = [
    (name, state, role) for name in WRITES for state in STATES for role in WRITERS
]


@pytest.fixture(scope="module")
def stage(body: Data, editor: Data) -> Any:
    with changed_config("ckan.auth.allow_dataset_collaborators", True):
        yield Stage(body, editor)


@contextmanager
def looking_on() -> Iterator[None]:
    with changed_config("ckanext.opendata_ua.moderation.mode", "observe"):
        yield


def observed() -> dict[str, set[str]]:
    """Return rules by dataset, and forget them."""
    found: dict[str, set[str]] = {}
    for one in model.Session.query(Observation):
        found.setdefault(one.package_id, set()).add(one.rule)
    model.Session.query(Observation).delete()
    model.Session.commit()
    model.Session.remove()
    return found


def _try(stage: Stage, name: str, state: str, role: str, *, enforced: bool) -> Any:
    """Do a write; return whether it was let through, what it did, what was seen."""
    dataset = stage.kept(state)
    stage.alone_in_group(dataset)  # what is counted of others is not of this try
    if "relation" in name:
        stage.relate(dataset)
    sent = WRITES[name](stage, dataset)
    before = _snapshot(dataset, name)
    observed()
    done = True
    try:
        if enforced:
            stage.act(role, name.split()[0], **sent)
        else:
            with looking_on():
                stage.act(role, name.split()[0], **sent)
    except (*REFUSALS, SQLAlchemyError):  # CKAN answers some writes by breaking
        done = False
    rules = {rule for rules in observed().values() for rule in rules}
    face, held = _snapshot(dataset, name)
    stage.part(dataset)
    return done, (face, (face, held) != before), rules


@pytest.mark.parametrize(("name", "state", "role"), EVERYTHING if WHOLE else CUT)
def test_what_is_counted_is_what_would_have_been_refused(
    stage: Stage, name: str, state: str, role: str
) -> None:
    let_through, with_door, nothing = _try(stage, name, state, role, enforced=True)
    assert nothing == set()
    done, without, rules = _try(stage, name, state, role, enforced=False)
    if not done:  # CKAN itself refuses it
        assert rules == set()
        return
    differs = not let_through or with_door != without
    counted = any(rule.startswith("door.") for rule in rules)
    _face, changed = without
    told = (let_through, with_door, without, rules)
    assert counted == differs or not (changed or counted), told


def test_a_file_that_is_forbidden_is_saved_and_counted(stage: Stage) -> None:
    dataset = stage.make("public")
    observed()
    forbidden = {
        "url": "https://rada.example/mapa.swf",
        "name": "Мапа",
        "format": "SWF",
    }
    with looking_on():
        stage.act("editor", "resource_create", package_id=dataset["id"], **forbidden)
    assert observed()[dataset["id"]] == {"format.forbidden"}
    assert len(call_action("package_show", id=dataset["id"])["resources"]) == 2


def test_a_new_dataset_with_a_forbidden_file_is_saved_and_counted(
    stage: Stage, full: dict[str, str]
) -> None:
    file = {"url": "https://rada.example/plan", "name": "План", "format": "SWF"}
    sent = {**full, "title": "Набір із програмою", "owner_org": stage.body["id"]}
    observed()
    with looking_on():
        made = stage.act("editor", "package_create", **sent, resources=[file])
    assert {"door.created", "format.forbidden"} <= observed()[made["id"]]
    assert visibility(made["id"])["state"] == "active"


def test_a_file_that_nobody_could_look_at_is_saved_and_counted(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = stage.make("public")
    observed()
    nobody = Pool(packages=["no_such_package"])
    monkeypatch.setattr(cage, "_pool", lambda parallel: nobody)
    table = FileStorage(io.BytesIO("рік;бюджет\n2026;1\n".encode()), "biudzhet.csv")
    sent = {"name": "Бюджет", "format": "CSV", "upload": table}
    with looking_on():
        stage.act("editor", "resource_create", package_id=dataset["id"], **sent)
    assert observed()[dataset["id"]] == {"door.unchecked"}
    assert len(call_action("package_show", id=dataset["id"])["resources"]) == 2


def test_a_dataset_of_no_organization_is_written_and_counted(stage: Stage) -> None:
    dataset = stage.make("public")
    model.Session.execute(
        sa.text(
            "update package set owner_org = null, creator_user_id = null where id = :id"
        ),
        {"id": dataset["id"]},
    )
    model.Session.commit()
    search.rebuild(dataset["id"])  # CKAN patches what it finds in the index
    observed()
    with looking_on(), changed_config("ckan.auth.create_unowned_dataset", True):
        stage.act("editor", "package_patch", id=dataset["id"], notes="Інші слова.")
    assert observed()[dataset["id"]] == {"door.unowned"}
    assert call_action("package_show", id=dataset["id"])["notes"] == "Інші слова."


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("resource_view_create", {"resource_id": {"id": "?"}}),
        ("member_create", {"object": ["?"], "object_type": "package"}),
        ("package_collaborator_create", {"id": {"a": 1}}),
        ("package_relationship_create", {"subject": 1, "object": {"a": 1}}),
        ("group_create", {"packages": [1, {"id": {"a": 1}}], "name": "hrupa-x"}),
    ],
)
def test_what_cannot_be_looked_at_is_ckans_to_answer(
    stage: Stage, name: str, sent: Data
) -> None:
    """The answer is that of a portal where nothing is moderated at all."""
    with looking_on():
        looked_on = _outcome(stage, name, sent)
    every = "ckanext.opendata_ua.moderation.exempt_types"
    with looking_on(), changed_config(every, "dataset"):
        assert _outcome(stage, name, sent) == looked_on


def _outcome(stage: Stage, name: str, sent: Data) -> str:
    try:
        stage.act("sysadmin", name, **sent)
    except Exception as answer:  # of CKAN's, whatever it is
        return type(answer).__name__
    return "done"
