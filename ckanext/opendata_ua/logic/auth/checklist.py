"""Who may read what a dataset still lacks, and who answers for it."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthResult, Context, DataDict

from ckanext.opendata_ua.logic import rights


def opendata_ua_checklist_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Let those read the checklist who may edit the dataset, or decide about it.

    While a review locks the dataset, its publishers do not edit it and still read.
    """
    package, user = model.Package.get(data_dict["id"]), rights.user_of(context)
    if package is not None and (
        rights.publishes(user, package) or rights.moderates(user, package.owner_org)
    ):
        return {"success": True}
    return authz.is_authorized("package_update", context, data_dict)


def opendata_ua_finding_acknowledge(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let publishers of the dataset answer for its findings."""
    package = model.Package.get(str(data_dict["finding_id"]).partition(".")[0])
    if package is None or rights.publishes(rights.user_of(context), package):
        return {"success": True}  # what does not exist is the action's 404
    return {
        "success": False,
        "msg": tk._("Only editors of the organization answer for its datasets."),
    }
