"""What has to be known before the extension is taken off a portal."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain.moderation import State
from ckanext.opendata_ua.domain.publication import Stop
from ckanext.opendata_ua.logic import review
from ckanext.opendata_ua.logic.schema import nothing
from ckanext.opendata_ua.model import leave


@tk.side_effect_free
def opendata_ua_leave_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show what would change for people if the extension were taken off now.

    :returns: ``approved``, datasets that would not become public by themselves any
        more, and ``suspended``, whose files stock CKAN would open: both have to be
        settled first; ``submitted``, which stay drafts, and ``withdrawn``, which stay
        hidden: all lists of dicts with ``name`` and ``title``; ``waiting``: numbers of
        ``jobs`` and ``messages`` that would be lost
    """
    review.validated(context, data_dict, nothing())
    tk.check_access("opendata_ua_leave_show", context, data_dict)
    session = model.Session
    return {
        "approved": _named(leave.in_review(session, State.APPROVED)),
        "suspended": _named(leave.stopped(session, Stop.SUSPENDED)),
        "submitted": _named(leave.in_review(session, State.SUBMITTED)),
        "withdrawn": _named(leave.stopped(session, Stop.WITHDRAWN)),
        "waiting": leave.waiting(session),
    }


def _named(rows: list[Any]) -> list[dict[str, str]]:
    return [{"name": row.name, "title": row.title or row.name} for row in rows]
