"""The list of contents of a ZIP, read by bounds: APPNOTE.TXT 6.3, 4.3 and 4.4.

The reader of the standard library trusts the list and reads all of it; this one says
what is wrong with it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from .look import CHUNK, MEGABYTE, Look

MAX_ENTRIES = 10_000
_MAX_LIST = 8 * MEGABYTE
_END = b"PK\x05\x06"
_END64_PLACE = b"PK\x06\x07"
_END64 = b"PK\x06\x06"
_ENTRY = b"PK\x01\x02"
_LOCAL = b"PK\x03\x04"
_FULL = 0xFFFFFFFF
STORED, DEFLATED = 0, 8
_AES = 99


class Broken(Exception):
    """The archive cannot be read; ``code`` is the fault."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Entry:
    """One row of the list.

    :param raw: the name as bytes, which the entry itself must repeat
    :param mode: of Unix, 0 when it was packed elsewhere
    """

    name: str
    raw: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    place: int
    mode: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")

    @property
    def is_link(self) -> bool:
        return self.mode & 0o170000 == 0o120000

    @property
    def is_protected(self) -> bool:
        return bool(self.flags & 1) or self.method == _AES


@dataclass(frozen=True)
class Directory:
    """The list, and how many foreign bytes lie before and after the archive."""

    entries: tuple[Entry, ...]
    before: int
    after: int


def end_of(tail: bytes) -> int:
    """Return where the last record begins in the end of a file, -1 when it is not."""
    place = tail.rfind(_END)
    while place >= 0 and len(tail) - place < 22:
        place = tail.rfind(_END, 0, place)
    return place


def read(look: Look) -> Directory:
    """Return the list of an archive.

    :raises Broken: with what is wrong
    """
    tail_at = max(0, look.size - 65_557 - 20)
    tail = look.at(tail_at, 65_557 + 20)
    place = end_of(tail)
    if place < 0:
        raise Broken("truncated")
    disk, _, _, count, length, start, comment = struct.unpack_from(
        "<HHHHIIH", tail, place + 4
    )
    after = len(tail) - place - 22 - comment
    end_at = tail_at + place
    if _FULL in (length, start) or count == 0xFFFF:
        count, length, start, end_at = _read64(look, end_at, count, length, start)
    if after < 0:
        raise Broken("truncated")
    if disk not in (0, 0xFFFF):
        raise Broken("damaged")  # a part of several
    if count > MAX_ENTRIES or length > _MAX_LIST:
        raise Broken("too_many")
    before = end_at - length - start
    if before < 0:
        raise Broken("damaged")
    data = look.at(before + start, length)
    entries = tuple(_entries(data, before))
    if len(entries) != count:
        raise Broken("damaged" if len(entries) < count else "ambiguous")
    first = min((entry.place for entry in entries), default=0)
    return Directory(entries, first, after)


def _read64(
    look: Look, end_at: int, count: int, length: int, start: int
) -> tuple[int, int, int, int]:
    locator = look.at(end_at - 20, 20)
    if not locator.startswith(_END64_PLACE):
        # 65 535 entries need no larger record
        return count, length, start, end_at
    (place,) = struct.unpack_from("<Q", locator, 8)
    record = look.at(place, 56)
    if len(record) < 56 or not record.startswith(_END64):
        raise Broken("damaged")
    count, length, start = struct.unpack_from("<QQQ", record, 32)
    return count, length, start, place


def _entries(data: bytes, before: int) -> Iterator[Entry]:
    place = 0
    while data[place : place + 4] == _ENTRY and len(data) - place >= 46:
        (
            made_by, _, flags, method, _, _, crc, packed, size, name_length,
            extra_length, comment_length, _, _, attributes, offset,
        ) = struct.unpack_from("<HHHHHHIIIHHHHHII", data, place + 4)  # fmt: skip
        name_at = place + 46
        raw = data[name_at : name_at + name_length]
        extra = data[name_at + name_length : name_at + name_length + extra_length]
        size, packed, offset = _large(extra, size, packed, offset)
        mode = attributes >> 16 if made_by >> 8 in (3, 19) else 0
        yield Entry(
            *(_text(raw, flags), raw, flags, method, crc, packed, size),
            *(offset + before, mode),
        )
        place = name_at + name_length + extra_length + comment_length
    if place != len(data):
        raise Broken("damaged")


def _large(extra: bytes, *numbers: int) -> tuple[int, int, int]:
    """Return numbers of 64 bits where those of 32 do not suffice."""
    found = list(numbers)
    while len(extra) >= 4:
        tag, length = struct.unpack_from("<HH", extra)
        if tag == 1:
            body = extra[4 : 4 + length]
            for index, number in enumerate(found):
                if number == _FULL and len(body) >= 8:
                    (found[index],) = struct.unpack_from("<Q", body)
                    body = body[8:]
        extra = extra[4 + length :]
    return found[0], found[1], found[2]


def _text(raw: bytes, flags: int) -> str:
    """Return a name: UTF-8 when it is that, else as Ukrainian Windows writes it."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp866" if not flags & 0x800 else "latin-1")


def data_of(look: Look, entry: Entry) -> int:
    """Return where the bytes of an entry begin.

    :raises Broken: when the entry itself says something else than the list
    """
    header = look.at(entry.place, 30)
    if len(header) < 30 or not header.startswith(_LOCAL):
        raise Broken("damaged")
    name_length, extra_length = struct.unpack_from("<HH", header, 26)
    (method,) = struct.unpack_from("<H", header, 8)
    if look.at(entry.place + 30, name_length) != entry.raw or method != entry.method:
        raise Broken("ambiguous")
    return entry.place + 30 + name_length + extra_length


def unpacked(look: Look, entry: Entry, limit: int | None = None) -> Iterator[bytes]:
    """Yield the bytes of an entry, at most ``limit`` of them, and check the rest.

    :raises Broken: when they are not what the list says
    :raises Spent: when the budget is used up
    """
    start = data_of(look, entry)
    if start + entry.packed > look.size:
        raise Broken("truncated")
    pieces = look.chunks(start, start + entry.packed)
    if entry.method == DEFLATED:
        pieces = _inflated(look, pieces)
    elif entry.method != STORED:
        raise Broken("method")
    crc = length = 0
    for piece in pieces:
        length += len(piece)
        if length > entry.size:
            raise Broken("ambiguous")
        if limit is None:
            crc = zlib.crc32(piece, crc)
        elif length >= limit:
            yield piece[: len(piece) - (length - limit)]
            return
        yield piece
    if length != entry.size or (limit is None and crc != entry.crc):
        raise Broken("damaged")


def _inflated(look: Look, pieces: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in pieces:
        left = piece
        while left and not inflater.eof:
            try:
                made = inflater.decompress(left, CHUNK)
            except zlib.error as error:
                raise Broken("damaged") from error
            left = inflater.unconsumed_tail
            look.budget.spend(len(made))
            yield made
    if not inflater.eof:
        raise Broken("damaged")
