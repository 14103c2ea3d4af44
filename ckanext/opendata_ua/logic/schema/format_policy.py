"""Input schema of the policy of formats."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.opendata_ua.logic.schema import nothing


def show() -> Schema:
    """Return the schema of ``opendata_ua_format_policy_show``."""
    validator: Any = tk.get_validator
    return {
        **nothing(),
        "organization": [validator("ignore_empty"), validator("unicode_safe")],
    }
