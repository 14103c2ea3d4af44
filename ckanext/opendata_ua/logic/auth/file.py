"""Who may see the versions of a file."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def opendata_ua_file_version_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Let everybody who may see the resource list its versions."""
    return authz.is_authorized(
        "resource_show", context, {"id": data_dict.get("resource_id")}
    )
