"""What a link for a preview opens, for the page and for its files."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.opendata_ua.logic import reading
from ckanext.opendata_ua.model.publication import Preview


def open_link(token: str) -> Any:
    """Return the link of a token.

    :raises tk.ObjectNotFound: in words: there is none, it was revoked or is over
    """
    link = Preview.by_token(model.Session, token)
    if link is None:
        raise tk.ObjectNotFound(
            tk._("There is no such link: look whether it was copied whole.")
        )
    package = model.Session.get(model.Package, link.package_id)
    if not link.opens(reading.now()) or package is None or package.state == "deleted":
        raise tk.ObjectNotFound(
            tk._(
                "This link does not open the dataset any more: its time is over, or it "
                "was revoked. Ask whoever sent it for a new one."
            )
        )
    return link
