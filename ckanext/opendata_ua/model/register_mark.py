"""Since when the register says what it says.

A deleted dataset and a renamed organization leave no moment behind, so what a register
said when it was last looked at is remembered, the same for all nodes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ckan.types import AlchemySession
from sqlalchemy.dialects.postgresql import insert

from ckanext.opendata_ua.model.base import Base

#: HTTP tells no shorter times apart.
SECOND = timedelta(seconds=1)


class RegisterMark(Base):
    """The last state of a register that anybody has asked for."""

    __tablename__ = "opendata_ua_register_mark"

    # id of an organization, empty for the whole portal
    scope = sa.Column(sa.Text, primary_key=True)
    digest = sa.Column(sa.Text, nullable=False)
    since = sa.Column(sa.DateTime(timezone=True), nullable=False)

    @classmethod
    def known(cls, session: AlchemySession, scope: str) -> Any:
        """Return ``digest`` and ``since`` of a register, None when nobody has asked."""
        asked = sa.select(cls.digest, cls.since).where(cls.scope == scope)
        return session.execute(asked).first()

    @classmethod
    def note(
        cls,
        session: AlchemySession,
        scope: str,
        digest: str,
        otherwise: datetime | None,
    ) -> datetime:
        """Remember another digest, and return since when it is, in whole seconds.

        It is a second later than the one before at least, so who asks by the time alone
        learns of every change. Somebody may have remembered the same just now.

        :param otherwise: what to say of a register nobody has asked for yet; now by
            default
        """
        return session.execute(_noted(scope, digest, otherwise)).scalar_one()


def _noted(scope: str, digest: str, otherwise: datetime | None) -> Any:
    now = sa.func.date_trunc("second", sa.func.now())
    first = otherwise.replace(microsecond=0) if otherwise else now
    added = insert(RegisterMark).values(scope=scope, digest=digest, since=first)
    same = RegisterMark.digest == added.excluded.digest
    later = sa.func.greatest(now, RegisterMark.since + SECOND)
    return added.on_conflict_do_update(
        index_elements=["scope"],
        set_={
            "digest": added.excluded.digest,
            "since": sa.case((same, RegisterMark.since), else_=later),
        },
    ).returning(RegisterMark.since)
