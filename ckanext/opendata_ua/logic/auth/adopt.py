"""Who lets the extension enter a portal: sysadmins, whom CKAN lets past this."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


def opendata_ua_adopt_some(context: Context, data_dict: DataDict) -> AuthResult:
    """Let sysadmins only adopt a catalogue."""
    return {
        "success": False,
        "msg": tk._("Only administrators of the portal adopt its catalogue."),
    }
