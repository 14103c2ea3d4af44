"""Fields of resources as a multipart form sends them: ``resources__0__upload``.

A form cannot hold a list of dicts with files in them. CKAN's ``package_revise`` reads
such keys by itself (``update__resources__0__upload``); here the other actions learn it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk

_KEY = re.compile(r"resources__([0-9]{1,4})__(.+)")

Fields = dict[int, dict[str, Any]]


def fields_of(data: Mapping[str, Any]) -> Fields:
    """Return the flat keys of a request by the numbers of resources."""
    found: Fields = {}
    for key, value in data.items():
        match = _KEY.fullmatch(key) if isinstance(key, str) else None
        if match:
            found.setdefault(int(match[1]), {})[match[2]] = value
    return found


def merged(data: Mapping[str, Any], build: bool = False) -> dict[str, Any]:
    """Return a request with its flat keys put into ``resources``.

    ``resources`` may be a list, or JSON text of one as a form can send it.

    :param build: whether flat keys alone may make the list, numbered from 0

    :raises ValidationError: at the flat key or ``resources``
    """
    fields, rest = fields_of(data), _without_flat(data)
    if isinstance(rest.get("resources"), str) and rest["resources"].strip():
        rest["resources"] = _read_json(rest["resources"])
    if not fields:
        return rest
    resources = rest.get("resources")
    if not resources and build:
        resources = [{} for _number in range(len(fields))]
    if not isinstance(resources, list):
        raise tk.ValidationError(
            {
                "resources": [
                    tk._(
                        'Fields like "resources__0__upload" need the list "resources" '
                        "they belong to. To change only some files use package_patch "
                        "or resource_patch."
                    )
                ]
            }
        )
    rest["resources"] = _put(resources, fields, replace=False)
    return rest


def patched(
    data: Mapping[str, Any], resources: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return a request whose flat keys change the resources a dataset has.

    :raises ValidationError: if it holds the whole list too, or an unknown number
    """
    fields, rest = fields_of(data), _without_flat(data)
    if "resources" in rest:
        raise tk.ValidationError(
            {
                "resources": [
                    tk._(
                        'Send either the whole list "resources" or single fields like '
                        '"resources__0__upload", not both.'
                    )
                ]
            }
        )
    rest["resources"] = _put(resources, fields, replace=True)
    return rest


def _without_flat(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value
        for key, value in data.items()
        if not (isinstance(key, str) and _KEY.fullmatch(key))
    }


def _read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise tk.ValidationError(
            {
                "resources": [
                    tk._(
                        "This is no list in JSON: {error}. Mend it and send it again."
                    ).format(error=error)
                ]
            }
        ) from error


def _put(resources: Sequence[Any], fields: Fields, replace: bool) -> list[Any]:
    merged = [dict(one) if isinstance(one, Mapping) else one for one in resources]
    errors = {}
    for number, values in sorted(fields.items()):
        for name, value in values.items():
            wrong = _refuse(merged, number, name, replace)
            if wrong:
                errors[f"resources__{number}__{name}"] = [wrong]
            else:
                merged[number][name] = value
    if errors:
        raise tk.ValidationError(errors)
    return merged


def _refuse(resources: Sequence[Any], number: int, name: str, replace: bool) -> str:
    """Return what is wrong with one flat key, "" for nothing."""
    if number >= len(resources) or not isinstance(resources[number], dict):
        return tk._(
            "There is no file number {number}: {count} are described, and the first "
            "has number 0."
        ).format(number=number, count=len(resources))
    if name in resources[number] and not replace:
        return tk._('The same field stands in "resources" already: send it once.')
    return ""
