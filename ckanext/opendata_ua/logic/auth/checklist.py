"""Who may read what a dataset still lacks."""

from __future__ import annotations

from ckan import authz
from ckan.types import AuthResult, Context, DataDict


def opendata_ua_checklist_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Let those who may edit the dataset read its checklist."""
    return authz.is_authorized("package_update", context, data_dict)
