"""Who may read what the passport says about a holder of information."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def opendata_ua_body_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Let everybody who may read the organization read its codes."""
    return authz.is_authorized("organization_show", context, data_dict)
