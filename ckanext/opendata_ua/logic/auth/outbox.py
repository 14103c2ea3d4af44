"""Who may deliver and see messages: the portal itself and sysadmins."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


def opendata_ua_outbox_deliver(context: Context, data_dict: DataDict) -> AuthResult:
    """Leave delivery to workers and sysadmins."""
    return _sysadmins_only()


def opendata_ua_outbox_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Let sysadmins look."""
    return _sysadmins_only()


def opendata_ua_outbox_retry(context: Context, data_dict: DataDict) -> AuthResult:
    """Let sysadmins try again."""
    return _sysadmins_only()


def _sysadmins_only() -> AuthResult:
    """Refuse: CKAN asks nobody whom it would let in anyway."""
    reason = tk._("Messages of the portal are for its administrators.")
    return {"success": False, "msg": reason}
