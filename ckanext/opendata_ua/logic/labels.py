"""Who may read which dataset: the second wall behind the door (``design.md`` D3).

Labels of datasets lie in the index, labels of people are made anew each time: naming a
moderator therefore needs no new index.
"""

from __future__ import annotations

from typing import Any

from ckanext.opendata_ua import config
from ckanext.opendata_ua.logic import door, rights

MODERATOR = "opendata-ua-moderator"
PUBLISHER = "opendata-ua-publisher"


def of_dataset(package: Any, labels: list[str]) -> list[str]:
    """Return the labels of a dataset.

    A draft is for publishers and moderators, not for every member of the organization.

    :param labels: what CKAN gives it
    """
    if door.is_public(package):
        return labels
    owner = package.owner_org
    if not owner:
        return [*labels, MODERATOR]
    kept = labels
    if package.state != "active" and not config.moderation_members_see_drafts():
        kept = [label for label in labels if label != f"member-{owner}"]
    return [*kept, MODERATOR, f"{MODERATOR}-{owner}", f"{PUBLISHER}-{owner}"]


def of_user(user: Any, labels: list[str]) -> list[str]:
    """Return the labels of a person; anonymous readers keep those of CKAN.

    :param labels: what CKAN gives them
    """
    if not user or user.is_anonymous:
        return labels
    # asked of the rows: CKAN's own list of organizations takes seven statements, and
    # labels are asked for each dataset that is shown
    publishing = [f"{PUBLISHER}-{one}" for one in rights.published(user) or ()]
    scope = rights.moderated(user)
    if scope is None:
        return [*labels, *publishing, MODERATOR]
    return [*labels, *publishing, *(f"{MODERATOR}-{owner}" for owner in scope)]
