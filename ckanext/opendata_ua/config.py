"""The only reader of CKAN's configuration: one typed function per option."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk

PREFIX = "ckanext.opendata_ua."


def require_scheming() -> None:
    """Refuse to start without the plugins that carry the passport's form.

    :raises RuntimeError: with the line an administrator has to change
    """
    absent = [
        name
        for name in ("scheming_datasets", "scheming_organizations")
        if not p.plugin_loaded(name)
    ]
    if absent:
        raise RuntimeError(
            "The plugin opendata_ua needs ckanext-scheming: add "
            f"'{' '.join(absent)}' to ckan.plugins after opendata_ua"
        )


def passport_purpose_line() -> bool:
    """Tell whether the printed passport carries the line about basis and purpose."""
    return bool(tk.config[PREFIX + "passport.purpose_line"])


def site_url() -> str:
    """Return the address of the portal without a slash at the end."""
    return str(tk.config["ckan.site_url"]).rstrip("/")


def default_locale() -> str:
    """Return the language of the portal when nobody asked for another."""
    return str(tk.config["ckan.locale_default"])


def tracking_is_on() -> bool:
    """Tell whether CKAN counts page views, so that "most viewed" means something."""
    return p.plugin_loaded("tracking")
