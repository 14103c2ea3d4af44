"""What one file is: by its first bytes, else as a text; and what hides in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ckanext.opendata_ua.domain import formats

from . import directory, ole, packed, pdf, pictures, rar, records, sevenzip, text, zips
from .look import MEGABYTE, Look, Spent
from .signatures import EXECUTABLE, MEDIA_TYPES, by_first_bytes

_SEARCHED = 64 * MEGABYTE
_PICTURES = ("PNG", "JPG", "GIF", "TIFF", "GEOTIFF", "BMP", "WEBP")
# what a browser or a server would run, wherever it stands in a picture
_SCRIPTS = (b"<?php", b"<script", b"<html")


def _program(look: Look) -> None:
    look.fault("executable")


_EXAMINERS: Mapping[str, Callable[[Look], None]] = {
    "ZIP": zips.examine,
    "7Z": sevenzip.examine,
    "GZIP": packed.gzip,
    "BZIP2": packed.bzip2,
    "TAR": packed.tar,
    "RAR": rar.rar,
    "OLE": ole.examine,
    "PDF": pdf.examine,
    "PNG": pictures.png,
    "JPG": pictures.jpeg,
    "GIF": pictures.gif,
    "TIFF": pictures.tiff,
    "DBF": records.dbf,
    "SHP-PART": records.shape,
    "SQLITE": records.sqlite,
    "GPKG": records.sqlite,
    "PARQUET": records.parquet,
    "RTF": records.rtf,
    "MKV": records.video,
    "WAV": records.riff,
    "AVI": records.riff,
    EXECUTABLE: _program,
}


def examine(look: Look) -> None:
    """Fill in what a file is and what is wrong with it."""
    if look.size == 0:
        look.fault("empty")
        return
    try:
        _examine(look)
    except Spent:
        look.whole = False
    look.media_type = look.media_type or media_type(look.format)


def media_type(name: str) -> str:
    """Return the media type of what was found."""
    known = formats.FORMATS.get(name)
    if known and known.media_types:
        return known.media_types[0]
    return MEDIA_TYPES.get(name, "application/octet-stream")


def _examine(look: Look) -> None:
    name = by_first_bytes(look.head, look.size)
    if name:
        look.format = name
        if name == "MPEG" and look.head[4:8] == b"ftyp":
            look.media_type = "video/mp4"
            records.mpeg4(look)
        elif examiner := _EXAMINERS.get(name):
            examiner(look)
    elif not look.head.strip(b"\0"):
        # a download that was only reserved, or a disk that lost it
        look.fault("damaged")
    else:
        text.examine(look)
    _hidden(look)


def _hidden(look: Look) -> None:
    """Look for a second file in the first."""
    if look.format in _PICTURES:
        _scripts(look)
    if look.has("executable"):
        return
    is_zip = look.head.startswith(b"PK") or look.format in ("7Z", "RAR", "TAR", "GZIP")
    if not is_zip and _ends_as_zip(look):
        look.fault("polyglot")
    begin = look.head[1:1024]
    if look.format not in ("PDF", "PDF-SCAN") and (
        begin.startswith(b"%PDF-") or b"\n%PDF-1" in begin
    ):
        look.fault("polyglot")


def _ends_as_zip(look: Look) -> bool:
    place = directory.end_of(look.tail)
    # the four bytes alone may be chance; with a list of contents they are not
    return place >= 0 and (b"PK\x01\x02" in look.tail or place == len(look.tail) - 22)


def _scripts(look: Look) -> None:
    pieces = (
        look.chunks(0, _SEARCHED)
        if look.deep
        else iter((look.head, look.tail if look.size > len(look.head) else b""))
    )
    before = b""
    for piece in pieces:
        low = (before + piece).lower()
        if any(one in low for one in _SCRIPTS):
            look.fault("polyglot")
            return
        before = piece[-8:]
