"""Who may read the passport of a dataset."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def opendata_ua_passport_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Let everybody who may read the dataset read its passport."""
    return authz.is_authorized("package_show", context, data_dict)
