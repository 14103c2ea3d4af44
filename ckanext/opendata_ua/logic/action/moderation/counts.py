"""How much waits for a moderator: for the menu and the filters of the queue."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.logic import reading, review, rights, schema
from ckanext.opendata_ua.model.case import Case
from ckanext.opendata_ua.model.publication import Publication


@tk.side_effect_free
def opendata_ua_moderation_case_count(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Count what one may decide: cases in one statement, requests in another.

    :returns: ``waiting``, ``overdue``, ``mine`` (taken by oneself) cases; ``requests``
        of publishers, to suspend or end a publication for example; and
        ``organizations``, a list of dicts with ``id``, ``name``, ``title``,
        ``waiting`` of those that have any, by title
    """
    review.validated(context, data_dict, schema.nothing())
    tk.check_access("opendata_ua_moderation_case_count", context, data_dict)
    user = rights.user_of(context)
    scope = rights.moderated(user)
    rows = Case.waiting(
        model.Session,
        organizations=scope,
        moderator=user.id if user else None,
        now=reading.now(),
    )
    titles = review.titles({row.organization_id for row in rows})
    organizations = [
        {**titles[row.organization_id], "waiting": row.waiting}
        for row in rows
        if row.organization_id in titles
    ]
    return {
        "waiting": sum(row.waiting for row in rows),
        "overdue": sum(row.overdue for row in rows),
        "mine": sum(row.mine for row in rows),
        "requests": Publication.asked_number(model.Session, scope),
        "organizations": sorted(organizations, key=lambda one: one["title"]),
    }
