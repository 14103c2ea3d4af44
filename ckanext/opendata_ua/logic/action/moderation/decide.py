"""The moderator's steps: take a case, approve, return, reject, decide many."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import moderation
from ckanext.opendata_ua.domain.content import content_hash
from ckanext.opendata_ua.domain.errors import DomainError
from ckanext.opendata_ua.domain.moderation import State
from ckanext.opendata_ua.domain.publication import day_begins
from ckanext.opendata_ua.logic import letters, reading, review, rights, work
from ckanext.opendata_ua.logic.kinds import APPLY
from ckanext.opendata_ua.logic.many import decide_each
from ckanext.opendata_ua.logic.schema import moderation as schema
from ckanext.opendata_ua.model.case import CaseRow
from ckanext.opendata_ua.model.job import Job


def opendata_ua_moderation_assign(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Give a submitted case to a moderator, by default to oneself.

    :param case_id: id of the case
    :param user: id or name of a moderator (optional; empty: nobody)
    :returns: the case
    """
    data = review.validated(context, data_dict, schema.assign())
    tk.check_access("opendata_ua_moderation_assign", context, data)
    case, package = review.locked_case(data["case_id"])
    try:
        target = moderation.move("assign", State(case.state))
    except DomainError as refusal:
        review.refuse(refusal)
    actor = rights.user_of(context)
    person = model.User.get(data["user"]) if data.get("user") else actor
    if person is None or not rights.moderates(person, package.owner_org):
        model.Session.rollback()
        raise tk.ValidationError(
            {
                "code": ["invalid"],
                "user": [
                    tk._(
                        "This person does not moderate the organization of the "
                        "dataset: choose one of its moderators."
                    )
                ],
            }
        )
    case.moderator = person.id
    case.enter(
        model.Session,
        "assign",
        target,
        actor.id if actor else None,
        details={"moderator": person.id},
    )
    return review.ended(context, case, package)


def opendata_ua_moderation_approve(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Approve a dataset; it becomes public at once, or as soon as the portal can.

    :param case_id: id of the case
    :param case_version: version of the case that the moderator saw
    :param comment: words for the publisher (optional)
    :param publish_on: day on which it becomes public; otherwise the one that was
        asked for at the submission, or at once (optional)
    :returns: the case, ``approved`` or already ``applied``
    :raises ValidationError: code ``stale``, ``wrong_state``, or ``incomplete`` when
        something has come up since the submission
    """
    case, package = _decide("approve", context, data_dict)
    Job.promise(model.Session, APPLY, case.id, run_after=case.publish_on)
    decided = review.ended(context, case, package)
    if context.get("defer_commit") or case.publish_on:
        return decided
    return work.try_now(APPLY, case.id) or decided


def opendata_ua_moderation_return(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Return a dataset to its publisher, who may mend it and submit it again.

    :param case_id: id of the case
    :param case_version: version of the case that the moderator saw
    :param reasons: list of codes of ``refusal_reasons``
    :param comment: what to mend, in words
    :returns: the case
    """
    case, package = _decide("return", context, data_dict)
    return review.ended(context, case, package)


def opendata_ua_moderation_reject(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Reject a dataset: the case ends, the dataset stays a draft.

    :param case_id: id of the case
    :param case_version: version of the case that the moderator saw
    :param reasons: list of codes of ``refusal_reasons``
    :param comment: why, in words
    :returns: the case
    """
    case, package = _decide("reject", context, data_dict)
    return review.ended(context, case, package)


def opendata_ua_moderation_decide_many(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Decide many cases, each in a transaction of its own.

    :param decisions: list of dicts with ``case_id``, ``case_version``, ``decision``
        (``approve``, ``return`` or ``reject``) and what that decision takes
    :returns: ``results`` in the same order: ``case`` or ``error``
    """
    tk.check_access("opendata_ua_moderation_decide_many", context, data_dict)
    return decide_each(context, data_dict, "case", DECISIONS)


DECISIONS = {
    "approve": opendata_ua_moderation_approve,
    "return": opendata_ua_moderation_return,
    "reject": opendata_ua_moderation_reject,
}


def _decide(name: str, context: Context, data_dict: DataDict) -> tuple[CaseRow, Any]:
    """Take one decision: locked, compared with what was seen, recorded, told."""
    data = review.validated(context, data_dict, schema.decision())
    tk.check_access(f"opendata_ua_moderation_{name}", context, data)
    case, package = review.locked_case(data["case_id"])
    actor = rights.user_id(context)
    try:
        target = moderation.move(
            name, State(case.state), data["reasons"], data["comment"]
        )
        dataset = review.stored_dict(package.id)
        moderation.check_seen(
            case.version,
            data["case_version"],
            content_hash(dataset),
            case.content_hash,
        )
        if name == "approve":
            asked = day_begins(data["publish_on"], "publish_on", reading.now())
            case.publish_on = asked or case.publish_on
    except DomainError as refusal:
        review.refuse(refusal)
    if name == "approve":
        review.check_ready(context, dataset)
    case.self_control = actor == case.author
    if case.self_control and not config.moderation_self_control():
        model.Session.rollback()
        raise tk.NotAuthorized(
            tk._(
                "On this portal nobody decides about a dataset they have submitted "
                "themselves: ask another moderator."
            )
        )
    case.decided = reading.now()
    event = case.enter(
        model.Session,
        name,
        target,
        actor,
        reasons=data["reasons"],
        comment=data["comment"],
        details={"self_control": True} if case.self_control else None,
    )
    letters.tell_decision(event, case, package)
    return case, package
