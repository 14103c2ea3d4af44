"""Who may ask what search knows."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def opendata_ua_search_did_you_mean(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let those who may search ask what was meant: it shows nothing more."""
    return authz.is_authorized("package_search", context, data_dict)
