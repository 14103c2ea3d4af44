"""What pages share: actions asked as the person at the browser, forms that are ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, current_app, g


def context() -> Any:
    """Return a context of actions: the person at the browser."""
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def ask(name: str, data: Mapping[str, Any]) -> Any:
    """Call an action as the person at the browser; refusals become pages.

    Wrong parameters (409 of the action) are the caller's to show.
    """
    try:
        return tk.get_action(name)(context(), dict(data))
    except tk.ObjectNotFound as absent:
        return tk.abort(404, str(absent))
    except tk.NotAuthorized as refusal:
        return tk.abort(403, str(refusal))


def dataset_of(id: str) -> dict[str, Any]:
    """Return a dataset; a page that does not exist for those who may not read it.

    People with an account get what is stored, so that nobody who prepares or decides
    waits for a search index that hangs; readers get what CKAN keeps there.
    """
    id = id.replace("\x00", "\ufffd")  # which CKAN would ask the database for
    asked: Any = {**context(), "use_cache": tk.current_user.is_anonymous}
    try:
        return tk.get_action("package_show")(asked, {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        # The same answer for both: strangers do not learn which drafts exist.
        return tk.abort(404, tk._("There is no such dataset."))


def words_of(refusal: tk.ValidationError) -> dict[str, list[str]]:
    """Return the words of a refusal by field, without its code for programs."""
    return {
        key: [str(one) for one in words]
        for key, words in refusal.error_dict.items()
        if key != "code" and isinstance(words, list)
    }


def sentences_of(refusal: tk.ValidationError) -> list[str]:
    """Return all words of a refusal."""
    return [one for words in words_of(refusal).values() for one in words]


def language() -> str:
    """Return the language of the page, ``en`` or, for all others, ``uk``."""
    return "en" if str(tk.h.lang()).startswith("en") else "uk"


def ask_to_sign_in() -> None:
    """Answer strangers the same, whatever there is or is not at the address."""
    if tk.current_user.is_anonymous:
        tk.abort(403, tk._("Sign in to see this page."))


def keep_nowhere(response: Response) -> Response:
    """Forbid browsers and proxies to keep what only this person may see."""
    response.cache_control.private = True
    response.cache_control.no_store = True
    return response


def ask_for_the_token() -> None:
    """Check that a form is one of ours, as CKAN does for its own pages.

    CKAN 2.11 leaves plugins out unless told otherwise, and CKAN 2.12 every view that
    was once called without a session. Callers with an API token need none.
    """
    if current_app.config["WTF_CSRF_ENABLED"] and not g.get("login_via_auth_header"):
        current_app.extensions["csrf"].protect()
