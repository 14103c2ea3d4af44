"""Input schemas of checks of files and links."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.opendata_ua.logic.schema import nothing, one_object

MOST = 1000


def run() -> Schema:
    """Return the schema of ``opendata_ua_check_run``."""
    return {**one_object(), "again": _flag()}


def listing() -> Schema:
    """Return the schema of actions that list what has to be checked, by pages."""
    validator: Any = tk.get_validator
    return {
        **nothing(),
        "all": _flag(),
        "after": [validator("default")(""), validator("unicode_safe")],
        "limit": [
            validator("default")(100),
            validator("natural_number_validator"),
            validator("limit_to_configured_maximum")("", MOST),
        ],
    }


def link() -> Schema:
    """Return the schema of ``opendata_ua_link_check``."""
    validator: Any = tk.get_validator
    text = validator("unicode_safe")
    return {
        **nothing(),
        "address": [validator("not_empty"), text],
        "address_hash": [validator("ignore_missing"), text],
    }


def _flag() -> list[Any]:
    validator: Any = tk.get_validator
    return [validator("default")(False), validator("boolean_validator")]
