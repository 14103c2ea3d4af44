"""Input schemas of the lists that the door answers itself."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.opendata_ua.logic.schema import nothing


def part() -> Schema:
    """Return the schema of ``offset`` and ``limit``, both optional."""
    validator: Any = tk.get_validator
    number = [validator("ignore_missing"), validator("natural_number_validator")]
    return {**nothing(), "offset": number, "limit": number}


def suggestions(limit: int) -> Schema:
    """Return the schema of actions that suggest up to ``limit`` words for ``q``."""
    validator: Any = tk.get_validator
    positive = validator("natural_number_validator")
    return {
        **nothing(),
        "q": [validator("not_missing"), validator("unicode_safe")],
        "limit": [validator("default")(limit), positive],
    }
