"""Chained streams of activities: the past of a dataset is as hidden as the dataset.

An activity holds the whole dataset of its day and remembers who might read it then.
Who may read it now is asked of the row. Activities of views remember nobody: those of
a suspended dataset, whose files are closed, are left out here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Action, ChainedAction, Context, DataDict

from ckanext.opendata_ua.logic import publication, sight
from ckanext.opendata_ua.model.publication import Publication

#: Ends of the types of activities that are about a dataset; about one of its files.
ABOUT_DATASETS = (" package", " resource view", " dataset")
ABOUT_FILES = " resource view"
STREAMS = (
    "dashboard_activity_list",
    "group_activity_list",
    "organization_activity_list",
    "package_activity_list",
    "recently_changed_packages_activity_list",
    "user_activity_list",
)


def _stream(name: str) -> ChainedAction:
    @tk.chained_action
    @tk.side_effect_free
    def action(
        up_action: Action, context: Context, data_dict: DataDict
    ) -> list[dict[str, Any]]:
        whole = sight.is_whole(context)  # before CKAN writes into the context
        found = up_action(context, data_dict)
        if whole or not found:
            return found
        seen = sight.seen(context, [one["object_id"] for one in found])
        views = {one["object_id"] for one in found if _is_about(one, ABOUT_FILES)}
        closed = _closed(context, views & seen)
        return [
            one
            for one in found
            if not _is_hidden(one, seen)
            and not (one["object_id"] in closed and _is_about(one, ABOUT_FILES))
        ]

    action.__name__ = name
    action.__doc__ = (
        f"See CKAN's ``{name}``. Activities of datasets that the user may not read any "
        "more are left out, so a page may be shorter than its limit."
    )
    return action


def _is_hidden(activity: Mapping[str, Any], seen: set[str]) -> bool:
    return _is_about(activity, ABOUT_DATASETS) and activity["object_id"] not in seen


def _is_about(activity: Mapping[str, Any], what: str | tuple[str, ...]) -> bool:
    return str(activity["activity_type"]).endswith(what)


def _closed(context: Context, package_ids: set[str]) -> set[str]:
    """Return those of the datasets whose files are closed to the user."""
    if not package_ids:
        return set()
    suspended = Publication.suspended(model.Session, package_ids)
    return {
        id_
        for id_ in suspended
        if not publication.sees_files(context, model.Session.get(model.Package, id_))
    }


ACTIVITY: Mapping[str, ChainedAction] = {name: _stream(name) for name in STREAMS}
