"""What publishers ask for: a moderator answers it by deciding, or declines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain import publication as rules
from ckanext.opendata_ua.domain.errors import DomainError
from ckanext.opendata_ua.domain.moderation import WrongState
from ckanext.opendata_ua.domain.words import N_
from ckanext.opendata_ua.logic import publication, review, rights
from ckanext.opendata_ua.logic.schema import publication as schema
from ckanext.opendata_ua.model.publication import Publication


def decides(context: Context, package: Any) -> bool:
    """Tell whether the caller decides; a publisher who does not asks."""
    if context.get("ignore_auth"):
        return True
    return rights.moderates(rights.user_of(context), package.owner_org)


def ask(
    context: Context,
    step: str,
    package: Any,
    row: Any,
    reason: str,
    *,
    until: datetime | None = None,
    personal_data: bool = False,
) -> dict[str, Any]:
    """Record what a publisher asks for; a later request takes the place of an earlier.

    :returns: as ``publication.ended``; ``publication.asked`` is the request
    """
    actor = rights.user_id(context)
    row.asked, row.asked_reason, row.asked_until = step, reason, until
    row.asked_personal_data = personal_data
    row.asked_by, row.asked_at = actor, sa.func.clock_timestamp()
    details = {"until": review.day_text(until)} if until else None
    case = publication.recorded(f"ask_{step}", package, actor, reason, details)
    publication.tell_moderators(f"ask_{step}", case, package, reason)
    return publication.ended(context, case, package, row)


def opendata_ua_publication_decline(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Decline what a publisher has asked for; the dataset stays as it is.

    :param id: id or name of the dataset
    :param reason: why, in words for the publisher
    :returns: the last case of the dataset, and ``publication``
    """
    data = review.validated(context, data_dict, schema.step())
    tk.check_access("opendata_ua_publication_decline", context, {"id": data["id"]})
    package = review.locked_dataset(data["id"])
    row = Publication.locked(model.Session, package)
    try:
        if row.asked is None:
            raise WrongState(
                "state",
                N_("Nothing is asked about this dataset: there is nothing to decline."),
            )
        reason = rules.reason(data["reason"])
    except DomainError as refusal:
        review.refuse(refusal)
    actor = rights.user_id(context)
    case = publication.recorded("decline", package, actor, reason)
    publication.tell_publishers("decline", case, package, row, actor, reason)
    row.answer()
    return publication.ended(context, case, package, row)
