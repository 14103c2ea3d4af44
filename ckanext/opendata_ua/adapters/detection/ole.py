"""Compound files of old office programs: [MS-CFB], only the list of their streams."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from .look import Look

_MAX_CHAIN = 4096  # sectors of the list: some 16 000 streams
_LAST = 0xFFFFFFFA
_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")
_FILEPASS = 0x2F
_TEXT_LOCKED = 0x0100  # FibBase.fEncrypted


@dataclass(frozen=True)
class _Stream:
    name: str
    kind: int
    start: int
    size: int
    owner: bytes


class _Reader:
    """The sectors of one file.

    :raises ValueError: when the header is not that of a compound file
    """

    def __init__(self, look: Look) -> None:
        header = look.at(0, 512)
        if len(header) < 512:
            raise ValueError("no header")
        shift = struct.unpack_from("<H", header, 30)[0]
        if shift not in (9, 12):
            raise ValueError("no such sector")
        self._look = look
        self.sector = 1 << shift
        self._first = struct.unpack_from("<I", header, 48)[0]
        self._tables = struct.unpack_from("<109I", header, 76)

    def _next(self, number: int) -> int:
        table, place = divmod(number, self.sector // 4)
        # further tables are listed elsewhere: files of hundreds of megabytes have them
        if table >= len(self._tables) or self._tables[table] >= _LAST:
            raise ValueError("out of the table")
        entry = self._look.at((self._tables[table] + 1) * self.sector + place * 4, 4)
        if len(entry) < 4:
            raise EOFError
        return struct.unpack("<I", entry)[0]

    def streams(self) -> Iterator[_Stream]:
        """Yield all streams and folders.

        :raises EOFError: when the file ends before its list does
        :raises ValueError: when the list leads nowhere or in a circle
        """
        number, seen = self._first, set[int]()
        while number < _LAST:
            if number in seen or len(seen) > _MAX_CHAIN:
                raise ValueError("a circle")
            seen.add(number)
            data = self._look.at((number + 1) * self.sector, self.sector)
            if len(data) < self.sector and len(data) % 128:
                raise EOFError
            if not data:
                raise EOFError
            for place in range(0, len(data) - 127, 128):
                entry = data[place : place + 128]
                length, kind = struct.unpack_from("<HB", entry, 64)
                if kind:
                    name = entry[: max(0, min(length, 64) - 2)]
                    start, size = struct.unpack_from("<II", entry, 116)
                    called = name.decode("utf-16-le", "replace")
                    yield _Stream(called, kind, start, size, entry[80:96])
            number = self._next(number)

    def beginning(self, stream: _Stream, count: int) -> bytes:
        """Return the first sector of a stream that is not a small one."""
        if stream.size < 4096:
            return b""
        place = (stream.start + 1) * self.sector
        return self._look.at(place, min(count, self.sector))


_KINDS = (
    ("Workbook", "XLS"),
    ("Book", "XLS"),
    ("WordDocument", "DOC"),
    ("PowerPoint Document", "PPT"),
)


def examine(look: Look) -> None:
    """Say which program's file it is, and what is wrong with it."""
    look.format = "OLE"
    if look.partial:
        look.format = _guess(look)
        return
    try:
        reader = _Reader(look)
        streams = list(reader.streams())
    except EOFError:
        look.format = _guess(look)
        look.fault("truncated")
        return
    except ValueError:
        look.format = _guess(look)
        look.fault("damaged")
        return
    names = {stream.name for stream in streams}
    if any(one.kind == 5 and one.owner == _INSTALLER for one in streams):
        look.format = "EXECUTABLE"
        look.fault("executable")
        return
    if "EncryptedPackage" in names:
        # a new office file inside an old one: so passwords are set
        look.format, look.also = "XLSX", ["DOCX", "PPTX", "XLSB"]
        look.fault("protected")
        return
    look.format = next((kind for name, kind in _KINDS if name in names), "OLE")
    if names & {"VBA", "_VBA_PROJECT_CUR", "_VBA_PROJECT", "Macros"}:
        look.fault("macros")
    _streams(look, reader, streams)


def _streams(look: Look, reader: _Reader, streams: list[_Stream]) -> None:
    for stream in streams:
        if stream.kind != 2 or stream.size < 4096:
            continue
        if (stream.start + 1) * reader.sector + stream.size > look.size + reader.sector:
            look.fault("truncated")
            return
        if stream.name in ("Workbook", "Book"):
            begin = reader.beginning(stream, 4096)
            if begin[:2] not in (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00"):
                look.fault("damaged")
            elif _has_password(begin):
                look.fault("protected")
        elif stream.name == "WordDocument":
            begin = reader.beginning(stream, 512)
            if len(begin) < 12 or begin[:2] != b"\xec\xa5":
                look.fault("damaged")
            elif struct.unpack_from("<H", begin, 10)[0] & _TEXT_LOCKED:
                look.fault("protected")


def _has_password(data: bytes) -> bool:
    """Tell whether a record among the first says so: [MS-XLS] 2.4.117."""
    place = 0
    while place + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, place)
        if kind == _FILEPASS:
            return True
        if kind == 0x85:  # the list of sheets: passwords come before it
            return False
        place += 4 + length
    return False


def _guess(look: Look) -> str:
    """Name a broken file by names in it."""
    data = look.head + look.tail
    for name, kind in _KINDS:
        if name.encode("utf-16-le") in data:
            return kind
    return "OLE"
