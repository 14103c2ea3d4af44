"""Input schemas of moderation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.opendata_ua.domain.moderation import Public, State
from ckanext.opendata_ua.logic.schema import nothing, one_object

MOST_CASES = 200


def one_case() -> Schema:
    """Return the schema of actions that take the ``case_id`` of one case."""
    validator: Any = tk.get_validator
    return {
        **nothing(),
        "case_id": [validator("not_empty"), validator("unicode_safe")],
    }


def step() -> Schema:
    """Return the schema of a publisher's step."""
    return {**one_object(), "comment": _text(), "publish_on": _text()}


def assign() -> Schema:
    """Return the schema of ``opendata_ua_moderation_assign``."""
    validator: Any = tk.get_validator
    return {
        **one_case(),
        "user": [validator("ignore_empty"), validator("unicode_safe")],
    }


def decision() -> Schema:
    """Return the schema of approve, return and reject."""
    validator: Any = tk.get_validator
    return {
        **one_case(),
        "case_version": [validator("not_empty"), validator("natural_number_validator")],
        "reasons": [validator("default")([]), _codes],
        "comment": _text(),
        "publish_on": _text(),
    }


def cases() -> Schema:
    """Return the schema of ``opendata_ua_moderation_case_list``."""
    validator: Any = tk.get_validator
    optional = [validator("ignore_empty"), validator("unicode_safe")]
    states = validator("one_of")([state.value for state in State])
    default = validator("default")
    return {
        **nothing(),
        "state": [default(State.SUBMITTED.value), states],
        "organization": optional,
        "assignee": optional,
        "overdue": [default(False), validator("boolean_validator")],
        "case_ids": [validator("ignore_missing"), _codes],
        **_part(),
    }


def work(states: Iterable[Public]) -> Schema:
    """Return the schema of ``opendata_ua_moderation_work_list``."""
    validator: Any = tk.get_validator
    known = validator("one_of")([state.value for state in states])
    return {**nothing(), "state": [validator("ignore_empty"), known], **_part()}


def _part() -> Schema:
    """Return the parameters of lists that are paged by key."""
    validator: Any = tk.get_validator
    number = validator("default")(50), validator("natural_number_validator")
    return {
        "after": [validator("ignore_empty"), validator("unicode_safe")],
        "limit": [*number, _at_most],
    }


def _codes(value: Any) -> list[str]:
    """Accept a list of codes, or one code as a form sends it."""
    codes = [value] if isinstance(value, str) else value
    if not isinstance(codes, list) or not all(isinstance(one, str) for one in codes):
        raise tk.Invalid(tk._("Send the reasons as a list of codes."))
    return codes


def _at_most(value: Any) -> Any:
    # what is no number was refused before: CKAN asks all validators all the same
    return max(1, min(value, MOST_CASES)) if isinstance(value, int) else value


def _text() -> list[Any]:
    validator: Any = tk.get_validator
    return [validator("default")(""), validator("unicode_safe")]
