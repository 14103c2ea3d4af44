"""Who is who: publishers of a dataset, moderators of an organization."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from ckan.types import AuthResult, Context

from ckanext.opendata_ua.model.moderator import Moderator


def user_of(context: Context) -> Any:
    """Return the user the action runs for, or None: never that of the web request."""
    name = context.get("user")
    if not name:
        return None
    # CKAN has looked this person up already, if it is this person
    known: Any = context.get("auth_user_obj")
    if isinstance(known, model.User) and name in (known.name, known.id):
        return known
    return model.User.get(name)


def user_id(context: Context) -> str | None:
    """Return the id of the user the action runs for; None is the portal itself."""
    user = user_of(context)
    return user.id if user else None


def publishes(user: Any, package: Any) -> bool:
    """Tell whether somebody prepares this dataset: an editor of its holder, or more."""
    if user is None:
        return False
    if user.sysadmin:
        return True
    if package.owner_org and authz.has_user_permission_for_group_or_org(
        package.owner_org, user.name, "update_dataset"
    ):
        return True
    collaborators = bool(authz.check_config_permission("allow_dataset_collaborators"))
    return collaborators and authz.user_is_collaborator_on_dataset(
        user.id, package.id, ["admin", "editor"]
    )


def prepares_unowned(user: Any, package: Any) -> bool:
    """Tell whether a dataset of no organization is somebody's: CKAN lets every editor.

    Whoever may change a dataset may also read it.
    """
    if user is None:
        return False
    return (
        user.id == package.creator_user_id
        or publishes(user, package)
        or moderated(user) is None
    )


def published(user: Any) -> Sequence[str] | None:
    """Return ids of the organizations whose datasets somebody prepares, None for all.

    A role that cascades reaches the organizations below, as in CKAN.
    """
    if user is None:
        return ()
    if user.sysadmin:
        return None
    member = model.Member
    held = model.Session.execute(
        sa.select(model.Group.id, member.capacity)
        .join(member, member.group_id == model.Group.id)
        .where(
            member.table_name == "user",
            member.table_id == user.id,
            member.state == "active",
            member.capacity.in_(authz.get_roles_with_permission("update_dataset")),
            model.Group.is_organization.is_(True),
        )
    )
    cascading: Any = authz.check_config_permission("roles_that_cascade_to_sub_groups")
    found: set[str] = set()
    for id_, capacity in held.all():
        found.add(id_)
        if capacity in (cascading or ()):
            group: Any = model.Session.get(model.Group, id_)
            below = group.get_children_group_hierarchy(type="organization")
            found.update(row[0] for row in below)
    return sorted(found)


def publishers_of(organization_id: str) -> list[str]:
    """Return ids of the people who prepare the datasets of an organization."""
    capacities = authz.get_roles_with_permission("update_dataset")
    return sorted(members_of(organization_id, capacities))


def members_of(organization_id: str, capacities: Collection[str]) -> set[str]:
    """Return ids of the people who belong to an organization in these capacities."""
    member = model.Member
    rows = model.Session.execute(
        sa.select(member.table_id)
        .join(model.User, model.User.id == member.table_id)
        .where(
            member.group_id == organization_id,
            member.table_name == "user",
            member.state == "active",
            member.capacity.in_(capacities),
            model.User.state == "active",
        )
    )
    return set(rows.scalars())


def moderated(user: Any) -> Sequence[str] | None:
    """Return ids of the organizations somebody moderates, None for all of them."""
    if user is None:
        return ()
    if user.sysadmin:
        return None
    return Moderator.scope(model.Session, user.id)


def moderates(user: Any, organization_id: str | None) -> bool:
    """Tell whether somebody decides about the datasets of an organization."""
    scope = moderated(user)
    return scope is None or organization_id in scope


def has_a_say(user: Any, package: Any) -> bool:
    """Tell whether somebody decides about a dataset, or prepares it."""
    return moderates(user, package.owner_org) or publishes(user, package)


def may_update(user_name: str | None, package_id: str) -> bool:
    """Tell whether CKAN, and whoever it asks, lets somebody change a dataset now."""
    context: Any = {"user": user_name}
    try:
        tk.check_access("package_update", context, {"id": package_id})
    except tk.NotAuthorized:
        return False
    return True


def answer(may: bool, words: str) -> AuthResult:
    """Return the answer of a permission, a refusal with its reason."""
    return {"success": True} if may else {"success": False, "msg": words}


def answer_of_moderator(context: Context, package: Any) -> AuthResult:
    """Let moderators of the organization decide about its datasets.

    :param package: None for one that does not exist: the action's 404, not a 403
    """
    may = package is None or moderates(user_of(context), package.owner_org)
    return answer(
        may, tk._("Only moderators of this organization may decide about its datasets.")
    )


def answer_of_some_moderator(context: Context) -> AuthResult:
    """Let moderators in, of whatever they are."""
    scope = moderated(user_of(context))
    return answer(
        scope is None or bool(scope), tk._("This page is for moderators of the portal.")
    )
