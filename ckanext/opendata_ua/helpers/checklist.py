"""Template helpers of the checklist: what there is to do, in the order of doing it."""

from __future__ import annotations

from typing import Any

__all__ = ["opendata_ua_checklist_parts"]


def opendata_ua_checklist_parts(
    checklist: dict[str, Any],
) -> dict[str, list[dict[str, Any]]]:
    """Return the findings of a checklist by what has to be done with them.

    :returns: ``pending``, ``mend``, ``answer``, ``answered``, ``look``
    """
    parts: dict[str, list[dict[str, Any]]] = {
        part: [] for part in ("pending", "mend", "answer", "answered", "look")
    }
    for finding in checklist["findings"]:
        parts[_part(finding)].append(finding)
    return parts


def _part(finding: dict[str, Any]) -> str:
    if finding["code"] == "check.pending":
        return "pending"
    if finding["acknowledged"]:
        return "answered"
    if not finding["stops"]:
        return "look"
    return "answer" if "acknowledgement" in finding else "mend"
