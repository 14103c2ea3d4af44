"""Input schemas of naming moderators."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.opendata_ua.logic.schema import nothing


def moderator() -> Schema:
    """Return the schema of naming one moderator."""
    validator: Any = tk.get_validator
    text = validator("unicode_safe")
    return {
        **nothing(),
        "user": [validator("not_empty"), text],
        "organization": [validator("ignore_empty"), text],
    }
