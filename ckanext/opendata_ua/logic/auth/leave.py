"""Who takes the extension off a portal: sysadmins, whom CKAN lets past this."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


def opendata_ua_leave_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Let sysadmins only see and export what the extension keeps."""
    return {
        "success": False,
        "msg": tk._("Only administrators of the portal take the extension off it."),
    }
