"""Who answers for a finding that stood in the way, and why it may stay."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from ckan.types import AlchemySession

from ckanext.opendata_ua.model.base import Base

#: A row: to a checker of types the attributes of the class would be columns.
AcknowledgementRow = Any


class Acknowledgement(Base):
    """One answer; a later one about the same finding takes its place, and both stay."""

    __tablename__ = "opendata_ua_acknowledgement"

    id = sa.Column(sa.Text, primary_key=True)
    package_id = sa.Column(sa.Text, nullable=False)
    finding_id = sa.Column(sa.Text, nullable=False)
    code = sa.Column(sa.Text, nullable=False)  # of the finding
    ground = sa.Column(sa.Text, nullable=False)  # why it may stay
    comment = sa.Column(sa.Text, nullable=False, server_default="")
    person = sa.Column(sa.Text)  # id of a user
    created = sa.Column(
        sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    )

    @classmethod
    def record(
        cls,
        session: AlchemySession,
        *,
        package_id: str,
        finding_id: str,
        code: str,
        ground: str,
        comment: str,
        person: str | None,
    ) -> AcknowledgementRow:
        """Add an answer; its moment is the one at which it was written."""
        row = cls(
            id=str(uuid.uuid4()),
            package_id=package_id,
            finding_id=finding_id,
            code=code,
            ground=ground,
            comment=comment,
            person=person,
            created=sa.func.clock_timestamp(),
        )
        session.add(row)
        session.flush()
        return row

    @classmethod
    def of_package(
        cls, session: AlchemySession, package_id: str
    ) -> dict[str, AcknowledgementRow]:
        """Return the last answer about each finding of a dataset, by its id."""
        query = sa.select(cls).where(cls.package_id == package_id)
        rows = session.scalars(query.order_by(cls.created, cls.id))
        return {row.finding_id: row for row in rows}

    @classmethod
    def forget_package(cls, session: AlchemySession, package_id: str) -> None:
        """Remove all answers about a dataset that is purged."""
        session.execute(
            sa.delete(cls)
            .where(cls.package_id == package_id)
            .execution_options(synchronize_session=False)
        )
