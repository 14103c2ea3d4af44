"""Dealing with proposals: show, hide, answer, close. Of two at once, one wins."""

from __future__ import annotations

from datetime import date
from typing import Any, NoReturn

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain import dates
from ckanext.opendata_ua.domain import proposal as rules
from ckanext.opendata_ua.domain.errors import DomainError
from ckanext.opendata_ua.domain.proposal import Ending, Outcome, State
from ckanext.opendata_ua.logic import proposal, reading, review, rights
from ckanext.opendata_ua.logic.many import decide_each
from ckanext.opendata_ua.logic.schema import proposal as schema
from ckanext.opendata_ua.model.file_version import FileVersion
from ckanext.opendata_ua.model.proposal import ProposalRow


def opendata_ua_proposal_publish(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Show a proposal to everybody.

    :param proposal_id: id of the proposal
    :param proposal_version: the version that was seen
    :returns: the proposal
    :raises ValidationError: code ``stale`` or ``wrong_state``
    """
    data = review.validated(context, data_dict, schema.step())
    row = _begun("opendata_ua_proposal_publish", context, data)
    state = _next("publish", row, data)
    if not row.text:
        _wrong(
            "proposal_id",
            tk._(
                "The text of this proposal was removed in its term: there is nothing "
                "to show."
            ),
        )
    first = row.shown is None
    row.shown, row.ended, row.hidden_reason = row.shown or reading.now(), None, ""
    was_held, row.held = row.held, False
    row.enter(model.Session, "publish", state, rights.user_id(context))
    if first:
        people = proposal.responsible(row.organization_id)
        proposal.tell_staff("proposal_owed", row, people)
    if was_held:  # its author has got no letter yet
        proposal.tell_author("proposal_received", row)
    return proposal.ended(context, row)


def opendata_ua_proposal_hide(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show a proposal to nobody; the reason is shown instead.

    :param proposal_id: id of the proposal
    :param proposal_version: the version that was seen
    :param reason: ``spam``, ``personal_data``, ``insult``, ``off_topic`` or
        ``duplicate``
    :returns: the proposal
    :raises ValidationError: code ``stale``, ``wrong_state`` or ``invalid``
    """
    data = review.validated(context, data_dict, schema.hide())
    row = _begun("opendata_ua_proposal_hide", context, data)
    state = _next("hide", row, data)
    row.hidden_reason, row.ended = data["reason"], reading.now()
    actor = rights.user_id(context)
    row.enter(model.Session, "hide", state, actor, {"reason": data["reason"]})
    if data["reason"] != rules.HiddenReason.SPAM.value:
        proposal.tell_author("proposal_hidden", row)
    return proposal.ended(context, row)


def opendata_ua_proposal_answer(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Answer a proposal; a later answer takes the place of an earlier one.

    :param proposal_id: id of the proposal
    :param proposal_version: the version that was seen
    :param answer: plain text; web addresses in it become links
    :returns: the proposal
    :raises ValidationError: code ``stale``, ``wrong_state`` or ``invalid``
    """
    data = review.validated(context, data_dict, schema.answer())
    row = _begun("opendata_ua_proposal_answer", context, data)
    state = _next("answer", row, data)
    try:
        row.answer = rules.answer_text(data["answer"])
    except DomainError as refusal:
        review.refuse(refusal)
    row.answered = row.answered or reading.now()
    row.enter(model.Session, "answer", state, rights.user_id(context))
    proposal.tell_author("proposal_answered", row)
    return proposal.ended(context, row)


def opendata_ua_proposal_close(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Close a proposal with what has become of it.

    :param proposal_id: id of the proposal
    :param proposal_version: the version that was seen
    :param outcome: ``fixed``, ``planned``, ``refused`` or ``forwarded``
    :param answer: plain text; needed unless the proposal is answered (optional)
    :param planned_on: by which day, when it is planned
    :param ground: the act and its clause, when it is refused
    :param forwarded_to: the body, when it is forwarded
    :param resource_id: of the file whose current version fixed it (optional)
    :param grown_dataset: id or name of the dataset that grew out of it (optional)
    :returns: the proposal
    :raises ValidationError: code ``stale``, ``wrong_state`` or ``invalid``
    """
    data = review.validated(context, data_dict, schema.close())
    row = _begun("opendata_ua_proposal_close", context, data)
    state = _next("close", row, data)
    try:
        if data["answer"].strip() or not row.answer:
            row.answer = rules.answer_text(data["answer"])
        ending = rules.ending(
            Ending(
                Outcome(data["outcome"]),
                planned_on=_day(data["planned_on"]),
                ground=data["ground"],
                forwarded_to=data["forwarded_to"],
            ),
            reading.today_date(),
        )
    except DomainError as refusal:
        review.refuse(refusal)
    row.outcome, row.planned_on = ending.outcome.value, ending.planned_on
    row.ground, row.forwarded_to = ending.ground, ending.forwarded_to
    row.fixed_version = _version(row, data.get("resource_id"))
    row.grown_package_id = _grown(context, data.get("grown_dataset"))
    row.answered, row.ended = row.answered or reading.now(), reading.now()
    details = {"outcome": row.outcome}
    row.enter(model.Session, "close", state, rights.user_id(context), details)
    proposal.tell_author("proposal_closed", row)
    return proposal.ended(context, row)


def opendata_ua_proposal_decide_many(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Show or hide many proposals, each in a transaction of its own.

    :param decisions: list of dicts with ``proposal_id``, ``proposal_version``,
        ``decision`` (``publish`` or ``hide``) and what that decision takes
    :returns: ``results`` in the same order: ``proposal`` or ``error``
    """
    tk.check_access("opendata_ua_proposal_decide_many", context, data_dict)
    return decide_each(context, data_dict, "proposal", DECISIONS)


DECISIONS = {
    "publish": opendata_ua_proposal_publish,
    "hide": opendata_ua_proposal_hide,
}


def _begun(name: str, context: Context, data: dict[str, Any]) -> ProposalRow:
    """Return the proposal, locked, once it is known that the caller may do this."""
    tk.check_access(name, context, data)
    return proposal.locked(data["proposal_id"])


def _next(name: str, row: ProposalRow, data: dict[str, Any]) -> State:
    try:
        seen = data["proposal_version"]
        return rules.step(name, State(row.state), row.version, seen)
    except DomainError as refusal:
        review.refuse(refusal)


def _day(text: str) -> date | None:
    return dates.day(text) if text.strip() else None


def _version(row: ProposalRow, resource_id: str | None) -> str | None:
    """Return the id of the current version of a file of the dataset."""
    if not resource_id:
        return None
    resource = model.Resource.get(resource_id)
    if resource is None or resource.package_id != row.package_id:
        _wrong(
            "resource_id", tk._("This file is not one of the dataset: choose another.")
        )
    version: Any = FileVersion.current_of(model.Session, resource_id)
    return version.id if version else None


def _grown(context: Context, named: str | None) -> str | None:
    """Return the id of a dataset; a draft of others is as if it were not there."""
    if not named:
        return None
    package = model.Package.get(named)
    if package is None or package.state == "deleted" or not _sees(context, package.id):
        _wrong("grown_dataset", tk._("There is no such dataset: look at its address."))
    return package.id


def _sees(context: Context, package_id: str) -> bool:
    try:
        tk.check_access("package_show", tk.fresh_context(context), {"id": package_id})
    except tk.NotAuthorized:
        return False
    return True


def _wrong(field: str, words: str) -> NoReturn:
    model.Session.rollback()
    raise tk.ValidationError({"code": ["invalid"], field: [words]})
