"""The only place that asks what this CKAN can do.

Other code asks "does this exist?", never "which version?".
"""

from __future__ import annotations

import ckan
import ckan.plugins.toolkit as tk
from ckan import logic

OLDEST = "2.11.6"  # the first release of 2.11 with all known security fixes


def require_supported_ckan() -> None:
    """Refuse to start on a CKAN whose known holes this portal would inherit.

    :raises RuntimeError: with what the administrator has to do
    """
    if not tk.check_ckan_version(min_version=OLDEST):
        raise RuntimeError(
            f"The plugin opendata_ua needs CKAN {OLDEST} or newer, this is "
            f"{ckan.__version__}: upgrade CKAN first"
        )


def omitted_resources_are_kept() -> bool:
    """Tell whether ``package_update`` without ``resources`` keeps the stored ones.

    CKAN 2.12 keeps them and, with the same change, gained the function looked for
    here; CKAN 2.11 deletes them.
    """
    return hasattr(logic, "index_update_package_dicts")
