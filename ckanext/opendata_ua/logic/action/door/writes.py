"""Chained writes that change a dataset without ``package_update``.

Each is held: the dataset's row is locked before CKAN does anything, so a write that was
allowed while it was a draft cannot land after it was submitted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Action, ChainedAction, Context, DataDict

from ckanext.opendata_ua import compat, config
from ckanext.opendata_ua.logic import door, observation, sight

Finder = Callable[[Context, DataDict], Iterable[Any]]


def held(
    name: str,
    what: str,
    find: Finder,
    *,
    rows: Finder | None = None,
    asks: bool = False,
) -> ChainedAction:
    """Return an action that leaves submitted datasets to their moderators.

    :param what: what of a dataset is written, as observations call it
    :param find: returns the rows of the datasets that the action would change
    :param rows: the same for one who only looks on, without asking for rights
    :param asks: whether the door asks for the right to change them
    """

    @tk.chained_action
    def action(up_action: Action, context: Context, data_dict: DataDict) -> Any:
        if config.moderation_is_enforced():
            return _write(up_action, context, data_dict, find(context, data_dict))
        seen = observation.look(
            context, lambda: (rows or find)(context, data_dict), asks=asks
        )
        return _noted(up_action, context, data_dict, what, seen)

    action.__name__ = name
    action.__doc__ = (
        f"See CKAN's ``{name}``. A dataset that waits for a moderator is changed by "
        "its moderators only."
    )
    return action


def _noted(
    up_action: Action,
    context: Context,
    data_dict: DataDict,
    what: str,
    seen: list[observation.Beside],
) -> Any:
    result = up_action(context, data_dict)
    observation.note_beside(context, what, seen)
    return result


def _write(
    up_action: Action, context: Context, data_dict: DataDict, datasets: Iterable[Any]
) -> Any:
    submitted = door.hold(context, datasets)
    result = up_action(context, data_dict)
    door.note_corrections(context, submitted)
    return result


def _of_resource(named: Any) -> Iterable[Any]:
    resource = model.Resource.get(named) if named else None
    return [door.find(resource.package_id)] if resource else []


def _by_resource(_context: Context, data: DataDict) -> Iterable[Any]:
    return _of_resource(data.get("resource_id") or data.get("id"))


def _by_view(_context: Context, data: DataDict) -> Iterable[Any]:
    view = model.ResourceView.get(data["id"]) if data.get("id") else None
    return _of_resource(view.resource_id) if view else []


def _both(_context: Context, data: DataDict) -> list[Any]:
    return [door.find(data.get(key)) for key in ("subject", "object")]


def _related(context: Context, data: DataDict) -> Iterable[Any]:
    """Ask both datasets whether their relation may be changed.

    CKAN asks so too, but nobody shall depend on what its context remembers.
    """
    found = _both(context, data)
    for package in found:
        if package is not None:
            tk.check_access(
                "package_update", tk.fresh_context(context), {"id": package.id}
            )
    return found


def _member(_context: Context, data: DataDict) -> Iterable[Any]:
    if data.get("object_type") != "package":
        return []
    return [door.find(data.get("object"))]


def _by_id(_context: Context, data: DataDict) -> Iterable[Any]:
    return [door.find(data.get("id"))]


def _brought(context: Context, data: DataDict) -> Iterable[Any]:
    return _asked(context, _named(data))


def _would_bring(_context: Context, data: DataDict) -> Iterable[Any]:
    return map(door.find, _named(data))


def _named(data: DataDict) -> set[str]:
    """Return the ids of the datasets that shall be in a group."""
    sent = data.get("packages")
    dicts = [one for one in sent if isinstance(one, Mapping)] if sent else []
    found = (door.find(one.get("id") or one.get("name")) for one in dicts)
    return {one.id for one in found if one is not None}


def _asked(context: Context, ids: Iterable[str]) -> list[Any]:
    """Return datasets that enter or leave a group, by who may change each of them."""
    for id_ in sorted(ids):
        tk.check_access("package_update", tk.fresh_context(context), {"id": id_})
    return [door.find(id_) for id_ in ids]


@tk.chained_action
def group_update(up_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Change a group; its datasets enter and leave by who may change them.

    That a dataset is in a group is shown with it, so the head of the group is not
    enough. Datasets that the caller does not see stay, and so do all when none are
    named: CKAN 2.11 would take them out. See CKAN's ``group_update``.
    """
    group = model.Group.get(data_dict["id"]) if data_dict.get("id") else None
    if not config.moderation_is_enforced():
        seen = observation.look(
            context, lambda: _would_move(context, group, data_dict), asks=True
        )
        return _noted(up_action, context, data_dict, "group", seen)
    if group is None:
        return up_action(context, data_dict)
    sent, stored = data_dict.get("packages"), _packages_of(group)
    if not isinstance(sent, list):
        partial = context.get("allow_partial_update")
        if sent is None and not (partial or compat.omitted_datasets_are_kept()):
            data_dict = {**data_dict, "packages": _as_dicts(stored, stored)}
        return up_action(context, data_dict)
    wanted = _named(data_dict)
    leaving = stored.keys() - wanted
    if leaving and not sight.is_whole(context):
        hidden = leaving - sight.seen(context, leaving)
        leaving -= hidden
        data_dict = {**data_dict, "packages": [*sent, *_as_dicts(hidden, stored)]}
    moved = _asked(context, (wanted - stored.keys()) | leaving)
    return _write(up_action, context, data_dict, moved)


def _would_move(context: Context, group: Any, data: DataDict) -> Iterable[Any]:
    """Return the datasets that an update brings into a group or takes out of it."""
    if group is None:
        return []
    sent, stored = data.get("packages"), _packages_of(group)
    kept = context.get("allow_partial_update") or compat.omitted_datasets_are_kept()
    if sent is None and kept:
        return []
    return map(door.find, stored.keys() ^ _named(data))


def _packages_of(group: Any) -> dict[str, str]:
    """Return ids of the datasets of a group, and in what capacity each is in it."""
    member = model.Member
    query = sa.select(member.table_id, member.capacity).where(
        member.group_id == group.id,
        member.table_name == "package",
        member.state == "active",
    )
    return {row.table_id: row.capacity for row in model.Session.execute(query)}


def _as_dicts(ids: Iterable[str], stored: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"id": id_, "capacity": stored[id_]} for id_ in sorted(ids)]


@tk.chained_action
def package_delete(up_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Delete a dataset; a public one only as a moderator; its review ends.

    See CKAN's ``package_delete``.
    """
    package = door.find(data_dict.get("id"))
    if package is None or not door.is_watched(package.type):
        if package is not None:
            tk.check_access("package_delete", context, data_dict)
            observation.note_deletion(context, package)
        return up_action(context, data_dict)
    tk.check_access("package_delete", context, data_dict)
    door.hold(context, [package])
    if not door.may_delete(context, package):
        raise tk.NotAuthorized(door.takedown_words())
    door.end_review(context, package)
    # an id may be a list: CKAN finds the dataset by it, and not all that belongs to it
    return up_action(context, {**data_dict, "id": package.id})


@tk.chained_action
def package_owner_org_update(
    up_action: Action, context: Context, data_dict: DataDict
) -> Any:
    """Move a dataset to another organization, as ``package_update`` would.

    See CKAN's ``package_owner_org_update``, which asks for a sysadmin and nothing else.
    """
    package = door.find(data_dict.get("id"))
    if package is not None:
        door.check_owner(context, package, data_dict.get("organization_id"))
        tk.check_access("package_owner_org_update", context, data_dict)
        observation.note_owner(context, package, data_dict.get("organization_id"))
    return up_action(context, data_dict)


def _visibility(name: str) -> ChainedAction:
    @tk.chained_action
    def action(up_action: Action, context: Context, data_dict: DataDict) -> Any:
        tk.check_access(name, context, data_dict)
        if config.moderation_is_enforced():  # for those who are not asked for rights
            door.refuse_visibility()
        observation.note_bulk(_listed(data_dict))
        return up_action(context, data_dict)

    action.__name__ = name
    action.__doc__ = f"See CKAN's ``{name}``. Refused while moderation is enforced."
    return action


@tk.chained_action
def bulk_update_delete(
    up_action: Action, context: Context, data_dict: DataDict
) -> None:
    """Delete datasets of an organization, each as ``package_delete`` does.

    See CKAN's ``bulk_update_delete``: CKAN 2.11 writes past everything in one
    statement.
    """
    tk.check_access("bulk_update_delete", context, data_dict)
    if not config.moderation_is_enforced():
        for package in _listed(data_dict):
            observation.note_deletion(context, package)
        up_action(context, data_dict)
        return
    for package in _listed(data_dict):
        if package.owner_org == data_dict.get("org_id"):
            tk.get_action("package_delete")(
                tk.fresh_context(context), {"id": package.id}
            )


def _listed(data_dict: DataDict) -> Iterator[Any]:
    """Yield the datasets that a call names."""
    for named in data_dict.get("datasets") or ():
        package = door.find(named)
        if package is not None:
            yield package


def _table(what: str, finder: Finder, *names: str, **how: Any) -> dict[str, Any]:
    return {name: held(name, what, finder, **how) for name in names}


ALWAYS: Mapping[str, ChainedAction] = {
    **_table("view", _by_resource, "resource_view_create", "resource_view_reorder"),
    **_table("view", _by_view, "resource_view_update", "resource_view_delete"),
    **_table(
        "relation",
        _related,
        "package_relationship_create",
        "package_relationship_update",
        "package_relationship_delete",
        rows=_both,
        asks=True,
    ),
    **_table("group", _member, "member_create", "member_delete", asks=True),
    **_table("group", _brought, "group_create", rows=_would_bring, asks=True),
    "group_update": group_update,
    **_table("collaborator", _by_id, "package_collaborator_create", asks=True),
    "package_delete": package_delete,
    "package_owner_org_update": package_owner_org_update,
    "bulk_update_public": _visibility("bulk_update_public"),
    "bulk_update_private": _visibility("bulk_update_private"),
    "bulk_update_delete": bulk_update_delete,
}
DATASTORE: Mapping[str, ChainedAction] = _table(
    "table",
    _by_resource,
    "datastore_create",
    "datastore_upsert",
    "datastore_delete",
    "datastore_records_delete",
)
