"""Input schemas of stopping and resuming publications, and of previews."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.opendata_ua.logic.schema import nothing, one_object

MOST_DAYS = 60


def step() -> Schema:
    """Return the schema of ``resume`` and ``decline``."""
    return {**one_object(), "reason": _text()}


def suspend() -> Schema:
    """Return the schema of ``opendata_ua_publication_suspend``."""
    return {**step(), "until": _text()}


def withdraw() -> Schema:
    """Return the schema of ``opendata_ua_publication_withdraw``."""
    validator: Any = tk.get_validator
    yes_or_no = validator("default")(False), validator("boolean_validator")
    return {**step(), "title": _text(), "personal_data": [*yes_or_no]}


def of_dataset_or_file() -> Schema:
    """Return the schema of ``opendata_ua_publication_show``."""
    return {**nothing(), "id": _perhaps(), "resource_id": _perhaps()}


def stopped() -> Schema:
    """Return the schema of ``opendata_ua_publication_list``."""
    validator: Any = tk.get_validator
    default = validator("default")
    number = default(50), validator("natural_number_validator")
    return {
        **nothing(),
        "asked": [default(False), validator("boolean_validator")],
        "limit": [*number, _at_most(200)],
    }


def plan() -> Schema:
    """Return the schema of ``opendata_ua_publication_plan``."""
    validator: Any = tk.get_validator
    return {
        **nothing(),
        "case_id": [validator("not_empty"), validator("unicode_safe")],
        "case_version": [validator("not_empty"), validator("natural_number_validator")],
        "publish_on": _text(),
    }


def erase() -> Schema:
    """Return the schema of ``opendata_ua_publication_erase``."""
    validator: Any = tk.get_validator
    ids = [validator("default")([]), validator("list_of_strings")]
    key = [validator("not_empty"), validator("unicode_safe")]
    return {**one_object(), "key": key, "resources": ids, "hashes": [*ids]}


def preview() -> Schema:
    """Return the schema of ``opendata_ua_moderation_preview_create``."""
    validator: Any = tk.get_validator
    number = validator("default")(7), validator("natural_number_validator")
    return {**one_object(), "days": [*number, _at_most(MOST_DAYS)]}


def one_preview() -> Schema:
    """Return the schema of actions that take the ``preview_id`` of one link."""
    validator: Any = tk.get_validator
    return {
        **nothing(),
        "preview_id": [validator("not_empty"), validator("unicode_safe")],
    }


def token() -> Schema:
    """Return the schema of what is shown through a link."""
    validator: Any = tk.get_validator
    return {
        **nothing(),
        "token": [validator("not_empty"), validator("unicode_safe")],
        "resource_id": _perhaps(),
    }


def _text() -> list[Any]:
    validator: Any = tk.get_validator
    return [validator("default")(""), validator("unicode_safe")]


def _perhaps() -> list[Any]:
    validator: Any = tk.get_validator
    return [validator("ignore_empty"), validator("unicode_safe")]


def _at_most(most: int) -> Any:
    def at_most(value: Any) -> Any:
        # what is no number was refused before: CKAN asks all validators all the same
        return max(1, min(value, most)) if isinstance(value, int) else value

    return at_most
