"""Who proposes, who reads, who answers."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.opendata_ua.logic import proposal, rights
from ckanext.opendata_ua.model.proposal import Proposal


@tk.auth_allow_anonymous_access
def opendata_ua_proposal_form_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Let everybody open a form."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def opendata_ua_proposal_create(context: Context, data_dict: DataDict) -> AuthResult:
    """Let everybody propose: no account is needed."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def opendata_ua_proposal_confirm(context: Context, data_dict: DataDict) -> AuthResult:
    """Let everybody confirm: the link is the permission."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def opendata_ua_proposal_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Let everybody ask; who asks decides what they see."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def opendata_ua_proposal_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Let everybody list what is shown, and the board those who deal with it."""
    return _board(context) if data_dict.get("board") else {"success": True}


@tk.auth_allow_anonymous_access
def opendata_ua_proposal_stats(context: Context, data_dict: DataDict) -> AuthResult:
    """Let everybody see how fast proposals are answered."""
    return {"success": True}


def opendata_ua_proposal_publish(context: Context, data_dict: DataDict) -> AuthResult:
    """Let moderators and administrators of the organization show a proposal."""
    return _screens(context, data_dict)


def opendata_ua_proposal_hide(context: Context, data_dict: DataDict) -> AuthResult:
    """Let moderators and administrators of the organization hide a proposal."""
    return _screens(context, data_dict)


def opendata_ua_proposal_answer(context: Context, data_dict: DataDict) -> AuthResult:
    """Let those who publish the data answer."""
    return _answers(context, data_dict)


def opendata_ua_proposal_close(context: Context, data_dict: DataDict) -> AuthResult:
    """Let those who publish the data close a proposal."""
    return _answers(context, data_dict)


def opendata_ua_proposal_decide_many(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let those in who deal with proposals; each decision asks again."""
    return _board(context)


def opendata_ua_proposal_remind(context: Context, data_dict: DataDict) -> AuthResult:
    """Let nobody but the portal itself, and sysadmins, send the weekly letters."""
    return _portal()


def opendata_ua_proposal_purge(context: Context, data_dict: DataDict) -> AuthResult:
    """Let nobody but the portal itself, and sysadmins, remove what is over."""
    return _portal()


def opendata_ua_proposal_person_show(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let nobody but sysadmins see what is kept about one person."""
    return _portal()


def opendata_ua_proposal_person_delete(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let nobody but sysadmins remove what is kept about one person."""
    return _portal()


def _board(context: Context) -> AuthResult:
    scope = proposal.scope(rights.user_of(context))
    return rights.answer(
        scope is None or bool(scope),
        tk._("The board is for publishers and moderators of the portal."),
    )


def _screens(context: Context, data_dict: DataDict) -> AuthResult:
    # a proposal that does not exist is the action's 404, not a 403
    row = model.Session.get(Proposal, data_dict["proposal_id"])
    return rights.answer(
        row is None or proposal.screens(rights.user_of(context), row),
        tk._(
            "Only moderators and administrators of the organization show and hide its "
            "proposals."
        ),
    )


def _answers(context: Context, data_dict: DataDict) -> AuthResult:
    row = model.Session.get(Proposal, data_dict["proposal_id"])
    return rights.answer(
        row is None or proposal.answers(rights.user_of(context), row),
        tk._("Only publishers and moderators of the organization answer proposals."),
    )


def _portal() -> AuthResult:
    return rights.answer(False, tk._("The portal does this by itself."))
