"""The other doors of a dataset: writes beside its fields, and lists that tell of it.

``package_create`` and ``package_update`` meet ``logic.door`` by themselves; here is
what CKAN does without asking them. Parts of CKAN that are off have no actions to chain.
"""

from __future__ import annotations

from ckan.types import ChainedAction

from ckanext.opendata_ua import config
from ckanext.opendata_ua.logic.action.door import lists, streams, writes


def chained() -> dict[str, ChainedAction]:
    """Return the chained actions for the parts of CKAN that are on."""
    on = set(config.plugins())
    found = {**writes.ALWAYS, **lists.ALWAYS}
    if "datastore" in on:
        found |= {**writes.DATASTORE, **lists.DATASTORE}
    if "activity" in on:
        found |= streams.ACTIVITY
    for action in found.values():  # CKAN spares actions of plugins from its audit, too
        action.auth_audit_exempt = True  # type: ignore[attr-defined]  # as CKAN does
    return found
