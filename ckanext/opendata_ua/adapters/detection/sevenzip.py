"""7z: the list of contents and the bytes, by bounds (7zFormat.txt of the LZMA SDK)."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from . import containers, zips
from .look import CHUNK, MEGABYTE, Look, Spent

_MAX_HEADER = 4 * MEGABYTE
_MAX_DICTIONARY = 128 * MEGABYTE
_MAX_FILES = 10_000
_COPY, _LZMA, _LZMA2, _DELTA = b"\0", b"\x03\x01\x01", b"\x21", b"\x03"
_DEFLATE, _BZIP2, _AES = b"\x04\x01\x08", b"\x04\x02\x02", b"\x06\xf1\x07\x01"
_BRANCHES = {
    b"\x03\x03\x01\x03": lzma.FILTER_X86,
    b"\x04": lzma.FILTER_X86,
    b"\x03\x03\x05\x01": lzma.FILTER_ARM,
}


class _Bad(Exception):
    """The archive cannot be read; ``code`` is the fault."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Bytes:
    """A header that is read from its beginning."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def take(self, count: int) -> bytes:
        if count < 0 or self._place + count > len(self._data):
            raise _Bad("damaged")
        self._place += count
        return self._data[self._place - count : self._place]

    def rest(self) -> bytes:
        return self.take(len(self._data) - self._place)

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """Return a number whose first bits say how long it is."""
        first, mask, value = self.byte(), 0x80, 0
        for index in range(8):
            if not first & mask:
                return value | (first & (mask - 1)) << (8 * index)
            value |= self.byte() << (8 * index)
            mask >>= 1
        return value

    def count(self) -> int:
        if (number := self.number()) > _MAX_FILES:
            raise _Bad("too_many")
        return number

    def bits(self, count: int) -> list[bool]:
        data = self.take((count + 7) // 8)
        return [bool(data[n // 8] & 0x80 >> n % 8) for n in range(count)]

    def bits_or_all(self, count: int) -> list[bool]:
        return [True] * count if self.byte() else self.bits(count)


@dataclass
class _Folder:
    """Bytes that are packed together, and how."""

    coders: list[tuple[bytes, bytes]]
    sizes: list[int] = field(default_factory=list)
    simple: bool = True
    offset: int = 0
    packed: int = 0
    parts: list[int] = field(default_factory=list)

    @property
    def size(self) -> int:
        return max(self.sizes, default=0)

    @property
    def is_protected(self) -> bool:
        return any(coder == _AES for coder, _ in self.coders)


def _folder(header: _Bytes) -> tuple[_Folder, int]:
    """Return one folder and how many streams it is packed into."""
    coders: list[tuple[bytes, bytes]] = []
    inputs = outputs = 0
    for _ in range(header.count()):
        if len(coders) > 8:
            raise _Bad("damaged")
        flags = header.byte()
        name = header.take(flags & 15)
        several = (header.count(), header.count()) if flags & 16 else (1, 1)
        inputs, outputs = inputs + several[0], outputs + several[1]
        coders.append((name, header.take(header.number()) if flags & 32 else b""))
    if not 0 < outputs <= 32 or inputs > 32:
        raise _Bad("damaged")
    for _ in range(outputs - 1):
        header.number()
        header.number()
    streams = inputs - outputs + 1
    if streams > 1:
        for _ in range(streams):
            header.number()
    return _Folder(coders, simple=inputs == outputs == len(coders)), streams


def _streams(header: _Bytes) -> list[_Folder]:
    """Read StreamsInfo: where the packed bytes lie and how they unpack."""
    start, packed = 0, list[int]()
    folders: list[_Folder] = []
    per_folder: list[int] = []
    while (kind := header.byte()) != 0:
        if kind == 6:
            start, count = header.number(), header.count()
            while (inner := header.byte()) != 0:
                if inner == 9:
                    packed = [header.number() for _ in range(count)]
                elif inner == 10:
                    _digests(header, count)
                else:
                    raise _Bad("damaged")
        elif kind == 7:
            folders, per_folder = _folders(header)
        elif kind == 8:
            _substreams(header, folders)
        else:
            raise _Bad("damaged")
    place, left = 32 + start, list(packed)
    for folder, streams in zip(folders, per_folder, strict=True):
        if streams > len(left):
            raise _Bad("damaged")
        own, left = left[:streams], left[streams:]
        folder.offset, folder.packed = place, sum(own)
        place += sum(own)
        folder.parts = folder.parts or [folder.size]
    return folders


def _digests(header: _Bytes, count: int) -> None:
    header.take(4 * sum(header.bits_or_all(count)))


def _folders(header: _Bytes) -> tuple[list[_Folder], list[int]]:
    if header.byte() != 11:
        raise _Bad("damaged")
    count = header.count()
    if header.byte():
        raise _Bad("damaged")  # kept outside: no program writes that
    read = [_folder(header) for _ in range(count)]
    if header.byte() != 12:
        raise _Bad("damaged")
    for folder, _ in read:
        folder.sizes = [header.number() for _ in folder.coders]
    while (kind := header.byte()) != 0:
        if kind != 10:
            raise _Bad("damaged")
        _digests(header, count)
    return [folder for folder, _ in read], [streams for _, streams in read]


def _substreams(header: _Bytes, folders: list[_Folder]) -> None:
    counts = [1] * len(folders)
    kind = header.byte()
    if kind == 13:
        counts = [header.count() for _ in folders]
        kind = header.byte()
    for folder, count in zip(folders, counts, strict=True):
        sizes: list[int] = []
        if kind == 9 and count:
            sizes = [header.number() for _ in range(count - 1)]
        if count:
            sizes.append(folder.size - sum(sizes))
        if any(size < 0 for size in sizes):
            raise _Bad("damaged")
        folder.parts = sizes
    if kind == 9:
        kind = header.byte()
    while kind != 0:
        if kind != 10:
            raise _Bad("damaged")
        # digests of single files: those of the whole were compared while unpacking
        known = [count for folder, count in zip(folders, counts, strict=True)]
        _digests_of_parts(header, sum(known))
        kind = header.byte()


def _digests_of_parts(header: _Bytes, count: int) -> None:
    # how many are there depends on the folders that had one; all of them at most
    header.take(4 * sum(header.bits_or_all(count)))


@dataclass(frozen=True)
class _File:
    name: str
    empty: bool
    mode: int


def _files(header: _Bytes) -> list[_File]:
    count = header.count()
    empty = [False] * count
    names: list[str] = [""] * count
    modes = [0] * count
    while (kind := header.byte()) != 0:
        body = _Bytes(header.take(header.number()))
        if kind == 14:
            empty = body.bits(count)
        elif kind == 17:
            if body.byte():
                raise _Bad("damaged")
            names = _names(body, count)
        elif kind == 21:
            told = body.bits_or_all(count)
            if body.byte():
                raise _Bad("damaged")
            modes = [
                struct.unpack("<I", body.take(4))[0] >> 16 if known else 0
                for known in told
            ]
    return [_File(*one) for one in zip(names, empty, modes, strict=True)]


def _names(body: _Bytes, count: int) -> list[str]:
    *names, rest = body.rest().decode("utf-16-le", "replace").split("\0")
    if len(names) < count or rest:
        raise _Bad("damaged")
    return names[:count]


def examine(look: Look) -> None:
    """Say what an archive holds and what is wrong with it."""
    look.format = "7Z"
    if look.partial:
        return
    try:
        _examine(look)
    except _Bad as error:
        look.fault(error.code)
    except Spent:
        look.whole = False


def _examine(look: Look) -> None:
    begin = look.at(0, 32)
    if len(begin) < 32:
        raise _Bad("truncated")
    offset, size, crc = struct.unpack_from("<QQI", begin, 12)
    if zlib.crc32(begin[12:32]) != struct.unpack_from("<I", begin, 8)[0]:
        raise _Bad("damaged")
    if size == 0:
        raise _Bad("empty")
    if size > _MAX_HEADER:
        raise _Bad("too_many")
    if 32 + offset + size > look.size:
        raise _Bad("truncated")
    if 32 + offset + size < look.size:
        look.fault("polyglot")
    data = look.at(32 + offset, size)
    if zlib.crc32(data) != crc:
        raise _Bad("damaged")
    header = _Bytes(data)
    packed = 0
    while (kind := header.byte()) == 23 and packed < 4:
        (folder,) = _one(_streams(header))
        header = _Bytes(_unpacked_header(look, folder))
        packed += 1
    if kind != 1:
        raise _Bad("damaged")
    _contents(look, header)


def _one(folders: list[_Folder]) -> list[_Folder]:
    if len(folders) != 1:
        raise _Bad("damaged")
    return folders


def _unpacked_header(look: Look, folder: _Folder) -> bytes:
    if folder.is_protected:
        raise _Bad("protected")
    if folder.size > _MAX_HEADER:
        raise _Bad("too_many")
    return b"".join(_unpacked(look, folder))


def _contents(look: Look, header: _Bytes) -> None:
    folders: list[_Folder] = []
    files: list[_File] = []
    while (kind := header.byte()) != 0:
        if kind == 4:
            folders = _streams(header)
        elif kind == 5:
            files = _files(header)
        else:
            raise _Bad("damaged")
    for one in files:
        zips.name_faults(look, one.name)
        if one.mode & 0o170000 == 0o120000:
            look.fault("link", one.name)
    if any(folder.is_protected for folder in folders):
        raise _Bad("protected")
    total = sum(folder.size for folder in folders)
    if total > zips.HARMLESS and total > zips.MAX_RATIO * look.size:
        raise _Bad("bomb")
    if total > zips.MAX_TOTAL:
        raise _Bad("too_large")
    if not any(not one.empty for one in files):
        raise _Bad("empty")
    # a quick look unpacks only what unpacks at once
    if look.deep or total <= MEGABYTE:
        _members(look, folders, [one for one in files if not one.empty])


def _members(look: Look, folders: list[_Folder], files: list[_File]) -> None:
    left = iter(files)
    for folder in folders:
        pieces = _Taker(_unpacked(look, folder))
        for size in folder.parts:
            one = next(left, None)
            if one is None:
                raise _Bad("damaged")
            if zips.is_hidden(one.name) or size == 0:
                pieces.skip(size)
                continue
            part = _Part(pieces, size)
            containers.member(look, one.name, size, part.take)
            part.skip()


class _Taker:
    """Pieces of bytes, taken by count."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._kept = b""

    def take(self, count: int) -> bytes:
        parts, have = [self._kept], len(self._kept)
        while have < count:
            piece = next(self._pieces, None)
            if piece is None:
                raise _Bad("damaged")
            parts.append(piece)
            have += len(piece)
        data = b"".join(parts)
        self._kept = data[count:]
        return data[:count]

    def skip(self, count: int) -> None:
        while count:
            step = min(count, CHUNK)
            self.take(step)
            count -= step


class _Part:
    """One file among the pieces of its folder."""

    def __init__(self, pieces: _Taker, size: int) -> None:
        self._pieces = pieces
        self._left = size

    def take(self, wanted: int | None) -> bytes:
        data = self._pieces.take(min(self._left, wanted or self._left))
        self._left -= len(data)
        return data

    def skip(self) -> None:
        self._pieces.skip(self._left)


def _unpacked(look: Look, folder: _Folder) -> Iterator[bytes]:
    """Yield what one folder holds.

    :raises _Bad: when it is broken, or packed in a way that is not known here
    """
    if folder.offset + folder.packed > look.size:
        raise _Bad("truncated")
    if not folder.simple:
        raise _Bad("method")
    step = _coders(folder)
    left = folder.size
    try:
        for chunk in look.chunks(folder.offset, folder.offset + folder.packed):
            for made in step(chunk):
                look.budget.spend(len(made))
                left -= len(made)
                yield made if left >= 0 else made[:left]
                if left <= 0:
                    return
    except (lzma.LZMAError, zlib.error, OSError, ValueError, EOFError) as error:
        raise _Bad("damaged") from error
    except MemoryError as error:
        raise _Bad("too_large") from error
    if left > 0:
        raise _Bad("damaged")


def _coders(folder: _Folder) -> Callable[[bytes], Iterator[bytes]]:
    """Return what unpacks one chunk after the other.

    The coders stand in the order in which they unpack from the last one.
    """
    names = [name for name, _ in folder.coders]
    if names == [_COPY]:
        return lambda chunk: iter([chunk])
    if names == [_DEFLATE]:
        return _bounded(zlib.decompressobj(-zlib.MAX_WBITS))
    if names == [_BZIP2]:
        return _bounded(bz2.BZ2Decompressor())
    filters = [_filter(name, told) for name, told in folder.coders]
    return _bounded(
        lzma.LZMADecompressor(format=lzma.FORMAT_RAW, filters=_in_order(filters))
    )


def _in_order(filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    # liblzma wants the one that packs last; 7z may name it first or last
    last = (lzma.FILTER_LZMA1, lzma.FILTER_LZMA2)
    return sorted(filters, key=lambda one: one["id"] in last)


def _filter(name: bytes, told: bytes) -> dict[str, Any]:
    if name == _LZMA2 and len(told) == 1:
        bits = told[0] & 63
        size = 0xFFFFFFFF if bits == 40 else (2 | bits & 1) << (bits // 2 + 11)
        return {"id": lzma.FILTER_LZMA2, "dict_size": _bearable(size)}
    if name == _LZMA and len(told) == 5:
        packed, size = struct.unpack("<BI", told)
        rest, lc = divmod(packed, 9)
        pb, lp = divmod(rest, 5)
        if pb > 4 or lc + lp > 4:
            raise _Bad("damaged")
        dictionary = max(4096, _bearable(size))
        how = {"dict_size": dictionary, "lc": lc, "lp": lp, "pb": pb}
        return {"id": lzma.FILTER_LZMA1, **how}
    if name == _DELTA and len(told) == 1:
        return {"id": lzma.FILTER_DELTA, "dist": told[0] + 1}
    if name in _BRANCHES:
        return {"id": _BRANCHES[name]}
    raise _Bad("method")


def _bearable(size: int) -> int:
    if size > _MAX_DICTIONARY:
        raise _Bad("too_large")
    return size


def _bounded(unpacker: Any) -> Callable[[bytes], Iterator[bytes]]:
    def step(chunk: bytes) -> Iterator[bytes]:
        if unpacker.eof:
            return
        if hasattr(unpacker, "needs_input"):
            yield unpacker.decompress(chunk, CHUNK)
            while not unpacker.eof and not unpacker.needs_input:
                yield unpacker.decompress(b"", CHUNK)
            return
        while chunk and not unpacker.eof:
            yield unpacker.decompress(chunk, CHUNK)
            chunk = unpacker.unconsumed_tail

    return step
