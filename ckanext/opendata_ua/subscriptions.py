"""Which signal of CKAN is received by what, as one table."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import SignalMapping

from ckanext.opendata_ua import logs

#: Actions after which the register of an organization may say something else.
IN_REGISTER = (
    "package_create",
    "package_update",
    "package_delete",
    "organization_update",
    "organization_patch",
    "opendata_ua_publication_suspend",
    "opendata_ua_publication_resume",
    "opendata_ua_publication_withdraw",
)


def get_subscriptions() -> SignalMapping:
    """Return the table for CKAN's ISignal."""
    return {
        tk.signals.request_started: [_request_started],
        tk.signals.datastore_upsert: [_rows_changed],
        tk.signals.datastore_delete: [_rows_changed],
        tk.signals.action_succeeded: [
            {"sender": name, "receiver": _register_changed} for name in IN_REGISTER
        ],
    }


def _request_started(sender: Any, **_extra: Any) -> None:
    """Note the route that Flask has found, for the line written when all is done."""
    logs.note_rule(tk.request.environ, tk.request.url_rule)


def _rows_changed(sender: str, **_rows: Any) -> None:
    """Notice that rows of a table changed: no file did, but the data did.

    A loader sends thousands of rows in many calls: one waiting job serves them all.

    :param sender: id of the resource
    """
    tk.get_action("opendata_ua_rows_changed")(
        {"ignore_auth": True}, {"resource_id": sender}
    )


def _register_changed(
    sender: str, data_dict: Any = None, result: Any = None, **_rest: Any
) -> None:
    """Notice that a row of the register may say something else now.

    :param sender: name of the action
    """
    whole = result if isinstance(result, dict) else {}
    named = (data_dict or {}).get("id") or whole.get("id")
    if isinstance(named, str):
        about = "organization" if sender.startswith("organization_") else "id"
        tk.get_action("opendata_ua_register_changed")(
            {"ignore_auth": True}, {about: named}
        )
