"""Who may check, clean and move the bytes of the portal: its administrators."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


def _administrators() -> AuthResult:
    """Refuse everybody: CKAN lets system administrators pass before it asks."""
    return {
        "success": False,
        "msg": tk._("Only system administrators take care of the file store."),
    }


def opendata_ua_files_verify(context: Context, data_dict: DataDict) -> AuthResult:
    """Let administrators read every byte again."""
    return _administrators()


def opendata_ua_files_forget(context: Context, data_dict: DataDict) -> AuthResult:
    """Let administrators remove versions nobody can reach."""
    return _administrators()


def opendata_ua_files_collect(context: Context, data_dict: DataDict) -> AuthResult:
    """Let administrators remove bytes nothing points to."""
    return _administrators()


def opendata_ua_files_sweep(context: Context, data_dict: DataDict) -> AuthResult:
    """Let administrators remove what killed uploads left."""
    return _administrators()


def opendata_ua_files_movable(context: Context, data_dict: DataDict) -> AuthResult:
    """Let administrators list what can be moved."""
    return _administrators()


def opendata_ua_files_move(context: Context, data_dict: DataDict) -> AuthResult:
    """Let administrators move a file."""
    return _administrators()
