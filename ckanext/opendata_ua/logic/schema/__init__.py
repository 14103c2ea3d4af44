"""Input schemas of actions: functions that return lists of validators."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema


def one_object() -> Schema:
    """Return the schema of actions that take the ``id`` or name of one object."""
    return {
        "id": [tk.get_validator("not_empty"), tk.get_validator("unicode_safe")],
        "__extras": [tk.get_validator("ignore")],
        "__junk": [tk.get_validator("empty")],
    }


def passport() -> Schema:
    """Return the schema of ``opendata_ua_passport_show``."""
    default = tk.get_validator("default")
    return {
        **one_object(),
        "form": [default(False), tk.get_validator("boolean_validator")],
        "lang": [default("uk"), tk.get_validator("one_of")(["uk", "en"])],
    }
