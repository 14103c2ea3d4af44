"""Validators of what an organization says of formats."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua.domain import format_check
from ckanext.opendata_ua.domain.errors import InvalidValue


def opendata_ua_format_policy(value: Any) -> str:
    """Refuse rules that cannot be read, with the first fault."""
    text = "" if value in (None, tk.missing) else str(value).strip()
    try:
        format_check.read_changes(text, "organization")
    except InvalidValue as fault:
        words = tk._(fault.message).format(**fault.values)
        raise tk.Invalid(words) from fault
    return text
