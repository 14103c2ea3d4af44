"""The policy of formats is public: readers may ask why a file is what it is."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def opendata_ua_format_policy_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Let everybody read the rules."""
    return {"success": True}
