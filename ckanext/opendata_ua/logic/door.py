"""The one door to visibility: it moves only in the apply step (``design.md`` D3).

Whoever writes a dataset writes its fields. Its ``state``, ``private`` and owner are
decided here, from what is stored, for everybody: editors, sysadmins, callers with
``ignore_auth``. The apply step passes with an object that no request can carry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, NoReturn

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import content, moderation
from ckanext.opendata_ua.domain.errors import DomainError
from ckanext.opendata_ua.domain.moderation import LOCKED, State
from ckanext.opendata_ua.logic import observation, review, rights
from ckanext.opendata_ua.model.case import Case
from ckanext.opendata_ua.model.dataset import lock_package, locked_package

#: Passes the door; compared by identity, and known to the apply step only.
PASS = object()
KEY = "opendata_ua_pass"
#: Under this key of the context, the case a moderator corrects and what it was.
CORRECTED = "opendata_ua_corrected"
#: Inside a dataset these would write into another one, which nobody has asked.
RELATIONS = ("relationships_as_subject", "relationships_as_object")


def is_watched(package_type: Any) -> bool:
    """Tell whether datasets of a type come to readers through moderation only."""
    return (
        config.moderation_is_enforced()
        and str(package_type or "dataset") not in config.moderation_exempt_types()
    )


def find(named: Any) -> Any:
    """Return the dataset that CKAN will find by this id or name, or None.

    Asked just as CKAN asks: over the API an id may be a list or a dict, and one that
    only CKAN understands would walk past the door.
    """
    return model.Package.get(named) if named else None


def locked(data: MutableMapping[str, Any]) -> Any:
    """Return the dataset that a write is about, locked, or None."""
    package = find(data.get("id") or data.get("name"))
    return locked_package(model.Session, package.id) if package else None


def is_open(context: Context) -> bool:
    """Tell whether this write is the apply step."""
    return context.get(KEY) is PASS


def is_public(package: Any) -> bool:
    """Tell whether readers see a dataset as it is stored."""
    return moderation.is_public(package.state, package.private)


def begin(context: Context, data: MutableMapping[str, Any]) -> None:
    """Make a new dataset a draft, whatever its caller wished."""
    if is_open(context):
        return
    if not is_watched(data.get("type")):
        observation.begin(context, data.get("type"))
        observation.add(context, lambda: _relating(data, None))
        return
    _refuse_relations(data, set())
    data["state"] = "draft"
    # without it CKAN drops the state of an editor's new dataset and makes it active
    context["allow_state_change"] = True


def keep(context: Context, data: MutableMapping[str, Any], package: Any) -> None:
    """Put back what decides who sees a dataset; refuse what only a moderator may do.

    :param package: the row, locked and read under the lock
    :raises tk.ValidationError: when a review locks the dataset (code ``locked``)
    :raises tk.NotAuthorized: when a public or submitted dataset would change its owner
    """
    if is_open(context):
        return
    if not config.moderation_is_enforced():
        observation.begin(context, package.type, package)
        observation.add(context, lambda: _relating(data, package))
        return
    if "type" in data:  # a type that is left to CKAN would be a way around the door
        data["type"] = package.type
    if not is_watched(package.type):
        return
    _check_lock(context, package)
    _refuse_new_owner(context, data.get("owner_org", package.owner_org), package)
    _refuse_relations(data, known_relations(package) if _relates(data) else set())
    wished = data.get("state")
    if package.state == "deleted" and wished in ("active", "draft"):
        data["state"] = "draft"  # restored, and not public before it is approved
    elif wished == "deleted" and may_delete(context, package):
        data["state"] = "deleted"
        if package.state != "deleted":
            end_review(context, package)
    else:
        data["state"] = package.state
    context["allow_state_change"] = True
    if package.state == "active" or "private" not in data:
        data["private"] = package.private


def hold(context: Context, datasets: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """Keep datasets still while something that belongs to them is written.

    Their rows are locked until the transaction ends, so that nobody submits one of
    them meanwhile; what is submitted already is a moderator's.

    :param datasets: rows; None and types that nobody watches are passed over
    :returns: for each submitted one, by id, what a moderator may now change
    :raises tk.ValidationError: when a review locks one of them (code ``locked``)
    """
    if is_open(context):
        return {}
    watched = {one.id for one in datasets if one is not None and is_watched(one.type)}
    submitted = {}
    for id_ in sorted(watched):  # in one order everywhere, so that no two wait for ever
        package = lock_package(model.Session, id_)
        if package is not None:
            ours: dict[str, Any] = {**context}
            _check_lock(ours, package)
            if CORRECTED in ours:
                submitted[id_] = ours[CORRECTED][1]
    return submitted


def note_corrections(
    context: Context, submitted: MutableMapping[str, dict[str, Any]]
) -> None:
    """Record what a moderator changed beside the fields of submitted datasets.

    :param submitted: what ``hold`` returned
    """
    for id_, before in submitted.items():
        lock_package(model.Session, id_)
        case = Case.lock_open(model.Session, id_)
        if case is not None and case.state == State.SUBMITTED:
            note_correction({**context, CORRECTED: (case, before)})
        model.Session.commit()


def end_review(context: Any, package: Any) -> None:
    """Take a dataset that is deleted out of the moderators' queue.

    In the transaction of the deletion; its row is locked already.

    :raises tk.ValidationError: while an approved dataset is being published
    """
    case = Case.lock_open(model.Session, package.id)
    if case is None or State(case.state) not in LOCKED:
        return
    try:
        target = moderation.move("withdraw", State(case.state))
    except DomainError as refusal:
        review.refuse(refusal)
    context.pop(CORRECTED, None)
    case.enter(
        model.Session,
        "withdraw",
        target,
        rights.user_id(context),
        details={"deleted": True},
    )


def may_delete(context: Context, package: Any) -> bool:
    """Tell whether the user may take a dataset away: a public one is a moderator's."""
    if not is_public(package):
        return True
    user = rights.user_of(context)
    return user is None or rights.moderates(user, package.owner_org)


def locked_by(package_id: str) -> State | None:
    """Return the state of the review that locks a dataset, or None."""
    state = Case.state_of(model.Session, package_id)
    return state if state in LOCKED else None


def _check_lock(context: Any, package: Any) -> None:
    """Let a moderator correct what is submitted, and refuse everybody else.

    The permission has been asked before this transaction had the lock; the dataset may
    have been submitted between.
    """
    context.pop(CORRECTED, None)
    case = Case.lock_open(model.Session, package.id)
    if case is None or State(case.state) not in LOCKED:
        return
    user = rights.user_of(context)
    if case.state == State.SUBMITTED and rights.moderates(user, package.owner_org):
        context[CORRECTED] = (case, review.stored_dict(package.id))
        return
    tk.check_access("package_update", context, {"id": package.id})
    model.Session.rollback()
    raise tk.ValidationError({"code": ["locked"], "state": [locked_words()]})


def note_correction(context: Any) -> None:
    """Record what a moderator corrected, in the transaction of the correction.

    Called before CKAN's commit. The case gets a new version and stands for the new
    contents: who looked at the old ones decides about nothing.
    """
    if CORRECTED not in context:
        return
    case, before = context.pop(CORRECTED)
    model.Session.flush()
    after = review.stored_dict(case.package_id)
    hashed = content.content_hash(after)
    if hashed == case.content_hash:
        return
    case.content_hash = hashed
    case.enter(
        model.Session,
        "correct",
        moderation.move("correct", State(case.state)),
        rights.user_id(context),
        details={"changed": content.changed(before, after)},
    )


def locked_words() -> str:
    """Return why nobody but a moderator changes a submitted dataset, and what to do."""
    return tk._(moderation.WRONG_STATE[State.SUBMITTED])


def check_owner(context: Context, package: Any, named: Any) -> None:
    """Refuse a new owner of what is public or submitted, but to who decides about all.

    :param named: id or name of the organization, or nothing
    :raises tk.NotAuthorized: with whom to ask
    """
    if is_watched(package.type) and not is_open(context):
        _refuse_new_owner(context, named, package)


def _refuse_new_owner(context: Context, named: Any, package: Any) -> None:
    if named == package.owner_org:
        return
    group = model.Group.get(named) if isinstance(named, str) and named else None
    if group is not None and group.id == package.owner_org:
        return
    if not (is_public(package) or locked_by(package.id)):
        return
    user = rights.user_of(context)
    if user is not None and rights.moderated(user) is None:
        return
    raise tk.NotAuthorized(
        tk._(
            "A public dataset changes its organization only by a moderator of all "
            "organizations: ask the portal's administrator."
        )
    )


def refuse_visibility() -> NoReturn:
    """Say that nothing becomes public or hidden by the dozen.

    :raises tk.NotAuthorized: always
    """
    raise tk.NotAuthorized(bulk_words())


def bulk_words() -> str:
    """Return why visibility does not change in bulk, and what to do."""
    return tk._(
        "Datasets become public or hidden through moderation only: open each one "
        "and submit it."
    )


def takedown_words() -> str:
    """Return who takes a public dataset down, and what to do."""
    return tk._(
        "A public dataset is taken down by a moderator only: ask the "
        "moderator of your organization and say why."
    )


def known_relations(package: Any) -> set[str]:
    """Return ids of the relations of a dataset with others."""
    return {one.id for key in RELATIONS for one in getattr(package, key)}


def _relates(data: MutableMapping[str, Any]) -> bool:
    return any(data.get(key) for key in RELATIONS)


def _relating(data: Mapping[str, Any], package: Any) -> list[str]:
    """Return the rule of relations that come and go with a dataset, if any does.

    :param package: the row, None for a new dataset
    """
    for key in RELATIONS:
        known = {one.id for one in getattr(package, key)} if package else set()
        sent = data.get(key)
        if sent is not None and {one.get("id") for one in sent} != known:
            return ["door.relations"]
    return []


def _refuse_relations(data: MutableMapping[str, Any], known: set[str]) -> None:
    """Leave relations as they are: CKAN would write them unasked into both datasets.

    :param known: ids of those that exist; a dict that was shown carries them
    """
    sent = [one for key in RELATIONS for one in data.pop(key, None) or ()]
    if all(isinstance(one, dict) and one.get("id") in known for one in sent):
        return
    model.Session.rollback()
    raise tk.ValidationError(
        {
            "code": ["invalid"],
            "relationships": [
                tk._(
                    "Relations between datasets are not saved with a dataset: use "
                    "package_relationship_create, which asks both of them."
                )
            ],
        }
    )
