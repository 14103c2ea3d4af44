"""What the addresses of resources led to when they were last asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession
from sqlalchemy.dialects.postgresql import JSONB, insert

from ckanext.opendata_ua.model.base import Base

#: A row: to a checker of types the attributes of the class would be columns.
LinkRow = Any


class Link(Base):
    """One address, however many resources lead to it."""

    __tablename__ = "opendata_ua_link"

    address_hash = sa.Column(sa.Text, primary_key=True)  # an address may be very long
    address = sa.Column(sa.Text, nullable=False)
    fault = sa.Column(sa.Text, nullable=False)  # "" for none
    facts = sa.Column(JSONB, nullable=False)
    sha256 = sa.Column(sa.Text)  # of the bytes, when all of them were fetched
    checked = sa.Column(
        sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )
    broken_since = sa.Column(sa.DateTime(timezone=True))
    # ids of the organizations that got a letter about this break
    told = sa.Column(JSONB, nullable=False, server_default="[]")

    @classmethod
    def of(
        cls, session: AlchemySession, addresses: Iterable[str]
    ) -> dict[str, LinkRow]:
        """Return what is known of addresses, by address."""
        wanted = {address_hash(one) for one in addresses}
        if not wanted:
            return {}
        query = sa.select(cls).where(cls.address_hash.in_(wanted))
        fresh = query.execution_options(populate_existing=True)
        return {row.address: row for row in session.scalars(fresh)}

    @classmethod
    def note(
        cls,
        session: AlchemySession,
        address: str,
        *,
        fault: str,
        facts: Mapping[str, Any],
        sha256: str | None,
        broken: bool,
    ) -> None:
        """Keep what an address led to, and since when it has been broken.

        :param broken: whether readers do not get there; what works again begins anew
        """
        table: sa.Table = cls.__table__
        new = insert(table).values(
            address_hash=address_hash(address),
            address=address,
            fault=fault,
            facts=dict(facts),
            sha256=sha256,
            broken_since=sa.func.now() if broken else None,
        )
        since = sa.func.coalesce(table.c.broken_since, sa.func.now())
        session.execute(
            new.on_conflict_do_update(
                index_elements=["address_hash"],
                set_={
                    "fault": new.excluded.fault,
                    "facts": new.excluded.facts,
                    "sha256": new.excluded.sha256,
                    "checked": sa.func.now(),
                    "broken_since": since if broken else None,
                    "told": table.c.told if broken else new.excluded.told,
                },
            )
        )

    @classmethod
    def holders(cls, session: AlchemySession, address: str) -> list[str]:
        """Return ids of the organizations whose readers are led to an address."""
        query = _read(model.Package.owner_org).where(model.Resource.url == address)
        return sorted(session.scalars(query.distinct()))

    @classmethod
    def untold(cls, session: AlchemySession, organization_id: str) -> list[Any]:
        """Return links that broke and of which an organization was not told, locked.

        :returns: rows of the link, its resource and its dataset, in the order of the
            datasets
        """
        rows = session.execute(
            _read(cls, model.Resource, model.Package)
            .join(cls, cls.address == model.Resource.url)
            .where(
                model.Package.owner_org == organization_id,
                cls.broken_since.is_not(None),
                ~cls.told.has_key(organization_id),
            )
            .order_by(model.Package.title, model.Package.id, model.Resource.position)
            .with_for_update(of=cls)
            .execution_options(populate_existing=True)
        )
        return list(rows)

    @classmethod
    def is_used(cls, session: AlchemySession, address: str) -> bool:
        """Tell whether a resource leads to an address."""
        query = _links().where(model.Resource.url == address).limit(1)
        return session.execute(query).first() is not None

    @classmethod
    def forget(cls, session: AlchemySession, address: str) -> None:
        """Remove what is known of an address that nobody needs."""
        session.execute(
            sa.delete(cls)
            .where(cls.address_hash == address_hash(address))
            .execution_options(synchronize_session=False)
        )

    @classmethod
    def unasked(cls, session: AlchemySession, package_id: str) -> list[str]:
        """Return addresses of a dataset of which nothing is known yet.

        The resources of the session have to be flushed.
        """
        known = sa.exists().where(cls.address == model.Resource.url)
        query = _links().where(model.Resource.package_id == package_id, ~known)
        return sorted(session.scalars(query))

    @classmethod
    def due(
        cls, session: AlchemySession, age: timedelta, after: str, limit: int
    ) -> tuple[list[str], int]:
        """Return addresses nobody asked for so long, in order, and their number.

        :param after: the last address of the page before, "" for the first
        """
        recent = cls.checked > sa.func.now() - age
        known = sa.exists().where(sa.and_(cls.address == model.Resource.url, recent))
        query = _links().where(model.Resource.url > after, ~known)
        left = session.execute(
            sa.select(sa.func.count()).select_from(query.subquery())
        ).scalar_one()
        page = query.order_by(model.Resource.url).limit(limit)
        return list(session.scalars(page)), int(left)


def _links() -> Any:
    """Return the addresses of resources that have no file of their own."""
    living = model.Package.state != "deleted"
    return _resources(model.Resource.url).where(living).distinct()


def _read(*wanted: Any) -> Any:
    """Return something of the resources that lead readers to other addresses."""
    package = model.Package
    return _resources(*wanted).where(
        package.state == "active",
        package.private.is_(False),
        package.owner_org.is_not(None),
    )


def _resources(*wanted: Any) -> Any:
    resource, package = model.Resource, model.Package
    kind: Any = sa.func.coalesce(resource.url_type, "")
    return (
        sa.select(*wanted)
        .select_from(resource)
        .join(package, package.id == resource.package_id)
        .where(resource.state == "active", kind == "", resource.url != "")
    )


def address_hash(address: str) -> str:
    """Return the key of an address."""
    return hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()
