"""What files are: facts about bytes, found once and kept by their hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession
from sqlalchemy.dialects.postgresql import JSONB, insert

from ckanext.opendata_ua.model.base import Base
from ckanext.opendata_ua.model.file_version import FileVersion


@dataclass(frozen=True)
class Checked:
    """What is known of bytes: from a first look, or from all of them."""

    detected: Mapping[str, Any]
    whole: bool


class Check(Base):
    """What one version of our checker found in one file; never asked twice.

    A file that CKAN stored before the extension came has no version and no hash yet:
    its key is made of its resource and of when it was stored.

    No verdict is kept: it follows from these facts, from what a publisher declares and
    from the policy of the day.
    """

    __tablename__ = "opendata_ua_check"

    sha256 = sa.Column(sa.Text, primary_key=True)  # or the key of an old file
    engine = sa.Column(sa.Text, primary_key=True)  # version of the checker
    depth = sa.Column(sa.Text, nullable=False)  # quick: a first look, whole: all of it
    detected = sa.Column(JSONB, nullable=False)
    finished = sa.Column(
        sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )

    @classmethod
    def of(
        cls, session: AlchemySession, hashes: Iterable[str], engine: str
    ) -> dict[str, Checked]:
        """Return what this version of the checker knows of bytes, by their hash."""
        wanted = list(hashes)
        if not wanted:
            return {}
        rows = session.execute(
            sa.select(cls.sha256, cls.detected, cls.depth).where(
                cls.sha256.in_(wanted), cls.engine == engine
            )
        )
        return {
            sha256: Checked(detected, depth == "whole")
            for sha256, detected, depth in rows
        }

    @classmethod
    def note(
        cls,
        session: AlchemySession,
        sha256: str,
        engine: str,
        detected: Mapping[str, Any],
        *,
        whole: bool,
    ) -> None:
        """Keep what was found; a first look never takes the place of another."""
        table: sa.Table = cls.__table__
        new = insert(table).values(
            sha256=sha256,
            engine=engine,
            depth="whole" if whole else "quick",
            detected=dict(detected),
        )
        same = ["sha256", "engine"]
        if not whole:
            session.execute(new.on_conflict_do_nothing(index_elements=same))
            return
        session.execute(
            new.on_conflict_do_update(
                index_elements=same,
                set_={
                    "depth": new.excluded.depth,
                    "detected": new.excluded.detected,
                    "finished": sa.func.now(),
                },
                where=table.c.depth == "quick",
            )
        )

    @classmethod
    def open(
        cls,
        session: AlchemySession,
        engine: str,
        *,
        everything: bool,
        after: str,
        limit: int,
    ) -> tuple[list[str], int]:
        """Return hashes that were not looked at whole, in order, and their number.

        :param everything: bytes that were looked at, and versions of the past, too
        :param after: leave out what is not above this hash
        """
        versions: Any = sa.select(FileVersion.sha256.label("key"))
        if not everything:
            versions = versions.where(FileVersion.current)
        old = sa.select(OLD_KEY.label("key")).where(*_old_files())
        files = sa.union(versions, old).subquery()
        query: Any = sa.select(files.c.key).where(files.c.key > after)
        if not everything:
            looked = sa.and_(cls.engine == engine, cls.depth == "whole")
            query = query.where(
                ~sa.exists().where(sa.and_(cls.sha256 == files.c.key, looked))
            )
        left = session.execute(
            sa.select(sa.func.count()).select_from(query.subquery())
        ).scalar_one()
        rows = session.scalars(query.order_by(files.c.key).limit(limit))
        return list(rows), int(left)

    @classmethod
    def old_files(cls, session: AlchemySession, package_id: str) -> dict[str, str]:
        """Return keys of the files of a dataset that CKAN stored, by resource.

        The resources of the session have to be flushed.
        """
        resource = model.Resource
        query = sa.select(resource.id, OLD_KEY).where(
            resource.package_id == package_id, *_old_files()
        )
        return {row[0]: row[1] for row in session.execute(query)}


def old_resource(key: str) -> str | None:
    """Return the id of the resource whose old file a key stands for, None for others.

    The other keys are hashes.
    """
    first, _, rest = key.partition(":")
    return rest.partition(":")[0] if first == _OLD else None


_OLD = "ckan"
_stored: Any = sa.func.coalesce(model.Resource.last_modified, model.Resource.created)
OLD_KEY: Any = sa.func.concat_ws(
    ":", _OLD, model.Resource.id, sa.func.to_char(_stored, "YYYYMMDDHH24MISSUS")
)


def _old_files() -> tuple[Any, ...]:
    resource = model.Resource
    version = sa.exists().where(FileVersion.resource_id == resource.id)
    return (resource.url_type == "upload", resource.state == "active", ~version)
