"""From a dataset dict of CKAN to the passport record the rules understand."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import dates, passport
from ckanext.opendata_ua.domain.package import record_of
from ckanext.opendata_ua.model.body import body_of

#: Key under which our own views and helpers hand over a dataset they were already
#: allowed to read. The context never comes from a request.
SHOWN = "opendata_ua_shown"


def now() -> datetime:
    """Return the present moment in UTC: the rules of the domain take it as argument."""
    return datetime.now(timezone.utc)


def today_date() -> date:
    """Return today's date in Kyiv: councils count days by that clock."""
    return dates.in_zone(now()).date()


def shown_dataset(context: Context, dataset_id: str) -> dict[str, Any]:
    """Return the dataset dict, the one handed over or a fresh ``package_show``.

    Who has an account gets what is stored, and does not wait for the search index.
    """
    shown: Any = context.get(SHOWN)
    if shown is None:
        asked: Any = tk.fresh_context(context)
        asked["use_cache"] = not context.get("user")
        shown = tk.get_action("package_show")(asked, {"id": dataset_id})
    return shown


def passport_record(dataset: dict[str, Any]) -> passport.PassportRecord:
    """Return the passport record of a dataset dict as ``package_show`` gives it.

    At most two SQL statements: the organization and its codes.
    """
    owner = dataset.get("owner_org")
    body = body_of(model.Session, owner) if owner else None
    page = f"{config.site_url()}/dataset/{dataset['name']}"
    return record_of(dataset, body, page)
