"""The package JSON of a portal (national keys) read as a passport record.

Keys: ``national_portal.md`` of the domain reference; they are what the national
harvester reads from ``package_show``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ckanext.opendata_ua.domain import dates
from ckanext.opendata_ua.domain.passport import BodyRecord, FileRecord, PassportRecord


def record_of(
    package: Mapping[str, Any], body: BodyRecord | None, page_url: str
) -> PassportRecord:
    """Return the passport record of one package dict.

    :param package: the dict ``package_show`` returns
    :param body: the organization that holds the data, None when there is none
    :param page_url: address of the page of the dataset, the identifier resolves in it
    """
    files = tuple(_file(resource) for resource in package.get("resources") or ())
    structures = [file.url for file in files if file.kind == "structure"]
    return PassportRecord(
        identifier=_text(package, "name"),
        title=_text(package, "title"),
        notes=_text(package, "notes"),
        purpose=_text(package, "purpose_of_collecting_information"),
        language=_text(package, "language"),
        frequency=_text(package, "update_frequency"),
        theme=_text(package, "theme"),
        licence=_text(package, "license_id"),
        version=_text(package, "version"),
        mandated_item=_text(package, "mandated_item"),
        keywords=tuple(str(tag["name"]) for tag in package.get("tags") or ()),
        first_published=_first_published(package),
        data_changed=_data_changed(package, files),
        page_url=page_url,
        structure_url=structures[0] if structures else "",
        files=files,
        body=body,
        responsible_name=_text(package, "maintainer"),
        responsible_email=_text(package, "maintainer_email"),
    )


def _file(resource: Mapping[str, Any]) -> FileRecord:
    size = resource.get("size")
    return FileRecord(
        id=_text(resource, "id"),
        name=_text(resource, "name"),
        url=_text(resource, "url"),
        format=_text(resource, "format"),
        compress_format=_text(resource, "compress_format"),
        kind=_text(resource, "resource_type") or "data",
        size=int(size) if size and str(size).isdecimal() else None,
        actual_date=dates.day(_text(resource, "data_actual_date")),
        changed=dates.moment(
            _text(resource, "last_modified") or _text(resource, "created")
        ),
    )


def _first_published(package: Mapping[str, Any]) -> datetime | None:
    """Return element 8; a set public since before the extension has its creation."""
    stored = dates.moment(_text(package, "date_first_published"))
    public = package.get("state") == "active" and not package.get("private")
    if stored is None and public:
        return dates.moment(_text(package, "metadata_created"))
    return stored


def _data_changed(
    package: Mapping[str, Any], files: tuple[FileRecord, ...]
) -> datetime | None:
    """Return element 9; without a stored moment the latest one of the files."""
    stored = dates.moment(_text(package, "data_modified"))
    if stored is not None:
        return stored
    return max((file.changed for file in files if file.changed), default=None)


def _text(source: Mapping[str, Any], key: str) -> str:
    value = source.get(key)
    return "" if value is None else str(value)
