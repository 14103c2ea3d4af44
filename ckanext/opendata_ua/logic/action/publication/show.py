"""Where publications stand: one for everybody, lists for moderators."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.logic import publication, review, rights
from ckanext.opendata_ua.logic.schema import publication as schema
from ckanext.opendata_ua.model.publication import Publication


@tk.side_effect_free
def opendata_ua_publication_show(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Show whether the publication of a dataset was stopped, and why.

    :param id: id or name of the dataset; also an address it had (optional)
    :param resource_id: id of one of its files, in place of ``id`` (optional)
    :returns: ``state`` (``public``, ``suspended``, ``withdrawn``), ``dataset``,
        ``reason``, ``until``, ``since``, and ``sees_files``: whether the caller gets
        the files. Publishers and moderators are told ``actor``, ``personal_data`` and
        ``asked`` too, and ``decides``: whether they decide themselves
    :raises ObjectNotFound: when nothing ever happened to the publication
    """
    data = review.validated(context, data_dict, schema.of_dataset_or_file())
    row = _named(data)
    if row is None:
        raise tk.ObjectNotFound(tk._("The publication of this dataset never stopped."))
    tk.check_access("opendata_ua_publication_show", context, {"id": row.package_id})
    package: Any = model.Session.get(model.Package, row.package_id)
    if package is None:  # purged: what its row says is all that is left
        return {**publication.shown(row, whole=False), "sees_files": False}
    whole = publication.sees_files(context, package)
    told = {**publication.shown(row, whole=whole), "sees_files": whole}
    told["dataset"] |= {"name": package.name, "type": package.type}
    if whole:
        user = rights.user_of(context)
        told["decides"] = rights.moderates(user, package.owner_org)
    return told


def _named(data: dict[str, Any]) -> Any:
    if data.get("resource_id"):
        return Publication.of_resource(model.Session, data["resource_id"])
    return Publication.named(model.Session, data["id"]) if data.get("id") else None


@tk.side_effect_free
def opendata_ua_publication_list(
    context: Context, data_dict: DataDict
) -> list[dict[str, Any]]:
    """List publications that were stopped, or what publishers ask, for moderators.

    :param asked: ``true`` lists what publishers ask for and nobody has answered
    :param limit: at most 200, by default 50
    """
    data = review.validated(context, data_dict, schema.stopped())
    tk.check_access("opendata_ua_publication_list", context, data)
    rows = Publication.page(
        model.Session,
        rights.moderated(rights.user_of(context)),
        asked=data["asked"],
        limit=data["limit"],
    )
    names = _addresses([row.package_id for row in rows])
    found = []
    for row in rows:
        told = publication.shown(row, whole=True)
        told["dataset"] |= names.get(row.package_id, {})
        found.append(told)
    return found


def _addresses(ids: list[str]) -> dict[str, dict[str, str]]:
    package: Any = model.Package
    rows = model.Session.query(package.id, package.name, package.type).filter(
        package.id.in_(ids)
    )
    return {id_: {"name": name, "type": kind} for id_, name, kind in rows}
