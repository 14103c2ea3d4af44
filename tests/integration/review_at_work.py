"""What the proofs of moderation share: who does what to one dataset, and what holds.

A deed is what one person does; it ends done, or refused with a code and words. After
any deeds, in any order and however they were cut short, ``Desk.judge`` tells whether
history, rows, letters, files and index agree.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.lib.search.common import make_connection
from ckan.tests import factories
from ckan.tests.helpers import call_action
from sqlalchemy import event

from ckanext.opendata_ua.domain.content import content_hash
from ckanext.opendata_ua.domain.moderation import STEPS, State
from ckanext.opendata_ua.logic import post, review
from ckanext.opendata_ua.model.case import CaseEvent
from ckanext.opendata_ua.model.moderator import Moderator
from ckanext.opendata_ua.model.outbox import Message
from tests.integration.conftest import FULL, public_at_once
from tests.integration.sent import agree, storage
from tests.integration.stage import FILE

WHY = {"reasons": ["link_broken"], "comment": "Посилання на файл не відкривається."}
#: Channels that are delivered: letters wait for a server of their own.
ONLY_THE_INDEX = ("index",)
APPLIED = "proof_applied"  # key of a session: apply steps it has flushed
#: Codes with which the portal refuses whoever came too late.
LATE = frozenset({"stale", "wrong_state", "locked"})


@dataclass(frozen=True)
class Refusal:
    """Why somebody was refused: a stable code, and words for them."""

    code: str
    words: str


@dataclass(frozen=True)
class Done:
    """What one deed came to; ``mark`` is what it would have left in the dataset."""

    deed: str
    refusal: Refusal | None
    mark: str = ""
    content: bytes = b""


@dataclass
class Dataset:
    """A dataset of a proof, and how long its history was when the proof began."""

    id: str
    start: str
    events: int = 0
    late: bool = False  # and moderators were reminded of it


class Desk:
    """An organization's editor and moderator, and the datasets between them."""

    def __init__(self, body: Mapping[str, Any], editor: Mapping[str, Any]) -> None:
        self.body = body
        self.editor = str(editor["name"])
        self.editor_id = str(editor["id"])
        user = factories.User()
        self.moderator, self.moderator_id = str(user["name"]), str(user["id"])
        Moderator.add(model.Session, self.moderator_id, body["id"])
        model.Session.commit()
        self._published: dict[str, str] = {}  # case → hash of what it made public
        self._watches = False
        model.Session.remove()

    def call(self, who: str, name: str, /, **data: Any) -> Any:
        """Call an action as a person, permissions asked."""
        return call_action(name, {"user": who, "ignore_auth": False}, **data)

    def make(self, start: str) -> Dataset:
        """Return a new dataset: ``draft``, ``submitted``, ``approved`` or ``public``.

        An approved one was to become public on a day; nothing holds it back now.
        """
        context: Any = {"user": self.editor, "ignore_auth": False}
        if start == "public":
            context = public_at_once(self.editor)
        data = {**FULL, "title": _mark(), "resources": [dict(FILE)]}
        made = call_action("package_create", context, owner_org=self.body["id"], **data)
        dataset = Dataset(made["id"], start)
        call_action("opendata_ua_job_run", limit=100)  # what is due of its file
        if start in ("submitted", "approved"):
            self.call(self.editor, "opendata_ua_moderation_submit", id=dataset.id)
        if start == "approved":
            seen = {**self.look(dataset.id), "publish_on": "2099-01-01"}
            self.call(self.moderator, "opendata_ua_moderation_approve", **seen)
            self._let_go(dataset.id)
        dataset.events = len(history(dataset.id))
        model.Session.remove()
        return dataset

    @staticmethod
    def _let_go(id_: str) -> None:
        execute(
            "UPDATE opendata_ua_case SET publish_on = NULL WHERE package_id = :id",
            id=id_,
        )
        make_due()

    def look(self, id_: str) -> dict[str, Any]:
        """Return what a moderator sends back of the case they look at.

        On a connection of its own: it is a page they opened some time ago.
        """
        engine: Any = model.meta.engine
        with engine.connect() as link:
            rows = link.execute(
                sa.text(
                    "SELECT id AS case_id, version AS case_version "
                    "FROM opendata_ua_case "
                    "WHERE package_id = :id ORDER BY opened DESC LIMIT 1"
                ),
                {"id": id_},
            ).all()
        if not rows:
            raise tk.ObjectNotFound("There is nothing on the desk about this")
        return dict(rows[0]._mapping)

    def do(self, deed: str, id_: str) -> Done:
        """Do a deed; every refusal must be one for people.

        Whatever else is raised, a deadlock or a KeyError, is a fault of the portal's.
        """
        mark = _mark()
        content = f"назва,номер\n{mark},1\n".encode()
        act = DEEDS[deed].act
        return self.attempt(deed, lambda: act(self, id_, mark, content), mark, content)

    @staticmethod
    def attempt(
        deed: str, act: Callable[[], object], mark: str = "", content: bytes = b""
    ) -> Done:
        """Do anything, and return how it ended; see ``do``."""
        try:
            act()
        except (tk.ValidationError, tk.NotAuthorized, tk.ObjectNotFound) as error:
            return Done(deed, refusal_of(error), mark, content)
        finally:
            model.Session.rollback()
            model.Session.remove()
        return Done(deed, None, mark, content)

    def catch_up(self) -> None:
        """Do what a worker does now; letters stay in the outbox."""
        _age_leases()
        call_action("opendata_ua_job_run", limit=100)
        post.deliver_due(model.Session, 100, ONLY_THE_INDEX)
        model.Session.remove()

    def judge(
        self,
        dataset: Dataset,
        done: Iterable[Done],
        told: str,
        leaves: Mapping[str, int] | None = None,
    ) -> None:
        """Assert that everything agrees; call it when nobody is at work any more.

        :param told: which proof this is, for the message
        :param leaves: how many events of each kind there must be; otherwise as many
            as deeds were done
        """
        done = list(done)
        self.catch_up()
        events = history(dataset.id)
        _check_refusals(done, told)
        _check_history(events, told)
        wanted = _left_by(dataset, done) if leaves is None else Counter(leaves)
        left = Counter(
            one.kind
            for one in events[dataset.events :]
            if not one.details.get("deleted")  # the end of a review, not a withdrawal
        )
        assert left == wanted, f"{told}: {left} in place of {wanted}"
        self._check_letters(dataset, events, told)
        _check_row(dataset, events, done, told)
        _check_files(dataset.id, done, told)
        check_index(dataset.id, told)
        if self._watches:
            self._check_publication(dataset, events, told)

    def _check_publication(
        self, dataset: Dataset, events: list[Any], told: str
    ) -> None:
        """Assert that what became public is what the decision was about."""
        applied = {one.case_id for one in events if one.kind == "apply"}
        for case in cases(dataset.id):
            if case.id in applied:
                assert self._published[case.id] == case.content_hash, told

    def _check_letters(self, dataset: Dataset, events: list[Any], told: str) -> None:
        """Assert one letter for each step that somebody else has to know of."""
        wanted = self._reminders(events[-1]) if dataset.late else set()
        for one in events:
            people: dict[str, str] = {"submit": self.moderator_id}
            if one.kind in LETTERS_TO_AUTHORS:
                people[one.kind] = self.editor_id
            if one.kind in people:
                key = f"{one.case_id}:{one.case_version}:{people[one.kind]}"
                wanted.add(f"moderation.{one.kind}:{key}")
        rows = execute(
            "SELECT dedupe_key FROM opendata_ua_outbox o JOIN opendata_ua_case c "
            "ON dedupe_key LIKE '%:' || c.id || ':%' "
            "WHERE c.package_id = :id AND channel = 'mail'",
            id=dataset.id,
        )
        # the letter of an approval for a later day is one of approval all the same
        sent = [row.dedupe_key.replace("approve_later", "approve") for row in rows]
        assert sorted(sent) == sorted(wanted), told

    def _reminders(self, last: Any) -> set[str]:
        about = f"{last.case_id}:{last.case_version}"
        above = {*Moderator.of_all(model.Session)} - {self.moderator_id}
        escalated = {f"moderation.escalate:{about}:{person}" for person in above}
        return escalated | {f"moderation.remind:{about}:{self.moderator_id}"}

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Note what each commit of an apply step makes public, inside of it."""

        def flushed(session: Any, _context: Any) -> None:
            for one in session.new:
                if isinstance(one, CaseEvent) and one.kind == "apply":
                    row: Any = one
                    session.info.setdefault(APPLIED, {})[row.case_id] = row.package_id

        def committing(session: Any) -> None:
            session.flush()
            for case_id, package_id in session.info.pop(APPLIED, {}).items():
                hashed = content_hash(review.stored_dict(package_id))
                self._published[case_id] = hashed

        def undone(session: Any) -> None:
            session.info.pop(APPLIED, None)

        listeners = {
            "after_flush": flushed,
            "before_commit": committing,
            "after_rollback": undone,
        }
        for name, listener in listeners.items():
            event.listen(model.Session, name, listener)
        self._watches = True
        try:
            yield
        finally:
            self._watches = False
            for name, listener in listeners.items():
                event.remove(model.Session, name, listener)


@dataclass(frozen=True)
class Deed:
    """Something a person does, and where a dataset stands for it to be lawful."""

    start: str
    act: Callable[[Desk, str, str, bytes], object]


LETTERS_TO_AUTHORS = frozenset(
    {"approve", "return", "reject", "suspend", "resume", "end"}
)


def _decide(name: str, **data: Any) -> Deed:
    def act(desk: Desk, id_: str, mark: str, content: bytes) -> object:
        seen = desk.look(id_)
        action = f"opendata_ua_moderation_{name}"
        return desk.call(desk.moderator, action, **seen, **data)

    return Deed("submitted", act)


def _submit(desk: Desk, id_: str, mark: str, content: bytes) -> object:
    return desk.call(desk.editor, "opendata_ua_moderation_submit", id=id_)


def _withdraw(desk: Desk, id_: str, mark: str, content: bytes) -> object:
    return desk.call(desk.editor, "opendata_ua_moderation_withdraw", id=id_)


def _assign(desk: Desk, id_: str, mark: str, content: bytes) -> object:
    seen = desk.look(id_)
    return desk.call(
        desk.moderator, "opendata_ua_moderation_assign", case_id=seen["case_id"]
    )


def _patch(desk: Desk, id_: str, mark: str, content: bytes) -> object:
    return desk.call(desk.editor, "package_patch", id=id_, title=mark)


def _correct(desk: Desk, id_: str, mark: str, content: bytes) -> object:
    return desk.call(desk.moderator, "package_patch", id=id_, notes=mark)


def _upload(desk: Desk, id_: str, mark: str, content: bytes) -> object:
    fields = {key: FILE[key] for key in ("format", "resource_type", "data_actual_date")}
    sent = storage(content, "file.csv")
    return desk.call(
        desk.editor, "resource_create", package_id=id_, name=mark, upload=sent, **fields
    )


def _delete(desk: Desk, id_: str, mark: str, content: bytes) -> object:
    return desk.call(desk.editor, "package_delete", id=id_)


def _stop(name: str, start: str = "public", **data: Any) -> Deed:
    def act(desk: Desk, id_: str, mark: str, content: bytes) -> object:
        action = f"opendata_ua_publication_{name}"
        return desk.call(desk.moderator, action, id=id_, **data)

    return Deed(start, act)


def _apply(desk: Desk, id_: str, mark: str, content: bytes) -> object:
    case_id = desk.look(id_)["case_id"]
    return call_action("opendata_ua_moderation_apply", case_id=case_id)


def _index(desk: Desk, id_: str, mark: str, content: bytes) -> object:
    Message.post(model.Session, "index", id_, mark, {})
    model.Session.commit()
    return post.deliver_due(model.Session, 1, ONLY_THE_INDEX)


REASON = {"reason": "Перевіряємо скаргу."}
DEEDS: Mapping[str, Deed] = {
    "approve": _decide("approve"),
    "reject": _decide("reject", **WHY),
    "return": _decide("return", **WHY),
    "assign": Deed("submitted", _assign),
    "withdraw": Deed("submitted", _withdraw),
    "correct": Deed("submitted", _correct),
    "submit": Deed("draft", _submit),
    "patch": Deed("draft", _patch),
    "upload": Deed("draft", _upload),
    "delete": Deed("draft", _delete),
    "suspend": _stop("suspend", **REASON),
    "apply": Deed("approved", _apply),
    "index": Deed("draft", _index),  # a worker delivers what the index is told
}
#: Which event a deed leaves; the others leave none.
EVENTS = {
    name: name
    for name in (
        *("approve", "reject", "return", "assign", "withdraw"),
        *("correct", "submit", "suspend"),
    )
}


def refusal_of(error: Any) -> Refusal:
    """Return why an action refused."""
    if isinstance(error, tk.ValidationError):
        told: Any = error.error_dict
        words = [
            str(one)
            for key, values in told.items()
            if key != "code"
            for one in (values if isinstance(values, list) else [values])
        ]
        return Refusal((told.get("code") or ["(none)"])[0], " ".join(words))
    code = "forbidden" if isinstance(error, tk.NotAuthorized) else "not_found"
    return Refusal(code, str(error))


def execute(statement: str, **values: Any) -> list[Any]:
    """Execute SQL of a proof and commit; return its rows."""
    result: Any = model.Session.execute(sa.text(statement), values)
    rows = result.all() if result.returns_rows else []
    model.Session.commit()
    return rows


def make_due() -> None:
    """Let the time have come for all that waits, as the clock would."""
    execute("UPDATE opendata_ua_job SET run_after = now() WHERE state = 'waiting'")
    execute("UPDATE opendata_ua_outbox SET next_attempt = now()")


def history(id_: str) -> list[Any]:
    """Return the events of a dataset as the database has them."""
    return execute(
        "SELECT * FROM opendata_ua_case_event WHERE package_id = :id ORDER BY id",
        id=id_,
    )


def cases(id_: str) -> list[Any]:
    """Return the reviews of a dataset as the database has them, the last one last."""
    return execute(
        "SELECT * FROM opendata_ua_case WHERE package_id = :id ORDER BY opened", id=id_
    )


def document(id_: str) -> dict[str, Any] | None:
    """Return what the index has of a dataset."""
    search.commit()
    found = make_connection().search(f'id:"{id_}"', fq='entity_type:"package"')
    return next(iter(found.docs), None)


def check_index(id_: str, told: str) -> None:
    """Assert that the index says of a dataset what its row says."""
    shown = review.stored_dict(id_)
    model.Session.remove()
    kept = document(id_)
    if kept is None:
        assert shown["state"] == "deleted", told
        return
    copy = json.loads(kept["validated_data_dict"])
    for key in ("state", "title", "metadata_modified"):
        assert copy[key] == shown[key], f"{told}: {key} of the index"
    hidden = copy.get("opendata_ua_state") == "suspended"
    files = [] if hidden else [one["id"] for one in shown["resources"]]
    assert [one["id"] for one in copy["resources"]] == files, told
    assert shown["opendata_ua_state"] != "suspended" or hidden, told


def _mark() -> str:
    return f"Набір {uuid.uuid4().hex}"


def _age_leases() -> None:
    """Let the leases of the dead have ended, as they have a minute later."""
    execute("UPDATE opendata_ua_job SET lease_until = now() WHERE state = 'running'")
    call_action("opendata_ua_job_run", limit=0)
    make_due()


def _check_refusals(done: Iterable[Done], told: str) -> None:
    for one in done:
        if one.refusal is None:
            continue
        # whoever may not write in this state is told so by 403, with the same words
        known = LATE | {"forbidden", "not_found"}
        if one.deed == "submit":
            known |= {"incomplete"}  # a file that was sent meanwhile may need checks
        assert one.refusal.code in known, f"{told}: {one}"
        assert len(one.refusal.words.split()) > 3, f"{told}: {one}"


def _check_history(events: list[Any], told: str) -> None:
    """Assert that each step leads on from where the one before it has left the case."""
    stand: dict[str, State | None] = {}
    versions: dict[str, int] = {}
    for one in events:
        state = stand.get(one.case_id)
        step = STEPS.get(one.kind)
        if step is not None:
            assert state in step.sources, f"{told}: {one.kind} from {state}"
            assert one.state == step.target.value, told
        stand[one.case_id] = State(one.state)
        versions[one.case_id] = versions.get(one.case_id, 0) + 1
        assert one.case_version == versions[one.case_id], told
    for case in cases(events[0].package_id) if events else ():
        assert case.state == stand[case.id], told
        assert case.version == versions[case.id], told


def _left_by(dataset: Dataset, done: list[Done]) -> Counter[str]:
    """Return how many events of each kind deeds leave: one each, if it was done."""
    wanted = Counter(
        EVENTS[one.deed] for one in done if one.refusal is None and one.deed in EVENTS
    )
    approved = wanted["approve"] + (dataset.start == "approved")
    if approved:
        wanted["apply"] = approved
    return wanted


def _check_row(
    dataset: Dataset, events: list[Any], done: list[Done], told: str
) -> None:
    """Assert that readers see what was let through, and a title that somebody gave."""
    row = execute("SELECT * FROM package WHERE id = :id", id=dataset.id)[0]
    ended = any(one.kind == "end" for one in events)
    let_through = not ended and (
        dataset.start == "public" or any(one.kind == "apply" for one in events)
    )
    gone = any(one.deed == "delete" and one.refusal is None for one in done)
    if gone:
        assert row.state == "deleted", told
    else:
        assert (row.state == "active") == let_through, f"{told}: {row.state}"
    assert not row.private, told
    for deed, words in (("patch", row.title), ("correct", row.notes)):
        sent = [one for one in done if one.deed == deed]
        given = {one.mark for one in sent if one.refusal is None}
        assert not given or words in given, f"{told}: what was saved is lost"
        assert given or words not in {one.mark for one in sent}, told


def _check_files(id_: str, done: list[Done], told: str) -> None:
    """Assert that files are there which were sent, whole, and no others."""
    rows = execute(
        "SELECT id, name FROM resource WHERE package_id = :id AND state = 'active'",
        id=id_,
    )
    found = {row.name: row.id for row in rows}
    for one in done:
        if one.deed != "upload":
            continue
        assert (one.mark in found) == (one.refusal is None), f"{told}: {one.mark}"
        if one.refusal is None:
            assert agree(found[one.mark], one.content), told
    model.Session.remove()
