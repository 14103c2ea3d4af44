"""Moments of a dataset: when it was first published, when its data last changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

KYIV = "Europe/Kyiv"
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?"
    r"(Z|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE | re.ASCII,
)
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)


@dataclass(frozen=True)
class FileState:
    """What decides whether the data of one file are the same as before.

    ``url`` is written the same way on both sides; ``changed`` is the last change of
    the file or of its DataStore table; ``uploading`` says that bytes arrive now. An
    empty hash or an unknown size proves nothing; a later moment says that the data
    changed.
    """

    id: str
    url: str = ""
    hash: str = ""
    size: int | None = None
    changed: datetime | None = None
    uploading: bool = False


def first_published(
    stored: datetime | None,
    now: datetime,
    public_before: bool,
    public_after: bool,
    created: datetime | None,
) -> datetime | None:
    """Return the moment of the first publication; once set it never changes.

    A set that was public before this was recorded was published when it was made.
    """
    if stored:
        return stored
    if public_before:
        return created or now
    return now if public_after else None


def data_changed(
    stored: datetime | None,
    before: Sequence[FileState],
    after: Sequence[FileState],
    now: datetime,
) -> datetime | None:
    """Return the moment of the last change of data, which never goes back.

    It moves when a file was added, removed or replaced, or when its data changed;
    neither the order of files nor an edit of metadata moves it. Without a stored
    moment and without a change it is the latest that the files themselves know.
    """
    if _differ({file.id: file for file in before}, after, stored):
        return max(filter(None, (stored, now)))
    known = [file.changed for file in after if file.changed]
    return stored or max(known, default=None)


def _differ(
    before: dict[str, FileState],
    after: Sequence[FileState],
    stored: datetime | None,
) -> bool:
    if before.keys() != {file.id for file in after} or len(before) != len(after):
        return True
    return any(_replaced(before[file.id], file, stored) for file in after)


def _replaced(old: FileState, new: FileState, stored: datetime | None) -> bool:
    since = old.changed or stored
    return (
        new.uploading
        or old.url != new.url
        or bool(old.hash and new.hash and old.hash != new.hash)
        or (old.size is not None and new.size is not None and old.size != new.size)
        or bool(new.changed and (not since or new.changed > since))
    )


def moment(text: str) -> datetime | None:
    """Read an ISO 8601 moment or date; without a zone it is UTC. None if it is none."""
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        return None
    day, time, fraction, zone = found.groups()
    zone = "+00:00" if not zone or zone in "Zz" else zone.replace(":", "")
    if ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    time = (time or "00:00") + ("" if (time or "").count(":") == 2 else ":00")
    micros = (fraction or "").ljust(6, "0")[:6]
    try:
        return datetime.fromisoformat(f"{day}T{time}.{micros}{zone}")
    except ValueError:
        return None


def day(text: str) -> date | None:
    """Read a date: ``2024-05-31``, ``31.05.2024``, or the day of an ISO moment."""
    text = text.strip()
    if found := _DAY.fullmatch(text):
        day_, month, year = map(int, found.groups())
        try:
            return date(year, month, day_)
        except ValueError:
            return None
    read = moment(text)
    return read.date() if read else None


def in_zone(moment: datetime, zone: str = KYIV) -> datetime:
    """Return the moment on the clocks of a zone."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(ZoneInfo(zone))


def printed(moment: datetime, zone: str = KYIV) -> str:
    """Return ``дд.мм.рррр гг:хх`` by the clocks of a zone."""
    return in_zone(moment, zone).strftime("%d.%m.%Y %H:%M")


def printed_day(day: date) -> str:
    """Return ``дд.мм.рррр``."""
    return f"{day:%d.%m.%Y}"


def iso(moment: datetime, zone: str = KYIV) -> str:
    """Return ISO 8601 to the second, with the offset of a zone."""
    return in_zone(moment, zone).isoformat(timespec="seconds")
