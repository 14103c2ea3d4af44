"""The only reader of CKAN's configuration: one typed function per option."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk

PREFIX = "ckanext.opendata_ua."


def require_scheming() -> None:
    """Refuse to start without the plugins that carry the passport's form.

    Templates of a plugin named earlier win, so ours has to stand before theirs.

    :raises RuntimeError: with the line an administrator has to change
    """
    plugins: list[str] = tk.aslist(tk.config["ckan.plugins"])
    wanted = ("scheming_datasets", "scheming_organizations")
    absent = [name for name in wanted if name not in plugins]
    if absent:
        raise RuntimeError(
            "The plugin opendata_ua needs ckanext-scheming: add "
            f"'{' '.join(absent)}' to ckan.plugins after opendata_ua"
        )
    if plugins.index("opendata_ua") > min(map(plugins.index, wanted)):
        raise RuntimeError(
            "In ckan.plugins, opendata_ua has to stand before "
            "scheming_datasets and scheming_organizations: move it to the front"
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
