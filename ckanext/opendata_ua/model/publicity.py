"""What everybody may know of datasets, asked of their rows: the index may be behind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession

from ckanext.opendata_ua.domain.publication import Stop
from ckanext.opendata_ua.model.dataset import PUBLIC
from ckanext.opendata_ua.model.publication import Publication


def datasets(session: AlchemySession, named: Collection[str]) -> Sequence[Any]:
    """Return what decides who reads datasets, by id or name; one statement.

    ``suspended`` is the reason why readers get no files, None when they do.
    Columns, not objects: a write may be under way whose objects must stay as they are.
    """
    if not named:
        return ()
    package = model.Package
    wanted = sa.or_(package.id.in_(named), package.name.in_(named))
    query = _deciding().add_columns(Publication.reason.label("suspended"))
    stopped = sa.and_(
        Publication.package_id == package.id,
        Publication.state == Stop.SUSPENDED.value,
    )
    return list(session.execute(query.outerjoin(Publication, stopped).where(wanted)))


def lately_hidden(session: AlchemySession, days: int, limit: int) -> Sequence[Any]:
    """Return what decides who reads hidden datasets that were changed of late.

    These are the ones that the index may still take for public; one statement.

    :param days: how long ago at most
    :param limit: how many at most, the last ones first
    """
    moved: Any = model.Package.metadata_modified
    query = _deciding().where(
        sa.not_(PUBLIC),
        moved > sa.func.timezone("UTC", sa.func.now()) - timedelta(days=days),
    )
    return list(session.execute(query.order_by(moved.desc()).limit(limit)))


def _deciding() -> Any:
    package = model.Package
    return sa.select(
        package.id,
        package.name,
        package.state,
        package.private,
        package.owner_org,
        package.creator_user_id,
    )


def words(session: AlchemySession, names: Collection[str]) -> set[str]:
    """Return those of the free tags that some public dataset has; one statement."""
    if not names:
        return set()
    tag, tagged = model.Tag, model.PackageTag
    query = (
        sa.select(tag.name)
        .join(tagged, tagged.tag_id == tag.id)
        .join(model.Package, model.Package.id == tagged.package_id)
        .where(
            PUBLIC,
            tagged.state == "active",
            tag.vocabulary_id.is_(None),
            tag.name.in_(names),
        )
        .distinct()
    )
    return set(session.scalars(query))


def formats(session: AlchemySession, part: str, limit: int) -> list[str]:
    """Return formats of files that readers see, the commonest first; one statement.

    :param part: what they contain, in any case
    """
    file = model.Resource
    suspended = sa.exists().where(
        sa.and_(
            Publication.package_id == file.package_id,
            Publication.state == Stop.SUSPENDED.value,
        )
    )
    query = (
        sa.select(file.format)
        .join(model.Package, model.Package.id == file.package_id)
        .where(
            PUBLIC,
            ~suspended,
            file.state == "active",
            sa.func.lower(file.format).contains(part.lower(), autoescape=True),
        )
        .group_by(file.format)
        .order_by(sa.func.count().desc(), file.format)
        .limit(limit)
    )
    return list(session.scalars(query))


def counts(session: AlchemySession, groups: Collection[str]) -> dict[str, int]:
    """Return how many public datasets organizations and groups have; one statement.

    :param groups: ids
    """
    if not groups:
        return {}
    member = model.Member
    query = (
        sa.select(member.group_id, sa.func.count(member.table_id.distinct()))
        .join(model.Package, model.Package.id == member.table_id)
        .where(
            PUBLIC,
            member.table_name == "package",
            member.state == "active",
            member.group_id.in_(groups),
        )
        .group_by(member.group_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
