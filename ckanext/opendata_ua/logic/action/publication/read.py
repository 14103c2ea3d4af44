"""What CKAN shows of datasets whose publication was stopped: chained actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import auth_audit_exempt
from ckan.types import Action, Context, DataDict

from ckanext.opendata_ua.domain.moderation import STANDS
from ckanext.opendata_ua.domain.publication import Stop
from ckanext.opendata_ua.logic import announcement, door, publication
from ckanext.opendata_ua.model.dataset import lock_package
from ckanext.opendata_ua.model.erasure import PUBLIC, VEILED
from ckanext.opendata_ua.model.publication import Publication

#: End of the types of activities about views of files.
OF_VIEWS = " resource view"


@tk.chained_action
@tk.side_effect_free
def package_show(
    up_action: Action, context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Show a dataset; of a suspended one readers see no files, but the reason.

    See CKAN's ``package_show``. The index holds a suspended dataset without its files:
    who may see them gets it from the database.
    """
    named: Any = data_dict.get("id") or data_dict.get("name_or_id")
    if not isinstance(named, str):  # CKAN finds it by an id in a list too
        found = door.find(named)
        if found is None:
            return up_action(context, data_dict)
        named = found.id
    if context.get("for_update"):
        # CKAN locks the row too, and goes on with what the session has read before:
        # a write that was committed meanwhile would be undone by the one that follows
        lock_package(model.Session, named)
    ours: dict[str, Any] = context  # type: ignore[assignment]  # a key of ours
    ours.pop(STANDS, None)
    # kept here until the answer is made: a session forgets what nobody holds
    shown = Publication.shown(model.Session, named)
    if shown is None:
        return up_action(context, data_dict)
    package, reason = shown.package, shown.reason
    data_dict = {**data_dict, "id": package.id}
    ours[STANDS] = (package.id, shown.state)
    if reason is None:
        return up_action(context, data_dict)
    # before CKAN writes into the context
    asked = {"user": context.get("user"), "ignore_auth": context.get("ignore_auth")}
    context["use_cache"] = False
    dataset = up_action(context, data_dict)
    publication.stand(dataset, reason)
    if not publication.sees_files(asked, package):
        publication.take_files(dataset)
    return dataset


@tk.chained_action
@tk.side_effect_free
def resource_search(
    up_action: Action, context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Search files; those of suspended datasets are left out.

    See CKAN's ``resource_search``, which asks no labels.
    """
    found = up_action(context, data_dict)
    if context.get("search_query"):  # rows, for the index's own use
        return found
    owners = {one["package_id"] for one in found["results"]}
    closed = Publication.suspended(model.Session, owners) if owners else {}
    kept = [one for one in found["results"] if one["package_id"] not in closed]
    hidden = len(found["results"]) - len(kept)
    return {**found, "results": kept, "count": found["count"] - hidden}


@tk.chained_action
@auth_audit_exempt  # what is left out asks nobody
def activity_create(up_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Record an activity; one of a suspended dataset lists files and is not shown.

    Left out are views of hidden datasets, whose activities CKAN does not label, so that
    everybody would see them later; and what the apply step does, which is told in
    another way. See CKAN's ``activity_create``.
    """
    id_ = str(data_dict.get("object_id") or "")
    about_view = str(data_dict.get("activity_type")).endswith(OF_VIEWS)
    if announcement.is_told_otherwise(id_) or (about_view and _is_hidden(id_)):
        return None
    given = data_dict.get("permission_labels")
    labels: list[str] = given if isinstance(given, list) else []
    shown = PUBLIC in labels
    if shown and Publication.stop_of(model.Session, id_) is Stop.SUSPENDED:
        veiled = [VEILED if label == PUBLIC else label for label in labels]
        data_dict = {**data_dict, "permission_labels": veiled}
    return up_action(context, data_dict)


def _is_hidden(id_: str) -> bool:
    package = door.find(id_)
    watched = package is not None and door.is_watched(package.type)
    return watched and not door.is_public(package)


ACTIVITY: Mapping[str, Any] = {"activity_create": activity_create}
