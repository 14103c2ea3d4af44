"""Public datasets as their passports are stored, many at once: columns, no objects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession
from sqlalchemy.dialects.postgresql import aggregate_order_by

from ckanext.opendata_ua.model.dataset import EXTRAS_IN_COLUMN

#: The type of datasets that have a passport.
TYPE = "dataset"
#: Columns of which a passport, or a page of gaps, says something.
OF_DATASET = (
    *("id", "name", "title", "notes", "license_id", "version", "state", "private"),
    *("maintainer", "maintainer_email", "owner_org"),
    *("metadata_created", "metadata_modified"),
)
OF_FILE = (
    *("id", "name", "url", "format", "resource_type", "size", "created"),
    "last_modified",
)


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

    Four statements on CKAN 2.11, three on 2.12, however many there are. What belongs
    to one dataset is gathered by the database, whose rows cost less there than here.

    :param after: id of the last dataset of the portion before, or nothing
    """
    package: Any = model.Package
    columns = [package.__table__.c[name] for name in OF_DATASET]
    if EXTRAS_IN_COLUMN:
        columns.append(package.__table__.c.extras)
    query = sa.select(*columns).where(
        package.state == "active",
        package.private.is_(False),
        package.type == TYPE,
        package.id > after,
        *_held(holding),
    )
    rows = session.execute(query.order_by(package.id).limit(limit)).all()
    ids = [row.id for row in rows]
    extras = {} if EXTRAS_IN_COLUMN else _extras(session, ids)
    words, files = _words(session, ids), _files(session, ids)
    return [
        {
            # as CKAN shows it: what the form has a field for stands beside the others
            **((row.extras if EXTRAS_IN_COLUMN else extras.get(row.id)) or {}),
            **dict(zip(OF_DATASET, row, strict=False)),  # extras come last
            "tags": [{"name": word} for word in words.get(row.id, ())],
            "resources": files.get(row.id, []),
        }
        for row in rows
    ]


def _held(holding: Holding) -> Iterable[Any]:
    owner = model.Package.owner_org
    if holding.organizations is not None:
        yield owner.in_(holding.organizations)
    if holding.unowned:
        yield sa.or_(owner.is_(None), owner == "")
    if holding.ids is not None:
        yield model.Package.id.in_(holding.ids)


def _extras(session: AlchemySession, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return additional fields by dataset: a table of their own, in CKAN 2.11 only."""
    extra: Any = model.PackageExtra  # type: ignore[attr-defined]  # CKAN 2.11
    gathered: Any = sa.func.json_object_agg(extra.key, extra.value, type_=sa.JSON())
    rows: Any = session.execute(
        sa.select(extra.package_id, gathered)
        .where(extra.package_id.in_(ids), extra.state == "active")
        .group_by(extra.package_id)
    )
    return dict(rows.all())


def _words(session: AlchemySession, ids: Sequence[str]) -> dict[str, list[str]]:
    tag, tagged = model.Tag, model.PackageTag
    ordered: Any = aggregate_order_by(tag.name, tag.name)
    rows: Any = session.execute(
        sa.select(tagged.package_id, sa.func.array_agg(ordered))
        .join(tag, tag.id == tagged.tag_id)
        .where(tagged.package_id.in_(ids), tagged.state == "active")
        .group_by(tagged.package_id)
    )
    return dict(rows.all())


def _files(
    session: AlchemySession, ids: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    resource: Any = model.Resource
    file = resource.__table__
    extras = sa.type_coerce(file.c.extras, sa.Text())  # read here, when there are any
    rows = session.execute(
        sa.select(file.c.package_id, extras, *(file.c[name] for name in OF_FILE))
        .where(file.c.package_id.in_(ids), file.c.state == "active")
        .order_by(file.c.package_id, file.c.position)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for package_id, fields, *columns in rows:
        one = json.loads(fields or "{}") or {}
        found.setdefault(package_id, []).append(
            {**one, **dict(zip(OF_FILE, columns, strict=True))}
        )
    return found
