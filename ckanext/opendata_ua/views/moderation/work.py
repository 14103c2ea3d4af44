"""The publisher's board: what is not public yet, and what each dataset needs."""

from __future__ import annotations

from itertools import groupby

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua.views.asking import ask
from ckanext.opendata_ua.views.moderation.blueprint import opendata_ua_moderation


@opendata_ua_moderation.route("/my-work")
def work() -> str:
    """Show the person's datasets that are not public, by what they need."""
    asked = tk.request.args
    wanted = {"state": asked.get("state", ""), "after": asked.get("after", "")}
    try:
        page = ask("opendata_ua_moderation_work_list", wanted)
    except tk.ValidationError:
        tk.abort(400, tk._("There is no such filter: choose one of the page."))
    groups = groupby(page["datasets"], key=lambda dataset: dataset["state"])
    return tk.render(
        "opendata_ua/moderation/work.html",
        extra_vars={
            "groups": [(state, list(datasets)) for state, datasets in groups],
            "counts": page["counts"],
            "total": sum(page["counts"].values()),
            "state": wanted["state"],
            "first_page": not wanted["after"],
            "following": page["next"],
        },
    )
