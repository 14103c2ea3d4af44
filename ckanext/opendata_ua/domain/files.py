"""Names, media types and download headers of files.

What a file is called and what it is said to be follow from its name and its bytes,
never from what a caller claims.
"""

import mimetypes
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

from . import formats, identifiers

UNKNOWN = "application/octet-stream"
MAX_NAME = 255  # characters kept of a publisher's name
MAX_ADDRESS_NAME = 100  # CKAN's own limit of a file name in an address
_MAX_EXTENSION = 10

#: Name of a header by which a view says how long its answer may be kept: CKAN would
#: overwrite ``Cache-Control`` itself. It never leaves the process.
CACHING = "X-Opendata-Ua-Caching"

#: Only these open inside the browser; everything else is saved. Types that run code
#: (html, svg, xml, javascript) never do. A PDF is saved too: readers of PDF built into
#: browsers refuse to start under ``Content-Security-Policy: sandbox``.
OPENS_INLINE = frozenset(
    {
        "application/geo+json",
        "application/json",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/csv",
        "text/plain",
        "text/tab-separated-values",
    }
)
# The table of the standard library alone: files of the operating system would make one
# node answer differently from another.
_STANDARD = mimetypes.MimeTypes(filenames=())


def original_name(filename: str) -> str:
    """Return a file's name as its publisher wrote it, without folders and controls.

    At most ``MAX_NAME`` characters; the extension survives. ``file`` for nothing.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", filename))[-1]
    plain = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip()
    if len(plain) > MAX_NAME:
        stem, ending = _parted(plain)
        plain = stem[: MAX_NAME - len(ending)] + ending
    return (plain.strip(". ") and plain) or "file"


def address_name(filename: str) -> str:
    """Return a file's name for an address: ``[a-z0-9_.-]``, 3 to 100 characters.

    Ukrainian letters are transliterated by CMU resolution No. 55 of 2010; underscores,
    points and the extension stay. CKAN's own rule for names changes nothing more of it.
    """
    stem, ending = _parted(original_name(filename).lower())
    parts = re.split(r"([_.])", stem)
    latin = "".join(p if p in "_." else identifiers.latin_words(p) for p in parts)
    latin = latin.strip(".-") or "file"
    return (latin[: MAX_ADDRESS_NAME - len(ending)] + ending).ljust(3, "_")


def version_path(package_id: str, resource_id: str, sha256: str, name: str) -> str:
    """Return the permanent address of a version of a file, below that of the portal."""
    return (
        f"/dataset/{package_id}/resource/{resource_id}/versions/{sha256}/"
        f"{address_name(name)}"
    )


def _parted(name: str) -> tuple[str, str]:
    """Return the stem and the extension with its point, or "" when there is none."""
    stem, point, ending = name.rpartition(".")
    if stem and re.fullmatch(f"[A-Za-z0-9]{{1,{_MAX_EXTENSION}}}", ending):
        return stem, point + ending
    return name, ""


def media_type(filename: str, sniff: Callable[[], str]) -> str:
    """Return our media type of a file: by its extension, else by its first bytes.

    :param sniff: returns what the bytes look like; asked only for unknown extensions
    """
    ending = _parted(filename.lower())[1]
    known = formats.FORMATS.get(formats.by_name(f"file{ending}")) if ending else None
    if known and known.media_types:
        return known.media_types[0]
    guessed, packed = _STANDARD.guess_type(f"file{ending}")
    return guessed if guessed and not packed else sniff() or UNKNOWN


def disposition(filename: str, kind: str) -> str:
    """Return the ``Content-Disposition`` of a file (RFC 6266).

    Old programs read the Latin name, others the name its publisher gave.

    :param kind: media type; it decides whether a browser may open the file in place
    """
    way = "inline" if kind in OPENS_INLINE else "attachment"
    latin, given = address_name(filename), original_name(filename)
    return f"{way}; filename=\"{latin}\"; filename*=UTF-8''{quote(given, safe='')}"
