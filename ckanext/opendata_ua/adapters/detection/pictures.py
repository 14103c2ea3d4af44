"""Pictures: whether they end where they should, and whether a map is drawn."""

from __future__ import annotations

import struct

from .look import Look

_MAX_CHUNKS = 20_000
#: TIFF tags of a place on Earth: GeoTIFF 1.1, OGC 19-008r4.
_GEO_TAGS = frozenset({33550, 33922, 34264, 34735})
_STRIPS = {273: 279, 324: 325}  # offsets of strips or tiles → their lengths


def png(look: Look) -> None:
    """Walk the chunks of a PNG: the last one is IEND."""
    place, count = 8, 0
    while count < _MAX_CHUNKS:
        begin = look.at(place, 8)
        if len(begin) < 8:
            _cut(look)
            return
        length, kind = struct.unpack(">I4s", begin)
        if (count == 0) != (kind == b"IHDR") or not kind.isalpha():
            look.fault("damaged")
            return
        place += 12 + length
        count += 1
        if kind == b"IEND":
            break
    if place > look.size:
        _cut(look)
    elif place < look.size and not look.partial:
        _after(look, place)


def jpeg(look: Look) -> None:
    """Look for the mark at the end; cameras may write more after it."""
    if look.partial:
        return
    if b"\xff\xd9" not in look.tail:
        _cut(look)
    elif not look.tail.rstrip(b"\0\r\n ").endswith(b"\xff\xd9"):
        _after(look, look.size - len(look.tail) + look.tail.rindex(b"\xff\xd9") + 2)


def gif(look: Look) -> None:
    """Look for the mark at the end."""
    if look.partial:
        return
    if look.size < 14 or b";" not in look.tail:
        _cut(look)
    elif not look.tail.rstrip(b"\0").endswith(b";"):
        if b"\0;" in look.tail:
            _after(look, look.size - len(look.tail) + look.tail.rindex(b"\0;") + 2)
        else:
            _cut(look)


_HIDDEN = (b"PK\x03\x04", b"%PDF-", b"MZ", b"7z\xbc\xaf", b"Rar!", b"\x7fELF", b"#!")


def _after(look: Look, place: int) -> None:
    """A few bytes after the end are a habit of some programs, a file is not."""
    more = look.at(place, 4096)
    if any(one in more for one in _HIDDEN) or look.size - place > 4096:
        look.fault("polyglot")


def _cut(look: Look) -> None:
    if not look.partial:
        look.fault("truncated")


def tiff(look: Look) -> None:
    """Read the first list of tags: is it a map, and are its strips there?"""
    order = "<" if look.head[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", look.head, 2)[0] == 43
    if len(look.head) < 16:
        _cut(look)
        return
    word, at = ("Q", 8) if big else ("I", 4)
    (place,) = struct.unpack_from(order + word, look.head, at)
    entry, number = (20, "Q") if big else (12, "H")
    counted = look.at(place, struct.calcsize(number))
    if len(counted) < struct.calcsize(number):
        _cut(look)
        return
    count = min(struct.unpack(order + number, counted)[0], 1000)
    data = look.at(place + len(counted), count * entry)
    if len(data) < count * entry or count == 0:
        look.fault("damaged" if count == 0 else "truncated")
        return
    tags: dict[int, tuple[int, int, bytes]] = {}
    for at in range(0, len(data), entry):
        tag, kind = struct.unpack_from(order + "HH", data, at)
        (many,) = struct.unpack_from(order + ("Q" if big else "I"), data, at + 4)
        tags[tag] = (kind, many, data[at + (12 if big else 8) : at + entry])
    if _GEO_TAGS & set(tags):
        look.format = "GEOTIFF"
    for offsets, lengths in _STRIPS.items():
        if offsets in tags and lengths in tags and not look.partial:
            ends = [
                _last(look, order, big, tags[offsets]),
                _last(look, order, big, tags[lengths]),
            ]
            if None not in ends and sum(one or 0 for one in ends) > look.size:
                look.fault("truncated")


_SIZES = {3: ("H", 2), 4: ("I", 4), 16: ("Q", 8)}


def _last(look: Look, order: str, big: bool, tag: tuple[int, int, bytes]) -> int | None:
    """Return the last of a tag's numbers, None when it holds none."""
    kind, many, inline = tag
    if kind not in _SIZES or many == 0:
        return None
    letter, size = _SIZES[kind]
    if many * size <= len(inline):
        return struct.unpack_from(order + letter, inline, (many - 1) * size)[0]
    (place,) = struct.unpack_from(order + ("Q" if big else "I"), inline)
    data = look.at(place + (many - 1) * size, size)
    if len(data) < size:
        return look.size + 1  # what is told lies beyond the end
    return struct.unpack(order + letter, data)[0]
