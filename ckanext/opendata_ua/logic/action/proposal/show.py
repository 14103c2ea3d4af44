"""Showing proposals: to everybody, to who sent them, to who deals with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain import dates
from ckanext.opendata_ua.domain import proposal as rules
from ckanext.opendata_ua.domain.proposal import State
from ckanext.opendata_ua.logic import proposal, reading, review, rights
from ckanext.opendata_ua.logic.schema import proposal as schema
from ckanext.opendata_ua.model.proposal import Proposal, ProposalAuthor, ProposalRow

#: What everybody may list: of what is hidden the reason, never the text.
LISTED = (*(state.value for state in rules.PUBLIC), State.HIDDEN.value)


@tk.side_effect_free
def opendata_ua_proposal_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List proposals, newest first; with ``board`` those that wait, by their terms.

    :param id: id or name of a dataset (optional)
    :param organization: id or name (optional)
    :param kind: of the proposals (optional)
    :param state: one of them (optional)
    :param board: what the caller has to deal with, texts that are not shown included;
        for publishers, organization administrators and moderators (optional)
    :param held: on the board: only what has signs of a robot (optional)
    :param overdue: only those whose term is over (optional)
    :param after: ``next`` of the page before (optional)
    :param limit: at most this many, by default 20, at most 100
    :returns: ``proposals``, on the board with what the caller may do (``may``), and
        ``next``, None at the end
    """
    data = review.validated(context, data_dict, schema.listing())
    tk.check_access("opendata_ua_proposal_list", context, data)
    board: bool = data["board"]
    states = [data["state"]] if data.get("state") else None
    query: dict[str, Any] = {
        "limit": data["limit"] + 1,
        "organizations": _organizations(context, data),
        "package_id": _package_id(data),
        "kind": data.get("kind"),
        "after": _edge(data.get("after")),
        "overdue_at": reading.now() if data["overdue"] else None,
    }
    if board:
        waiting = [State.RECEIVED.value, State.SHOWN.value]
        owed = not states
        query |= {"states": states or waiting, "owed": owed, "held": data["held"]}
    else:
        query |= {"states": _public_only(states), "spam_too": False}
    rows = Proposal.page(model.Session, **query)
    shown, more = rows[: data["limit"]], len(rows) > data["limit"]
    dicts = _to_staff(context, shown) if board else proposal.public_dicts(shown)
    last = shown[-1] if more else None
    key = (last.due if board and not states else last.created) if last else None
    return {
        "proposals": dicts,
        "next": f"{_utc(key)}_{last.id}" if last and key else None,
    }


@tk.side_effect_free
def opendata_ua_proposal_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show one proposal: by its id, or by the secret of its receipt.

    By its id everybody sees what is shown; who deals with it, also what is not, with
    ``history`` and what they may do (``may``). By the receipt its author sees the own
    text, and ``confirmed``: whether an address waits to be confirmed (None: there is
    none).

    :param proposal_id: (optional)
    :param receipt: the last part of the receipt's address (optional)
    """
    data = review.validated(context, data_dict, schema.one_or_receipt())
    tk.check_access("opendata_ua_proposal_show", context, data)
    if data.get("receipt"):
        return _to_author(data["receipt"])
    row = proposal.found(data.get("proposal_id") or "")
    user = rights.user_of(context)
    if context.get("ignore_auth") or (user and proposal.answers(user, row)):
        (told,) = _to_staff(context, [row])
        return {**told, "history": proposal.history(row)}
    if row.state not in LISTED or row.hidden_reason in rules.UNLISTED:
        raise tk.ObjectNotFound(tk._("There is no such proposal."))
    return proposal.public_dicts([row])[0]


@tk.side_effect_free
def opendata_ua_proposal_stats(
    context: Context, data_dict: DataDict
) -> list[dict[str, Any]]:
    """Count proposals per organization; posts of robots do not count.

    :param organization: id or name (optional)
    :returns: per organization ``organization`` (None: the portal's own), ``received``,
        ``answered``, ``late`` (answered or waiting after the term), ``waiting``,
        ``hidden``, ``median_days`` until the answer (None without one)
    """
    data = review.validated(context, data_dict, schema.figures())
    tk.check_access("opendata_ua_proposal_stats", context, data)
    rows = Proposal.figures(model.Session, _organization_id(data))
    known = review.titles({row["organization_id"] for row in rows})
    told = []
    for row in rows:
        median = row["median_days"]
        told.append(
            {
                "organization": known.get(row["organization_id"]),
                **{key: row[key] for key in FIGURES},
                "median_days": round(float(median), 1) if median is not None else None,
            }
        )
    return sorted(told, key=lambda one: (one["organization"] or {}).get("title", ""))


FIGURES = ("received", "answered", "late", "waiting", "hidden")


def _to_staff(context: Context, rows: Sequence[ProposalRow]) -> list[dict[str, Any]]:
    """Return proposals with what the caller may do about each."""
    user = rights.user_of(context)
    of_one = {row.organization_id: row for row in rows}
    may = {
        organization_id: {
            "screen": proposal.screens(user, row),
            "answer": proposal.answers(user, row),
        }
        for organization_id, row in of_one.items()
    }
    told = proposal.staff_dicts(rows)
    return [
        {**one, "may": may[row.organization_id]}
        for row, one in zip(rows, told, strict=True)
    ]


def _to_author(receipt: str) -> dict[str, Any]:
    row = Proposal.by_receipt(model.Session, receipt)
    if row is None:
        raise tk.ObjectNotFound(
            tk._("No proposal has this receipt: copy the whole address.")
        )
    author = ProposalAuthor.of(model.Session, row.id)
    confirmed = bool(author.confirmed) if author and author.email else None
    shown = proposal.public_dicts([row])[0]
    return {**shown, "text": row.text, "answer": row.answer, "confirmed": confirmed}


def _public_only(states: list[str] | None) -> list[str]:
    return [state for state in states or LISTED if state in LISTED]


def _organizations(context: Context, data: dict[str, Any]) -> list[str] | None:
    """Return the organizations whose proposals are listed, None for all."""
    named = _organization_id(data)
    if not data["board"]:
        return [named] if named else None
    scope = (
        None if context.get("ignore_auth") else proposal.scope(rights.user_of(context))
    )
    if named:
        return [named] if scope is None or named in scope else []
    return None if scope is None else list(scope)


def _organization_id(data: dict[str, Any]) -> str | None:
    named = data.get("organization")
    if not named:
        return None
    group = model.Group.get(named)
    if group is None or not group.is_organization:
        raise tk.ObjectNotFound(tk._("Organization not found"))
    return group.id


def _package_id(data: dict[str, Any]) -> str | None:
    named = data.get("id")
    if not named:
        return None
    package = model.Package.get(named)
    if package is None or package.state == "deleted":
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return package.id


def _utc(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def _edge(after: str | None) -> Any:
    """Return where a page begins.

    :raises tk.ValidationError: when it is nothing this action gave
    """
    if not after:
        return None
    day, _, id_ = after.partition("_")
    moment = dates.moment(day)
    if moment is None or not id_:
        words = tk._("Give what this action returned as next, or leave it out.")
        raise tk.ValidationError({"code": ["invalid"], "after": [words]})
    return moment, id_
