"""Many decisions in one call, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

#: Decisions in one call.
MOST = 200

Decide = Callable[[Context, DataDict], dict[str, Any]]


def decide_each(
    context: Context, data_dict: DataDict, about: str, ways: Mapping[str, Decide]
) -> dict[str, Any]:
    """Take decisions one by one; what is refused does not stop the others.

    :param data_dict: ``decisions``, a list of dicts with ``decision``, one of the
        names of ``ways``, and what that decision takes
    :param about: what a decision is about, ``case`` or ``proposal``
    :param ways: actions by the names of their decisions
    :returns: ``results`` in the same order: what an action returns, or ``error``
    :raises tk.ValidationError: there is no such list, or it is too long
    """
    decisions = data_dict.get("decisions")
    if not isinstance(decisions, list) or len(decisions) > MOST:
        words = tk._("Send a list of at most {number} decisions.").format(number=MOST)
        raise tk.ValidationError({"code": ["invalid"], "decisions": [words]})
    return {"results": [_decided(context, one, about, ways) for one in decisions]}


def _decided(
    context: Context, decision: Any, about: str, ways: Mapping[str, Decide]
) -> dict[str, Any]:
    given = dict(decision) if isinstance(decision, Mapping) else {}
    named = given.pop("decision", None)
    if not isinstance(named, str) or named not in ways:
        words = tk._("Name the decision, one of: {names}.").format(
            names=", ".join(ways)
        )
        return {"error": {"code": ["invalid"], "decision": [words]}}
    try:
        return {about: ways[named](tk.fresh_context(context), given)}
    except tk.ValidationError as refusal:
        return {"error": refusal.error_dict}
    except tk.ObjectNotFound as refusal:
        return {"error": {"code": ["not_found"], f"{about}_id": [str(refusal)]}}
    except tk.NotAuthorized as refusal:
        return {"error": {"code": ["not_authorized"], f"{about}_id": [str(refusal)]}}
