"""Who reads what was observed: sysadmins, whom CKAN lets past this."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


def opendata_ua_observation_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Let sysadmins only read what moderation would have stopped."""
    return _refusal()


def opendata_ua_observation_count(context: Context, data_dict: DataDict) -> AuthResult:
    """Let sysadmins only count what moderation would have stopped."""
    return _refusal()


def _refusal() -> AuthResult:
    return {
        "success": False,
        "msg": tk._(
            "Only administrators of the portal see what moderation would have stopped."
        ),
    }
