"""Who stops a publication, who asks for it, and what readers are told of files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.logic.auth import get_resource_object
from ckan.types import AuthResult, Context, DataDict

from ckanext.opendata_ua.domain.publication import Stop
from ckanext.opendata_ua.logic import publication, rights
from ckanext.opendata_ua.model.publication import Preview, Publication


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def package_show(
    next_auth: Any, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """Tell whoever may not read a withdrawn dataset why."""
    allowed = next_auth(context, data_dict)
    if allowed["success"]:
        return allowed
    named = (data_dict or {}).get("id")
    row = Publication.named(model.Session, named) if isinstance(named, str) else None
    if row is None or row.state != Stop.WITHDRAWN.value:
        return allowed
    return {"success": False, "msg": publication.closed_words(row)}


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def resource_show(
    next_auth: Any, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """Close the files of a suspended dataset; views and the DataStore ask here too."""
    allowed = next_auth(context, data_dict)
    # found as CKAN finds it: by its name too, and by an id in a list
    resource: Any = get_resource_object(context, data_dict)
    row = Publication.of_resource(model.Session, resource.id)
    if row is None or row.state == Stop.NONE.value:
        return allowed
    suspended = row.state == Stop.SUSPENDED.value
    if allowed["success"] and not (
        suspended and not publication.sees_files(context, _package(row.package_id))
    ):
        return allowed
    return {"success": False, "msg": publication.closed_words(row)}


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def datastore_search(
    next_auth: Any, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """Tell whoever may not read a table of a stopped dataset why."""
    return _table(next_auth, context, data_dict)


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def datastore_info(
    next_auth: Any, context: Context, data_dict: DataDict | None
) -> AuthResult:
    """Tell whoever may not read about a table of a stopped dataset why."""
    return _table(next_auth, context, data_dict)


def _table(next_auth: Any, context: Context, data_dict: DataDict | None) -> AuthResult:
    """Say the reason where CKAN 2.12 says that ``resource_show`` is refused."""
    allowed = next_auth(context, data_dict)
    data = data_dict or {}
    id_ = data.get("resource_id") or data.get("id")
    if allowed["success"] or not isinstance(id_, str):
        return allowed
    row = Publication.of_resource(model.Session, id_)
    if row is None or row.state == Stop.NONE.value:
        return allowed
    return {"success": False, "msg": publication.closed_words(row)}


def opendata_ua_publication_suspend(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let moderators suspend, and publishers ask for it."""
    return _either(context, data_dict)


def opendata_ua_publication_resume(context: Context, data_dict: DataDict) -> AuthResult:
    """Let moderators resume, and publishers ask for it."""
    return _either(context, data_dict)


def opendata_ua_publication_withdraw(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let moderators withdraw, and publishers ask for it."""
    return _either(context, data_dict)


def opendata_ua_publication_decline(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let moderators decline what is asked."""
    return rights.answer_of_moderator(context, model.Package.get(data_dict["id"]))


def opendata_ua_publication_due(context: Context, data_dict: DataDict) -> AuthResult:
    """Let nobody but the portal itself, and sysadmins, end what is due."""
    return _portal()


def opendata_ua_publication_erase(context: Context, data_dict: DataDict) -> AuthResult:
    """Let nobody but the portal itself, and sysadmins, erase what is left."""
    return _portal()


@tk.auth_allow_anonymous_access
def opendata_ua_publication_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Let everybody know why a publication was stopped.

    What is public again, or hidden for another reason, is as readable as its dataset.
    """
    row = Publication.named(model.Session, data_dict["id"])
    if row is not None and row.state == Stop.WITHDRAWN.value:
        return {"success": True}
    return authz.is_authorized("package_show", context, data_dict)


def opendata_ua_publication_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Let moderators see what is stopped and what is asked, each their part of it."""
    return rights.answer_of_some_moderator(context)


def opendata_ua_publication_plan(context: Context, data_dict: DataDict) -> AuthResult:
    """Let who may approve a case say on which day it becomes public."""
    return authz.is_authorized(
        "opendata_ua_moderation_approve", context, {"case_id": data_dict["case_id"]}
    )


def opendata_ua_moderation_preview_create(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let publishers and moderators of a dataset show it to somebody."""
    return _either(context, data_dict)


def opendata_ua_moderation_preview_list(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let publishers and moderators of a dataset see its links."""
    return _either(context, data_dict)


def opendata_ua_moderation_preview_revoke(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let publishers and moderators of a dataset revoke its links."""
    link = model.Session.get(Preview, data_dict["preview_id"])
    return _either(context, {"id": link.package_id if link else ""})


@tk.auth_allow_anonymous_access
def opendata_ua_moderation_preview_show(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let everybody ask: the token is the permission."""
    return {"success": True}


def _either(context: Context, data_dict: DataDict) -> AuthResult:
    # a dataset that does not exist is the action's 404, not a 403
    package = model.Package.get(data_dict["id"]) if data_dict["id"] else None
    may = package is None or rights.has_a_say(rights.user_of(context), package)
    return rights.answer(
        may, tk._("Only moderators and publishers of this dataset may do this.")
    )


def _portal() -> AuthResult:
    return rights.answer(False, tk._("The portal does this by itself."))


def _package(package_id: str) -> Any:
    return model.Session.get(model.Package, package_id)


#: Permissions of the DataStore, which may be off.
DATASTORE: Mapping[str, Any] = {
    function.__name__: function for function in (datastore_search, datastore_info)
}
