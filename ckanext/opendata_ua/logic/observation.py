"""Looking on: what moderation would have stopped is counted, and nothing is stopped.

While ``moderation.mode`` is ``observe`` the door lets writes pass and remembers in
their context what readers saw before; the hooks of CKAN note what is different. Writes
beside the fields of a dataset are looked at before CKAN does them, and noted after.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import observation, passport
from ckanext.opendata_ua.domain.findings import Severity
from ckanext.opendata_ua.domain.observation import Face, Writer
from ckanext.opendata_ua.logic import mishap, reading, review, rights
from ckanext.opendata_ua.model.case import Case
from ckanext.opendata_ua.model.observation import Observation

log = logging.getLogger(__name__)

KEY = "opendata_ua_observed"


@dataclass
class _Write:
    """What was seen of a write of a dataset before it was done."""

    before: Face | None
    rules: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Beside:
    """What the rules would say of a write to one dataset, known before it is done."""

    package_id: str
    organization_id: str | None
    rules: tuple[str, ...]


def is_on(package_type: Any) -> bool:
    """Tell whether writes of datasets of a type are looked at, and not stopped."""
    return (
        not config.moderation_is_enforced()
        and str(package_type or "dataset") not in config.moderation_exempt_types()
    )


def begin(
    context: Any, package_type: Any, package: Any = None, rules: Iterable[str] = ()
) -> None:
    """Remember what readers see of a dataset that is about to be written.

    :param package: the row, None for a new dataset
    :param rules: that what is sent goes past
    """
    context.pop(KEY, None)
    if is_on(package_type):
        before = _face(package) if package is not None else None
        context[KEY] = _Write(before, [*rules])
        if package is not None:
            context[KEY].rules += _unowned(context, package)


def add(context: Any, find: Callable[[], Iterable[str]]) -> None:
    """Remember further rules that a write which has begun goes past.

    :param find: returns them; whatever fails in it, the write goes on
    """
    if KEY in context:
        with _aside():
            context[KEY].rules += find()


def finish(context: Any, package_id: str) -> None:
    """Note what the rules would have said of a write, in its transaction.

    Whatever fails here, the write goes on.
    """
    if KEY not in context:
        return
    seen = context.pop(KEY)
    model.Session.flush()
    with _aside():
        package: Any = model.Session.get(model.Package, package_id)
        before, after = seen.before, _face(package)
        rules = [*seen.rules, *_judged(context, package, before, after)]
        if after.public and not (before and before.public):
            rules += _gaps(package_id)
        _note(package, "update" if before else "create", rules)


def note_deletion(context: Any, package: Any) -> None:
    """Note what the rules would say of the deletion of a dataset that follows."""
    if is_on(package.type):
        with _aside():
            before = _face(package)
            gone = Face("deleted", before.private, before.owner, before.kind)
            rules = _judged(context, package, before, gone)
            _note(package, "delete", [*_unowned(context, package), *rules])


def note_bulk(packages: Iterable[Any]) -> None:
    """Note that datasets become public or hidden by the dozen."""
    with _aside():
        for package in packages:
            _note(package, "bulk", ["door.bulk"])


def note_owner(context: Any, package: Any, organization_id: Any) -> None:
    """Note what the rules say of another organization for a dataset, set directly."""
    if not is_on(package.type):
        return
    with _aside():
        before = _face(package)
        group = model.Group.get(organization_id) if organization_id else None
        owner = group.id if group else None
        after = Face(before.state, before.private, owner, before.kind)
        rules = _judged(context, package, before, after)
        _note(package, "update", [one for one in rules if one == "door.owner"])


def look(
    context: Any, find: Callable[[], Iterable[Any]], *, asks: bool
) -> list[Beside]:
    """Return what the rules would say of a write beside the fields of datasets.

    :param find: returns rows of the datasets that it changes, None among them
    :param asks: whether the door asks for the right to change each of them
    """
    found: list[Beside] = []
    with _aside():
        for package in {one.id: one for one in find() if one is not None}.values():
            rules = _beside(context, package, asks=asks)
            if rules:
                found.append(Beside(package.id, package.owner_org, tuple(rules)))
    return found


def note_beside(context: Any, what: str, found: Sequence[Beside]) -> None:
    """Note what was looked at, now that it is done; CKAN has committed it.

    :param what: view, table, group, relation or collaborator
    """
    if not found:
        return
    with _aside():
        for one in found:
            Observation.note(
                model.Session, one.package_id, what, one.rules, one.organization_id
            )
    if not context.get("defer_commit"):
        model.Session.commit()


@contextmanager
def _aside() -> Iterator[None]:
    """Look at something: whatever fails, the write and its transaction go on.

    A savepoint of the connection: one of the session tells CKAN 2.11 of a commit.
    """
    try:
        with model.Session.connection().begin_nested():
            yield
    except Exception as error:  # nothing that is observed is worth a write
        log.warning("A write was not observed: %s", mishap.describe(error))


def _face(package: Any) -> Face:
    owner = package.owner_org or None
    return Face(package.state, bool(package.private), owner, str(package.type))


def _judged(context: Any, package: Any, before: Face | None, after: Face) -> list[str]:
    last = Case.state_of(model.Session, package.id)
    if before == after and last is None:
        return []
    owner = before.owner if before else after.owner
    return observation.would_refuse(before, after, _writer(context, owner), last)


def _writer(context: Any, owner: str | None) -> Writer:
    user = rights.user_of(context)
    if user is None:
        return Writer(nameless=True)
    return Writer(rights.moderates(user, owner), rights.moderated(user) is None)


def _beside(context: Any, package: Any, *, asks: bool) -> list[str]:
    rules: list[str] = []
    if asks:
        asked: Any = tk.fresh_context(context)
        allowed: Any = authz.is_authorized("package_update", asked, {"id": package.id})
        rules += [] if allowed["success"] else ["door.rights"]
    if is_on(package.type):
        last = Case.state_of(model.Session, package.id)
        writer = _writer(context, package.owner_org)
        rules += observation.would_lock(writer, last)
        rules += _unowned(context, package)
    return rules


def _unowned(context: Any, package: Any) -> list[str]:
    """Return the rule of datasets of no organization, if somebody goes past it.

    Sysadmins, and who writes past all permissions, are not asked.
    """
    if package.owner_org or context.get("ignore_auth"):
        return []
    user = rights.user_of(context)
    return [] if rights.prepares_unowned(user, package) else ["door.unowned"]


def _gaps(package_id: str) -> list[str]:
    """Return the codes of what the passport of a dataset lacks."""
    try:
        record = reading.passport_record(review.stored_dict(package_id))
    except Exception as error:  # of plugins, which show datasets: the write goes on
        log.warning("A passport was not looked at: %s", mishap.describe(error))
        return []
    found = passport.findings(record, today=reading.today_date())
    return [one.code for one in found if one.severity is Severity.BLOCKING]


def _note(package: Any, what: str, rules: Sequence[str]) -> None:
    if rules:
        Observation.note(model.Session, package.id, what, rules, package.owner_org)
