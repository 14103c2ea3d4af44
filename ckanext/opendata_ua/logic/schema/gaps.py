"""Input schemas of the gaps of public datasets."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.opendata_ua.logic.schema import nothing

MOST_DATASETS = 200
MOST_ROWS = 100


def whose() -> Schema:
    """Return the schema of ``opendata_ua_gaps_count``."""
    validator: Any = tk.get_validator
    return {
        **nothing(),
        "organization": [validator("ignore_empty"), validator("unicode_safe")],
    }


def page() -> Schema:
    """Return the schema of ``opendata_ua_gaps_list``."""
    validator: Any = tk.get_validator
    number = validator("default")(50), validator("natural_number_validator")
    return {
        **whose(),
        "elements": [validator("ignore_missing"), _texts],
        "ids": [validator("ignore_missing"), _texts],
        "after": [validator("ignore_empty"), validator("unicode_safe")],
        "limit": [*number, _at_most],
    }


def _texts(value: Any) -> list[str]:
    """Accept a list of texts, or one text as an address has it."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise tk.Invalid(tk._("Send a list of texts."))
    return texts


def checked_rows(value: Any) -> list[dict[str, Any]]:
    """Return the rows of ``opendata_ua_gaps_fill``; CKAN would take a list apart.

    :raises tk.ValidationError: when they are no rows
    """
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        words = tk._("Send a list of at most {number} rows.")
        raise _wrong(words.format(number=MOST_ROWS))
    if not all(isinstance(row, dict) and _named(row) for row in value):
        raise _wrong(tk._("Each row needs the texts “id” and “seen”."))
    return value


def _named(row: dict[str, Any]) -> bool:
    return all(isinstance(row.get(key), str) and row[key] for key in ("id", "seen"))


def _wrong(words: str) -> tk.ValidationError:
    return tk.ValidationError({"code": ["invalid"], "rows": [words]})


def _at_most(value: Any) -> Any:
    # what is no number was refused before: CKAN asks all validators all the same
    return max(1, min(value, MOST_DATASETS)) if isinstance(value, int) else value
