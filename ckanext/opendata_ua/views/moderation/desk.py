"""The queue of cases, the most urgent first."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua.domain.moderation import State
from ckanext.opendata_ua.views.asking import ask
from ckanext.opendata_ua.views.moderation.blueprint import opendata_ua_moderation

FILTERS = ("state", "organization", "mine", "overdue")


@opendata_ua_moderation.route("/moderation")
def queue() -> str:
    """Show a page of the queue, narrowed by the form above it."""
    asked = tk.request.args
    wanted = {key: asked[key] for key in ("state", "organization") if asked.get(key)}
    if asked.get("mine"):
        wanted["assignee"] = tk.current_user.name
    if asked.get("overdue"):
        wanted["overdue"] = "true"
    try:
        page = ask(
            "opendata_ua_moderation_case_list",
            {**wanted, "after": asked.get("after", "")},
        )
    except tk.ValidationError:
        tk.abort(400, tk._("There is no such filter: choose one of the form."))
    chosen = {key: asked[key] for key in FILTERS if asked.get(key)}
    return tk.render(
        "opendata_ua/moderation/queue.html",
        extra_vars={
            "cases": page["cases"],
            "following": page["next"],
            "first_page": not asked.get("after"),
            "all_chosen": bool(asked.get("all")),
            "chosen": chosen,
            "here": {**chosen, "after": asked.get("after") or None},
            "states": [state.value for state in State],
            "count": ask("opendata_ua_moderation_case_count", {}),
        },
    )
