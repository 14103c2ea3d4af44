"""Input schema of what was observed."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.opendata_ua.logic.schema import nothing

MOST = 1000


def filters() -> Schema:
    """Return the schema of ``opendata_ua_observation_count``."""
    validator: Any = tk.get_validator
    optional = [validator("ignore_empty"), validator("unicode_safe")]
    return {**nothing(), "organization": optional, "rule": optional}


def page() -> Schema:
    """Return the schema of ``opendata_ua_observation_list``."""
    validator: Any = tk.get_validator
    optional = [validator("ignore_empty"), validator("unicode_safe")]
    number = validator("default")(100), validator("natural_number_validator")
    return {
        **filters(),
        "after": [*optional, _key],
        "limit": [*number, _at_most],
    }


def _key(value: str) -> str:
    if len(value.split("~")) != 3:
        raise tk.Invalid(tk._("Send what the page before gave as next."))
    return value


def _at_most(value: Any) -> Any:
    # what is no number was refused before: CKAN asks all validators all the same
    return max(1, min(value, MOST)) if isinstance(value, int) else value
