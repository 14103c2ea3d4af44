"""Public datasets as their passports are stored, many at once: columns, no objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession

#: The type of datasets that have a passport.
TYPE = "dataset"


@dataclass(frozen=True)
class Holding:
    """Whose public datasets are asked for.

    :param organizations: ids, None for all of the portal
    :param unowned: only those without an organization
    :param ids: only these
    """

    organizations: Sequence[str] | None = None
    unowned: bool = False
    ids: Sequence[str] | None = None


def portion(
    session: AlchemySession, holding: Holding, after: str, limit: int
) -> list[dict[str, Any]]:
    """Return the next datasets by id, as dicts that ``record_of`` of the domain reads.

    Four statements on CKAN 2.11, three on 2.12, however many there are.

    :param after: id of the last dataset of the portion before, or nothing
    """
    package: Any = model.Package
    query = sa.select(*package.__table__.c).where(
        package.state == "active",
        package.private.is_(False),
        package.type == TYPE,
        package.id > after,
        *_held(holding),
    )
    rows = session.execute(query.order_by(package.id).limit(limit))
    found = {row.id: {**row._mapping, "tags": [], "resources": []} for row in rows}
    for dataset_id, fields in _extras(session, found):
        # as CKAN shows it: what the form has a field for stands beside the others
        found[dataset_id] = {**fields, **found[dataset_id]}
    for dataset_id, word in _words(session, found):
        found[dataset_id]["tags"].append({"name": word})
    for file in _files(session, found):
        found[file["package_id"]]["resources"].append(file)
    return list(found.values())


def _held(holding: Holding) -> Iterable[Any]:
    owner = model.Package.owner_org
    if holding.organizations is not None:
        yield owner.in_(holding.organizations)
    if holding.unowned:
        yield sa.or_(owner.is_(None), owner == "")
    if holding.ids is not None:
        yield model.Package.id.in_(holding.ids)


def _extras(
    session: AlchemySession, found: dict[str, dict[str, Any]]
) -> list[tuple[str, dict[str, str]]]:
    """Return additional fields: CKAN 2.12 has a column for them, 2.11 a table."""
    package: Any = model.Package
    if "extras" in package.__table__.c:
        return [(id_, dict(found[id_].pop("extras") or {})) for id_ in found]
    extra: Any = model.PackageExtra  # type: ignore[attr-defined]  # CKAN 2.11
    rows = session.execute(
        sa.select(extra.package_id, extra.key, extra.value).where(
            extra.package_id.in_(list(found)), extra.state == "active"
        )
    )
    fields: dict[str, dict[str, str]] = {}
    for package_id, key, value in rows:
        fields.setdefault(package_id, {})[key] = value
    return list(fields.items())


def _words(session: AlchemySession, ids: Iterable[str]) -> Iterable[Any]:
    tag, tagged = model.Tag, model.PackageTag
    return session.execute(
        sa.select(tagged.package_id, tag.name)
        .join(tag, tag.id == tagged.tag_id)
        .where(tagged.package_id.in_(list(ids)), tagged.state == "active")
        .order_by(tag.name)
    )


def _files(session: AlchemySession, ids: Iterable[str]) -> Iterable[dict[str, Any]]:
    resource: Any = model.Resource
    file = resource.__table__
    rows = session.execute(
        sa.select(*file.c)
        .where(file.c.package_id.in_(list(ids)), file.c.state == "active")
        .order_by(file.c.package_id, file.c.position)
    )
    for row in rows:
        columns = dict(row._mapping)
        yield {**(columns.pop("extras") or {}), **columns}
