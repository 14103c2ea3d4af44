"""Publications that were stopped, what publishers ask for, and links for a preview.

A row is here only once something happened to the publication of a dataset; the history
is in the events of its case. Neither holds anything of what was in the dataset, but the
title under which the register goes on naming it.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession

from ckanext.opendata_ua.domain.moderation import Public, State, public_state
from ckanext.opendata_ua.domain.publication import STOPPED, Stop
from ckanext.opendata_ua.model.base import Base, digest
from ckanext.opendata_ua.model.case import Case, CaseRow, last_state
from ckanext.opendata_ua.model.dataset import PUBLIC

MOMENT = sa.DateTime(timezone=True)

#: Rows of the two tables: to a checker of types their attributes would be columns.
PublicationRow = Any
PreviewRow = Any


class Shown(NamedTuple):
    """A dataset, and where it stands with its readers and moderators."""

    package: Any
    reason: str | None  # if it is suspended
    stop: Stop
    case: State | None  # of its last review; of public datasets nobody asks

    @property
    def state(self) -> Public:
        """Return what the dataset is for people."""
        package, stopped = self.package, STOPPED.get(self.stop)
        return public_state(package.state, package.private, self.case, stopped)


class Publication(Base):
    """Where the publication of one dataset stands, and what is asked about it."""

    __tablename__ = "opendata_ua_publication"

    package_id = sa.Column(sa.Text, primary_key=True)
    organization_id = sa.Column(sa.Text)
    state = sa.Column(sa.Text, nullable=False)  # public, suspended, withdrawn
    title = sa.Column(sa.Text, nullable=False)  # what the register shows
    # SHA-256 of an address that was taken away with personal data: it answers still
    name_hash = sa.Column(sa.Text)
    reason = sa.Column(sa.Text, nullable=False, server_default="")
    personal_data = sa.Column(sa.Boolean, nullable=False, server_default=sa.false())
    until = sa.Column(MOMENT)  # when a suspension ends by itself
    actor = sa.Column(sa.Text)  # id of a user; None is the portal itself
    since = sa.Column(MOMENT, nullable=False, server_default=sa.func.now())
    # what a publisher asks a moderator for; a decision of any kind answers it
    asked = sa.Column(sa.Text)  # suspend, resume, withdraw
    asked_reason = sa.Column(sa.Text)
    asked_until = sa.Column(MOMENT)
    asked_personal_data = sa.Column(sa.Boolean)
    asked_by = sa.Column(sa.Text)
    asked_at = sa.Column(MOMENT)

    @classmethod
    def locked(cls, session: AlchemySession, package: Any) -> PublicationRow:
        """Return the row of a dataset, made if there is none, locked until the commit.

        The dataset must be locked already.
        """
        row = session.execute(
            _fresh(sa.select(cls).where(cls.package_id == package.id).with_for_update())
        ).scalar_one_or_none()
        if row is None:
            row: PublicationRow = cls(package_id=package.id, state=Stop.NONE.value)
            row.title = package.title or package.name
            session.add(row)
        row.organization_id = package.owner_org
        return row

    @classmethod
    def named(cls, session: AlchemySession, id_or_name: str) -> PublicationRow | None:
        """Return the row of a dataset by id, name, or a name that was taken away."""
        by_name = sa.select(model.Package.id).where(model.Package.name == id_or_name)
        return session.execute(
            _fresh(
                sa.select(cls).where(
                    sa.or_(
                        cls.package_id == id_or_name,
                        cls.package_id == by_name.scalar_subquery(),
                        cls.name_hash == digest(id_or_name),
                    )
                )
            ).limit(1)
        ).scalar_one_or_none()

    @classmethod
    def shown(cls, session: AlchemySession, id_or_name: str) -> Shown | None:
        """Return a dataset, and where it stands; None when there is no such dataset.

        Asked for every dataset that is shown, in the one statement that finds it; CKAN
        itself then finds it in the session, and asks for it no more.
        """
        found = session.execute(SHOWN, {"named": id_or_name}).first()
        if found is None:
            return None
        package, state, reason, case = found
        stop = Stop(state or Stop.NONE.value)
        return Shown(
            package,
            reason if stop is Stop.SUSPENDED else None,
            stop,
            State(case) if case else None,
        )

    @classmethod
    def of_resource(
        cls, session: AlchemySession, resource_id: str
    ) -> PublicationRow | None:
        """Return the row of the dataset that has a resource."""
        owner = sa.select(model.Resource.package_id).where(
            model.Resource.id == resource_id
        )
        return session.execute(
            _fresh(sa.select(cls).where(cls.package_id == owner.scalar_subquery()))
        ).scalar_one_or_none()

    @classmethod
    def suspended(
        cls, session: AlchemySession, package_ids: Iterable[str]
    ) -> dict[str, str]:
        """Return the reasons of those datasets that are suspended; one statement."""
        rows = session.execute(
            sa.select(cls.package_id, cls.reason).where(
                cls.package_id.in_(list(package_ids)),
                cls.state == Stop.SUSPENDED.value,
            )
        )
        return {row.package_id: row.reason for row in rows}

    @classmethod
    def stop_of(cls, session: AlchemySession, package_id: str) -> Stop:
        """Return what is recorded of the publication of a dataset; one statement."""
        found = session.execute(
            sa.select(cls.state).where(cls.package_id == package_id)
        ).scalar_one_or_none()
        return Stop(found or Stop.NONE.value)

    @classmethod
    def is_due(cls, session: AlchemySession, package_id: str) -> bool:
        """Tell whether a suspension has come to its end, by the database's clock."""
        found = session.execute(
            sa.select(cls.package_id).where(
                cls.package_id == package_id,
                cls.state == Stop.SUSPENDED.value,
                cls.until <= sa.func.clock_timestamp(),
            )
        )
        return found.first() is not None

    @classmethod
    def page(
        cls,
        session: AlchemySession,
        organizations: Sequence[str] | None,
        *,
        asked: bool,
        limit: int,
    ) -> list[PublicationRow]:
        """Return what is asked for, or what is stopped, the longest ago first.

        :param organizations: ids, None for all
        """
        query = sa.select(cls)
        if organizations is not None:
            query = query.where(cls.organization_id.in_(organizations))
        waits = sa.not_(cls.asked.is_(None))  # type: ignore[union-attr]  # a column
        if asked:
            query = query.where(waits).order_by(cls.asked_at)
        else:
            stopped = cls.state != Stop.NONE.value
            query = query.where(stopped).order_by(cls.since.desc())
        return list(session.execute(query.limit(limit)).scalars())

    @classmethod
    def asked_number(
        cls, session: AlchemySession, organizations: Sequence[str] | None
    ) -> int:
        """Return how many requests nobody has answered.

        :param organizations: ids, None for all
        """
        query = sa.select(sa.func.count()).select_from(cls)
        query = query.where(sa.not_(cls.asked.is_(None)))  # type: ignore[union-attr]  # a column
        if organizations is not None:
            query = query.where(cls.organization_id.in_(organizations))
        return int(session.execute(query).scalar_one())

    def answer(self) -> None:
        """Forget what was asked: a moderator has decided."""
        row: PublicationRow = self
        row.asked = row.asked_reason = row.asked_until = None
        row.asked_personal_data = row.asked_by = row.asked_at = None


_named: Any = sa.bindparam("named")
_last_state: Any = (
    last_state(model.Package.id).correlate(model.Package).scalar_subquery()
)
# built once: it is asked for every dataset that is shown
SHOWN = (
    sa.select(
        model.Package,
        Publication.state,
        Publication.reason,
        sa.case((sa.not_(PUBLIC), _last_state)),
    )
    .outerjoin(Publication, Publication.package_id == model.Package.id)
    .where(sa.or_(model.Package.id == _named, model.Package.name == _named))
    .order_by((model.Package.id == _named).desc())  # as CKAN: an id before a name
    .limit(1)
)


class Preview(Base):
    """A link by which somebody without an account looks at one dataset for a while."""

    __tablename__ = "opendata_ua_preview"

    id = sa.Column(sa.Text, primary_key=True)
    package_id = sa.Column(sa.Text, nullable=False)
    token_hash = sa.Column(sa.Text, nullable=False, unique=True)
    author = sa.Column(sa.Text, nullable=False)  # id of a user
    created = sa.Column(MOMENT, nullable=False, server_default=sa.func.now())
    expires = sa.Column(MOMENT, nullable=False)
    revoked = sa.Column(MOMENT)

    @classmethod
    def make(
        cls, session: AlchemySession, package_id: str, author: str, days: int
    ) -> tuple[PreviewRow, str]:
        """Add a link; return it and its token, which is kept nowhere."""
        token = secrets.token_urlsafe(32)
        made = cls(
            id=str(uuid.uuid4()),
            package_id=package_id,
            token_hash=digest(token),
            author=author,
            expires=sa.func.now() + timedelta(days=days),
        )
        session.add(made)
        session.flush()
        session.refresh(made)
        return made, token

    @classmethod
    def by_token(cls, session: AlchemySession, token: str) -> PreviewRow | None:
        """Return the link of a token, whether it still opens anything or not."""
        query = sa.select(cls).where(cls.token_hash == digest(token))
        return session.execute(_fresh(query)).scalar_one_or_none()

    @classmethod
    def of_package(cls, session: AlchemySession, package_id: str) -> list[PreviewRow]:
        """Return the links of a dataset that open it now, the newest first."""
        query = sa.select(cls).where(
            cls.package_id == package_id,
            cls.revoked.is_(None),
            cls.expires > sa.func.now(),
        )
        return list(session.execute(query.order_by(cls.created.desc())).scalars())

    @classmethod
    def revoke_all(cls, session: AlchemySession, package_id: str) -> None:
        """Let no link open a dataset any more."""
        session.execute(
            sa.update(cls)
            .where(cls.package_id == package_id, cls.revoked.is_(None))
            .values(revoked=sa.func.now())
            .execution_options(synchronize_session=False)
        )

    def opens(self, now: datetime) -> bool:
        """Tell whether the link opens its dataset still."""
        link: PreviewRow = self
        return link.revoked is None and bool(link.expires > now)


def last_case(session: AlchemySession, package_id: str) -> CaseRow | None:
    """Return the last case of a dataset, locked; the dataset must be locked already."""
    query = sa.select(Case).where(Case.package_id == package_id)
    newest = query.order_by(Case.opened.desc()).limit(1).with_for_update()
    return session.execute(_fresh(newest)).scalar_one_or_none()


def planned_day(session: AlchemySession, package_id: str) -> datetime | None:
    """Return when the last case of a dataset is to make it public, None for at once."""
    query = sa.select(Case.publish_on).where(Case.package_id == package_id)
    return session.execute(query.order_by(Case.opened.desc()).limit(1)).scalar()


def is_to_come(session: AlchemySession, moment: datetime | None) -> bool:
    """Tell whether a moment is still to come, by the database's clock."""
    if moment is None:
        return False
    later = sa.literal(moment) > sa.func.clock_timestamp()
    return bool(session.execute(sa.select(later)).scalar_one())


def touch(session: AlchemySession, package_id: str, **columns: Any) -> None:
    """Change columns of a dataset's row past CKAN's hooks, and move its moment.

    CKAN would write into the index before the commit, and fail when Solr does; the
    index is told by a message. A moved moment makes its old copy worthless at once.
    """
    moment = sa.func.timezone("UTC", sa.func.clock_timestamp())
    package_class: Any = model.Package
    table = package_class.__table__
    session.flush()
    session.execute(
        sa.update(table)
        .where(table.c.id == package_id)
        .values(metadata_modified=moment, **columns)
    )
    package = session.get(model.Package, package_id)
    if package is not None:
        session.expire(package)


def _fresh(query: Any) -> Any:
    return query.execution_options(populate_existing=True)
