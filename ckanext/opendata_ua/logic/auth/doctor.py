"""Who may call the doctor."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


def opendata_ua_doctor_run(context: Context, data_dict: DataDict) -> AuthResult:
    """Let system administrators only: findings name hidden datasets and settings."""
    return {
        "success": False,
        "msg": tk._("Only a system administrator may examine the portal."),
    }
