"""Formats of maps and timetables that travel as a ZIP, and files inside archives."""

from __future__ import annotations

import io
from collections.abc import Callable

from ckanext.opendata_ua.domain.formats import ARCHIVES

from .directory import Broken, Entry, unpacked
from .look import HEAD, MEGABYTE, Look, Spent

_TIMETABLE = {"routes.txt", "trips.txt", "stop_times.txt", "stops.txt"}
#: A file inside an archive up to here is read as if it had come alone.
WHOLE_MEMBER = 96 * MEGABYTE


def member(
    look: Look, name: str, size: int, data_of: Callable[[int | None], bytes]
) -> None:
    """Say what one file inside an archive is.

    :param data_of: returns its bytes, all of them or as many as asked for
    :raises Spent: when the budget is used up
    """
    if size == 0:
        look.fault("empty", name)
        return
    whole = look.deep and size <= WHOLE_MEMBER
    data = data_of(None if whole else HEAD)
    look.budget.spend(len(data))
    partial = len(data) < size
    if look.deep and partial:
        look.whole = False
    inside = Look(
        io.BytesIO(data), look.budget, look.examiner, deep=look.deep, partial=partial
    )
    inside.level = look.level + 1
    look.examiner(inside)
    look.whole = look.whole and (inside.whole or partial or not look.deep)
    look.member(name, inside.format, size)
    for fault in inside.faults:
        look.fault(fault.code, name, **fault.values)
    if inside.format in (*ARCHIVES, "XZ", "ZSTD"):
        look.fault("nested", name)


def _map(look: Look, by_name: dict[str, Entry]) -> bool:
    """KMZ: a KML at the top, which comes with its pictures."""
    first = next((name for name in by_name if name.lower().endswith(".kml")), None)
    if first is None or "/" in first:
        return False
    others = {name.rpartition(".")[2].lower() for name in by_name}
    if others & {"csv", "xlsx", "json", "geojson", "shp", "xls"}:
        return False
    look.format = "KMZ"
    return True


def _timetable(look: Look, by_name: dict[str, Entry]) -> bool:
    """GTFS: the four files without which no journey can be planned."""
    folders: dict[str, set[str]] = {}
    for name in by_name:
        folder, _, last = name.rpartition("/")
        folders.setdefault(folder, set()).add(last)
    if not any(names >= _TIMETABLE for names in folders.values()):
        return False
    look.format = "GTFS"
    return True


def _layer(look: Look, by_name: dict[str, Entry]) -> bool:
    """SHP: a layer of a map in three parts at least."""
    lower = {name.lower() for name in by_name}
    stems = {name[:-4] for name in lower if name.endswith(".shp")}
    if not stems:
        return False
    look.format = "SHP"
    missing = sorted(
        ending
        for stem in stems
        for ending in (".shx", ".dbf")
        if stem + ending not in lower
    )
    if missing:
        look.fault("incomplete", missing=", ".join(dict.fromkeys(missing)))
    for name, entry in by_name.items():
        if name.lower().endswith(".shp") and not look.has("protected", "bomb"):
            try:
                begin = b"".join(unpacked(look, entry, 100))
            except (Broken, Spent):
                continue
            if not begin.startswith(b"\0\0'\n"):
                look.fault("damaged")
    return True


ALL: tuple[Callable[[Look, dict[str, Entry]], bool], ...] = (_timetable, _layer, _map)
