"""A ZIP that leaves piece by piece, for sheets that are larger than memory.

``zipfile`` of the standard library seeks back or marks even small stored members as
streamed, which readers of ODF do not expect of the first one. What is needed is less:
members of a known text, and one that is packed as it comes. No member and no archive
reaches 4 GB: a sheet holds a million rows.
"""

import struct
import zlib

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_SIZES = struct.Struct("<4s3L")
_VERSION = 20
_SIZES_FOLLOW, _UTF8 = 0x8, 0x800
_STORED, _PACKED = 0, 8
#: 1 January 1980, 0:00: equal rows have to give equal bytes.
_TIME, _DATE = 0, 0x21


class Archive:
    """Members one after the other; every method returns the bytes that may leave."""

    def __init__(self) -> None:
        self._place = 0
        self._directory: list[bytes] = []

    def stored(self, name: str, content: bytes) -> bytes:
        """Return a member that is kept as it is."""
        return self._whole(name, content, content, _STORED)

    def packed(self, name: str, content: bytes) -> bytes:
        """Return a member that is packed at once."""
        packer = _packer()
        return self._whole(
            name, content, packer.compress(content) + packer.flush(), _PACKED
        )

    def open(self, name: str) -> bytes:
        """Begin a member that comes in pieces."""
        self._name, self._start = name, self._place
        self._packer, self._crc = _packer(), 0
        self._size = self._packed_size = 0
        flags = _SIZES_FOLLOW | _UTF8
        return self._sent(_local(name, flags, _PACKED, 0, 0, 0))

    def write(self, piece: bytes) -> bytes:
        """Pack the next piece of the open member; often nothing leaves yet."""
        self._crc = zlib.crc32(piece, self._crc)
        self._size += len(piece)
        return self._out(self._packer.compress(piece))

    def close(self) -> bytes:
        """End the open member."""
        rest = self._out(self._packer.flush())
        sizes = self._crc, self._packed_size, self._size
        flags = _SIZES_FOLLOW | _UTF8
        self._list(self._name, flags, _PACKED, *sizes, self._start)
        return rest + self._sent(_SIZES.pack(b"PK\x07\x08", *sizes))

    def end(self) -> bytes:
        """Return the directory of the archive."""
        directory = b"".join(self._directory)
        number = len(self._directory)
        return directory + _END.pack(
            b"PK\x05\x06", 0, 0, number, number, len(directory), self._place, 0
        )

    def _whole(self, name: str, content: bytes, packed: bytes, method: int) -> bytes:
        sizes = zlib.crc32(content), len(packed), len(content)
        self._list(name, _UTF8, method, *sizes, self._place)
        return self._sent(_local(name, _UTF8, method, *sizes) + packed)

    def _out(self, packed: bytes) -> bytes:
        self._packed_size += len(packed)
        return self._sent(packed)

    def _sent(self, some: bytes) -> bytes:
        self._place += len(some)
        return some

    def _list(
        self,
        name: str,
        flags: int,
        method: int,
        crc: int,
        packed: int,
        size: int,
        start: int,
    ) -> None:
        path = name.encode()
        facts = (_VERSION, _VERSION, flags, method, _TIME, _DATE, crc, packed, size)
        entry = _CENTRAL.pack(b"PK\x01\x02", *facts, len(path), 0, 0, 0, 0, 0, start)
        self._directory.append(entry + path)


def _local(
    name: str, flags: int, method: int, crc: int, packed: int, size: int
) -> bytes:
    path = name.encode()
    facts = (_VERSION, flags, method, _TIME, _DATE, crc, packed, size)
    return _LOCAL.pack(b"PK\x03\x04", *facts, len(path), 0) + path


def _packer() -> "zlib._Compress":
    return zlib.compressobj(wbits=-zlib.MAX_WBITS)
