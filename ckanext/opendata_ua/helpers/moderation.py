"""Template helpers of moderation: words for codes, and what a page may offer."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import dates, moderation

__all__ = [
    "opendata_ua_changes",
    "opendata_ua_event",
    "opendata_ua_finding_link",
    "opendata_ua_is_moderated",
    "opendata_ua_moment",
    "opendata_ua_reasons",
    "opendata_ua_review",
    "opendata_ua_severity",
    "opendata_ua_state",
    "opendata_ua_waiting",
]

#: Elements of the passport whose field on the form has another name.
_FIELDS = {"tags": "tag_string", "organization": "owner_org"}
#: Elements that are mended by a file.
_BY_FILE = frozenset({"url", "structure", "format", "data_actual_date"})
#: Elements that stand in the record of the organization.
_OF_BODY = frozenset({"edrpou", "katottg", "site_url"})


def opendata_ua_is_moderated(package_type: str) -> bool:
    """Tell whether datasets of a type become public through moderation only."""
    return (
        config.moderation_is_enforced()
        and package_type not in config.moderation_exempt_types()
    )


def opendata_ua_waiting() -> dict[str, int] | None:
    """Return how much waits for this person: ``waiting`` cases, ``requests``.

    None for who decides nothing.
    """
    if tk.current_user.is_anonymous:
        return None
    try:
        count = tk.get_action("opendata_ua_moderation_case_count")(_context(), {})
    except tk.NotAuthorized:
        return None
    return {key: int(count[key]) for key in ("waiting", "requests")}


def opendata_ua_review(dataset: dict[str, Any]) -> dict[str, Any] | None:
    """Return where a dataset stands, for its publishers and moderators only.

    :returns: ``state``, ``next_step``, ``events``, ``case_id`` of the last case or
        None, ``may_submit``, ``may_withdraw``, ``may_decide``; None for others
    """
    if tk.current_user.is_anonymous:
        return None
    one = {"id": dataset["id"]}
    try:
        events = tk.get_action("opendata_ua_moderation_history")(_context(), one)
    except tk.NotAuthorized:
        return None
    shown = tk.get_action("opendata_ua_moderation_state_show")(_context(), one)
    case_id = events[-1]["case_id"] if events else None
    state = moderation.Public(shown["state"])
    publishes = _may("opendata_ua_moderation_submit", one)
    return {
        **shown,
        "events": events,
        "case_id": case_id,
        "may_submit": publishes and state in _TO_SUBMIT,
        "may_withdraw": publishes and state is moderation.Public.SUBMITTED,
        "may_decide": bool(case_id)
        and _may("opendata_ua_moderation_approve", {"case_id": case_id}),
    }


_TO_SUBMIT = frozenset(
    {
        moderation.Public.DRAFT,
        moderation.Public.RETURNED,
        moderation.Public.REJECTED,
        moderation.Public.WITHDRAWN,
        moderation.Public.INTERNAL,
    }
)


def _may(name: str, data: dict[str, Any]) -> bool:
    return bool(tk.h.check_access(name, data))


def _context() -> Any:
    return {"user": tk.current_user.name}


def opendata_ua_reasons() -> list[dict[str, str]]:
    """Return the grounds on which a dataset is returned or rejected."""
    lang = str(tk.h.lang())
    return [
        {"code": reason.code, "text": reason.text(lang)}
        for reason in moderation.REASONS.values()
    ]


def opendata_ua_state(code: str, dataset: bool = False) -> str:
    """Return the words for a state of a dataset or of a case.

    :param dataset: a withdrawn case was taken back by its publisher; of a withdrawn
        dataset the publication has ended
    """
    if dataset and code == moderation.Public.WITHDRAWN.value:
        return tk._("The publication has ended")
    return {
        "draft": tk._("Draft"),
        "submitted": tk._("Waits for a moderator"),
        "withdrawn": tk._("Withdrawn"),
        "suspended": tk._("Suspended: its files are closed"),
        "returned": tk._("Returned for correction"),
        "approved": tk._("Approved, being published"),
        "applied": tk._("Approved and published"),
        "rejected": tk._("Rejected"),
        "public": tk._("Public"),
        "internal": tk._("Internal, not public"),
        "deleted": tk._("Deleted"),
    }.get(code, code)


def opendata_ua_event(event: dict[str, Any]) -> str:
    """Return in words what happened in a review."""
    moderator = event["moderator"]["title"] if event["moderator"] else ""
    words: dict[str, str] = {
        "submit": tk._("Submitted to moderation"),
        "withdraw": tk._("Withdrawn by the publisher"),
        "assign": tk._("Given to {moderator}").format(moderator=moderator),
        "correct": tk._("Corrected by the moderator"),
        "approve": tk._("Approved"),
        "return": tk._("Returned for correction"),
        "reject": tk._("Rejected"),
        "apply": tk._("Published"),
        "plan": tk._("A day of publication was set"),
        "suspend": tk._("Suspended"),
        "resume": tk._("Resumed"),
        "end": tk._("The publication was ended"),
        "ask_suspend": tk._("Asked to suspend"),
        "ask_resume": tk._("Asked to resume"),
        "ask_withdraw": tk._("Asked to end the publication"),
        "decline": tk._("The request was declined"),
    }
    return words.get(event["kind"], str(event["kind"]))


def opendata_ua_changes(event: dict[str, Any]) -> list[dict[str, str]]:
    """Return what a moderator corrected: ``label``, ``before``, ``after``.

    Files are named only: their many fields stand on the page of the dataset.
    """
    schema = tk.h.scheming_get_dataset_schema("dataset") or {"dataset_fields": []}
    fields = {field["field_name"]: field for field in schema["dataset_fields"]}
    found = []
    for key, (before, after) in event["details"].get("changed", {}).items():
        field = fields.get(_FIELDS.get(key, key), {})
        files = key == "resources"
        label = (
            tk._("Files")
            if files
            else tk.h.scheming_language_text(field.get("label", key))
        )
        found.append(
            {
                "label": label,
                "before": "" if files else _printed(field, before),
                "after": "" if files else _printed(field, after),
            }
        )
    return found


def _printed(field: dict[str, Any], value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = "" if value is None else str(value)
    vocabulary = field.get("vocabulary")
    return str(tk.h.opendata_ua_term(vocabulary, text)) if vocabulary else text


def opendata_ua_severity(code: str) -> str:
    """Return how grave a finding is, in words."""
    return {
        "blocking": tk._("Has to be mended"),
        "warning": tk._("Warning"),
        "advice": tk._("Advice"),
    }.get(code, code)


def opendata_ua_moment(text: str | None) -> str:
    """Return an ISO moment as dd.mm.yyyy hh:mm by the clocks of Kyiv."""
    moment = dates.moment(text or "")
    return dates.printed(moment) if moment else ""


def opendata_ua_finding_link(dataset: dict[str, Any], finding: dict[str, Any]) -> str:
    """Return the address of the field that mends a finding."""
    element = str(finding["place"].get("element", ""))
    field = f"field-{_FIELDS.get(element, element)}" if element else None
    kind, name = dataset.get("type") or "dataset", dataset["name"]
    file = finding["place"].get("resource_id")
    url_for: Any = tk.h.url_for
    if file:
        return str(
            url_for(f"{kind}_resource.edit", id=name, resource_id=file, _anchor=field)
        )
    if element in _BY_FILE:
        return str(url_for(f"{kind}_resource.new", id=name, _anchor="field-upload"))
    body = dataset.get("organization")
    if element in _OF_BODY and body:
        return str(url_for("organization.edit", id=body["name"], _anchor=field))
    return str(url_for(f"{kind}.edit", id=name, _anchor=field))
