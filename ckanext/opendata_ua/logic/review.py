"""What the steps of a review share: rows locked in order, refusals, case dicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, NoReturn

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context, Schema

from ckanext.opendata_ua.domain import dates, moderation
from ckanext.opendata_ua.domain.errors import DomainError
from ckanext.opendata_ua.domain.moderation import Public, State
from ckanext.opendata_ua.domain.publication import day_of
from ckanext.opendata_ua.logic import reading, wording
from ckanext.opendata_ua.model.case import Case, CaseRow, EventRow
from ckanext.opendata_ua.model.dataset import lock_package


def validated(
    context: Context, data_dict: Mapping[str, Any], schema: Schema
) -> dict[str, Any]:
    """Return the parameters of an action.

    :raises tk.ValidationError: with every wrong one
    """
    data, wrong = tk.navl_validate(dict(data_dict), schema, context)
    if wrong:
        raise tk.ValidationError({"code": ["invalid"], **wrong})
    return data


def refuse(error: DomainError) -> NoReturn:
    """End the transaction and answer with the error's stable code and words.

    :raises tk.ValidationError: always
    """
    model.Session.rollback()
    words = tk._(error.message).format(**error.values)
    raise tk.ValidationError({"code": [error.code], error.field: [words]}) from error


def locked_dataset(package_id: str) -> Any:
    """Return the row of a dataset, locked until the end of the transaction.

    :raises tk.ObjectNotFound: when there is none
    """
    package = lock_package(model.Session, package_id)
    if package is None:
        model.Session.rollback()
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return package


def locked_case(case_id: str) -> tuple[CaseRow, Any]:
    """Return a case and its dataset, both locked, the dataset first.

    :raises tk.ObjectNotFound: when there is no such case
    :raises tk.ValidationError: when its dataset has been deleted
    """
    known = find_case(case_id)
    package = locked_dataset(known.package_id)
    if package.state == "deleted":  # past the door, as the command line does
        model.Session.rollback()
        raise tk.ValidationError(
            {
                "code": ["wrong_state"],
                "state": [
                    tk._(
                        "The dataset has been deleted: there is nothing to decide "
                        "unless its publisher restores it."
                    )
                ],
            }
        )
    case = Case.lock(model.Session, case_id)
    if case is None:
        raise tk.ObjectNotFound(tk._("Case not found"))
    return case, package


def find_case(case_id: str) -> CaseRow:
    """Return a case without locking it.

    :raises tk.ObjectNotFound: when there is no such case
    """
    case = model.Session.get(Case, case_id)
    if case is None:
        raise tk.ObjectNotFound(tk._("Case not found"))
    return case


def stored_dict(package_id: str) -> dict[str, Any]:
    """Return a dataset as the database has it now, without asking the index."""
    context: Any = {"ignore_auth": True, "use_cache": False}
    return tk.get_action("package_show")(context, {"id": package_id})


def check_ready(context: Context, dataset: dict[str, Any]) -> None:
    """Ask the checklist of a dataset that is locked; answer all that stands in the way.

    :param dataset: as it is stored now
    :raises tk.ValidationError: code ``incomplete``; the transaction is over then
    """
    asked: Any = {**tk.fresh_context(context), reading.SHOWN: dataset}
    checklist = tk.get_action("opendata_ua_checklist_show")(
        asked, {"id": dataset["id"]}
    )
    if checklist["ready"]:
        return
    model.Session.rollback()
    found = [one for one in checklist["findings"] if one["stops"]]
    raise tk.ValidationError(
        {
            "code": ["incomplete"],
            "findings": found,
            "message": [f"{one['message']} {one['next_step']}" for one in found],
        }
    )


def ended(context: Context, case: CaseRow, package: Any) -> dict[str, Any]:
    """Commit a step, unless the caller does, and return the case."""
    model.Session.flush()
    if not context.get("defer_commit"):
        model.Session.commit()
    return case_dict(case, package)


def case_dict(case: CaseRow, package: Any) -> dict[str, Any]:
    """Return a case as the Action API shows it."""
    return case_dicts([(case, package)])[0]


def case_dicts(rows: Sequence[tuple[CaseRow, Any]]) -> list[dict[str, Any]]:
    """Return cases as the Action API shows them; two statements for all of them."""
    organizations = titles({package.owner_org for _, package in rows})
    people = names({who for case, _ in rows for who in (case.author, case.moderator)})
    now = reading.now()
    return [
        {
            "case_id": case.id,
            "case_version": case.version,
            "state": case.state,
            "dataset": {
                "id": package.id,
                "name": package.name,
                "title": package.title or package.name,
            },
            "organization": organizations.get(package.owner_org),
            "author": people.get(case.author),
            "moderator": people.get(case.moderator),
            "self_control": case.self_control,
            "opened": moment_text(case.opened),
            "submitted": moment_text(case.submitted),
            "due": moment_text(case.due),
            "overdue": bool(
                case.state == State.SUBMITTED.value and case.due and case.due < now
            ),
            "decided": moment_text(case.decided),
            "applied": moment_text(case.applied),
            "publish_on": day_text(case.publish_on),
        }
        for case, package in rows
    ]


def event_dicts(events: Sequence[EventRow]) -> list[dict[str, Any]]:
    """Return a history as the Action API shows it, reasons with their words."""
    people = names(
        {event.actor for event in events}
        | {event.details.get("moderator") for event in events}
    )
    lang = wording.language()
    return [
        {
            "case_id": event.case_id,
            "case_version": event.case_version,
            "kind": event.kind,
            "state": event.state,
            "moment": moment_text(event.moment),
            "actor": people.get(event.actor),
            "moderator": people.get(event.details.get("moderator")),
            "reasons": [
                {"code": code, "text": moderation.REASONS[code].text(lang)}
                for code in event.reasons
                if code in moderation.REASONS
            ],
            "comment": event.comment,
            "details": event.details,
        }
        for event in events
    ]


#: States of a dataset that becomes public on a day, if one was named.
PLANNED = (Public.SUBMITTED, Public.APPROVED)


def planned(state: Public, publish_on: datetime | None) -> datetime | None:
    """Return when a dataset becomes public, None when as soon as it is approved."""
    to_come = publish_on is not None and publish_on > reading.now()
    return publish_on if to_come and state in PLANNED else None


def next_step(state: Public, publish_on: datetime | None) -> str:
    """Return in words what happens or must happen with a dataset next.

    :param publish_on: as ``planned`` gives it
    """
    words = moderation.NEXT[state][1]
    told = tk._(words) if words else ""
    if publish_on is None:
        return told
    day = dates.printed_day(day_of(publish_on))
    if state is Public.APPROVED:
        return tk._("It is approved and will be public on {day}.").format(day=day)
    later = tk._("Once approved, it becomes public on {day}.").format(day=day)
    return f"{told} {later}"


def titles(ids: set[str | None]) -> dict[str | None, dict[str, str]]:
    """Return id, name and title of organizations, by id; one statement."""
    return _titled(model.Group, model.Group.title, ids)


def names(ids: set[str | None]) -> dict[str | None, dict[str, str]]:
    """Return id, name and full name of people, by id; one statement."""
    return _titled(model.User, model.User.fullname, ids)


def _titled(
    table: Any, column: Any, ids: set[str | None]
) -> dict[str | None, dict[str, str]]:
    rows = model.Session.execute(
        sa.select(table.id, table.name, column).where(table.id.in_(ids - {None}))
    )
    return {
        id_: {"id": id_, "name": name, "title": title or name}
        for id_, name, title in rows
    }


def day_text(moment: datetime | None) -> str | None:
    """Return the day in Kyiv that begins with a moment, as ISO 8601."""
    return day_of(moment).isoformat() if moment else None


def moment_text(moment: datetime | None) -> str | None:
    """Return a moment as ISO 8601 in UTC."""
    return moment.astimezone(timezone.utc).isoformat() if moment else None
