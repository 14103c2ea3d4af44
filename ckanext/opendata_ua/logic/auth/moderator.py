"""Who names moderators: sysadmins, whom CKAN lets past these functions."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


def opendata_ua_moderator_add(context: Context, data_dict: DataDict) -> AuthResult:
    """Let sysadmins only name moderators."""
    return _nobody()


def opendata_ua_moderator_remove(context: Context, data_dict: DataDict) -> AuthResult:
    """Let sysadmins only take the duty away."""
    return _nobody()


def opendata_ua_moderator_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Let sysadmins only see who moderates."""
    return _nobody()


def _nobody() -> AuthResult:
    return {
        "success": False,
        "msg": tk._("Only administrators of the portal name its moderators."),
    }
