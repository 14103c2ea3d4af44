"""Datasets that nobody answers for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from ckan import model

from ckanext.opendata_ua.domain.doctor import EXAMPLES, Finding, finding


def look(progress: Callable[[int, int], None]) -> Iterator[Finding]:
    """Yield datasets without an organization, deleted ones left out."""
    package = model.Package
    unowned = sa.and_(
        sa.or_(package.owner_org.is_(None), package.owner_org == ""),
        package.state != "deleted",
    )
    number = sa.select(sa.func.count()).select_from(package).where(unowned)
    count = model.Session.scalar(number)
    if count:
        names = sa.select(package.name).where(unowned).order_by(package.name)
        examples = model.Session.scalars(names.limit(EXAMPLES))
        yield finding("doctor.datasets.unowned", count, examples)
