"""The publisher's board: what is not public yet, and what each dataset needs."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import dates, moderation
from ckanext.opendata_ua.domain.moderation import Public
from ckanext.opendata_ua.logic import review, rights
from ckanext.opendata_ua.logic.schema import moderation as schema
from ckanext.opendata_ua.model import work


@tk.side_effect_free
def opendata_ua_moderation_work_list(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """List the datasets one prepares that are not public, by what they need.

    The number of SQL statements does not depend on the number of datasets.

    :param state: leave datasets in this state: ``returned``, ``rejected``, ``draft``,
        ``submitted``, ``approved`` or ``internal`` (optional)
    :param after: ``next`` of the page before (optional)
    :param limit: at most 200, by default 50
    :returns: ``counts``, number of datasets by state; ``datasets``, a list of dicts
        with ``id``, ``name``, ``title``, ``type``, ``organization``, ``modified``,
        ``state``, ``next``, ``next_step``, ``case_id``, ``due``, ``publish_on`` and
        ``last_event``;
        ``next``, None on the last page
    """
    data = review.validated(context, data_dict, schema.work(work.ORDER))
    tk.check_access("opendata_ua_moderation_work_list", context, data)
    board = _board(rights.user_of(context))
    rows = board.page(
        model.Session,
        limit=data["limit"] + 1,
        state=Public(data["state"]) if data.get("state") else None,
        after=_key(data.get("after")),
    )
    shown, more = rows[: data["limit"]], len(rows) > data["limit"]
    counts = board.counts(model.Session)
    return {
        "counts": {state.value: counts.get(state, 0) for state in work.ORDER},
        "datasets": _dataset_dicts(shown),
        "next": _text(shown[-1]) if shown and more else None,
    }


def _board(user: Any) -> work.Board:
    let_in = authz.check_config_permission("allow_dataset_collaborators")
    holders = work.Holders(rights.published(user), user.id if user and let_in else None)
    return work.Board(holders, config.moderation_exempt_types())


def _dataset_dicts(rows: list[Any]) -> list[dict[str, Any]]:
    events = work.last_events(model.Session, [row.id for row in rows])
    told = dict(zip(events, review.event_dicts(list(events.values())), strict=True))
    organizations = review.titles({row.owner_org for row in rows})
    return [_dataset_dict(row, organizations, told) for row in rows]


def _dataset_dict(
    row: Any, organizations: dict[Any, Any], events: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    state = Public(row.public_state)
    planned = review.planned(state, row.publish_on)
    return {
        "id": row.id,
        "name": row.name,
        "title": row.title or row.name,
        "type": row.type,
        "organization": organizations.get(row.owner_org),
        "modified": row.modified.isoformat() if row.modified else None,
        "state": row.public_state,
        "next": moderation.NEXT[state][0],
        "next_step": review.next_step(state, planned),
        "case_id": row.case_id,
        "due": review.moment_text(row.due),
        "publish_on": review.day_text(planned),
        "last_event": events.get(row.id),
    }


def _text(row: Any) -> str:
    return f"{row.rank}~{row.modified.isoformat()}~{row.id}"


def _key(text: str | None) -> work.Key | None:
    rank, _, rest = (text or "").partition("~")
    modified, _, package_id = rest.partition("~")
    moment = dates.moment(modified)
    if moment is None or not rank.isdecimal():
        return None
    # CKAN keeps this column without a zone, in UTC
    return work.Key(int(rank), moment.replace(tzinfo=None), package_id)
