"""The holder of information: an organization with its codes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession

from ckanext.opendata_ua.domain.passport import BodyRecord
from ckanext.opendata_ua.model.dataset import EXTRAS_IN_COLUMN

_GROUP: Any = model.Group
_named: Any = sa.bindparam("named")
_key: Any = sa.bindparam("key", type_=sa.Text())


def _extra() -> Any:
    """Return one additional field of a group."""
    if EXTRAS_IN_COLUMN:
        return _GROUP.extras.op("->>", return_type=sa.Text())(_key)
    extra: Any = model.GroupExtra  # type: ignore[attr-defined]  # CKAN 2.11
    return (
        sa.select(extra.value)
        .where(extra.group_id == _GROUP.id, extra.key == _key, extra.state == "active")
        .correlate(_GROUP)
        .scalar_subquery()
    )


# built once: it is asked at every write that brings a file
_EXTRA = (
    sa.select(_extra())
    .select_from(_GROUP)
    .where(sa.or_(_GROUP.id == _named, _GROUP.name == _named))
    .order_by((_GROUP.id == _named).desc())  # as CKAN: an id before a name
    .limit(1)
)


def extra_of(session: AlchemySession, organization: str, key: str) -> str:
    """Return an additional field of an organization, empty if there is none.

    One SQL statement, which makes no objects.

    :param organization: id or name
    """
    found = session.execute(_EXTRA, {"named": organization, "key": key}).scalar()
    return str(found or "")


def body_of(session: AlchemySession, organization_id: str) -> BodyRecord | None:
    """Return what the passport says about an organization, or None.

    At most two SQL statements on CKAN 2.11 (row and extras), one on 2.12.

    :param organization_id: id (not the name) of an organization
    """
    group = session.get(model.Group, organization_id)
    if group is None:
        return None
    extras = dict(group.extras)
    return BodyRecord(
        name=group.name,
        title=group.title or group.name,
        short_name=extras.get("short_name") or "",
        edrpou=extras.get("edrpou") or "",
        katottg=extras.get("katottg") or "",
        address=extras.get("address") or "",
        site=extras.get("site_url") or "",
        responsible_name=extras.get("responsible_name") or "",
        responsible_email=extras.get("responsible_email") or "",
    )
