"""Everything that moderation would have stopped, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain.formulas import harmless
from ckanext.opendata_ua.logic import review
from ckanext.opendata_ua.logic.schema import observation as schema

COLUMNS = (
    "organization",
    "dataset",
    "title",
    "address",
    "what",
    "rule",
    "message",
    "count",
    "first_seen",
    "last_seen",
)


def open_observations(context: Context, data_dict: DataDict) -> Iterator[list[str]]:
    """Return a row for each observation, in the order of ``COLUMNS``; refuse at once.

    A page of ``opendata_ua_observation_list`` is in memory at a time.

    :param organization: as of that action (optional)
    :param rule: as of that action (optional)
    :raises tk.NotAuthorized: as that action does
    """
    data = review.validated(context, data_dict, schema.filters())
    tk.check_access("opendata_ua_observation_list", context, data)
    return _rows(context, data)


def _rows(context: Context, data: Mapping[str, Any]) -> Iterator[list[str]]:
    asked: dict[str, Any] = {**data, "limit": schema.MOST}
    while True:
        page = tk.get_action("opendata_ua_observation_list")(
            tk.fresh_context(context), dict(asked)
        )
        for one in page["observations"]:
            yield [harmless(cell) for cell in _cells(one)]
        if page["next"] is None:
            return
        asked["after"] = page["next"]


def _cells(one: Mapping[str, Any]) -> tuple[str, ...]:
    dataset, name = one["dataset"], one["dataset"]["name"] or ""
    return (
        (one["organization"] or {}).get("title", ""),
        name or dataset["id"],
        dataset["title"] or "",
        f"{config.site_url()}/dataset/{name}" if name else "",
        one["what"],
        one["rule"],
        one["message"],
        str(one["count"]),
        one["first_seen"],
        one["last_seen"],
    )
