"""What a dataset is for people, and what happens or must happen next."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain import moderation
from ckanext.opendata_ua.logic import review
from ckanext.opendata_ua.logic.schema import one_object
from ckanext.opendata_ua.model.publication import Publication, planned_day


@tk.side_effect_free
def opendata_ua_moderation_state_show(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Show where a dataset stands between draft and public.

    :param id: id or name of the dataset
    :returns: ``state``, a code; ``next``, a code of what happens or must happen;
        ``next_step``, the same in words; ``publish_on``, the day on which it becomes
        public once it is approved, or None
    """
    data = review.validated(context, data_dict, one_object())
    tk.check_access("opendata_ua_moderation_state_show", context, {"id": data["id"]})
    shown = Publication.shown(model.Session, data["id"])
    if shown is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    state = shown.state
    waits = state in review.PLANNED
    moment = planned_day(model.Session, shown.package.id) if waits else None
    planned = review.planned(state, moment)
    return {
        "state": state.value,
        "next": moderation.NEXT[state][0],
        "next_step": review.next_step(state, planned),
        "publish_on": review.day_text(planned),
    }
