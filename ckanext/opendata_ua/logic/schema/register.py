"""Input schemas of the register of datasets."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.opendata_ua.domain.register import DEFAULT, LAYOUTS, OFFERS
from ckanext.opendata_ua.domain.register.matching import Outcome
from ckanext.opendata_ua.logic.schema import nothing

MOST = 1000


def export() -> Schema:
    """Return the schema of ``open_register``."""
    validator: Any = tk.get_validator
    perhaps = validator("ignore_missing")
    return {
        **nothing(),
        **_which(),
        "format": [validator("default")("csv"), _among(OFFERS)],
        "titles_row": [perhaps, _yes_or_no],
    }


def listing() -> Schema:
    """Return the schema of ``opendata_ua_register_list``."""
    validator: Any = tk.get_validator
    number = validator("default")(100), validator("is_positive_integer")
    return {
        **nothing(),
        **_which(),
        "after": _text(),
        "limit": [*number, _at_most],
        "q": _text(),
        "sort": [
            validator("default")("identifier"),
            _among({"identifier": "", "title": ""}),
        ],
    }


def _which() -> Schema:
    validator: Any = tk.get_validator
    return {
        "layout": [validator("default")(DEFAULT), _among(LAYOUTS)],
        "organization": _text(),
    }


def _text() -> list[Any]:
    validator: Any = tk.get_validator
    return [validator("ignore_empty"), validator("unicode_safe"), _storable]


def _storable(value: Any) -> Any:
    """Refuse what PostgreSQL takes for no text, and would answer by an error."""
    if "\x00" in str(value):
        raise tk.Invalid(tk._("A character with the code 0 is no text: remove it."))
    return value


def _yes_or_no(value: Any) -> bool:
    known = {"true": True, "1": True, "false": False, "0": False}
    said = str(value).lower()
    if said not in known:
        raise _not_offered(value, known)
    return known[said]


def _at_most(value: Any) -> Any:
    if isinstance(value, int) and value > MOST:
        raise tk.Invalid(
            tk._("At most {number} rows are given at once.").format(number=MOST)
        )
    return value


def _among(known: Any) -> Any:
    def among(value: Any) -> Any:
        if value not in known:
            raise _not_offered(value, known)
        return value

    return among


def _not_offered(value: Any, known: Any) -> tk.Invalid:
    return tk.Invalid(
        tk._("{value} is not offered. Known are: {known}.").format(
            value=value, known=", ".join(known)
        )
    )


def publish() -> Schema:
    """Return the schema of ``opendata_ua_register_publish``."""
    validator: Any = tk.get_validator
    named = [validator("not_empty"), validator("unicode_safe"), _storable]
    return {**nothing(), **_which(), "organization": named}


def changed() -> Schema:
    """Return the schema of ``opendata_ua_register_changed``."""
    return {**nothing(), "id": _text(), "organization": _text()}


def importing(*, every: bool = False) -> Schema:
    """Return the schema of what an import says beside its file or rows.

    :param every: whether no organization means all
    """
    validator: Any = tk.get_validator
    needed = validator("ignore_empty" if every else "not_empty")
    return {**nothing(), "organization": [needed, validator("unicode_safe")]}


def kept() -> Schema:
    """Return the schema of actions about a register that was sent on a page."""
    validator: Any = tk.get_validator
    return {
        **nothing(),
        "import_id": [validator("not_empty"), validator("unicode_safe")],
        "outcome": [validator("ignore_empty"), _among([one.value for one in Outcome])],
        "after": [validator("default")(0), validator("natural_number_validator")],
        "limit": [
            validator("default")(100),
            validator("natural_number_validator"),
            _at_most,
        ],
    }
