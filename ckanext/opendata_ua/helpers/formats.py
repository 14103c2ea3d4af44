"""Template helpers of formats: the rules beside the upload, the why beside a file."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua.domain import format_check, formats

__all__ = [
    "opendata_ua_foreign_items",
    "opendata_ua_format_policy",
    "opendata_ua_format_reasons",
    "opendata_ua_why_readable",
]

#: Keys of a resource that a page tells in words, or that tell a reader nothing.
KNOWN = frozenset(
    {
        *("cache_last_updated", "cache_url", "compress_format", "created", "hash"),
        *("data_actual_date", "datastore_active", "description", "encoding", "format"),
        *("datastore_contains_all_records_of_source_file", "has_views", "id"),
        *("last_modified", "metadata_modified", "mimetype", "mimetype_inner", "name"),
        *("on_same_domain", "package_id", "position", "resource_type", "size"),
        *("state", "tracking_summary", "url", "url_type"),
    }
)


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


def opendata_ua_format_reasons(rules: list[dict[str, Any]]) -> list[str]:
    """Return why formats are not simply accepted and what to do, each reason once.

    :param rules: of one verdict, as ``opendata_ua_format_policy`` gives them
    """
    told = (f"{rule['reason'] or rule['format']} {rule['next_step']}" for rule in rules)
    return list(dict.fromkeys(one.strip() for one in told))


def opendata_ua_foreign_items(resource: dict[str, Any]) -> list[tuple[str, str]]:
    """Return names and values of what other extensions say of a file."""
    foreign = {key: value for key, value in resource.items() if key not in KNOWN}
    items: list[tuple[str, str]] = tk.h.format_resource_items(foreign.items())
    return items


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
