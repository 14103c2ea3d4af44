"""Publication on a date: approved now, public on the day."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain import moderation
from ckanext.opendata_ua.domain import publication as rules
from ckanext.opendata_ua.domain.errors import DomainError
from ckanext.opendata_ua.domain.moderation import State
from ckanext.opendata_ua.logic import reading, review, rights
from ckanext.opendata_ua.logic.kinds import APPLY
from ckanext.opendata_ua.logic.schema import publication as schema
from ckanext.opendata_ua.model.job import Job


def opendata_ua_publication_plan(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Say on which day a submitted or approved dataset becomes public.

    :param case_id: id of the case
    :param case_version: version of the case that was seen
    :param publish_on: day, ``2027-01-31``; empty: as soon as it is approved
    :returns: the case
    :raises ValidationError: code ``stale``, ``wrong_state`` or ``invalid``
    """
    data = review.validated(context, data_dict, schema.plan())
    tk.check_access("opendata_ua_publication_plan", context, data)
    case, package = review.locked_case(data["case_id"])
    try:
        state = State(case.state)
        rules.check_plan(state)
        moderation.check_seen(case.version, data["case_version"])
        moment = rules.day_begins(data["publish_on"], "publish_on", reading.now())
    except DomainError as refusal:
        review.refuse(refusal)
    case.publish_on = moment
    day = review.day_text(moment)
    case.enter(
        model.Session,
        "plan",
        state,
        rights.user_id(context),
        details={"publish_on": day},
    )
    if state is State.APPROVED:
        # an earlier day is the job's from now on; on the old one it finds a later one
        Job.promise(model.Session, APPLY, case.id, run_after=moment)
    return review.ended(context, case, package)
