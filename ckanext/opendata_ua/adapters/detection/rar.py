"""RAR archives: only whether they are locked.

How the contents are packed is a secret of its owner; the headers are described
("RAR 5.0 archive format" of RARLAB, and technote.txt of version 4).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .look import Look

#: Headers that are looked at; whoever locks an archive locks its first file, too.
MOST = 1000
LONGEST = 1 << 16  # bytes of one header
FIVE, FOUR = 8, 7  # where the first header begins
_LOCKED_LIST = 4
_FILE = 2
_EXTRA, _DATA = 1, 2
_LOCK = 1


def rar(look: Look) -> None:
    """Say whether the list of files or a file needs a password."""
    if look.size < 20:
        look.fault("truncated")
        return
    locked = _locked_5(look) if look.head[6:7] == b"\x01" else _locked_4(look)
    if locked:
        look.fault("protected")


def _locked_4(look: Look) -> bool:
    place = FOUR
    for _ in range(MOST):
        block = look.at(place, 11)
        if len(block) < 7:
            return False
        kind, flags, size = struct.unpack_from("<BHH", block, 2)
        if (kind == 0x73 and flags & 0x80) or (kind == 0x74 and flags & 0x04):
            return True
        if flags & 0x8000 and len(block) == 11:
            size += struct.unpack_from("<I", block, 7)[0]
        if size < 7:
            return False
        place += size
    return False


def _locked_5(look: Look) -> bool:
    place = FIVE
    for _ in range(MOST):
        found = _Numbers(look.at(place, LONGEST), 4)  # after the checksum
        length = found.next()
        end = found.place + length
        kind, flags = found.next(), found.next()
        extra = found.next() if flags & _EXTRA else 0
        data = found.next() if flags & _DATA else 0
        if kind == _LOCKED_LIST:
            return True
        if length == 0 or end > len(found.content):
            return False
        if kind == _FILE and _LOCK in _records(found.content[end - extra : end]):
            return True
        place += end + data
    return False


def _records(area: bytes) -> Iterator[int]:
    """Yield the kinds of the records in the last part of a header."""
    found = _Numbers(area, 0)
    while found.place < len(area):
        length, begun = found.next(), found.place
        yield found.next()
        found.place = max(begun + length, begun + 1)


class _Numbers:
    """Numbers of seven bits a byte, one after another; 0 when the bytes end."""

    def __init__(self, content: bytes, place: int) -> None:
        self.content, self.place = content, place

    def next(self) -> int:
        number = 0
        for shift in range(0, 64, 7):
            if self.place >= len(self.content):
                return 0
            byte = self.content[self.place]
            self.place += 1
            number |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        return number
