"""Datasets as a register is compared with them, and registers sent on a page."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.opendata_ua.domain.register.matching import Known
from ckanext.opendata_ua.model.base import Base, delete_some
from ckanext.opendata_ua.model.register import READ

#: The type of datasets that are in a register.
TYPE = "dataset"
#: Of the advisory locks under which a draft is made; the number is nobody else's.
LOCK = 0x0DA7A5E9
#: So long a register is kept that somebody sent.
KEPT = timedelta(days=7)


class RegisterImport(Base):
    """A register that was sent on a page: its lines, and how far its drafts are.

    ``state`` is ``read``, ``waiting`` (for a worker), ``running``, ``done``, or
    ``stopped`` when its author lost the right to it. ``created`` is counted in the
    transaction of each draft.
    """

    __tablename__ = "opendata_ua_register_import"

    id = sa.Column(sa.Text, primary_key=True, default=lambda: str(uuid.uuid4()))
    organization_id = sa.Column(sa.Text, nullable=False)
    author = sa.Column(sa.Text, nullable=False)
    filename = sa.Column(sa.Text, nullable=False)
    lines = sa.Column(JSONB, nullable=False)
    neutralised = sa.Column(sa.Boolean, nullable=False)
    state = sa.Column(sa.Text, nullable=False)
    total = sa.Column(sa.Integer, nullable=False)
    done = sa.Column(sa.Integer, nullable=False, server_default="0")
    created = sa.Column(sa.Integer, nullable=False, server_default="0")
    added = sa.Column(
        sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )
    finished = sa.Column(sa.DateTime(timezone=True))

    @classmethod
    def get(cls, session: AlchemySession, id_: str) -> Any:
        """Return the row as it is now, None when there is none."""
        query = sa.select(cls).where(cls.id == id_)
        return session.scalar(query.execution_options(populate_existing=True))

    @classmethod
    def change(cls, session: AlchemySession, id_: str, **values: Any) -> None:
        """Write how far an import is; values may be expressions."""
        session.execute(
            sa.update(cls)
            .where(cls.id == id_)
            .values(**values)
            .execution_options(synchronize_session=False)
        )

    @classmethod
    def forget_old(cls, session: AlchemySession) -> int:
        """Delete some of those sent longer ago than ``KEPT``; return how many."""
        table: Any = cls.__table__
        return delete_some(session, table, table.c.added < sa.func.now() - KEPT)


def known(session: AlchemySession, organization: str | None) -> Iterable[Known]:
    """Return the datasets of an organization, or of all, that are not deleted."""
    package: Any = model.Package
    query = sa.select(
        package.id,
        package.name,
        sa.func.coalesce(package.title, ""),
        sa.and_(package.state == "active", package.private.is_(False)),
    ).where(package.type == TYPE, package.state != "deleted")
    if organization is not None:
        query = query.where(package.owner_org == organization)
    return [Known(*row) for row in session.execute(query.order_by(package.name))]


def taken(
    session: AlchemySession, names: Collection[str], organization: str | None
) -> set[str]:
    """Return those of the names that an import into an organization cannot give."""
    package: Any = model.Package
    own = sa.and_(package.type == TYPE, package.state != "deleted")
    if organization is not None:
        own = sa.and_(own, package.owner_org == organization)
    query = sa.select(package.name).where(
        package.name.in_(list(names)), sa.not_(sa.func.coalesce(own, False))
    )
    return set(session.scalars(query))


def stored(session: AlchemySession, names: Collection[str]) -> dict[str, Any]:
    """Return datasets as the register reads them, by name; one statement."""
    asked = sa.text(f"{READ}\n WHERE p.name = ANY(:names)")  # constants
    rows = session.execute(asked, {"names": list(names)})
    return {row[0]: tuple(row) for row in rows}


def let_nobody_else(session: AlchemySession, organization: str) -> None:
    """Let no other import make a draft of an organization until this one is there.

    The lock goes with the transaction, whoever ends it.
    """
    wait = sa.text("SELECT pg_advisory_xact_lock(:lock, hashtext(:organization))")
    session.execute(wait, {"lock": LOCK, "organization": organization})


def appeared(
    session: AlchemySession, organization: str, name: str | None, title: str
) -> Sequence[Known]:
    """Return datasets that have this name or just this title by now."""
    package: Any = model.Package
    query = sa.select(
        package.id,
        package.name,
        sa.func.coalesce(package.title, ""),
        sa.and_(package.state == "active", package.private.is_(False)),
    ).where(
        package.owner_org == organization,
        package.type == TYPE,
        package.state != "deleted",
        sa.or_(package.name == name, package.title == title),
    )
    # of two, the one of that name
    query = query.order_by((package.name == name).desc(), package.name)
    return [Known(*row) for row in session.execute(query)]
