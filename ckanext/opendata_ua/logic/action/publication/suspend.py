"""Closing the files of a public dataset for a while, and opening them again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain import publication as rules
from ckanext.opendata_ua.domain.errors import DomainError
from ckanext.opendata_ua.domain.publication import Stop
from ckanext.opendata_ua.logic import publication, reading, review, rights, wording
from ckanext.opendata_ua.logic.action.publication.ask import ask, decides
from ckanext.opendata_ua.logic.kinds import DUE
from ckanext.opendata_ua.logic.schema import one_object
from ckanext.opendata_ua.logic.schema import publication as schema
from ckanext.opendata_ua.model import erasure
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.publication import Publication, touch


def opendata_ua_publication_suspend(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Close the files of a public dataset; its page stays and says why.

    The call of a publisher who is no moderator asks the moderators for it.

    :param id: id or name of the dataset
    :param reason: why, in words for everybody
    :param until: day on which the files are open again, ``2027-01-31`` (optional)
    :returns: the last case of the dataset, and ``publication``
    :raises ValidationError: code ``wrong_state`` or ``invalid``
    """
    data = review.validated(context, data_dict, schema.suspend())
    tk.check_access("opendata_ua_publication_suspend", context, {"id": data["id"]})
    package = review.locked_dataset(data["id"])
    row = Publication.locked(model.Session, package)
    try:
        stop = rules.move("suspend", publication.stand_of(package, row))
        reason = rules.reason(data["reason"])
        until = rules.day_begins(data["until"], "until", reading.now())
    except DomainError as refusal:
        review.refuse(refusal)
    if not decides(context, package):
        return ask(context, "suspend", package, row, reason, until=until)
    actor = rights.user_id(context)
    _enter(row, package, stop, reason, actor, until)
    details = {"until": review.day_text(until)} if until else None
    case = publication.recorded("suspend", package, actor, reason, details)
    erasure.veil_activities(model.Session, package.id)
    publication.tell_publishers("suspend", case, package, row, actor, reason)
    row.answer()
    if until is not None:
        Job.promise(model.Session, DUE, package.id, run_after=until)
    return publication.ended(context, case, package, row)


def opendata_ua_publication_resume(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Open the files of a suspended dataset again.

    The call of a publisher who is no moderator asks the moderators for it.

    :param id: id or name of the dataset
    :param reason: why, in words
    :returns: the last case of the dataset, and ``publication``
    :raises ValidationError: code ``wrong_state`` or ``invalid``
    """
    data = review.validated(context, data_dict, schema.step())
    tk.check_access("opendata_ua_publication_resume", context, {"id": data["id"]})
    package = review.locked_dataset(data["id"])
    row = Publication.locked(model.Session, package)
    try:
        rules.move("resume", publication.stand_of(package, row))
        reason = rules.reason(data["reason"])
    except DomainError as refusal:
        review.refuse(refusal)
    if not decides(context, package):
        return ask(context, "resume", package, row, reason)
    return _resume(context, package, row, reason, rights.user_id(context))


def opendata_ua_publication_due(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Resume a dataset whose suspension has come to its end; otherwise do nothing.

    A suspension that was prolonged meanwhile is looked at again on its new day.

    :param id: id of the dataset
    :returns: ``resumed``
    """
    data = review.validated(context, data_dict, one_object())
    tk.check_access("opendata_ua_publication_due", context, data)
    try:
        package = review.locked_dataset(data["id"])
    except tk.ObjectNotFound:  # purged meanwhile
        return {"resumed": False}
    row = Publication.locked(model.Session, package)
    suspended = row.state == Stop.SUSPENDED.value and row.until is not None
    if not suspended:
        return {"resumed": False}
    if not Publication.is_due(model.Session, package.id):
        Job.promise(model.Session, DUE, package.id, run_after=row.until)
        return {"resumed": False}
    with wording.portal_language():
        reason = tk._("The term of the suspension is over.")
    _resume(context, package, row, reason, None)
    return {"resumed": True}


def _resume(
    context: Context, package: Any, row: Any, reason: str, actor: str | None
) -> dict[str, Any]:
    _enter(row, package, Stop.NONE, reason, actor, None)
    case = publication.recorded("resume", package, actor, reason)
    erasure.unveil_activities(model.Session, package.id)
    publication.tell_publishers("resume", case, package, row, actor, reason)
    row.answer()
    return publication.ended(context, case, package, row)


def _enter(
    row: Any,
    package: Any,
    stop: Stop,
    reason: str,
    actor: str | None,
    until: datetime | None,
) -> None:
    row.state, row.reason, row.actor, row.until = stop.value, reason, actor, until
    row.title = package.title or package.name
    row.since, row.personal_data = reading.now(), False
    touch(model.Session, package.id)
    model.Session.refresh(package)
