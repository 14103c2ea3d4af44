"""The only place that asks what this CKAN can do.

Other code asks "does this exist?", never "which version?".
"""

from __future__ import annotations

from ckan import logic


def omitted_resources_are_kept() -> bool:
    """Tell whether ``package_update`` without ``resources`` keeps the stored ones.

    CKAN 2.12 keeps them and, with the same change, gained the function looked for
    here; CKAN 2.11 deletes them.
    """
    return hasattr(logic, "index_update_package_dicts")
