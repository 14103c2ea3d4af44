"""Input schemas of actions: functions that return lists of validators."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema


def one_object() -> Schema:
    """Return the schema of actions that take the ``id`` or name of one object."""
    validator: Any = tk.get_validator
    return {
        "id": [validator("not_empty"), validator("unicode_safe")],
        "__extras": [validator("ignore")],
        "__junk": [validator("empty")],
    }


def passport() -> Schema:
    """Return the schema of ``opendata_ua_passport_show``."""
    validator: Any = tk.get_validator
    default = validator("default")
    return {
        **one_object(),
        "form": [default(False), validator("boolean_validator")],
        "lang": [default("uk"), validator("one_of")(["uk", "en"])],
    }
