"""What text search finds beyond the fields of a dataset."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua.domain.vocabularies import THEMES

#: ``extras_*`` is analysed text and copied into the catch-all field in CKAN's own
#: schema too, so a portal on the stock schema finds these words as well.
FIELD = "extras_opendata_ua_search"


def index(document: dict[str, Any]) -> dict[str, Any]:
    """Add names that CKAN indexes only as codes: organization, groups, theme.

    :param document: what goes to Solr (``before_dataset_index``); changed in place
    """
    dataset = json.loads(document.get("data_dict") or "{}")
    organization = dataset.get("organization") or {}
    theme = THEMES.get(str(document.get("theme") or ""))
    words = [
        organization.get("title"),
        *(group.get("title") for group in dataset.get("groups") or ()),
        *((theme.label_uk, theme.label_en) if theme else ()),
    ]
    document[FIELD] = ". ".join(word for word in words if word)
    return document


def announce(parameters: dict[str, Any]) -> None:
    """Keep for the page which query was answered in place of a mistyped one.

    :param parameters: search parameters as ``after_dataset_search`` gets them
    """
    corrected = (parameters.get("extras") or {}).get("ext_opendata_ua_corrected")
    if corrected and tk.request:
        tk.g.opendata_ua_corrected = corrected
