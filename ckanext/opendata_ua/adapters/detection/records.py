"""Binary tables: dBase, shapes, SQLite, Parquet; only their headers and ends."""

from __future__ import annotations

import struct

from .look import Look


def dbf(look: Look) -> None:
    """Compare the size with what the header counts."""
    rows, header, row = struct.unpack_from("<IHH", look.head, 4)
    if not look.partial and header + rows * row > look.size:
        look.fault("truncated")


def shape(look: Look) -> None:
    """One part of a layer of a map; alone it shows nothing."""
    look.format = "SHP"
    words = struct.unpack_from(">I", look.head, 24)[0]
    if not look.partial and words * 2 > look.size:
        look.fault("truncated")
    if not look.level:
        look.fault("incomplete", missing=".shx, .dbf")


def sqlite(look: Look) -> None:
    """Compare the size with the number of pages (fileformat2.html, 1.3)."""
    if len(look.head) < 100:
        look.fault("truncated")
        return
    page = struct.unpack_from(">H", look.head, 16)[0]
    page = 65_536 if page == 1 else page
    if page < 512 or page & (page - 1):
        look.fault("damaged")
        return
    pages = struct.unpack_from(">I", look.head, 28)[0]
    if not look.partial and page * pages > look.size:
        look.fault("truncated")
    elif look.size == page and not look.partial and _no_tables(look, page):
        look.fault("empty")


def _no_tables(look: Look, page: int) -> bool:
    return struct.unpack_from(">H", look.head, 103)[0] == 0


def parquet(look: Look) -> None:
    """Look for the mark at the end."""
    if look.partial:
        return
    if look.tail[-4:] == b"PARE":
        look.fault("protected")
    elif look.tail[-4:] != b"PAR1" or look.size < 12:
        look.fault("truncated")


def rtf(look: Look) -> None:
    """A text of old programs: it ends with a brace, and may carry objects."""
    if not look.partial and not look.tail.rstrip(b"\0\r\n ").endswith(b"}"):
        look.fault("truncated")
    pieces = look.chunks() if look.deep else [look.head]
    before = b""
    for piece in pieces:
        if b"\\objdata" in before + piece or b"\\objocx" in before + piece:
            look.fault("active")
            return
        before = piece[-16:]


def video(look: Look) -> None:
    """Matroska is one container for films, sounds, subtitles and 3D."""
    look.also += ["MKA", "MKS", "MK3D"]


def mpeg4(look: Look) -> None:
    """Walk the boxes of MP4: each says how long it is (ISO/IEC 14496-12)."""
    if look.partial:
        return
    place = 0
    for _ in range(1000):
        if place == look.size:
            return
        begin = look.at(place, 16)
        if len(begin) < 8:
            break
        length = struct.unpack_from(">I", begin)[0]
        if length == 1 and len(begin) == 16:
            length = struct.unpack_from(">Q", begin, 8)[0]
        if length == 0:
            return
        if length < 8:
            look.fault("damaged")
            return
        place += length
    if place > look.size:
        look.fault("truncated")


def riff(look: Look) -> None:
    """WAV and AVI say at their beginning how long they are."""
    length = struct.unpack_from("<I", look.head, 4)[0]
    # recorders that were switched off leave 0 or all ones
    if not look.partial and look.size < length + 8 and length not in (0, 0xFFFFFFFF):
        look.fault("truncated")
