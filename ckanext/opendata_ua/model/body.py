"""The holder of information: an organization with its codes."""

from __future__ import annotations

from ckan import model
from ckan.types import AlchemySession

from ckanext.opendata_ua.domain.passport import BodyRecord


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
