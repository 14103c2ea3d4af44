"""Who moderates: people named for one organization, or for all of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession

from ckanext.opendata_ua.model.base import Base


class Moderator(Base):
    """One person and what they moderate."""

    __tablename__ = "opendata_ua_moderator"

    id = sa.Column(sa.Text, primary_key=True)
    user_id = sa.Column(sa.Text, nullable=False)
    organization_id = sa.Column(sa.Text)  # None for all
    added = sa.Column(
        sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )

    @classmethod
    def scope(cls, session: AlchemySession, user_id: str) -> Sequence[str] | None:
        """Return ids of the organizations a person moderates, None for all of them."""
        found = list(
            session.execute(
                sa.select(cls.organization_id).where(cls.user_id == user_id)
            ).scalars()
        )
        return None if None in found else found

    @classmethod
    def of_organization(
        cls, session: AlchemySession, organization_id: str | None
    ) -> list[str]:
        """Return ids of the people who moderate an organization."""
        return list(
            session.execute(
                sa.select(cls.user_id)
                .where(
                    sa.or_(
                        cls.organization_id.is_(None),
                        cls.organization_id == organization_id,
                    )
                )
                .distinct()
                .order_by(cls.user_id)
            ).scalars()
        )

    @classmethod
    def of_all(cls, session: AlchemySession) -> list[str]:
        """Return ids of those who answer for the whole portal, sysadmins included."""
        named = sa.select(cls.user_id).where(cls.organization_id.is_(None))
        sysadmins = sa.select(model.User.id).where(
            model.User.sysadmin.is_(True),
            model.User.state == "active",
            model.User.email.is_not(None),
        )
        rows = session.execute(sa.union(named, sysadmins))
        return sorted(user_id for (user_id,) in rows)

    @classmethod
    def add(
        cls, session: AlchemySession, user_id: str, organization_id: str | None
    ) -> bool:
        """Name a moderator; False when it was so already."""
        if organization_id in cls._named(session, user_id):
            return False
        session.add(
            cls(id=str(uuid.uuid4()), user_id=user_id, organization_id=organization_id)
        )
        return True

    @classmethod
    def remove(
        cls, session: AlchemySession, user_id: str, organization_id: str | None
    ) -> bool:
        """Take the duty from a person; False when they did not have it."""
        same = (
            cls.organization_id.is_(None)
            if organization_id is None
            else cls.organization_id == organization_id
        )
        result: Any = session.execute(
            sa.delete(cls).where(cls.user_id == user_id, same)
        )
        return bool(result.rowcount)

    @classmethod
    def everybody(cls, session: AlchemySession) -> list[Moderator]:
        """Return all of them, in the order they were named."""
        return list(session.execute(sa.select(cls).order_by(cls.added)).scalars())

    @classmethod
    def _named(cls, session: AlchemySession, user_id: str) -> list[str | None]:
        return list(
            session.execute(
                sa.select(cls.organization_id).where(cls.user_id == user_id)
            ).scalars()
        )
