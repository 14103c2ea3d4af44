"""The door asked by name: writes that CKAN lets past ``package_update``."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthResult, Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.logic import door, rights


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def package_update(
    next_auth: Any, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """Keep a submitted dataset as it was submitted, but for its moderators."""
    package = _package(context, data_dict)
    if package is None or not door.is_watched(package.type):
        return next_auth(context, data_dict)
    user = rights.user_of(context)
    if not package.owner_org and not rights.prepares_unowned(user, package):
        return {
            "success": False,
            "msg": tk._(
                "The dataset belongs to no organization: ask the portal's "
                "administrator to give it to one."
            ),
        }
    state = door.locked_by(package.id)
    if state is None:
        return next_auth(context, data_dict)
    if user is not None and rights.moderates(user, package.owner_org):
        return {"success": True}
    core = next_auth(context, data_dict)
    return {"success": False, "msg": door.locked_words()} if core["success"] else core


@tk.chained_auth_function
def package_delete(
    next_auth: Any, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """Let only moderators take a public dataset from its readers."""
    package = _package(context, data_dict)
    watched = package is not None and door.is_watched(package.type)
    if watched and not door.may_delete(context, package):
        return {"success": False, "msg": door.takedown_words()}
    return next_auth(context, data_dict)


@tk.chained_auth_function
def resource_delete(
    next_auth: Any, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """Let publishers remove a file: that is a change of a dataset, not its end.

    CKAN asks here whether the whole dataset may be deleted.
    """
    resource = model.Resource.get((data_dict or {}).get("id") or "")
    package = model.Package.get(resource.package_id) if resource else None
    if package is None or not door.is_watched(package.type):
        return next_auth(context, data_dict)
    return authz.is_authorized(
        "package_update", tk.fresh_context(context), {"id": package.id}
    )


def _bulk(next_auth: Any, context: Context, data_dict: DataDict | None) -> AuthResult:
    if not config.moderation_is_enforced():
        return next_auth(context, data_dict)
    return {"success": False, "msg": door.bulk_words()}


@tk.chained_auth_function
@tk.auth_sysadmins_check
def bulk_update_public(
    next_auth: Any, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """Publish nothing in bulk: CKAN 2.11 would do it by one statement, past it all."""
    return _bulk(next_auth, context, data_dict)


@tk.chained_auth_function
@tk.auth_sysadmins_check
def bulk_update_private(
    next_auth: Any, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """Hide nothing in bulk."""
    return _bulk(next_auth, context, data_dict)


@tk.chained_auth_function
def bulk_update_delete(
    next_auth: Any, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """Delete in bulk only what one may delete one by one."""
    allowed = next_auth(context, data_dict)
    if not allowed["success"]:
        return allowed
    for id_ in (data_dict or {}).get("datasets") or ():
        one: Any = authz.is_authorized(
            "package_delete", tk.fresh_context(context), {"id": id_}
        )
        if not one["success"]:
            return one
    return allowed


@tk.chained_auth_function
def member_create(
    next_auth: Any, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """Ask the door before a dataset enters a group."""
    return _membership(next_auth, context, data_dict)


@tk.chained_auth_function
def member_delete(
    next_auth: Any, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """Ask the door before a dataset leaves a group."""
    return _membership(next_auth, context, data_dict)


def _membership(
    next_auth: Any, context: Context, data_dict: DataDict | None
) -> AuthResult:
    allowed = next_auth(context, data_dict)
    data = data_dict or {}
    of_dataset = data.get("object_type") == "package"
    if not (allowed["success"] and of_dataset and config.moderation_is_enforced()):
        return allowed
    return authz.is_authorized(
        "package_update", tk.fresh_context(context), {"id": data.get("object")}
    )


@tk.chained_auth_function
def package_collaborator_create(
    next_auth: Any, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """Ask the door before a hidden dataset is opened to one more person."""
    allowed = next_auth(context, data_dict)
    if not (allowed["success"] and config.moderation_is_enforced()):
        return allowed
    return authz.is_authorized(
        "package_update", tk.fresh_context(context), {"id": (data_dict or {}).get("id")}
    )


def _package(context: Context, data_dict: DataDict | None) -> Any:
    data: Any = data_dict or {}
    named, known = data.get("id") or data.get("name"), context.get("package")
    if known is not None and named == known.id:
        return known
    return door.find(named) or known
