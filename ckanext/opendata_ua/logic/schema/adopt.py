"""Input schema of entering a portal that lives."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.opendata_ua.logic.schema import nothing


def some() -> Schema:
    """Return the schema of ``opendata_ua_adopt_some``."""
    validator: Any = tk.get_validator
    number = validator("natural_number_validator")
    return {
        **nothing(),
        "after": [validator("ignore_empty"), validator("unicode_safe")],
        "limit": [validator("default")(50), number],
    }
