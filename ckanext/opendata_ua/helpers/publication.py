"""Template helpers of publication: what the page of a dataset says and offers."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua.domain.moderation import Public

__all__ = ["opendata_ua_publication"]

_STOPPED = frozenset({Public.SUSPENDED.value, Public.WITHDRAWN.value})


def opendata_ua_publication(dataset: dict[str, Any]) -> dict[str, Any] | None:
    """Return what there is to say about the publication of a dataset.

    Readers of a dataset that is simply public cost no question.

    :returns: as ``opendata_ua_publication_show`` gives it, with ``manages``: whether
        the person may take steps or ask for them; None when there is nothing to say
    """
    stopped = dataset.get("opendata_ua_state") in _STOPPED
    person = not tk.current_user.is_anonymous
    if not (stopped or person):
        return None
    one = {"id": dataset["id"]}
    manages = person and tk.h.check_access("opendata_ua_publication_suspend", one)
    if not (stopped or manages):
        return None
    context: Any = {"user": tk.current_user.name}
    try:
        told = tk.get_action("opendata_ua_publication_show")(context, one)
    except tk.ObjectNotFound:
        told = {"state": "public", "asked": None}
    return {**told, "manages": bool(manages)}
