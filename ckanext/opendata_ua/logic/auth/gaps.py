"""Who looks at the gaps of public datasets, and who fills them in."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

from ckanext.opendata_ua.logic import gaps, rights


def opendata_ua_gaps_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Let publishers and moderators see gaps, each of their organizations."""
    return _seen(context, data_dict)


def opendata_ua_gaps_count(context: Context, data_dict: DataDict) -> AuthResult:
    """Let publishers and moderators see how many gaps there are."""
    return _seen(context, data_dict)


def opendata_ua_gaps_fill(context: Context, data_dict: DataDict) -> AuthResult:
    """Let publishers in; each row asks for the right to change its dataset."""
    prepared = rights.published(rights.user_of(context))
    return _answer(
        prepared is None or bool(prepared),
        tk._("Only editors of an organization fill in the gaps of its datasets."),
    )


def _seen(context: Context, data_dict: DataDict) -> AuthResult:
    scope = gaps.scope_of(context)
    words = tk._("Only editors and moderators of an organization see its gaps.")
    if scope is None:
        return {"success": True}
    if not data_dict.get("organization"):
        return _answer(bool(scope), words)
    holding: Any = gaps.holding_of(context, data_dict["organization"])
    return _answer(
        not holding.unowned and set(holding.organizations) <= set(scope), words
    )


def _answer(may: bool, words: str) -> AuthResult:
    return {"success": True} if may else {"success": False, "msg": words}
