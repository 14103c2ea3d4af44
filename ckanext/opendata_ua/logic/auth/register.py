"""Who may read the register of datasets (everybody), and who publishes it."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def opendata_ua_register_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Let everybody read what is public."""
    return {"success": True}


def opendata_ua_register_publish(context: Context, data_dict: DataDict) -> AuthResult:
    """Let those publish the register who may create datasets of the organization."""
    owner = {"owner_org": data_dict["organization"]}
    return authz.is_authorized("package_create", context, owner)


def opendata_ua_register_import(context: Context, data_dict: DataDict) -> AuthResult:
    """Let those load a register who may create datasets of the organization."""
    owner = {"owner_org": data_dict["organization"]}
    return authz.is_authorized("package_create", context, owner)


def opendata_ua_register_compare(context: Context, data_dict: DataDict) -> AuthResult:
    """Let those compare who load; the whole portal is its administrators'."""
    if data_dict["organization"] is None:
        words = tk._("Choose an organization: the whole portal is its administrators'.")
        return {"success": False, "msg": words}
    return opendata_ua_register_import(context, data_dict)


def opendata_ua_register_import_keep(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let those keep a file who may load it."""
    return opendata_ua_register_import(context, data_dict)


def opendata_ua_register_import_show(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let those look at what was sent who may load it."""
    return opendata_ua_register_import(context, data_dict)


def opendata_ua_register_import_apply(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let those make the drafts who may create datasets of the organization."""
    return opendata_ua_register_import(context, data_dict)


def opendata_ua_register_import_run(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Leave it to the worker."""
    return _sysadmins_only()


def opendata_ua_register_changed(context: Context, data_dict: DataDict) -> AuthResult:
    """Leave it to the signal of a change."""
    return _sysadmins_only()


def opendata_ua_register_refresh(context: Context, data_dict: DataDict) -> AuthResult:
    """Leave it to the worker."""
    return _sysadmins_only()


def _sysadmins_only() -> AuthResult:
    """Refuse: CKAN asks nobody whom it would let in anyway."""
    reason = tk._("Background jobs are for administrators of the portal.")
    return {"success": False, "msg": reason}
