"""CKAN's download of files, replaced at all its addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan.types import CKANApp
from flask import Response

from ckanext.opendata_ua.domain.files import CACHING


def replace(app: CKANApp, download: Callable[..., Any]) -> None:
    """Put our view behind every endpoint that CKAN's own download has.

    Each type of dataset has an endpoint of its own. The rules stay, so addresses and
    ``url_for`` do; a plugin that put another view there keeps it.
    """
    views: dict[str, Any] = app.view_functions
    for endpoint, view in views.items():
        if is_core_download(view):
            views[endpoint] = download
    # Functions run in reverse order: the first one has the last word, after CKAN's.
    app.after_request_funcs.setdefault(None, []).insert(0, keep_caching)


def is_core_download(view: Any) -> bool:
    """Tell whether a view is CKAN's download.

    By name: CKAN loads its modules of views anew for every app it makes.
    """
    return (view.__module__, view.__name__) == ("ckan.views.resource", "download")


def keep_caching(response: Response) -> Response:
    """Give back the ``Cache-Control`` that CKAN overwrites with one for pages."""
    kept = response.headers.pop(CACHING, None)
    if kept:
        response.headers["Cache-Control"] = kept
    return response
