"""Refusals that a page of CKAN's own does not expect: said in words, not as a fault.

Changes of a dataset that waits for a moderator, or is public, are refused where a stock
CKAN refuses nothing; some of its pages would then end as "internal error".
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, current_app
from werkzeug.exceptions import HTTPException

from ckanext.opendata_ua.views.asking import sentences_of

opendata_ua_refusals = Blueprint("opendata_ua_refusals", __name__)


@opendata_ua_refusals.app_errorhandler(tk.NotAuthorized)
def forbidden(refusal: tk.NotAuthorized) -> Any:
    """Answer 403 with the reason."""
    return _page(403, str(refusal))


@opendata_ua_refusals.app_errorhandler(tk.ObjectNotFound)
def absent(refusal: tk.ObjectNotFound) -> Any:
    """Answer 404."""
    return _page(404, str(refusal))


@opendata_ua_refusals.app_errorhandler(tk.ValidationError)
def conflict(refusal: tk.ValidationError) -> Any:
    """Answer 409 with all that is wrong."""
    return _page(409, " ".join(sentences_of(refusal)))


def _page(status: int, words: str) -> Any:
    """Return CKAN's own page of an error, whatever plugins make of it."""
    try:
        return tk.abort(status, words)
    except HTTPException as answer:
        return current_app.handle_http_exception(answer)
