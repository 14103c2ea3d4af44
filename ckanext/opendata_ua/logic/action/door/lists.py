"""Chained lists: no words, names or contents of hidden datasets, and no ids of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Action, ChainedAction, Context, DataDict

from ckanext.opendata_ua.logic import sight
from ckanext.opendata_ua.logic.schema import door as schema
from ckanext.opendata_ua.model import publicity

TABLES_OF_DATASTORE = "_table_metadata"


@tk.chained_action
@tk.side_effect_free
def tag_list(up_action: Action, context: Context, data_dict: DataDict) -> list[Any]:
    """List the keywords of public datasets. See CKAN's ``tag_list``."""
    if data_dict.get("vocabulary_id") or sight.is_whole(context):
        return up_action(context, data_dict)
    return _public_words(up_action, context, data_dict)


@tk.chained_action
@tk.side_effect_free
def tag_autocomplete(
    up_action: Action, context: Context, data_dict: DataDict
) -> list[Any]:
    """Suggest keywords of public datasets. See CKAN's ``tag_autocomplete``."""
    if data_dict.get("vocabulary_id") or sight.is_whole(context):
        return up_action(context, data_dict)
    return _public_words(up_action, context, data_dict)


@tk.chained_action
@tk.side_effect_free
def tag_search(
    up_action: Action, context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Search keywords of public datasets. See CKAN's ``tag_search``."""
    if data_dict.get("vocabulary_id") or sight.is_whole(context):
        return up_action(context, data_dict)
    offset, limit, rest = _part(data_dict)
    found = up_action(context, rest)["results"]
    public = publicity.words(model.Session, {tag["name"] for tag in found})
    kept = [tag for tag in found if tag["name"] in public]
    return {"count": len(kept), "results": kept[offset:limit]}


@tk.chained_action
@tk.side_effect_free
def tag_show(up_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Show a keyword that a public dataset has. See CKAN's ``tag_show``."""
    whole = sight.is_whole(context)
    shown = up_action(context, data_dict)
    if whole:
        return shown
    word = shown["name"]
    if not (shown["vocabulary_id"] or publicity.words(model.Session, {word})):
        raise tk.ObjectNotFound(tk._("There is no such keyword."))
    if "packages" in shown:
        seen = sight.seen(context, [one["id"] for one in shown["packages"]])
        shown["packages"] = [one for one in shown["packages"] if one["id"] in seen]
    return shown


@tk.chained_action
@tk.side_effect_free
def format_autocomplete(
    up_action: Action, context: Context, data_dict: DataDict
) -> list[str]:
    """Suggest formats of files of public datasets. See CKAN's action of this name."""
    if sight.is_whole(context):
        return up_action(context, data_dict)
    data, wrong = tk.navl_validate(dict(data_dict), schema.suggestions(5), context)
    if wrong:
        raise tk.ValidationError(wrong)
    tk.check_access("format_autocomplete", context, data)
    found = publicity.formats(model.Session, data["q"], data["limit"])
    return [one.lower() for one in found]


@tk.chained_action
@tk.side_effect_free
def member_list(up_action: Action, context: Context, data_dict: DataDict) -> list[Any]:
    """List members of a group; hidden datasets are no members for others.

    See CKAN's ``member_list``.
    """
    whole = sight.is_whole(context)
    members = up_action(context, data_dict)
    datasets = [id_ for id_, kind, _ in members if kind == "package"]
    if whole or not datasets:
        return members
    seen = sight.seen(context, datasets)
    return [one for one in members if one[1] != "package" or one[0] in seen]


def _of_datasets(name: str, key: str, why: str) -> ChainedAction:
    """Return a list of datasets as their rows say who may read them.

    :param key: of a listed dataset: its id or name
    """

    @tk.chained_action
    @tk.side_effect_free
    def action(
        up_action: Action, context: Context, data_dict: DataDict
    ) -> list[dict[str, Any]]:
        whole = sight.is_whole(context)
        found = up_action(context, data_dict)
        if whole:
            return found
        seen = sight.seen(context, [one[key] for one in found])
        return [one for one in found if one[key] in seen]

    action.__name__ = name
    action.__doc__ = (
        f"See CKAN's ``{name}``, which {why}. Hidden datasets are left out."
    )
    return action


@tk.chained_action
@tk.side_effect_free
def package_relationships_list(
    up_action: Action, context: Context, data_dict: DataDict
) -> list[dict[str, str]]:
    """List relations with datasets that the user may read.

    See CKAN's ``package_relationships_list``, which names hidden ones.
    """
    whole = sight.is_whole(context)
    found = up_action(context, data_dict)
    if whole:
        return found
    ends = ("subject", "object")
    seen = sight.seen(context, [one[end] for one in found for end in ends])
    return [one for one in found if seen.issuperset(one[end] for end in ends)]


@tk.chained_action
@tk.side_effect_free
def followee_list(
    up_action: Action, context: Context, data_dict: DataDict
) -> list[dict[str, Any]]:
    """List what a user follows; groups with those datasets that may be read.

    See CKAN's ``followee_list``, which asks the index for them without a user.
    """
    whole, asking = sight.is_whole(context), tk.fresh_context(context)
    found = up_action(context, data_dict)
    if whole:
        return found
    listed = [one["dict"] for one in found if one["dict"].get("packages")]
    seen = sight.seen(
        asking, [one["id"] for each in listed for one in each["packages"]]
    )
    for each in listed:
        each["packages"] = [one for one in each["packages"] if one["id"] in seen]
    return found


@tk.chained_action
@tk.side_effect_free
def group_list_authz(
    up_action: Action, context: Context, data_dict: DataDict
) -> list[dict[str, Any]]:
    """List groups of the user; counts are those of public datasets.

    See CKAN's ``group_list_authz``.
    """
    whole = sight.is_whole(context)
    found = up_action(context, data_dict)
    return found if whole else _counted(found)


@tk.chained_action
@tk.side_effect_free
def organization_list_for_user(
    up_action: Action, context: Context, data_dict: DataDict
) -> list[dict[str, Any]]:
    """List organizations of a user; others are told the counts of public datasets.

    See CKAN's ``organization_list_for_user``.
    """
    whole = not data_dict.get("id") or sight.is_whole(context)
    found = up_action(context, data_dict)
    return found if whole else _counted(found)


@tk.chained_action
@tk.side_effect_free
def datastore_search(up_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Search a table of the DataStore; the list of all tables is for administrators.

    See CKAN's ``datastore_search``.
    """
    named = {str(data_dict.get(key)) for key in ("resource_id", "id")}
    if TABLES_OF_DATASTORE in named and not sight.is_whole(context):
        raise tk.NotAuthorized(
            tk._(
                "The list of all tables is for the portal's administrators: ask for "
                "the table of one resource."
            )
        )
    return up_action(context, data_dict)


def _public_words(
    up_action: Action, context: Context, data_dict: DataDict
) -> list[Any]:
    """Return tags as CKAN lists them, without words that only hidden datasets have.

    All are asked for and counted off afterwards: a part of a list would tell by its
    length that a word exists.
    """
    offset, limit, rest = _part(data_dict)
    found = up_action(context, rest)
    names = {tag["name"] if isinstance(tag, Mapping) else tag for tag in found}
    public = publicity.words(model.Session, names)
    kept = [
        tag
        for tag in found
        if (tag["name"] if isinstance(tag, Mapping) else tag) in public
    ]
    return kept[offset:limit]


def _part(data_dict: DataDict) -> tuple[int, int | None, dict[str, Any]]:
    """Return where a part of a list begins and ends, and what was asked besides."""
    part, wrong = tk.navl_validate(
        {key: data_dict.get(key) for key in ("offset", "limit")}, schema.part()
    )
    if wrong:
        raise tk.ValidationError(wrong)
    offset = part.get("offset") or 0
    limit = part.get("limit")
    rest = {key: data_dict[key] for key in data_dict if key not in part}
    return offset, None if limit is None else offset + limit, rest


def _counted(groups: list[Any]) -> list[Any]:
    if not any("package_count" in one for one in groups):
        return groups
    counts = publicity.counts(model.Session, [one["id"] for one in groups])
    return [{**one, "package_count": counts.get(one["id"], 0)} for one in groups]


ALWAYS: Mapping[str, ChainedAction] = {
    action.__name__: action
    for action in (
        tag_list,
        tag_autocomplete,
        tag_search,
        tag_show,
        format_autocomplete,
        member_list,
        _of_datasets("package_autocomplete", "name", "asks the index alone"),
        _of_datasets(
            "current_package_list_with_resources", "id", "calls no plugin's search"
        ),
        package_relationships_list,
        followee_list,
        group_list_authz,
        organization_list_for_user,
    )
}
DATASTORE: Mapping[str, ChainedAction] = {"datastore_search": datastore_search}
