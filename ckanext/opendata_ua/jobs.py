"""Background entry points: they take ids and call actions."""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk

log = logging.getLogger(__name__)


def note_changed_rows(resource_id: str) -> None:
    """Move the change of data of a resource whose DataStore table changed.

    The site user writes, so that no activity is recorded in anybody's name; element 9
    of the passport follows from ``last_modified``.
    """
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    context: Any = {"user": site_user["name"], "ignore_auth": True}
    moment = datetime.now(timezone.utc).replace(tzinfo=None).isoformat()
    try:
        tk.get_action("resource_patch")(
            context, {"id": resource_id, "last_modified": moment}
        )
    except tk.ObjectNotFound:
        log.info("Resource %s was removed before its job ran", resource_id)
