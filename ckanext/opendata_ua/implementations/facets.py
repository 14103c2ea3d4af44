"""Facets of the catalogue, with labels in place of codes."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua.domain import vocabularies

VOCABULARIES = {
    "vocab_theme": vocabularies.THEMES,
    "vocab_update_frequency": vocabularies.FREQUENCIES,
}


def _titles() -> OrderedDict[str, Any]:
    return OrderedDict(
        (
            ("organization", tk._("Organizations")),
            ("vocab_theme", tk._("Themes")),
            ("res_format", tk._("Formats")),
            ("vocab_update_frequency", tk._("Frequency of updating")),
            ("tags", tk._("Keywords")),
        )
    )


def of_catalogue(stock: OrderedDict[str, Any]) -> OrderedDict[str, Any]:
    """Return the facets of the catalogue; those of other plugins stay, at the end."""
    core = {"organization", "groups", "tags", "res_format", "license_id"}
    facets = _titles()
    for name, title in stock.items():
        if name not in core:
            facets.setdefault(name, title)
    return facets


def of_organization(stock: OrderedDict[str, Any]) -> OrderedDict[str, Any]:
    """Return the facets of one organization's page: all but the organization."""
    facets = of_catalogue(stock)
    facets.pop("organization", None)
    return facets


def label(results: dict[str, Any]) -> dict[str, Any]:
    """Put labels in the reader's language in place of codes."""
    for name, vocabulary in VOCABULARIES.items():
        facet = results.get("search_facets", {}).get(name)
        for item in facet["items"] if facet else ():
            term = vocabulary.get(item["name"])
            if term:
                item["display_name"] = term.label(_language())
    return results


def _language() -> str:
    try:
        return str(tk.h.lang())
    except (RuntimeError, TypeError):  # no request: command line or background job
        return "uk"
