"""Checks of files and links are the portal's own business."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


def opendata_ua_check_run(context: Context, data_dict: DataDict) -> AuthResult:
    """Let the portal itself and sysadmins run checks."""
    return _nobody()


def opendata_ua_check_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Let the portal itself and sysadmins see what has to be checked."""
    return _nobody()


def opendata_ua_link_check(context: Context, data_dict: DataDict) -> AuthResult:
    """Let the portal itself and sysadmins ask addresses: nobody shall choose them."""
    return _nobody()


def opendata_ua_link_due(context: Context, data_dict: DataDict) -> AuthResult:
    """Let the portal itself and sysadmins see which addresses are asked next."""
    return _nobody()


def opendata_ua_link_tell(context: Context, data_dict: DataDict) -> AuthResult:
    """Let the portal itself and sysadmins write to people about broken links."""
    return _nobody()


def _nobody() -> AuthResult:
    return {
        "success": False,
        "msg": tk._("Files and links are checked by the portal itself."),
    }
