"""Which bytes a resource has now, and which it had: pointers into the file store."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession

from ckanext.opendata_ua.model.base import Base
from ckanext.opendata_ua.model.dataset import PUBLIC

#: A row of ``FileVersion``: to a checker of types its attributes would be columns.
VersionRow = Any


class FileVersion(Base):
    """One version of the file of a resource; the bytes lie under their SHA-256.

    Files that were uploaded before the extension came have no row here: they stay where
    CKAN put them, and are read there.
    """

    __tablename__ = "opendata_ua_file_version"

    id = sa.Column(sa.Text, primary_key=True)
    package_id = sa.Column(sa.Text, nullable=False)
    resource_id = sa.Column(sa.Text, nullable=False)
    sha256 = sa.Column(sa.Text, nullable=False)  # 64 lower-case hexadecimal digits
    size = sa.Column(sa.BigInteger, nullable=False)  # bytes
    media_type = sa.Column(sa.Text, nullable=False)
    name = sa.Column(sa.Text, nullable=False)  # as the publisher called the file
    author = sa.Column(sa.Text)  # id of a user
    current = sa.Column(sa.Boolean, nullable=False)
    created = sa.Column(
        sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )
    # when readers could first take it: from then on its address is permanent
    published = sa.Column(sa.DateTime(timezone=True))

    @classmethod
    def current_of_package(
        cls, session: AlchemySession, package_id: str
    ) -> dict[str, VersionRow]:
        """Return the current versions of a dataset by the ids of their resources."""
        query = sa.select(cls).where(cls.package_id == package_id, cls.current)
        fresh = query.execution_options(populate_existing=True)
        return {row.resource_id: row for row in session.scalars(fresh)}

    @classmethod
    def current_of(cls, session: AlchemySession, resource_id: str) -> VersionRow | None:
        """Return the current version of a resource, None for links and older files."""
        query = sa.select(cls).where(cls.resource_id == resource_id, cls.current)
        fresh = query.execution_options(populate_existing=True)
        return session.scalars(fresh).one_or_none()

    @classmethod
    def of_resource(cls, session: AlchemySession, resource_id: str) -> list[VersionRow]:
        """Return all versions of a resource, newest first."""
        query = sa.select(cls).where(cls.resource_id == resource_id)
        return list(session.scalars(query.order_by(cls.created.desc(), cls.id)))

    @classmethod
    def of_resource_by_hash(
        cls, session: AlchemySession, resource_id: str, sha256: str
    ) -> list[VersionRow]:
        """Return the versions of a resource with these bytes, newest first."""
        query = sa.select(cls).where(
            cls.resource_id == resource_id, cls.sha256 == sha256
        )
        return list(session.scalars(query.order_by(cls.created.desc(), cls.id)))

    @classmethod
    def known_resources(
        cls, session: AlchemySession, resource_ids: Iterable[str]
    ) -> set[str]:
        """Return those of the ids that have or had a version."""
        query = sa.select(cls.resource_id).where(cls.resource_id.in_(resource_ids))
        return set(session.scalars(query))

    @classmethod
    def replace_current(
        cls, session: AlchemySession, version: FileVersion, current: VersionRow | None
    ) -> None:
        """Make a new version the current one of its resource.

        :param current: which was it so far, None for none; the dataset is locked
        """
        version.id = str(uuid.uuid4())
        version.current = True
        # the moment the lock was had, not the one when the transaction began
        version.created = sa.func.clock_timestamp()
        if current is not None:
            session.execute(
                sa.update(cls)
                .where(cls.current, cls.resource_id == version.resource_id)
                .values(current=False)
                .execution_options(synchronize_session=False)
            )
        session.add(version)
        session.flush()

    @classmethod
    def settle(cls, session: AlchemySession, package_id: str) -> None:
        """Bring the current versions of a dataset in line with it, in one statement.

        Those of files that became links, and of resources purged, end; the others are
        published now, if the dataset is public and they were not before. Dataset and
        resources of the session have to be flushed; the time is the database's.
        """
        uploaded = (
            sa.select(model.Resource.id)
            .where(
                model.Resource.id == cls.resource_id,
                model.Resource.url_type == "upload",
            )
            .exists()
        )
        public = (
            sa.select(model.Package.id)
            .where(model.Package.id == cls.package_id, PUBLIC)
            .exists()
        )
        appears = sa.and_(uploaded, cls.published.is_(None), public)
        session.execute(
            sa.update(cls)
            .where(cls.package_id == package_id, cls.current, ~uploaded | appears)
            .values(
                current=uploaded,
                published=sa.case((appears, sa.func.now()), else_=cls.published),
            )
            .execution_options(synchronize_session=False)
        )

    @classmethod
    def forget_package(cls, session: AlchemySession, package_id: str) -> None:
        """Remove all versions of a dataset that is purged."""
        session.execute(
            sa.delete(cls)
            .where(cls.package_id == package_id)
            .execution_options(synchronize_session=False)
        )


def lock_blob(session: AlchemySession, sha256: str, exclusive: bool) -> None:
    """Lock bytes until the end of the transaction.

    Who is about to point to them takes the lock shared; who removes them, exclusive.
    """
    shared = "" if exclusive else "_shared"
    function = getattr(sa.func, f"pg_advisory_xact_lock{shared}")
    session.execute(sa.select(function(blob_key(sha256))))


def blob_key(sha256: str) -> int:
    """Return the number by which PostgreSQL locks bytes: signed, of 64 bits."""
    return int(sha256[:16], 16) - 2**63
