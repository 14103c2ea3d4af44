"""What the actions of an administrator of files take."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.opendata_ua.logic.schema import nothing


def verify() -> Schema:
    """Return the schema of ``opendata_ua_files_verify``."""
    return {
        **_page(),
        "sample": [*_given(), tk.get_validator("natural_number_validator")],
    }


def forget() -> Schema:
    """Return the schema of ``opendata_ua_files_forget``."""
    return {**_dry(), "older_than": _days(30), "unpublished_older_than": _days(365)}


def collect() -> Schema:
    """Return the schema of ``opendata_ua_files_collect``."""
    return {**_dry(), "older_than": _days(30), "part": [_part]}


def sweep() -> Schema:
    """Return the schema of ``opendata_ua_files_sweep``."""
    return _dry()


def movable() -> Schema:
    """Return the schema of ``opendata_ua_files_movable``."""
    return _page()


def move() -> Schema:
    """Return the schema of ``opendata_ua_files_move``."""
    validator: Any = tk.get_validator
    return {
        **_dry(),
        "resource_id": [validator("not_empty"), validator("unicode_safe")],
        "to": [validator("not_empty"), validator("one_of")(["store", "ckan"])],
        "keep": _flag(),
        "forget": _flag(),
    }


def _page() -> Schema:
    validator: Any = tk.get_validator
    return {
        **nothing(),
        "after": [validator("default")(""), validator("unicode_safe")],
        "limit": [validator("default")(100), validator("natural_number_validator")],
    }


def _dry() -> Schema:
    return {**nothing(), "dry_run": _flag()}


def _flag() -> list[Any]:
    validator: Any = tk.get_validator
    return [validator("default")(False), validator("boolean_validator")]


def _given() -> list[Any]:
    return [tk.get_validator("ignore_missing")]


def _days(default: int) -> list[Any]:
    validator: Any = tk.get_validator
    return [validator("default")(default), validator("natural_number_validator")]


def _part(value: Any) -> str:
    """Refuse what is not the beginning of a hash."""
    if not isinstance(value, str) or len(value) != 2 or value.strip("0123456789abcdef"):
        raise tk.Invalid(
            tk._(
                "A part of the file store is two hexadecimal digits, 00 to ff: name "
                "each of the 256 in turn."
            )
        )
    return value
