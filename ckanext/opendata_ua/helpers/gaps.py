"""Template helper of gaps: names of what is missing."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua.domain.passport.elements import ELEMENTS

__all__ = ["opendata_ua_element"]

#: Fields whose name on the form is another one.
_FIELDS = {"tags": "tag_string", "organization": "owner_org"}


def opendata_ua_element(key: str) -> str:
    """Return the name of an element or field of the passport, by its key in findings.

    One field of an element has the name it has on the form: person and e-mail apart.
    """
    schema = tk.h.scheming_get_dataset_schema("dataset") or {}
    for part in ("dataset_fields", "resource_fields"):
        for field in schema.get(part, ()):
            if field["field_name"] == _FIELDS.get(key, key) and field.get("label"):
                return str(tk.h.scheming_language_text(field["label"]))
    lang = str(tk.h.lang())
    return next((one.label(lang) for one in ELEMENTS if one.key == key), key)
