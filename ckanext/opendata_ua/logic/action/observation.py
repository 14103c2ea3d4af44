"""What moderation would have stopped while the portal only looked on."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import observation
from ckanext.opendata_ua.logic import review
from ckanext.opendata_ua.logic.schema import observation as schema
from ckanext.opendata_ua.model.observation import Key, Observation


@tk.side_effect_free
def opendata_ua_observation_list(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """List what moderation would have stopped, by dataset, paged by key.

    :param organization: id or name of an organization (optional)
    :param rule: a code, leaves what went past this rule (optional)
    :param after: ``next`` of the page before (optional)
    :param limit: at most 1000, by default 100
    :returns: ``observations``: dicts with ``dataset`` (``id``; ``name`` and ``title``
        are None once it is purged), ``organization``, ``what`` (``create``, ``update``,
        ``delete``, ``bulk``; ``view``, ``table``, ``group``, ``relation`` or
        ``collaborator`` for what belongs to a dataset), ``rule``, ``message``,
        ``first_seen``, ``last_seen`` and ``count``; ``next``, None on the last page
    """
    data = review.validated(context, data_dict, schema.page())
    tk.check_access("opendata_ua_observation_list", context, data)
    rows = Observation.page(
        model.Session,
        organization_id=_organization(data.get("organization")),
        rule=data.get("rule"),
        after=_key(data.get("after")),
        limit=data["limit"] + 1,
    )
    shown, more = rows[: data["limit"]], len(rows) > data["limit"]
    organizations = review.titles({seen.organization_id for seen, _ in shown})
    last = shown[-1][0] if shown and more else None
    return {
        "observations": [
            {
                "dataset": {
                    "id": seen.package_id,
                    "name": package.name if package else None,
                    "title": package.title or package.name if package else None,
                },
                "organization": organizations.get(seen.organization_id),
                "what": seen.what,
                "rule": seen.rule,
                "message": _message(seen.rule),
                "first_seen": review.moment_text(seen.first_seen),
                "last_seen": review.moment_text(seen.last_seen),
                "count": seen.count,
            }
            for seen, package in shown
        ],
        "next": f"{last.package_id}~{last.what}~{last.rule}" if last else None,
    }


@tk.side_effect_free
def opendata_ua_observation_count(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Count what moderation would have stopped, by rule and by organization.

    :param organization: id or name of an organization (optional)
    :param rule: a code (optional)
    :returns: ``looks_on``, whether the portal only looks on now; ``datasets``;
        ``rules``: dicts with ``rule``, ``message``, ``datasets``, ``count``;
        ``organizations``: dicts with ``id``, ``name``, ``title`` (all None without
        one), ``datasets``, ``count``
    """
    data = review.validated(context, data_dict, schema.filters())
    tk.check_access("opendata_ua_observation_count", context, data)
    chosen: dict[str, Any] = {
        "organization_id": _organization(data.get("organization")),
        "rule": data.get("rule"),
    }
    session = model.Session
    rules = Observation.counted(session, "rule", **chosen)
    owners = Observation.counted(session, "organization_id", **chosen)
    titles = review.titles({owner for owner, _, _ in owners})
    nobody = {"id": None, "name": None, "title": None}
    return {
        "looks_on": not config.moderation_is_enforced(),
        "datasets": Observation.datasets(session, **chosen),
        "rules": [
            {
                "rule": rule,
                "message": _message(str(rule)),
                "datasets": datasets,
                "count": count,
            }
            for rule, datasets, count in rules
        ],
        "organizations": [
            {**titles.get(owner, nobody), "datasets": datasets, "count": count}
            for owner, datasets, count in owners
        ],
    }


def _organization(named: str | None) -> str | None:
    """Return the id of an organization; of one that is not there nothing is found."""
    if not named:
        return None
    group = model.Group.get(named)
    return group.id if group else named


def _key(after: str | None) -> Key | None:
    if not after:
        return None
    package_id, what, rule = after.split("~")
    return package_id, what, rule


def _message(rule: str) -> str:
    words = observation.words(rule)
    return tk._(words)
