"""Template helpers of formats: the rules beside the upload, the why beside a file."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua.domain import format_check, formats

__all__ = ["opendata_ua_format_policy", "opendata_ua_why_readable"]


def opendata_ua_format_policy(
    data: dict[str, Any] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Return the rules of formats by verdict, the best first.

    :param data: fields of the form of a file; the rules of its organization count
    """
    asked = {"organization": _organization(data or {})}
    shown = tk.get_action("opendata_ua_format_policy_show")(
        {"user": tk.current_user.name}, asked
    )
    groups: dict[str, list[dict[str, Any]]] = {
        verdict.value: [] for verdict in format_check.Verdict
    }
    for rule in shown["formats"]:
        groups[rule["verdict"]].append(rule)
    return groups


def _organization(data: dict[str, Any]) -> str:
    """Return the id of the organization whose dataset a form belongs to, or nothing."""
    named = data.get("package_id") or (tk.request.view_args or {}).get("id")
    if not named:
        return ""
    try:
        dataset = tk.get_action("package_show")(
            {"user": tk.current_user.name}, {"id": named}
        )
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return ""
    return str(dataset.get("owner_org") or "")


def opendata_ua_why_readable(declared: str) -> str:
    """Return why a declared format counts as machine-readable, "" if it does not."""
    why = format_check.why_machine_readable(formats.name(declared))
    return tk._(why) if why else ""
