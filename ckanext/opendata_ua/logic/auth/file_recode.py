"""Who may replace a file by its copy."""

from __future__ import annotations

from ckan import authz
from ckan.types import AuthResult, Context, DataDict


def opendata_ua_file_recode(context: Context, data_dict: DataDict) -> AuthResult:
    """Let those do it who may update the resource."""
    asked = {"id": data_dict["resource_id"]}
    return authz.is_authorized("resource_update", context, asked)
