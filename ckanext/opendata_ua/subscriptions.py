"""Which signal of CKAN is received by what, as one table."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import SignalMapping

from ckanext.opendata_ua import jobs


def get_subscriptions() -> SignalMapping:
    """Return the table for CKAN's ISignal."""
    return {
        tk.signals.datastore_upsert: [_rows_changed],
        tk.signals.datastore_delete: [_rows_changed],
    }


def _rows_changed(sender: str, **_rows: Any) -> None:
    """Notice that rows of a table changed: no file did, but the data did.

    A loader sends thousands of rows in many calls: one waiting job serves them all,
    since a job of the same id replaces the one that has not run yet.

    :param sender: id of the resource
    """
    tk.enqueue_job(
        jobs.note_changed_rows,
        [sender],
        title=f"Note changed rows of {sender}",
        rq_kwargs={"job_id": f"opendata-ua-rows-{sender}"},
    )
