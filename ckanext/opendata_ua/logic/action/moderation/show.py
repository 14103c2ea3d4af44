"""Looking at cases: one, a page of them, the history of a dataset."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain import dates
from ckanext.opendata_ua.logic import reading, review, rights
from ckanext.opendata_ua.logic.schema import moderation as schema
from ckanext.opendata_ua.logic.schema import one_object
from ckanext.opendata_ua.model.case import Case, CaseEvent
from ckanext.opendata_ua.model.moderator import Moderator


@tk.side_effect_free
def opendata_ua_moderation_case_show(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Show one case with its history.

    :param case_id: id of the case
    :returns: the case, ``events``, oldest first, and ``moderators``: to whom it may
        be given; empty for those who do not decide about it
    """
    data = review.validated(context, data_dict, schema.one_case())
    tk.check_access("opendata_ua_moderation_case_show", context, data)
    case = review.find_case(data["case_id"])
    package: Any = model.Package.get(case.package_id)
    if package is None:  # purged: only its history is left
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    events = CaseEvent.of_dataset(model.Session, case.package_id)
    return {
        **review.case_dict(case, package),
        "events": review.event_dicts(events),
        "moderators": _moderators(rights.user_of(context), package.owner_org),
    }


@tk.side_effect_free
def opendata_ua_moderation_case_list(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """List the cases one may see, the most urgent first, paged by key.

    :param state: leave cases of this state (optional; default ``submitted``)
    :param organization: id or name of an organization (optional)
    :param assignee: id or name of a moderator (optional)
    :param overdue: ``true`` leaves what is late (optional)
    :param case_ids: list of ids, leaves these cases (optional)
    :param after: ``next`` of the page before (optional)
    :param limit: at most 200, by default 50
    :returns: ``cases`` and ``next``, None on the last page
    """
    data = review.validated(context, data_dict, schema.cases())
    tk.check_access("opendata_ua_moderation_case_list", context, data)
    scope = rights.moderated(rights.user_of(context))
    if data.get("organization"):
        group = model.Group.get(data["organization"])
        wanted = group.id if group else ""
        scope = [wanted] if scope is None or wanted in scope else []
    assignee = model.User.get(data["assignee"]) if data.get("assignee") else None
    rows = Case.page(
        model.Session,
        organizations=scope,
        limit=data["limit"] + 1,
        state=data["state"],
        moderator=assignee.id if assignee else None,
        overdue_at=reading.now() if data["overdue"] else None,
        case_ids=data.get("case_ids"),
        after=_key(data.get("after")),
    )
    shown, more = rows[: data["limit"]], len(rows) > data["limit"]
    last = shown[-1][0] if shown and more else None
    return {
        "cases": review.case_dicts(shown),
        "next": f"{last.due.isoformat()}~{last.id}" if last else None,
    }


@tk.side_effect_free
def opendata_ua_moderation_history(
    context: Context, data_dict: DataDict
) -> list[dict[str, Any]]:
    """Show everything that happened in the reviews of a dataset, oldest first.

    :param id: id or name of the dataset
    """
    data = review.validated(context, data_dict, one_object())
    tk.check_access("opendata_ua_moderation_history", context, {"id": data["id"]})
    package = model.Package.get(data["id"])
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return review.event_dicts(CaseEvent.of_dataset(model.Session, package.id))


def _moderators(user: Any, organization_id: str | None) -> list[dict[str, str]]:
    if not rights.moderates(user, organization_id):
        return []
    ids = Moderator.of_organization(model.Session, organization_id)
    return sorted(review.names(set(ids)).values(), key=lambda one: one["title"])


def _key(text: str | None) -> tuple[datetime, str] | None:
    due, separator, case_id = (text or "").partition("~")
    moment = dates.moment(due) if separator else None
    return (moment, case_id) if moment else None
