"""The only step that makes a dataset public."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain import moderation
from ckanext.opendata_ua.domain.errors import DomainError
from ckanext.opendata_ua.domain.moderation import State
from ckanext.opendata_ua.logic import (
    announcement,
    door,
    post,
    publication,
    reading,
    review,
)
from ckanext.opendata_ua.logic.kinds import APPLY
from ckanext.opendata_ua.logic.schema import moderation as schema
from ckanext.opendata_ua.model.case import CaseEvent
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.publication import is_to_come


def opendata_ua_moderation_apply(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Make an approved dataset public, as its author. Repeating it changes nothing.

    The case, the dataset and its versions of files change in one commit of CKAN's.
    One that becomes public on a day is left until then.

    :param case_id: id of the case
    :returns: the case
    """
    data = review.validated(context, data_dict, schema.one_case())
    tk.check_access("opendata_ua_moderation_apply", context, data)
    case, package = review.locked_case(data["case_id"])
    if case.state == State.APPLIED.value:
        return review.ended(context, case, package)
    try:
        target = moderation.move("apply", State(case.state))
    except DomainError as refusal:
        review.refuse(refusal)
    if is_to_come(model.Session, case.publish_on):
        Job.promise(model.Session, APPLY, case.id, run_after=case.publish_on)
        return review.ended(context, case, package)
    author = model.User.get(case.author)
    dataset = review.stored_dict(package.id)
    dataset.pop("metadata_modified", None)  # kept as sent on 2.12, and must move
    publication.lift(package)
    known = CaseEvent.was_public(model.Session, package.id)
    case.applied = reading.now()
    case.enter(model.Session, "apply", target, None)
    writing: Any = {
        "user": author.name if author else _site_user(),
        "ignore_auth": True,
        door.KEY: door.PASS,
    }
    public = {**dataset, "state": "active", "private": False}
    if known:
        _write(writing, public)
        return review.case_dict(case, package)
    news = announcement.post(model.Session, package.id, writing["user"])
    with announcement.instead_of_ckan(package.id):
        _write(writing, public)
    applied = review.case_dict(case, package)
    post.deliver_now(model.Session, news)
    return applied


def _write(context: Any, dataset: dict[str, Any]) -> None:
    tk.get_action("package_update")(context, dataset)
    model.Session.commit()  # CKAN 2.12 commits nothing where nothing was left to change


def _site_user() -> str:
    return str(tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"])
