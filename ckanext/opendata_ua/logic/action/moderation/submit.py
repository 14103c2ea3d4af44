"""The publisher's steps: submit a dataset to moderation, take it back."""

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
from ckanext.opendata_ua.logic import (
    door,
    file_verdicts,
    letters,
    reading,
    review,
    rights,
)
from ckanext.opendata_ua.logic.schema import moderation as schema
from ckanext.opendata_ua.model.case import Case
from ckanext.opendata_ua.model.moderator import Moderator


def opendata_ua_moderation_submit(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Submit a dataset to moderation; until it is decided or withdrawn it is locked.

    :param id: id or name of the dataset
    :param comment: words for the moderator (optional)
    :param publish_on: day not before which it shall be public (optional)
    :returns: the case
    :raises ValidationError: code ``incomplete`` with all findings that stand in the
        way, or ``wrong_state``
    """
    data = review.validated(context, data_dict, schema.step())
    tk.check_access("opendata_ua_moderation_submit", context, {"id": data["id"]})
    file_verdicts.finish(data["id"])
    package = review.locked_dataset(data["id"])
    case = Case.lock_open(model.Session, package.id)
    try:
        if door.is_public(package):
            raise moderation.already_public()
        target = moderation.move("submit", State(case.state) if case else None)
        moment = day_begins(data["publish_on"], "publish_on", reading.now())
    except DomainError as refusal:
        review.refuse(refusal)
    dataset = review.stored_dict(package.id)
    review.check_ready(context, dataset)
    author = rights.user_id(context)
    assert author is not None  # noqa: S101 - the permission asks for a user
    case = case or Case.begin(model.Session, package.id, author)
    case.author, case.organization_id = author, package.owner_org
    case.content_hash = content_hash(dataset)
    case.submitted = reading.now()
    case.due = config.calendar().due(case.submitted, config.moderation_term())
    case.moderator, case.publish_on = None, moment
    case.enter(model.Session, "submit", target, author, comment=data["comment"])
    people = Moderator.of_organization(model.Session, package.owner_org)
    letters.tell("submit", case, package, [one for one in people if one != author])
    return review.ended(context, case, package)


def opendata_ua_moderation_withdraw(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Take a submission back: the dataset may be changed again.

    :param id: id or name of the dataset
    :param comment: why (optional)
    :returns: the case
    """
    data = review.validated(context, data_dict, schema.step())
    tk.check_access("opendata_ua_moderation_withdraw", context, {"id": data["id"]})
    package = review.locked_dataset(data["id"])
    case = Case.lock_open(model.Session, package.id)
    try:
        target = moderation.move("withdraw", State(case.state) if case else None)
    except DomainError as refusal:
        review.refuse(refusal)
    assert case is not None  # noqa: S101 - a step from nowhere was refused above
    case.enter(
        model.Session,
        "withdraw",
        target,
        rights.user_id(context),
        comment=data["comment"],
    )
    return review.ended(context, case, package)
