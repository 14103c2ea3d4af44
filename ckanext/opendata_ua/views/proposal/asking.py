"""What the pages of proposals share: filters of a list, and wrong ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua.views.asking import ask

PAGE = 20


def asked(name: str, data: Mapping[str, Any]) -> Any:
    """Call a listing action; a wrong filter is a wrong address."""
    try:
        return ask(name, data)
    except tk.ValidationError:
        return tk.abort(
            400, tk._("There is no such filter: begin with the whole list.")
        )


def chosen_of(*names: str) -> dict[str, str]:
    """Return the filters of the address."""
    given = tk.request.args
    return {name: given[name] for name in names if given.get(name)}


def after() -> dict[str, str]:
    """Return where the page of a list begins."""
    return chosen_of("after")
