"""Who may run and see background jobs: the portal itself and sysadmins."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


def opendata_ua_job_run(context: Context, data_dict: DataDict) -> AuthResult:
    """Leave running to workers and sysadmins."""
    return _sysadmins_only()


def opendata_ua_job_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Let sysadmins look."""
    return _sysadmins_only()


def opendata_ua_job_retry(context: Context, data_dict: DataDict) -> AuthResult:
    """Let sysadmins try again."""
    return _sysadmins_only()


def _sysadmins_only() -> AuthResult:
    """Refuse: CKAN asks nobody whom it would let in anyway."""
    reason = tk._("Background jobs are for administrators of the portal.")
    return {"success": False, "msg": reason}
