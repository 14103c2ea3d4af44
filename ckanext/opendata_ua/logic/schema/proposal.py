"""Input schemas of proposals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.opendata_ua.domain.proposal import GIVEN, Kind, Outcome, State
from ckanext.opendata_ua.logic.schema import nothing

MOST = 100


def create() -> Schema:
    """Return the schema of ``opendata_ua_proposal_create``."""
    return {
        **nothing(),
        "id": _perhaps(),
        "organization": _perhaps(),
        "kind": _one_of(one.value for one in Kind),
        "text": _text(),
        "name": _text(),
        "email": _text(),
        "form": _text(),
        "homepage": _text(),
    }


def listing() -> Schema:
    """Return the schema of ``opendata_ua_proposal_list``."""
    validator: Any = tk.get_validator
    number = validator("default")(20), validator("natural_number_validator")
    return {
        **nothing(),
        "id": _perhaps(),
        "organization": _perhaps(),
        "kind": [*_perhaps(), validator("one_of")([one.value for one in Kind])],
        "state": [*_perhaps(), validator("one_of")([one.value for one in State])],
        "board": _yes_or_no(),
        "held": _yes_or_no(),
        "overdue": _yes_or_no(),
        "after": _perhaps(),
        "limit": [*number, _at_most],
    }


def one_or_receipt() -> Schema:
    """Return the schema of ``opendata_ua_proposal_show``."""
    return {**nothing(), "proposal_id": _perhaps(), "receipt": _perhaps()}


def figures() -> Schema:
    """Return the schema of ``opendata_ua_proposal_stats``."""
    return {**nothing(), "organization": _perhaps()}


def token() -> Schema:
    """Return the schema of ``opendata_ua_proposal_confirm``."""
    return {**nothing(), "token": _needed()}


def step() -> Schema:
    """Return what all steps take: the proposal, and the version that was seen."""
    validator: Any = tk.get_validator
    return {
        **nothing(),
        "proposal_id": _needed(),
        "proposal_version": [
            validator("not_empty"),
            validator("natural_number_validator"),
        ],
    }


def hide() -> Schema:
    """Return the schema of ``opendata_ua_proposal_hide``."""
    return {**step(), "reason": _one_of(one.value for one in GIVEN)}


def answer() -> Schema:
    """Return the schema of ``opendata_ua_proposal_answer``."""
    return {**step(), "answer": _text()}


def close() -> Schema:
    """Return the schema of ``opendata_ua_proposal_close``."""
    return {
        **answer(),
        "outcome": _one_of(one.value for one in Outcome),
        "planned_on": _text(),
        "ground": _text(),
        "forwarded_to": _text(),
        "resource_id": _perhaps(),
        "grown_dataset": _perhaps(),
    }


def purge() -> Schema:
    """Return the schema of ``opendata_ua_proposal_purge``."""
    validator: Any = tk.get_validator
    number = validator("ignore_missing"), validator("natural_number_validator")
    return {**nothing(), "days": [*number]}


def person() -> Schema:
    """Return the schema of what concerns everything of one person."""
    return {**nothing(), "email": _needed(), "texts": _yes_or_no()}


def _needed() -> list[Any]:
    validator: Any = tk.get_validator
    return [validator("not_empty"), validator("unicode_safe"), _storable]


def _one_of(values: Iterable[str]) -> list[Any]:
    validator: Any = tk.get_validator
    return [*_needed(), validator("one_of")(list(values))]


def _perhaps() -> list[Any]:
    validator: Any = tk.get_validator
    return [validator("ignore_empty"), validator("unicode_safe"), _storable]


def _text() -> list[Any]:
    validator: Any = tk.get_validator
    return [validator("default")(""), validator("unicode_safe")]


def _yes_or_no() -> list[Any]:
    validator: Any = tk.get_validator
    # CKAN's own validator of a yes stumbles over lists
    names = ("unicode_safe", "boolean_validator")
    return [validator("default")(False), *(validator(name) for name in names)]


def _storable(value: str) -> str:
    # PostgreSQL has no texts with a zero byte: what names one names nothing
    return value.replace("\x00", "\ufffd")


def _at_most(value: Any) -> Any:
    # what is no number was refused before: CKAN asks all validators all the same
    return max(1, min(value, MOST)) if isinstance(value, int) else value
