"""Naming moderators."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.logic import review
from ckanext.opendata_ua.logic.schema import moderator as schema
from ckanext.opendata_ua.model.moderator import Moderator


def opendata_ua_moderator_add(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Name a moderator of one organization, or of all of them.

    :param user: id or name of a person
    :param organization: id or name of an organization (optional; without it: all)
    :returns: as in the list, and ``added``: False when it was so already
    """
    user, organization = _named("opendata_ua_moderator_add", context, data_dict)
    if user.state != "active":
        raise _no_person(user.name)
    scope = organization.id if organization else None
    added = Moderator.add(model.Session, user.id, scope)
    model.Session.commit()
    return {**_dict(user, organization), "added": added}


def opendata_ua_moderator_remove(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Take the duty from a moderator; cases they have taken stay theirs to see.

    :param user: id or name of a person
    :param organization: as it was given when they were named
    :returns: as in the list, and ``removed``: False when they had no such duty
    """
    user, organization = _named("opendata_ua_moderator_remove", context, data_dict)
    scope = organization.id if organization else None
    removed = Moderator.remove(model.Session, user.id, scope)
    model.Session.commit()
    return {**_dict(user, organization), "removed": removed}


@tk.side_effect_free
def opendata_ua_moderator_list(
    context: Context, data_dict: DataDict
) -> list[dict[str, Any]]:
    """List all moderators, also those whose account was deleted.

    :returns: dicts with ``user`` (a name), ``title``, ``active``, ``has_email``, and
        ``organization``: a name, None for all of them
    """
    tk.check_access("opendata_ua_moderator_list", context, data_dict)
    listed = []
    rows: list[Any] = Moderator.everybody(model.Session)
    for row in rows:
        user = model.User.get(row.user_id)
        group = model.Group.get(row.organization_id) if row.organization_id else None
        if user is not None:
            listed.append(_dict(user, group))
    return listed


def _named(name: str, context: Context, data_dict: DataDict) -> tuple[Any, Any]:
    data = review.validated(context, data_dict, schema.moderator())
    tk.check_access(name, context, data)
    user = model.User.get(data["user"])
    if user is None:
        raise _no_person(data["user"])
    named = data.get("organization")
    group = model.Group.get(named) if named else None
    if named and (group is None or not group.is_organization):
        raise tk.ValidationError(
            {
                "organization": [
                    tk._('There is no organization "{name}".').format(name=named)
                ]
            }
        )
    return user, group


def _no_person(name: str) -> tk.ValidationError:
    words = tk._(
        'There is no active person "{name}" on this portal: look up the sign-in name '
        "in the list of accounts, or invite the person first."
    )
    return tk.ValidationError({"user": [words.format(name=name)]})


def _dict(user: Any, group: Any) -> dict[str, Any]:
    return {
        "user": user.name,
        "title": user.display_name,
        "active": user.state == "active",
        "has_email": bool(user.email),
        "organization": group.name if group else None,
    }
