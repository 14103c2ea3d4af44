"""What the portal adds to a dataset on its way to readers and to the index."""

from __future__ import annotations

from datetime import timezone
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.opendata_ua.domain import dates
from ckanext.opendata_ua.domain.moderation import NEXT, STANDS, Public

#: Facets on codes; dynamic fields ``vocab_*`` and ``*_date`` exist in CKAN's own
#: Solr schema, so a portal on the stock schema has these facets and this order too.
FACETS = {"vocab_theme": "theme", "vocab_update_frequency": "update_frequency"}
PUBLISHED = "opendata_ua_published_date"


#: Keys a stock CKAN shows also when they are empty; ckanext-scheming drops those.
ALWAYS_SHOWN = (
    "notes",
    "license_id",
    "version",
    "maintainer",
    "maintainer_email",
    "owner_org",
)


def announce(context: Context) -> None:
    """Tell the person at the form what was changed in the words they typed."""
    notices: list[str] = context.pop("opendata_ua_notices", [])  # type: ignore[misc]  # a key of ours
    if not notices or not _at_a_form():
        return
    for notice in notices:
        tk.h.flash_notice(notice)


def _at_a_form() -> bool:
    try:
        return tk.request.blueprint not in (None, "api")
    except RuntimeError:  # no request: command line or background job
        return False


def add_national_keys(dataset: dict[str, Any]) -> None:
    """Add what the national harvester reads and CKAN leaves out.

    ``tags`` is read there without a check for absence, ``tag_string`` falls back to
    an empty default of the harvest source (``national_portal.md``).
    """
    for key in ALWAYS_SHOWN:
        dataset.setdefault(key, None)
    tags = dataset.setdefault("tags", [])
    if not dataset.get("tag_string"):
        dataset["tag_string"] = ", ".join(
            str(tag.get("display_name") or tag["name"])
            for tag in tags
            if not tag.get("vocabulary_id")
        )


def add_state(context: Context, dataset: dict[str, Any]) -> None:
    """Add where the dataset stands and what comes next, for programs.

    ``package_show`` has asked that already, unless CKAN was asked past it.
    """
    id_, stands = context.pop(STANDS, (None, Public.PUBLIC))  # type: ignore[misc]  # a key of ours
    if dataset.get("state") == "active" and not dataset.get("private"):
        state, following = Public.PUBLIC.value, NEXT[Public.PUBLIC][0]
    elif id_ == dataset["id"]:
        state, following = stands.value, NEXT[stands][0]
    else:
        found = tk.get_action("opendata_ua_moderation_state_show")(
            # nobody in particular: CKAN need not look anybody up
            {"ignore_auth": True, "user": ""},
            {"id": dataset["id"]},
        )
        state, following = found["state"], found["next"]
    dataset["opendata_ua_state"], dataset["opendata_ua_next"] = state, following


def index(document: dict[str, Any]) -> dict[str, Any]:
    """Add codes for facets and the date of first publication to a Solr document."""
    for facet, field in FACETS.items():
        code = document.get(field)
        if code:
            document[facet] = [code]
    published = dates.moment(
        document.get("date_first_published") or document["metadata_created"]
    )
    if published:  # Solr wants UTC
        document[PUBLISHED] = published.astimezone(timezone.utc).strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        )
    return document
