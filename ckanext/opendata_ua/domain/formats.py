"""Names of file formats: what publishers write, and what it means."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from . import tables
from .text import clean

# Cyrillic capitals that look like Latin ones.
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS")
COMPRESSIONS = ("ZIP", "7Z", "GZIP", "BZIP2")  # local order No. 107, clause 3.4
#: Of these what lies inside is judged, one level deep.
ARCHIVES = (*COMPRESSIONS, "RAR", "TAR")


@dataclass(frozen=True)
class Format:
    """One format: its name in the passport, and how computers call it."""

    name: str
    family: str
    extensions: tuple[str, ...]
    media_types: tuple[str, ...]
    open: str
    machine_readable: bool  # an archive counts as what it holds
    uri: str | None
    version: str
    source: str


@dataclass(frozen=True)
class Declared:
    """What a declared value means: the format, and how the file is packed."""

    format: str
    compress_format: str = ""


def _format(row: Mapping[str, str]) -> Format:
    several = tables.several
    return Format(
        name=row["name"],
        family=row["family"],
        extensions=several(row["extensions"]),
        media_types=several(row["media_types"]),
        open=row["open"],
        machine_readable=row["machine_readable"] != "no",
        uri=row["uri"] or None,
        version=row["version"],
        source=row["source"],
    )


FORMATS: Mapping[str, Format] = {
    row["name"]: _format(row) for row in tables.rows("formats_2020")
}


def _bare(text: str) -> str:
    return unicodedata.normalize("NFKC", clean(text)).strip(". ").upper()


def _key(text: str) -> str:
    return _bare(text).translate(_LOOK_ALIKES)


def _by_extension() -> dict[str, str]:
    """Return the format of each extension.

    Several share one (SHP and GTFS travel as ``zip``, RDFA as ``html``): it belongs to
    the format of that name, else to the first in the list.
    """
    found: dict[str, str] = {}
    for known in FORMATS.values():
        for extension in known.extensions:
            found.setdefault(extension, known.name)
    for extension in found:
        if (name := extension.upper()) in FORMATS:
            found[extension] = name
    return found


_BY_EXTENSION = _by_extension()
_DIRTY = {
    _key(row["seen_value"]): Declared(row["name"], row["compress_format"])
    for row in tables.rows("dirty_format_values_2026")
}


def read(text: str) -> Declared:
    """Return what a declared format means; an unknown one stays, in upper case."""
    key = _key(text)
    if key in FORMATS:
        return Declared(key)
    # A Ukrainian word that the table lacks keeps its own letters.
    unknown = _bare(text) if re.search("[\u0400-\u04ff]", key) else key
    return _DIRTY.get(key, Declared(unknown))


def name(text: str) -> str:
    """Return the canonical name of a declared format, ``""`` for nothing."""
    return read(text).format


def compression(text: str) -> str | None:
    """Return the canonical name of a format of compression, None if it is none."""
    declared = read(text)
    found = declared.compress_format or declared.format
    return found if found in COMPRESSIONS else None


def media_type(text: str) -> str | None:
    """Return the first media type of a declared format, if it is a known one."""
    known = FORMATS.get(name(text))
    return known.media_types[0] if known and known.media_types else None


def packed_as(declared: str, url: str) -> str | None:
    """Return how a file is packed, by its declared format or the end of its name.

    Formats that are themselves kept in a ZIP (SHP, GTFS) count as not packed.
    """
    if found := compression(declared):
        return found
    known = FORMATS.get(name(declared))
    ending = url.split("?")[0].split("#")[0].rpartition(".")[2].lower()
    if known and ending in known.extensions:
        return None
    return next((c for c in COMPRESSIONS if ending in FORMATS[c].extensions), None)


def by_name(url: str) -> str:
    """Return the format that the end of a file's name says, ``""`` when it says none.

    Of ``stops.csv.gz`` the format is CSV: how a file is packed is another element.
    """
    path = url.split("?")[0].split("#")[0].rpartition("/")[2].lower()
    endings = path.split(".")[1:]
    if len(endings) > 1 and compression(endings[-1]):
        endings.pop()
    return _BY_EXTENSION.get(endings[-1], "") if endings else ""
