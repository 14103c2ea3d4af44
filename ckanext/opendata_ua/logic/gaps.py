"""What the passports of public datasets lack: read from rows, no ``package_show``."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import passport
from ckanext.opendata_ua.domain.findings import Finding, Severity
from ckanext.opendata_ua.domain.package import record_of
from ckanext.opendata_ua.domain.passport import BodyRecord
from ckanext.opendata_ua.logic import reading, rights
from ckanext.opendata_ua.model import gaps
from ckanext.opendata_ua.model.body import body_of
from ckanext.opendata_ua.model.gaps import Holding

#: Stands for "without an organization": too short to be the name of one.
UNOWNED = "-"
#: Datasets that are in memory at once.
PORTION = 250
#: What the table fills in, in its order.
FILLED = (
    "update_frequency",
    "purpose_of_collecting_information",
    "maintainer",
    "maintainer_email",
)


@dataclass(frozen=True)
class Judged:
    """A public dataset as it is stored, and what of its passport has to be mended."""

    dataset: dict[str, Any]
    gaps: tuple[Finding, ...]

    @property
    def elements(self) -> set[str]:
        """Return the elements that are missing or wrong."""
        return {str(one.place.get("element", "")) for one in self.gaps}


def scope_of(context: Context) -> list[str] | None:
    """Return ids of the organizations whose gaps somebody sees, None for all.

    They are those whose datasets one prepares or moderates.
    """
    if context.get("ignore_auth"):
        return None
    user = rights.user_of(context)
    prepared, moderated = rights.published(user), rights.moderated(user)
    if prepared is None or moderated is None:
        return None
    return sorted({*prepared, *moderated})


def holding_of(context: Context, organization: str | None) -> Holding:
    """Return whose datasets are meant; who may not see them was refused before.

    :param organization: id or name, ``UNOWNED``, or nothing for all one sees
    :raises tk.ObjectNotFound: when there is no such organization
    """
    if organization == UNOWNED:
        return Holding(unowned=True)
    if not organization:
        return Holding(scope_of(context))
    group = model.Group.get(organization)
    if group is None or not group.is_organization:
        raise tk.ObjectNotFound(tk._("There is no such organization."))
    return Holding([group.id])


def judged(holding: Holding, after: str = "") -> Iterator[Judged]:
    """Yield public datasets by id, each with its gaps; a portion is in memory.

    No transaction is held open on purpose: each portion is read as it is then.
    """
    bodies: dict[str, BodyRecord | None] = {}
    while found := gaps.portion(model.Session, holding, after, PORTION):
        for dataset in found:
            yield Judged(dataset, _gaps(dataset, bodies))
        if len(found) < PORTION:
            return
        after = found[-1]["id"]


def _gaps(
    dataset: dict[str, Any], bodies: dict[str, BodyRecord | None]
) -> tuple[Finding, ...]:
    owner = dataset["owner_org"]
    if owner and owner not in bodies:
        bodies[owner] = body_of(model.Session, owner)
    page = f"{config.site_url()}/dataset/{dataset['name']}"
    record = record_of(dataset, bodies.get(owner), page)
    found = passport.findings(record, today=reading.today_date())
    return tuple(one for one in found if one.severity is Severity.BLOCKING)


def page(
    holding: Holding, elements: Collection[str], after: str, limit: int
) -> tuple[list[Judged], str | None]:
    """Return datasets with gaps by id, and where the next page begins, or None.

    :param elements: leave those with a gap in one of these; none leaves all
    """
    found: list[Judged] = []
    for one in judged(holding, after):
        if one.gaps and (not elements or one.elements & set(elements)):
            if len(found) == limit:
                return found, found[-1].dataset["id"]
            found.append(one)
    return found, None
