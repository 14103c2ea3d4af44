"""Everything the extension keeps, table by table: what is exported before it goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.opendata_ua.model import leave

Export = Iterator[tuple[str, Iterator[dict[str, Any]]]]


def open_export(context: Context) -> Export:
    """Return the name and the rows of each table; some rows are in memory at once.

    It holds letters and names of people: whoever writes it down keeps it closed.

    :raises tk.NotAuthorized: as ``opendata_ua_leave_show`` does
    """
    tk.check_access("opendata_ua_leave_show", context, {})
    return ((name, leave.rows(model.Session, name)) for name in leave.tables())
