"""Datasets that publish the register of their organization, mandated item 6.

The portal wrote them, and replaces their file when the register changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession

from ckanext.opendata_ua.model.base import Base

#: A row of the table: to a checker of types its attributes would be columns.
RegisterSetRow = Any
#: Of the advisory locks under which one is made; the number is nobody else's.
LOCK = 0x0DA7A5E8


class RegisterSet(Base):
    """The dataset of one organization's register; ``resource_id`` is its file."""

    __tablename__ = "opendata_ua_register_set"

    organization_id = sa.Column(sa.Text, primary_key=True)
    package_id = sa.Column(sa.Text, nullable=False, unique=True)
    resource_id = sa.Column(sa.Text, nullable=False)
    layout = sa.Column(sa.Text, nullable=False)
    added = sa.Column(
        sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )

    @classmethod
    def of(
        cls, session: AlchemySession, organization_id: str
    ) -> tuple[RegisterSetRow, Any] | None:
        """Return the row of an organization and the row of its dataset, if they are.

        A dataset that was deleted is none.
        """
        package: Any = model.Package
        found = session.execute(
            sa.select(cls, package)
            .join(package, package.id == cls.package_id)
            .where(cls.organization_id == organization_id, package.state != "deleted")
            .execution_options(populate_existing=True)
        ).first()
        return (found[0], found[1]) if found else None

    @classmethod
    def forget(cls, session: AlchemySession, organization_id: str) -> None:
        """Remove the row of an organization."""
        session.execute(
            sa.delete(cls)
            .where(cls.organization_id == organization_id)
            .execution_options(synchronize_session=False)
        )

    @classmethod
    def whose(cls, session: AlchemySession, id_or_name: str) -> str | None:
        """Return the organization of a dataset, if its register is published."""
        return session.execute(WHOSE, {"named": id_or_name}).scalar()

    @classmethod
    def is_one(cls, session: AlchemySession, organization: str) -> str | None:
        """Return the id of an organization, by id or name, if its register is."""
        group: Any = model.Group
        named = sa.or_(group.id == organization, group.name == organization)
        return session.execute(
            sa.select(cls.organization_id)
            .join(group, group.id == cls.organization_id)
            .where(named)
        ).scalar()


_package: Any = model.Package
_named: Any = sa.bindparam("named")
# built once: it is asked after every write
WHOSE = (
    sa.select(RegisterSet.organization_id)
    .join(_package, _package.owner_org == RegisterSet.organization_id)
    .where(sa.or_(_package.id == _named, _package.name == _named))
)


@contextmanager
def alone(session: AlchemySession, organization_id: str) -> Iterator[None]:
    """Let nobody else publish the register of an organization meanwhile.

    On a connection of its own: what happens under it commits as it likes.
    """
    bind: Any = session.get_bind()
    wait = sa.text("SELECT pg_advisory_xact_lock(:lock, hashtext(:organization))")
    with bind.begin() as connection:
        connection.execute(wait, {"lock": LOCK, "organization": organization_id})
        yield
