"""Every state × every role × every way to read: who was told what.

All datasets lie in one portal at once, each with words of its own, so one answer is
searched for the words of all of them. Nobody lists ways here: CKAN is asked for them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.opendata_ua import compat, config
from ckanext.opendata_ua.adapters import visitor
from ckanext.opendata_ua.domain import doctor
from ckanext.opendata_ua.domain.doctor import Answer, Canary, Heard, Question
from ckanext.opendata_ua.logic.doctor import leaks, planting
from ckanext.opendata_ua.model import canary as rows
from ckanext.opendata_ua.model.case import Case
from ckanext.opendata_ua.model.moderator import Moderator
from tests.integration.conftest import FULL, public_at_once
from tests.integration.stage import Stage

#: Who publishes or decides; "moderator" is one of this organization.
INSIDERS = frozenset({"editor", "admin", "moderator", "everywhere", "sysadmin"})
ROLES = (
    "anonymous",
    "stranger",
    "neighbour",  # an editor of another organization
    "elsewhere",  # a moderator of another organization
    "member",
    "editor",
    "admin",
    "moderator",
    "everywhere",  # a moderator of all organizations
    "sysadmin",
)
EVERYBODY = frozenset(ROLES)
#: State → who may read a dataset in it. ``stale``: the index says the opposite;
#: ``erased``: withdrawn because of personal data, nothing is left for anybody.
READERS: Mapping[str, frozenset[str]] = {
    "draft": INSIDERS,
    "submitted": INSIDERS,
    "returned": INSIDERS,
    "rejected": INSIDERS,
    "approved": INSIDERS,
    "public": EVERYBODY,
    "suspended": EVERYBODY,
    "withdrawn": INSIDERS,
    "private": INSIDERS | {"member"},
    "deleted": INSIDERS,
    "stale draft": INSIDERS,
    "stale private": INSIDERS | {"member"},
    "stale public": EVERYBODY,
    "erased": frozenset(),
}
#: Begun as public datasets, by the apply step's own way.
ONCE_PUBLIC = frozenset(
    {
        *("public", "suspended", "withdrawn", "private", "erased"),
        *("stale draft", "stale private"),
    }
)
#: What the page of a withdrawn dataset goes on to say.
STAYS = frozenset({"title", "name", "id"})
FILES_IDS = {"file_id", "view_id"}
STALE = (
    "update package set state = :state, private = :private,"
    " metadata_modified = now() at time zone 'utc' where id = :id"
)
WORDS = "Причина для всіх."


def may_be_told(role: str, state: str, place: str) -> bool:
    """Tell whether somebody may know what stands in a place of a dataset."""
    if state == "withdrawn" and place in STAYS:
        return True
    if state == "erased":
        # an administrator sees in the list of jobs which bytes are to be removed
        return place in doctor.IDS or (place, role) == ("sha256", "sysadmin")
    if state == "suspended" and place in planting.OF_FILES | FILES_IDS:
        return role in INSIDERS
    if place == "comment":
        return role in INSIDERS
    return role in READERS[state]


class Scene:
    """People in all roles, a dataset in every state, and the ways to read."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.run = planting.new_run()
        people = stage.people
        for role in ("neighbour", "elsewhere", "everywhere"):
            people[role] = factories.User()["name"]
        call_action(
            "organization_member_create",
            id=stage.elsewhere["id"],
            username=people["neighbour"],
            role="editor",
        )
        Moderator.add(model.Session, stage.user_id("elsewhere"), stage.elsewhere["id"])
        Moderator.add(model.Session, stage.user_id("everywhere"), None)
        model.Session.commit()
        self.open = stage.make("public")
        self.canaries = {state: self._plant(state) for state in READERS}
        for state in READERS:
            self._bring(state)
        self._relate()
        search.commit()
        self.canaries = {
            state: self._known(canary) for state, canary in self.canaries.items()
        }
        self.watch = doctor.Watch(self.canaries.values())

    def _plant(self, state: str) -> Canary:
        editor = self.stage.people["editor"]
        context: Any = {"user": editor, "ignore_auth": False}
        base: dict[str, Any] = {**FULL, "owner_org": self.stage.body["id"]}
        if state in ONCE_PUBLIC:
            context = public_at_once(editor)
            base |= {"state": "active", "private": state == "private"}
        group = self.stage.group["id"]
        canary = planting.plant(context, self.run, state, base, group)
        stem = canary.words["title"][:-2]
        words = {**canary.words, "comment": f"{stem}zy", "relation": f"{stem}zz"}
        if state in ONCE_PUBLIC:
            for role in ("stranger", "neighbour"):
                if state != "private":
                    self._act(role, "follow_dataset", id=canary.values["id"])
            self._act("editor", "package_patch", id=canary.values["id"], language="en")
        return replace(canary, words=words)

    def _act(self, role: str, name: str, /, **data: Any) -> Any:
        return self.stage.act(role, name, **data)

    def _bring(self, state: str) -> None:
        """Bring a planted dataset into its state."""
        canary = self.canaries[state]
        one, comment = {"id": canary.values["id"]}, canary.words["comment"]
        if state in ("submitted", "returned", "rejected", "approved"):
            call_action("opendata_ua_check_run", id=canary.values["sha256"])
            day = {"publish_on": "2099-01-01"} if state == "approved" else {}
            self._act(
                "editor", "opendata_ua_moderation_submit", **one, comment=comment, **day
            )
        steps = {"returned": "return", "rejected": "reject", "approved": "approve"}
        if state in steps:
            case: Any = model.Session.query(Case).filter_by(package_id=one["id"]).one()
            why = {} if state == "approved" else {"reasons": ["link_broken"]}
            self._act(
                "moderator",
                f"opendata_ua_moderation_{steps[state]}",
                case_id=case.id,
                case_version=case.version,
                comment=comment,
                **why,
            )
        stops = {"suspended": "suspend", "withdrawn": "withdraw", "erased": "withdraw"}
        if state in stops:
            erases = {"personal_data": True, "title": "Інша назва"}
            self._act(
                "moderator",
                f"opendata_ua_publication_{stops[state]}",
                **one,
                reason=WORDS,
                **(erases if state == "erased" else {}),
            )
        if state == "deleted":
            self._act("editor", "package_delete", **one)
        if state.startswith("stale"):
            search.commit()
            row = {
                "state": "draft" if state == "stale draft" else "active",
                "private": state == "stale private",
            }
            model.Session.execute(sa.text(STALE), {**one, **row})
            model.Session.commit()
            model.Session.remove()

    def _relate(self) -> None:
        """Relate them to a public dataset, last: CKAN 2.12 cannot index them then."""
        for state, canary in self.canaries.items():
            if state == "erased":  # its relations are gone, and it gets no new ones
                continue
            model.Session.add(
                model.PackageRelationship(
                    subject_package_id=self.open["id"],
                    object_package_id=canary.values["id"],
                    type="links_to",
                    comment=canary.words["relation"],
                )
            )
        model.Session.commit()
        model.Session.remove()

    def _known(self, canary: Canary) -> Canary:
        """Return a canary with what has come to belong to it by now."""
        id_ = canary.values["id"]
        case: Any = model.Session.query(Case).filter_by(package_id=id_).first()
        activity = rows.activity_of(model.Session, id_)
        stage = self.stage
        values = {
            **canary.values,
            "organization": stage.body["name"],
            "group": stage.group["name"],
            "user": stage.people["editor"],
            "neighbour": self.open["name"],
            "part": doctor.part_of(self.run),
            "activity_id": activity,
            "view_activity_id": rows.activity_of(model.Session, id_, "% view"),
            "case_id": case.id if case else None,
        }
        values = {key: value for key, value in values.items() if value is not None}
        ids = {key: values[key] for key in ("activity_id", "case_id") if key in values}
        return replace(canary, values=values, words={**canary.words, **ids})

    def plan(self, flask_app: Any) -> doctor.Plan:
        """Return every question there is to ask of the portal."""
        rules = leaks.Portal.of(flask_app, flask_app).rules
        things = [canary.values for canary in self.canaries.values()]
        return doctor.plan(compat.reading_actions(), rules, things)

    def visitor(self, app: Any, role: str) -> visitor.Visitor:
        """Return somebody in a role, with a token if they have an account."""
        name = self.stage.people[role]
        token = factories.APIToken(user=name)["token"] if name else None
        headers = {"Authorization": token} if token else {}
        return visitor.inside(app, config.site_url(), headers)

    def about(self, question: Question) -> list[str]:
        """Return the states of those canaries that a question names."""
        sent = f"{question.address} {question.sent}"
        return [
            state
            for state, canary in self.canaries.items()
            if any(word in sent for word in canary.words.values())
            or canary.values["near"] in sent
        ]


@dataclass(frozen=True)
class Told:
    """What somebody in a role was told by one answer."""

    role: str
    heard: Heard

    def wrong(self) -> Iterator[str]:
        """Yield what they must not have been told."""
        question = self.heard.question
        for state, place in sorted(self.heard.told):
            if not may_be_told(self.role, state, place):
                sent = f" {question.sent}" if question.sent else ""
                yield f"{self.role}, {state}: {question.address}{sent} tells {place}"


def crawl(
    scene: Scene, app: Any, questions: Mapping[str, list[Question]]
) -> list[Told]:
    """Let everybody ask, and return what they were told.

    :param questions: by role
    """
    heard = []
    for role, asked in questions.items():
        ask = scene.visitor(app, role)
        heard += [Told(role, one) for one in doctor.crawl(ask, asked, scene.watch)]
    return heard


def whole(scene: Scene, plan: doctor.Plan) -> dict[str, list[Question]]:
    """Return every question for every role."""
    return {role: list(plan.questions) for role in ROLES}


def cut(scene: Scene, plan: doctor.Plan) -> dict[str, list[Question]]:
    """Return questions for each role, such that each way, state and role occurs.

    What names no dataset is asked without an account and in one more role, in turn.
    What names one is asked about every fourth state, in one role each, in turn: which
    ones differs from way to way.
    """
    chosen: dict[str, list[Question]] = {role: [] for role in ROLES}
    shapes: dict[str, int] = {}
    states = list(READERS)
    met: set[str] = set()
    general = 0
    for question in plan.questions:
        about = scene.about(question)
        if not about:
            general += 1
            others = len(ROLES) - 1
            chosen["anonymous"].append(question)
            chosen[ROLES[1 + general % others]].append(question)
            continue
        number = shapes.setdefault(_shape(scene, question), len(shapes))
        turn = number + states.index(about[0])
        if turn % 4 == 0 or question.way not in met:
            met.add(question.way)
            chosen[ROLES[(turn // 4 + number) % len(ROLES)]].append(question)
    return chosen


def _shape(scene: Scene, question: Question) -> str:
    """Return a question without what it says of a dataset."""
    return doctor.WORD.sub("", f"{question.address} {question.sent}")


#: What somebody who may read a dataset must be told by certain questions: address,
#: JSON if it is an action's, places. Files of a deleted dataset are nobody's concern.
MUST: tuple[tuple[str, Any, frozenset[str]], ...] = (
    (
        "/api/3/action/package_show",
        {"id": "{id}"},
        frozenset({"title", "notes", "tag", "author", "file_title"}),
    ),
    ("/api/3/action/resource_show", {"id": "{resource_id}"}, frozenset({"file_title"})),
    (
        "/api/3/action/resource_view_list",
        {"id": "{resource_id}"},
        frozenset({"view_title"}),
    ),
    (
        "/api/3/action/datastore_search",
        {"resource_id": "{resource_id}"},
        frozenset({"record"}),
    ),
    (
        "/api/3/action/opendata_ua_passport_show",
        {"id": "{id}"},
        frozenset({"title", "notes"}),
    ),
    ("/dataset/{name}", None, frozenset({"title", "notes"})),
    ("/dataset/{id}/resource/{resource_id}", None, frozenset({"file_description"})),
    (
        "/dataset/{id}/resource/{resource_id}/download/{file_name}",
        None,
        frozenset({"file_body"}),
    ),
    ("/datastore/dump/{resource_id}", None, frozenset({"record"})),
    ("/dataset/{id}/passport", None, frozenset({"title"})),
)


def refused(scene: Scene, told: Iterable[Told]) -> Iterator[str]:
    """Yield what people were not told though they may read it."""
    wanted = {
        (
            _filled(address, canary),
            _filled(json.dumps(sent), canary) if sent else None,
        ): (
            state,
            places,
        )
        for state, canary in scene.canaries.items()
        for address, sent, places in MUST
    }
    for one in told:
        question = one.heard.question
        state, places = wanted.get((question.address, question.sent), ("", frozenset()))
        if not state:
            continue
        asked = f"{question.address} {question.sent}"
        due = {
            place
            for place in places
            if state != "erased"
            and may_be_told(one.role, state, place)
            and one.role in READERS[state]
            and scene.canaries[state].words[place] not in asked
        }
        missing = due - {place for name, place in one.heard.told if name == state}
        if missing:
            yield (
                f"{one.role}, {state}: {question.address} {question.sent} "
                f"({one.heard.status}) keeps {sorted(missing)} back"
            )


def _filled(text: str, canary: Canary) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: canary.values[name[1]], text)


__all__ = [
    "MUST",
    "READERS",
    "ROLES",
    "Answer",
    "Scene",
    "Told",
    "crawl",
    "cut",
    "may_be_told",
    "refused",
    "whole",
]
