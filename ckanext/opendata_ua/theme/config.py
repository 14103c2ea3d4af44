"""The only reader of the theme's options: one typed function per option."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

PREFIX = "ckanext.opendata_ua.theme."


def coat_of_arms() -> str:
    """Return the address of the picture: a path on this site, a URL or a data URI."""
    return str(tk.config[PREFIX + "coat_of_arms"])


def council_name() -> str:
    """Return the full name of the council, or the title of the site."""
    return str(tk.config[PREFIX + "council_name"] or tk.config["ckan.site_title"])


def council_site() -> str:
    """Return the address of the council's own site, or an empty string."""
    return str(tk.config[PREFIX + "council_site"])
