"""Input schemas of the checklist."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.opendata_ua.logic.schema import nothing, one_object

LEAST_WORDS, MOST_WORDS = 3, 2000  # characters


def show() -> Schema:
    """Return the schema of ``opendata_ua_checklist_show``."""
    validator: Any = tk.get_validator
    yes_or_no = [validator("default")(False), validator("boolean_validator")]
    return {**one_object(), "look": yes_or_no}


def acknowledge() -> Schema:
    """Return the schema of ``opendata_ua_finding_acknowledge``."""
    validator: Any = tk.get_validator
    text = validator("unicode_safe")
    return {
        **nothing(),
        "finding_id": [validator("not_empty"), text],
        "ground": [validator("default")(""), text, _said],
        "comment": [validator("default")(""), text, _short],
    }


def _said(value: Any) -> str:
    """Refuse an answer without words."""
    words = str(value).strip()
    if len(words) < LEAST_WORDS:
        raise tk.Invalid(
            tk._("Say in a few words why it may stay: the moderator reads them.")
        )
    return _short(words)


def _short(value: Any) -> str:
    words = str(value).strip()
    if len(words) > MOST_WORDS:
        raise tk.Invalid(
            tk._("This is too long: at most {number} characters are kept.").format(
                number=MOST_WORDS
            )
        )
    return words
