"""Who may tell that rows of a table changed: the portal itself and sysadmins."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


def opendata_ua_rows_changed(context: Context, data_dict: DataDict) -> AuthResult:
    """Leave it to the signal of the DataStore."""
    return _sysadmins_only()


def opendata_ua_rows_note(context: Context, data_dict: DataDict) -> AuthResult:
    """Leave it to the worker."""
    return _sysadmins_only()


def _sysadmins_only() -> AuthResult:
    """Refuse: CKAN asks nobody whom it would let in anyway."""
    reason = tk._("Background jobs are for administrators of the portal.")
    return {"success": False, "msg": reason}
