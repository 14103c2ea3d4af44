"""What moderation would have stopped: a page and a file for administrators."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.opendata_ua.logic.reader.observation import COLUMNS, open_observations
from ckanext.opendata_ua.views.asking import ask, context, keep_nowhere
from ckanext.opendata_ua.views.spreadsheet import send_rows

__all__ = ["opendata_ua_observation"]

opendata_ua_observation = Blueprint("opendata_ua_observation", __name__)

#: Datasets and rules on one page.
ROWS = 50


opendata_ua_observation.after_request(keep_nowhere)


@opendata_ua_observation.route("/moderation/observed")
def read() -> str:
    """Show what would have been stopped: how often, and of which datasets."""
    chosen, after = _chosen(), tk.request.args.get("after", "")
    count = ask("opendata_ua_observation_count", chosen)
    try:
        page = ask(
            "opendata_ua_observation_list", {**chosen, "after": after, "limit": ROWS}
        )
    except tk.ValidationError:
        tk.abort(400, tk._("The address is not as this page gives it: begin anew."))
    return tk.render(
        "opendata_ua/observation/read.html",
        extra_vars={
            "count": count,
            "observations": page["observations"],
            "following": page["next"],
            "first_page": not after,
            "chosen": {key: value or None for key, value in chosen.items()},
        },
    )


@opendata_ua_observation.route("/moderation/observed.csv")
def download() -> Response:
    """Send every observation as a row, as they are read."""
    try:
        rows = open_observations(context(), _chosen())
    except tk.NotAuthorized as refusal:
        tk.abort(403, str(refusal))
    return send_rows(COLUMNS, rows, "observed.csv")


def _chosen() -> dict[str, str]:
    return {key: tk.request.args.get(key, "") for key in ("organization", "rule")}
