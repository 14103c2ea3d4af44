"""A stage for tests of the door: people in every role, a dataset in every state."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.navl.dictization_functions import DataError
from ckan.tests import factories
from ckan.tests.helpers import call_action
from sqlalchemy import event
from sqlalchemy.orm.exc import DetachedInstanceError

from ckanext.opendata_ua.model.case import Case
from ckanext.opendata_ua.model.moderator import Moderator
from tests.integration.conftest import FULL, public_at_once

#: `make prove` walks every way in every state, `make test` a cut of them.
WHOLE = os.environ.get("OPENDATA_UA_WHOLE") == "yes"

ROLES = (
    "anonymous",
    "stranger",
    "member",
    "editor",
    "admin",
    "past",
    "moderator",
    "sysadmin",
)
#: Roles that prepare datasets of the organization, or write past all permissions.
PUBLISHERS = frozenset({"editor", "admin", "past"})
MODERATORS = frozenset({"moderator", "sysadmin"})
REFUSALS = (
    tk.NotAuthorized,
    tk.ValidationError,
    tk.ObjectNotFound,
    DataError,
    KeyError,  # CKAN 2.12 cannot index a dataset that has relations
    DetachedInstanceError,  # CKAN commits a relation and shows it without a session
    AssertionError,  # CKAN's permission to add collaborators supposes a user
)
STATES = ("draft", "submitted", "public", "deleted")
FILE = {
    "url": "https://rada.example/zupynky.csv",
    "name": "Зупинки",
    "format": "CSV",
    "resource_type": "data",
    "data_actual_date": "2026-11-01",
}
#: States that a row has, and no review.
RESTORED = {"draft": "draft", "public": "active", "deleted": "deleted"}
VIEW = {"view_type": "text_view", "title": "Перегляд"}


class Stage:
    """One organization, its people, and datasets that were brought into a state."""

    def __init__(self, body: dict[str, Any], editor: dict[str, Any]) -> None:
        self.body = body
        self.people: dict[str, str] = {"anonymous": "", "stranger": self._person()}
        self.people |= {"editor": editor["name"], "past": editor["name"]}
        for role in ("member", "admin"):
            self.people[role] = self._person()
            self.enlist(self.people[role], role)
        self.people["moderator"] = self._person()
        Moderator.add(model.Session, self.user_id("moderator"), body["id"])
        model.Session.commit()
        self.people["sysadmin"] = factories.Sysadmin()["name"]
        self.elsewhere = factories.Organization(
            users=[{"name": self.people["editor"], "capacity": "editor"}]
        )
        self.group = factories.Group(
            users=[
                {"name": self.people[role], "capacity": "admin"}
                for role in ("member", "editor", "admin")
            ]
        )
        self.other = self.make("draft")  # of the same editor: may be written freely
        self._kept: dict[str, dict[str, Any]] = {}

    @staticmethod
    def _person() -> str:
        return factories.User()["name"]

    def user_id(self, role: str) -> str:
        user = model.User.get(self.people[role])
        assert user is not None
        return user.id

    def enlist(self, name: str, role: str) -> None:
        call_action(
            "organization_member_create", id=self.body["id"], username=name, role=role
        )

    def context(self, role: str) -> dict[str, Any]:
        """Return the context of an action for somebody in a role."""
        return {"user": self.people[role], "ignore_auth": role == "past"}

    def act(self, role: str, name: str, /, **data: Any) -> Any:
        """Call an action; whatever it raises, its transaction is over then."""
        try:
            return call_action(name, self.context(role), **data)
        finally:
            model.Session.rollback()
            model.Session.remove()

    def _set_up(self, name: str, **data: Any) -> Any:
        return call_action(name, {"user": self.people["editor"]}, **data)

    def make(self, state: str, **fields: Any) -> dict[str, Any]:
        """Return a dataset in a state, with a view, a group, a relation and a table."""
        context = public_at_once(self.people["editor"])
        if state != "public":
            context = self.context("editor")
        title = f"Набір {uuid.uuid4().hex[:8]}"
        data = {"title": title, "resources": [dict(FILE)], **fields}
        made = call_action(
            "package_create", context, **{**FULL, "owner_org": self.body["id"], **data}
        )
        file = made["resources"][0]["id"]
        view = self._set_up("resource_view_create", resource_id=file, **VIEW)
        made["view"] = view["id"]
        self._set_up(
            "datastore_create",
            resource_id=file,
            force=True,
            primary_key=["a"],
            fields=[{"id": name, "type": "text"} for name in ("a", "b")],
            records=[{"a": "1", "b": "так"}],
        )
        if hasattr(self, "other"):
            self._set_up("member_create", **self.in_group(made))
        if state == "submitted":
            self.act("editor", "opendata_ua_moderation_submit", id=made["id"])
        if state == "deleted":
            self.act("editor", "package_delete", id=made["id"])
        model.Session.remove()
        return made

    def kept(self, state: str) -> dict[str, Any]:
        """Return a dataset that is in the state still, a new one if need be."""
        known = self._kept.get(state)
        if known and state in RESTORED and standing(known["id"]) != "purged":
            self._restore(known["id"], RESTORED[state])
        if known is None or standing(known["id"]) != state:
            known = self._kept[state] = self.make(state)
        return known

    def _restore(self, id_: str, state: str) -> None:
        """Put the row back as it was: making a dataset anew costs a second."""
        model.Session.execute(
            sa.text(
                "update package set state = :state, private = false,"
                " owner_org = :owner, metadata_modified = now() at time zone 'utc'"
                " where id = :id"
            ),
            {"id": id_, "state": state, "owner": self.body["id"]},
        )
        model.Session.commit()
        model.Session.remove()

    def relate(self, dataset: dict[str, Any]) -> None:
        """Relate a dataset to another one, whoever may and whatever waits."""
        rows = model.PackageRelationship
        known = model.Session.query(rows).filter_by(object_package_id=dataset["id"])
        if known.first() is None:
            row = rows(
                subject_package_id=self.other["id"],
                object_package_id=dataset["id"],
                type="depends_on",
            )
            model.Session.add(row)
            model.Session.commit()

    def part(self, dataset: dict[str, Any]) -> None:
        """Take all relations of a dataset away again."""
        rows = model.PackageRelationship
        for end in (rows.object_package_id, rows.subject_package_id):
            model.Session.query(rows).filter(end == dataset["id"]).delete()
        model.Session.commit()

    def alone_in_group(self, dataset: dict[str, Any]) -> None:
        """Leave a dataset, and no other one, in the group, whoever may."""
        member: Any = model.Member
        of_group = {"group_id": self.group["id"], "table_name": "package"}
        held = model.Session.query(member).filter_by(**of_group)
        held.filter(member.table_id != dataset["id"]).delete()
        row = held.filter(member.table_id == dataset["id"]).first()
        row = row or member(**of_group, table_id=dataset["id"], capacity="public")
        row.state = "active"
        model.Session.add(row)
        model.Session.commit()
        model.Session.remove()

    def in_group(self, dataset: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": self.group["id"],
            "object": dataset["id"],
            "object_type": "package",
            "capacity": "public",
        }

    def related(self, dataset: dict[str, Any]) -> dict[str, Any]:
        return {
            "subject": self.other["id"],
            "object": dataset["id"],
            "type": "depends_on",
        }


def standing(id_: str) -> str:
    """Return in which of the states a dataset is."""
    package = model.Session.get(model.Package, id_)
    if package is None:
        return "purged"
    case = Case.latest(model.Session, [id_]).get(id_)
    if package.state == "draft" and case == "submitted":
        return "submitted"
    if package.state == "active" and not package.private:
        return "public"
    return str(package.state)


VISIBILITY = "select state, private, owner_org, type from package where id = :id"
#: Everything that belongs to a dataset, in one statement; columns that CKAN keeps by
#: itself left out.
CONTENTS = """select json_build_array(
  (select to_jsonb(p) - array['metadata_modified', 'plugin_data', 'extras', 'state',
    'private', 'owner_org', 'type'] from package p where id = :id),
  (select jsonb_agg(to_jsonb(r) - array['metadata_modified', 'last_modified']
    order by r.id) from resource r where package_id = :id),
  (select jsonb_agg(to_jsonb(v) order by v.id) from resource_view v
    join resource r on r.id = v.resource_id where r.package_id = :id),
  (select jsonb_agg(to_jsonb(l) order by l.id) from package_relationship l
    where subject_package_id = :id or object_package_id = :id),
  (select jsonb_agg(to_jsonb(m) order by m.id) from member m
    where table_id = :id and state = 'active'),
  (select jsonb_agg(to_jsonb(c) - 'modified' order by c.user_id) from package_member c
    where package_id = :id),
  (select jsonb_agg(t.name order by t.name) from tag t
    join package_tag g on g.tag_id = t.id
    where g.package_id = :id and g.state = 'active'))"""


def visibility(id_: str) -> dict[str, Any]:
    """Return what decides who sees a dataset."""
    found = model.Session.execute(sa.text(VISIBILITY), {"id": id_}).mappings().first()
    return dict(found) if found else {}


def contents(dataset: dict[str, Any]) -> Any:
    """Return everything that belongs to a dataset, its table in the DataStore apart."""
    return model.Session.execute(sa.text(CONTENTS), {"id": dataset["id"]}).scalar()


def table(dataset: dict[str, Any]) -> list[Any] | None:
    """Return the records of the dataset's table in the DataStore."""
    file = dataset["resources"][0]["id"]
    try:
        return call_action("datastore_search", resource_id=file)["records"]
    except tk.ObjectNotFound:
        return None


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that are sent to CKAN's database meanwhile."""
    sent: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engine = model.Session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def own_session() -> Iterator[None]:
    """Let a thread end with its own database session."""
    try:
        yield
    finally:
        model.Session.rollback()
        model.Session.remove()
