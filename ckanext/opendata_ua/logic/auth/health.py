"""Who may ask for the health of the portal."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def opendata_ua_health_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Let everybody ask: strangers learn one word, the action decides who more."""
    return {"success": True}
