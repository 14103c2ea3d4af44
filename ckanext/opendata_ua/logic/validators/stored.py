"""What is stored now, for validators that compare."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenKey

from ckanext.opendata_ua.domain import moderation


def text_of(value: Any) -> str:
    """Return a value of a form or an API call as text, "" for none."""
    if value is None or value is tk.missing:
        return ""
    return str(value).replace("\r\n", "\n").strip()


def is_public(context: Context) -> bool:
    """Tell whether readers see the dataset as it is stored now."""
    package: Any = context.get("package")
    return package is not None and moderation.is_public(package.state, package.private)


def stored_value(context: Context, data: FlattenDataDict, key: FlattenKey) -> str:
    """Return the stored text behind a key of a dataset, its files or an organization.

    :param key: ``("title",)`` or ``("resources", 0, "data_actual_date")``
    """
    owner: Any = context.get("package") or context.get("group")
    if owner is None:
        return ""
    if key[0] == "resources":
        wanted = data.get((*key[:-1], "id"))
        owner = next((file for file in owner.resources if file.id == wanted), None)
        if owner is None:
            return ""
    name = key[-1]
    if hasattr(type(owner), name):
        return text_of(getattr(owner, name))
    return text_of((owner.extras or {}).get(name))
