"""Taking a dataset back from the places where CKAN and the portal keep its past.

All of it runs in the transaction of the decision. Tables of CKAN are named here as they
are in the database: some are there only where a plugin is, or was, or where the portal
has been upgraded from a CKAN that kept revisions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.types import AlchemySession
from sqlalchemy.dialects.postgresql import ARRAY

from ckanext.opendata_ua.model.case import Case, CaseEvent
from ckanext.opendata_ua.model.file_version import FileVersion
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.outbox import Message

PUBLIC = "public"  # CKAN's label of what everybody may read
#: Stands for it in activities of a suspended dataset; nobody has this label.
VEILED = "opendata-ua-suspended"

ACTIVITY = sa.table(
    "activity",
    sa.column("id", sa.Text),
    sa.column("object_id", sa.Text),
    sa.column("activity_type", sa.Text),
    sa.column("data", sa.Text),
    sa.column("permission_labels", ARRAY(sa.Text)),
)

#: Tables with words about a dataset (or, with True, about one of its files), and the
#: column that says about which.
ABOUT: Sequence[tuple[str, str, bool]] = (
    ("resource_view", "resource_id", True),
    ("task_status", "entity_id", True),
    ("validation", "resource_id", True),
    ("package_extra_revision", "package_id", False),
    ("package_tag_revision", "package_id", False),
    ("resource_revision", "package_id", False),
    ("package_revision", "id", False),
    ("package_relationship_revision", "subject_package_id", False),
    ("package_relationship_revision", "object_package_id", False),
    ("package_relationship", "subject_package_id", False),
    ("package_relationship", "object_package_id", False),
    ("package_extra", "package_id", False),
    ("package_tag", "package_id", False),
    ("resource", "package_id", False),
    ("task_status", "entity_id", False),
    ("opendata_ua_acknowledgement", "package_id", False),
)
#: Tables with addresses that readers have opened.
VISITED = ("tracking_raw", "tracking_summary")


def veil_activities(session: AlchemySession, package_id: str) -> None:
    """Hide the activities of a dataset that readers see: they list its files."""
    _relabel(session, package_id, PUBLIC, VEILED)


def unveil_activities(session: AlchemySession, package_id: str) -> None:
    """Show again what was hidden by ``veil_activities``, and nothing else."""
    _relabel(session, package_id, VEILED, PUBLIC)


def _relabel(session: AlchemySession, package_id: str, old: str, new: str) -> None:
    if not _has(session, "activity"):
        return
    labels = ACTIVITY.c.permission_labels
    session.execute(
        sa.update(ACTIVITY)
        .where(
            ACTIVITY.c.object_id == package_id,
            labels.contains(_array([old])),
        )
        .values(permission_labels=sa.func.array_replace(labels, old, new))
    )


def _array(labels: Sequence[str]) -> Any:
    values: Any = list(labels)
    return sa.cast(values, ARRAY(sa.Text))


def close_activities(
    session: AlchemySession, package_id: str, labels: Sequence[str]
) -> None:
    """Let nobody read the activities of a dataset but who has one of these labels."""
    if _has(session, "activity"):
        session.execute(
            sa.update(ACTIVITY)
            .where(ACTIVITY.c.object_id == package_id)
            .values(permission_labels=_array(labels))
        )


def empty_activities(
    session: AlchemySession, package_id: str, shown: Mapping[str, Any]
) -> None:
    """Leave of the activities of a dataset who did what and when.

    :param shown: what pages of activities need to name the dataset
    """
    if not _has(session, "activity"):
        return
    about = ACTIVITY.c.object_id == package_id
    if _has(session, "activity_detail"):
        ids = sa.select(ACTIVITY.c.id).where(about)
        detail = sa.table("activity_detail", sa.column("activity_id", sa.Text))
        session.execute(sa.delete(detail).where(detail.c.activity_id.in_(ids)))
    blank = json.dumps({"package": dict(shown), "actor": None})
    session.execute(sa.update(ACTIVITY).where(about).values(data=blank))


def forget_package(
    session: AlchemySession, package: Any, name: str
) -> tuple[list[str], list[str]]:
    """Take everything out of a dataset but its type, holder and a title.

    :param name: address from now on, the old one if it may stay
    :returns: ids of its files, and the hashes of all versions of them
    """
    session.flush()
    ids = _column(session, model.Resource.id, model.Resource.package_id == package.id)
    of_versions = FileVersion.package_id == package.id
    versions = _column(session, FileVersion.sha256, of_versions)
    ids |= _column(session, FileVersion.resource_id, of_versions)
    old_name, tags = package.name, _tags(session, package.id)
    FileVersion.forget_package(session, package.id)
    for table, column, of_files in ABOUT:
        if _has(session, table):
            wanted = sorted(ids) if of_files else [package.id]
            found = sa.table(table, sa.column(column, sa.Text))
            session.execute(sa.delete(found).where(found.c[column].in_(wanted)))
    _drop_unused(session, tags)
    if name != old_name:
        _forget_visits(session, old_name)
    return sorted(ids), sorted(versions)


def blank_columns(title: str, name: str) -> dict[str, Any]:
    """Return what the row of a forgotten dataset holds."""
    columns = model.Package.__table__.c  # type: ignore[attr-defined]  # a table, always
    texts = ("version", "url", "notes", "author", "author_email")
    blank: dict[str, Any] = dict.fromkeys(
        (*texts, "maintainer", "maintainer_email", "plugin_data")
    )
    if "extras" in columns:
        blank["extras"] = {}
    return {**blank, "title": title, "name": name}


def _tags(session: AlchemySession, package_id: str) -> set[str]:
    tag = model.PackageTag
    return _column(session, tag.tag_id, tag.package_id == package_id)


def _drop_unused(session: AlchemySession, tag_ids: set[str]) -> None:
    """Remove keywords that no dataset has any more, but for those of vocabularies."""
    used = sa.exists().where(model.PackageTag.tag_id == model.Tag.id)
    session.execute(
        sa.delete(model.Tag)
        .where(model.Tag.id.in_(tag_ids), model.Tag.vocabulary_id.is_(None), ~used)
        .execution_options(synchronize_session=False)
    )


def _forget_visits(session: AlchemySession, name: str) -> None:
    for table in VISITED:
        if _has(session, table):
            visits = sa.table(table, sa.column("url", sa.Text))
            address = visits.c.url.contains(f"/dataset/{name}", autoescape=True)
            session.execute(sa.delete(visits).where(address))


def redact_history(
    session: AlchemySession, package_id: str, who: str | None, why: str
) -> None:
    """Take words and contents out of the history of a dataset; the steps stay."""
    function = sa.func.opendata_ua_case_event_redact
    session.execute(
        sa.select(function(CaseEvent.id, who or "", why)).where(
            CaseEvent.package_id == package_id
        )
    ).all()


def forget_messages(session: AlchemySession, package: Any) -> None:
    """Remove letters about a dataset that have not left, or could not."""
    cases = sorted(_column(session, Case.id, Case.package_id == package.id))
    table: Any = Message.__table__
    text = sa.cast(table.c.payload, sa.Text)
    named = [text.contains(id_, autoescape=True) for id_ in (package.id, *cases)]
    addressed = text.contains(f"/dataset/{package.name}", autoescape=True)
    keyed = [table.c.dedupe_key.contains(id_, autoescape=True) for id_ in cases]
    said = sa.and_(text != "{}", sa.or_(addressed, *named, *keyed))
    session.execute(sa.delete(table).where(said))
    jobs: Any = Job.__table__
    keys = [package.id, *cases]
    session.execute(sa.update(jobs).where(jobs.c.key.in_(keys)).values(last_error=None))


def _column(session: AlchemySession, column: Any, where: Any) -> set[str]:
    return set(session.execute(sa.select(column).where(where)).scalars())


def _has(session: AlchemySession, table: str) -> bool:
    found = session.execute(sa.select(sa.func.to_regclass(f"public.{table}")))
    return found.scalar_one() is not None
