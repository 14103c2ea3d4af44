"""Who may see the first rows of a file."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def opendata_ua_file_rows_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Let everybody who may read the file see its first rows."""
    return authz.is_authorized(
        "resource_show", context, {"id": data_dict["resource_id"]}
    )
