"""What a publisher wrote as the format, and what was changed to read it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .. import formats, tables
from ..findings import Severity
from ..text import clean
from ..words import N_
from .faults import Kind

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_KINDS: Mapping[str, str] = {
    row["seen_value"].casefold(): row["kind"]
    for row in tables.rows("dirty_format_values_2026")
}


@dataclass(frozen=True)
class Reading:
    """How a declared value was read.

    :param written: as the publisher wrote it, without controls
    :param format: canonical name
    :param compress_format: ``""`` when the value names none
    :param change: a key of ``CHANGES``, ``""`` when nothing but case was changed
    """

    written: str
    format: str
    compress_format: str
    change: str


def _advice(message: str, next_step: str) -> Kind:
    return Kind(Severity.ADVICE, message, next_step)


_KEEP = N_("Nothing has to be done: the portal stores “{format}”.")
# kind of change → what the publisher is told
CHANGES: Mapping[str, Kind] = {
    "homoglyph": _advice(
        N_("The format “{written}” has Cyrillic letters that look like Latin ones."),
        _KEEP,
    ),
    "misspelling": _advice(
        N_("The format “{written}” is misspelt; it was read as “{format}”."), _KEEP
    ),
    "several": _advice(
        N_("“{written}” names several formats; it was read as “{format}”."),
        N_("Add each file as a resource of its own with its own format."),
    ),
    "media_type": _advice(
        N_("“{written}” is a media type; it was read as the format “{format}”."), _KEEP
    ),
    "name": _advice(N_("“{written}” was read as the format “{format}”."), _KEEP),
}
_CHANGE_OF_KIND = {
    "homoglyph": "homoglyph",
    "homoglyph (all letters Cyrillic)": "homoglyph",
    "misspelling": "misspelling",
    "several in one value": "several",
    "media type": "media_type",
    "media type fragment": "media_type",
}


def read(text: str) -> Reading:
    """Return how a declared value is read, and by what change."""
    written = clean(text)
    meant = formats.read(text)
    return Reading(
        written, meant.format, meant.compress_format, _change(written, meant.format)
    )


def _change(written: str, name: str) -> str:
    if written.strip(". ").upper() == name:
        return ""
    if kind := _KINDS.get(written.casefold()):
        return _CHANGE_OF_KIND.get(kind, "name")
    return "homoglyph" if _CYRILLIC.search(written) else "name"
