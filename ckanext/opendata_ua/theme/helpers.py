"""Template helpers of the theme."""

from __future__ import annotations

from typing import Any, TypedDict

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua.domain.vocabularies import THEMES
from ckanext.opendata_ua.theme import config

ROWS = 5  #: datasets in each list of the home page
FACETS = ["organization", "vocab_theme"]
NEWEST = "opendata_ua_published_date desc, metadata_created desc"
USED = "views_recent desc, metadata_modified desc"


class Theme(TypedDict):
    """One of the twelve national themes with the number of public datasets in it."""

    code: str
    label: str
    count: int


class Home(TypedDict):
    """What the home page shows, from two searches and one count of files."""

    datasets: int
    organizations: int
    files: int
    themes: list[Theme]
    newest: list[dict[str, Any]]
    used: list[dict[str, Any]]
    used_by_views: bool


def opendata_ua_theme_council() -> dict[str, str]:
    """Return name, site and coat of arms of the council as ready values for a page."""
    return {
        "name": config.council_name(),
        "site": config.council_site(),
        "coat_of_arms": tk.h.url_for_static_or_external(config.coat_of_arms()),
    }


def opendata_ua_theme_home() -> Home:
    """Return figures, themes and the two lists of the home page."""
    newest = _search(NEWEST, FACETS)
    used = _search(USED, [])["results"]
    viewed = [dataset for dataset in used if opendata_ua_theme_views(dataset)]
    facets = newest["search_facets"]
    return {
        "datasets": newest["count"],
        "organizations": len(_counts(facets, "organization")),
        "files": _files(),
        "themes": _themes(_counts(facets, "vocab_theme")),
        "newest": newest["results"],
        "used": viewed or used,
        "used_by_views": bool(viewed),
    }


def opendata_ua_theme_views(dataset: dict[str, Any]) -> int:
    """Return the views of the last two weeks; 0 where the site does not count them."""
    return int((dataset.get("tracking_summary") or {}).get("recent", 0))


def _search(sort: str, facets: list[str]) -> dict[str, Any]:
    return tk.get_action("package_search")(
        {},
        {"rows": ROWS, "sort": sort, "facet.field": facets, "facet.limit": -1},
    )


def _counts(facets: dict[str, Any], name: str) -> dict[str, int]:
    items = facets.get(name, {}).get("items", [])
    return {item["name"]: item["count"] for item in items}


def _themes(counts: dict[str, int]) -> list[Theme]:
    lang = str(tk.h.lang())
    return [
        {
            "code": term.code,
            "label": term.label(lang),
            "count": counts.get(term.code, 0),
        }
        for term in THEMES.offered()
    ]


def _files() -> int:
    """Count the files of public datasets (every file has a url, be it empty)."""
    found = tk.get_action("resource_search")({}, {"query": "url:", "limit": 0})
    return int(found["count"])
