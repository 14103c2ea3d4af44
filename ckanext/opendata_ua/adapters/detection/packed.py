"""Streams that are packed without a list of contents: gzip, bzip2; and TAR."""

from __future__ import annotations

import bz2
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from . import containers, zips
from .look import CHUNK, HEAD, Look, Spent

_MAX_ENTRIES = 10_000
_BLOCK = 512


def gzip(look: Look) -> None:
    """Say what is packed by gzip."""
    look.format = "GZIP"
    _stream(look, _Gzip, b"\x1f\x8b")


def bzip2(look: Look) -> None:
    """Say what is packed by bzip2."""
    look.format = "BZIP2"
    _stream(look, _Bzip2, b"BZh")


class _Gzip:
    """One stream of gzip (RFC 1952); ``unused`` are the bytes after its end."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)

    @property
    def eof(self) -> bool:
        return self._inflater.eof

    @property
    def unused(self) -> bytes:
        return self._inflater.unused_data

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data and not self.eof:
            yield self._inflater.decompress(data, CHUNK)
            data = self._inflater.unconsumed_tail


class _Bzip2:
    """One stream of bzip2; ``unused`` are the bytes after its end."""

    def __init__(self) -> None:
        self._unpacker = bz2.BZ2Decompressor()

    @property
    def eof(self) -> bool:
        return self._unpacker.eof

    @property
    def unused(self) -> bytes:
        return self._unpacker.unused_data

    def pieces(self, data: bytes) -> Iterator[bytes]:
        yield self._unpacker.decompress(data, CHUNK)
        while not self.eof and not self._unpacker.needs_input:
            yield self._unpacker.decompress(b"", CHUNK)


_Stream = Callable[[], "_Gzip | _Bzip2"]


class _Damaged(Exception):
    pass


@dataclass
class _Made:
    """What was unpacked so far.

    :param kept: its beginning, as much as is read of a file inside an archive
    :param length: of all of it
    :param taken: bytes of the packed file that it came from
    """

    kept: io.BytesIO = field(default_factory=io.BytesIO)
    length: int = 0
    taken: int = 0
    complete: bool = True

    def grows_beyond(self, packed: int) -> bool:
        harmless = self.length <= zips.HARMLESS
        return not harmless and self.length > zips.MAX_RATIO * packed


def _stream(look: Look, new: _Stream, magic: bytes) -> None:
    made = _Made()
    fault = _unpack(look, new, magic, made)
    if fault or not made.length:
        look.fault(fault or "empty")
        return
    data = made.kept.getvalue()
    size = made.length if made.complete else max(made.length, len(data) + 1)
    if data[257:262] == b"ustar":
        _tarball(look, data, partial=len(data) < size)
        return
    try:
        # the name that gzip may tell is anybody's
        containers.member(look, "1", size, lambda wanted: data[:wanted])
    except Spent:
        look.whole = False


def _unpack(look: Look, new: _Stream, magic: bytes, made: _Made) -> str:
    """Unpack as much as this look takes; return the fault, or ``""``."""
    try:
        for piece in _unpacked(look, new, magic, made):
            made.length += len(piece)
            if made.kept.tell() < containers.WHOLE_MEMBER:
                made.kept.write(piece)
            if made.grows_beyond(look.size):
                return "bomb"
            if not look.deep and made.length >= HEAD:
                made.complete = False
                return ""
    except _Damaged:
        return "damaged"
    except EOFError:
        made.complete = False
        return "" if look.partial else "truncated"
    except Spent:
        made.complete = look.whole = False
        # what is left may be of another kind, but nobody can tell in time
        return "bomb" if made.grows_beyond(made.taken) else ""
    return ""


def _unpacked(look: Look, new: _Stream, magic: bytes, made: _Made) -> Iterator[bytes]:
    """Yield what is packed, of all streams that follow each other.

    :raises EOFError: when the end is missing
    """
    stream = new()
    for chunk in look.chunks():
        left = chunk
        made.taken += len(chunk)
        while left:
            if stream.eof:
                # zeros fill the last block of a tape
                if not (left := left.lstrip(b"\0")):
                    break
                if not left.startswith(magic[: len(left)]):
                    look.fault("polyglot")
                    return
                stream = new()
            try:
                for piece in stream.pieces(left):
                    look.budget.spend(len(piece))
                    yield piece
            except (zlib.error, OSError, ValueError) as error:
                raise _Damaged from error
            left = stream.unused
    if not stream.eof:
        raise EOFError


def _tarball(look: Look, data: bytes, *, partial: bool) -> None:
    """A TAR that gzip has packed counts as one archive."""
    inside = Look(
        io.BytesIO(data), look.budget, look.examiner, deep=look.deep, partial=partial
    )
    tar(inside)
    look.also.append(look.format)
    look.format, look.media_type = "TAR", ""
    look.members, look.whole = inside.members, look.whole and inside.whole
    for fault in inside.faults:
        look.fault(fault.code, fault.member, **fault.values)


def tar(look: Look) -> None:
    """Say what lies in a TAR (POSIX.1-1988 ustar, pax and GNU names skipped over)."""
    look.format = "TAR"
    place = count = 0
    while place + _BLOCK <= look.size:
        header = look.at(place, _BLOCK)
        if not header.strip(b"\0"):
            break
        count += 1
        size = _octal(header[124:136])
        if size is None or not _sum_is_right(header):
            look.fault("damaged")
            return
        if count > _MAX_ENTRIES:
            look.fault("too_many")
            return
        try:
            _entry(look, header, place + _BLOCK, size)
        except Spent:
            look.whole = False
            return
        place += _BLOCK + (size + _BLOCK - 1) // _BLOCK * _BLOCK
    if count == 0:
        look.fault("empty")
    elif place > look.size and not look.partial:
        look.fault("truncated")


def _entry(look: Look, header: bytes, start: int, size: int) -> None:
    name = (header[345:500].rstrip(b"\0") + b"/" + header[:100].split(b"\0")[0]).decode(
        "utf-8", "replace"
    )
    name = name.removeprefix("/") if not header[345:346].strip(b"\0") else name
    kind = header[156:157]
    if kind in (b"x", b"g", b"L", b"K"):
        return
    raw = header[:100].split(b"\0")[0].decode("utf-8", "replace")
    zips.name_faults(look, raw)
    if kind in (b"1", b"2", b"3", b"4", b"6"):
        look.fault("link", name)
    elif kind in (b"0", b"\0") and not zips.is_hidden(name):
        available = max(0, look.size - start)
        containers.member(
            look,
            name,
            size,
            lambda wanted: look.at(start, min(size, available, wanted or size)),
        )


def _octal(field: bytes) -> int | None:
    try:
        return int(field.strip(b"\0 ") or b"0", 8)
    except ValueError:
        return None


def _sum_is_right(header: bytes) -> bool:
    told = _octal(header[148:156])
    return told == sum(header[:148]) + sum(header[156:]) + 8 * 32
