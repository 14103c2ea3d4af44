"""The passport as JSON, under the keys that the national portal reads."""

import json
from typing import Any

from .. import dates, formats
from ..passport import BodyRecord, FileRecord, PassportRecord


def write(record: PassportRecord, lang: str, *, purpose: bool = True) -> bytes:
    """Return UTF-8 JSON with dates in ISO 8601; keys and codes know no language."""
    text = json.dumps(passport(record), ensure_ascii=False, indent=2)
    # A lone surrogate cannot be written as UTF-8 and stands for nothing.
    return (text + "\n").encode("utf-8", "replace")


def passport(record: PassportRecord) -> dict[str, Any]:
    """Return the passport under national keys; what is not given is empty or null."""
    return {
        "name": record.identifier,
        "title": record.title,
        "notes": record.notes,
        "purpose_of_collecting_information": record.purpose,
        "language": record.language,
        "format": _unique(formats.name(file.format) for file in record.data_files),
        "compress_format": _unique(file.compress_format for file in record.data_files),
        "date_first_published": _iso(record.first_published),
        "data_modified": _iso(record.data_changed),
        "data_actual_date": _day(record.actual_date),
        "update_frequency": record.frequency,
        # The national harvester reads both, and fails where "tags" is absent.
        "tags": [{"name": keyword} for keyword in record.keywords],
        "tag_string": ", ".join(record.keywords),
        "url": record.page_url,
        "structure": record.structure_address,
        "organization": _body(record.body) if record.body else None,
        "maintainer": record.responsible_name,
        "maintainer_email": record.responsible_email,
        "theme": record.theme,
        "license_id": record.licence,
        "version": record.version,
        "mandated_item": record.mandated_item,
        "resources": [_file(file) for file in record.files],
    }


def _file(file: FileRecord) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "url": file.url,
        "format": formats.name(file.format),
        "compress_format": file.compress_format,
        "resource_type": file.kind,
        "size": file.size,
        "data_actual_date": _day(file.actual_date),
        "last_modified": _iso(file.changed),
    }


def _body(body: BodyRecord) -> dict[str, str]:
    return {
        "name": body.name,
        "title": body.title,
        "short_name": body.short_name,
        "edrpou": body.edrpou,
        "katottg": body.katottg,
        "address": body.address,
        "site_url": body.site,
    }


def _unique(values: Any) -> list[str]:
    return list(dict.fromkeys(filter(None, values)))


def _iso(moment: dates.datetime | None) -> str | None:
    return dates.iso(moment) if moment else None


def _day(day: dates.date | None) -> str | None:
    return day.isoformat() if day else None
