"""Who takes which step of a review."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthResult, Context, DataDict

from ckanext.opendata_ua.logic import review, rights
from ckanext.opendata_ua.model.case import Case


def opendata_ua_moderation_submit(context: Context, data_dict: DataDict) -> AuthResult:
    """Let editors of the holder submit its datasets."""
    return _publisher(context, data_dict)


def opendata_ua_moderation_withdraw(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let editors of the holder take a submission back."""
    return _publisher(context, data_dict)


def opendata_ua_moderation_assign(context: Context, data_dict: DataDict) -> AuthResult:
    """Let moderators of the organization give a case to one of them."""
    return _moderator(context, data_dict)


def opendata_ua_moderation_approve(context: Context, data_dict: DataDict) -> AuthResult:
    """Let moderators of the organization approve."""
    return _moderator(context, data_dict)


def opendata_ua_moderation_return(context: Context, data_dict: DataDict) -> AuthResult:
    """Let moderators of the organization return."""
    return _moderator(context, data_dict)


def opendata_ua_moderation_reject(context: Context, data_dict: DataDict) -> AuthResult:
    """Let moderators of the organization reject."""
    return _moderator(context, data_dict)


def opendata_ua_moderation_decide_many(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let moderators in; each decision asks again."""
    return rights.answer_of_some_moderator(context)


def opendata_ua_moderation_apply(context: Context, data_dict: DataDict) -> AuthResult:
    """Let nobody but the portal itself and sysadmins repeat an apply step."""
    return {
        "success": False,
        "msg": tk._("Approved datasets are published by the portal itself."),
    }


def opendata_ua_moderation_remind(context: Context, data_dict: DataDict) -> AuthResult:
    """Let nobody but the portal itself and sysadmins send the letters."""
    return {
        "success": False,
        "msg": tk._("Reminders are sent by the portal itself."),
    }


def opendata_ua_moderation_case_show(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let moderators and publishers of a dataset see its case."""
    case = review.find_case(data_dict["case_id"])
    user, package = rights.user_of(context), model.Package.get(case.package_id)
    seen = package is not None and rights.has_a_say(user, package)
    return rights.answer(seen, tk._("Only moderators and publishers see this case."))


def opendata_ua_moderation_case_list(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let moderators see the queue, each their part of it."""
    return rights.answer_of_some_moderator(context)


def opendata_ua_moderation_case_count(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let moderators know how much waits for them."""
    return rights.answer_of_some_moderator(context)


def opendata_ua_moderation_work_list(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let everybody with an account see what they themselves prepare."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def opendata_ua_moderation_state_show(
    context: Context, data_dict: DataDict
) -> AuthResult:
    """Let those who may read a dataset know where it stands."""
    return authz.is_authorized("package_show", context, data_dict)


def opendata_ua_moderation_history(context: Context, data_dict: DataDict) -> AuthResult:
    """Let moderators and publishers of a dataset read its history."""
    user, package = rights.user_of(context), model.Package.get(data_dict["id"])
    seen = package is None or rights.has_a_say(user, package)
    return rights.answer(seen, tk._("Only moderators and publishers see this history."))


def _publisher(context: Context, data_dict: DataDict) -> AuthResult:
    package = model.Package.get(data_dict["id"])
    # a dataset that does not exist is the action's 404, not a 403
    may = package is None or rights.publishes(rights.user_of(context), package)
    return rights.answer(
        may, tk._("Only editors of the organization may submit its datasets.")
    )


def _moderator(context: Context, data_dict: DataDict) -> AuthResult:
    case: Any = model.Session.get(Case, data_dict["case_id"])
    package = model.Package.get(case.package_id) if case else None
    return rights.answer_of_moderator(context, package)
