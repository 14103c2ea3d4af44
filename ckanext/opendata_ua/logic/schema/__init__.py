"""Input schemas of actions: functions that return lists of validators."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema


def nothing() -> Schema:
    """Return the schema of actions that take no parameters."""
    validator: Any = tk.get_validator
    return {
        "__extras": [validator("ignore")],
        "__junk": [validator("empty")],
    }


def one_object() -> Schema:
    """Return the schema of actions that take the ``id`` or name of one object."""
    validator: Any = tk.get_validator
    return {
        "id": [validator("not_empty"), validator("unicode_safe")],
        "__extras": [validator("ignore")],
        "__junk": [validator("empty")],
    }


def one_resource() -> Schema:
    """Return the schema of actions that take the ``resource_id`` of one resource."""
    validator: Any = tk.get_validator
    return {
        **nothing(),
        "resource_id": [validator("not_empty"), validator("unicode_safe")],
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


def perhaps_one() -> Schema:
    """Return the schema of actions that take the ``id`` of one object, or none."""
    validator: Any = tk.get_validator
    ids = [validator("ignore_missing"), validator("unicode_safe")]
    return {**nothing(), "id": ids}


def up_to(default: int) -> Schema:
    """Return the schema of actions that do or list at most ``limit`` of something."""
    validator: Any = tk.get_validator
    positive = validator("natural_number_validator")
    return {**nothing(), "limit": [validator("default")(default), positive]}


def in_state(states: Iterable[str]) -> Schema:
    """Return the schema of actions that list what is in one of these states."""
    validator: Any = tk.get_validator
    return {
        **up_to(100),
        "state": [validator("ignore_missing"), validator("one_of")(list(states))],
    }


def doctor(parts: Iterable[str]) -> Schema:
    """Return the schema of ``opendata_ua_doctor_run``, which knows these parts."""
    validator: Any = tk.get_validator
    known = validator("list_of_strings"), _each_of(parts)
    yes_or_no = [validator("default")(False), validator("boolean_validator")]
    return {
        **nothing(),
        **dict.fromkeys(("repair", "leaks", "over_http"), yes_or_no),
        "only": [validator("default")([]), *known],
    }


def _each_of(names: Iterable[str]) -> Any:
    """Return a validator of a list whose members have to be among the names."""
    one_of: Any = tk.get_validator("one_of")
    check = one_of(list(names))

    def each_of(values: list[str]) -> list[str]:
        return [check(value) for value in values]

    return each_of
