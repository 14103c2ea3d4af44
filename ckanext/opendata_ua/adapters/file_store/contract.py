"""What every file store promises: settings, answers and errors.

The errors::

    StoreError
    ├── BlobMissing        there are no such bytes
    ├── Mismatch           bytes are not what was promised
    ├── StoreFull          no room left
    └── StoreUnreachable   wrong settings, no rights, a broken disk or network
"""

from __future__ import annotations

import hashlib
import os
import re
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import file_keeper as fk

CHUNK = 1024 * 1024  # bytes read at once: memory stays flat, calls stay few

_SHA256 = re.compile(r"[0-9a-f]{64}")
_BLOB = re.compile(r"(?:^|/)sha256/([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})$")


class StoreError(Exception):
    """Say in one sentence why the file store could not do what was asked."""


class BlobMissing(StoreError):
    """The store has no bytes under this hash."""


class Mismatch(StoreError):
    """The bytes are not those that were promised."""


class StoreFull(StoreError):
    """There is no room for these bytes."""


class StoreUnreachable(StoreError):
    """The store does not answer, or may not be used with these settings."""


@dataclass(frozen=True)
class StoreSettings:
    """Where bytes lie and how to get there.

    ``path`` is the root of a folder store; ``bucket`` to ``region`` belong to S3;
    ``prefix`` is put before all locations of either. ``durable`` is up to how many
    bytes a folder store waits for the disk. ``cache`` is a folder of this machine for
    copies of remote bytes.
    """

    adapter: str = "fs"  # "fs" or "s3"
    path: str = ""
    bucket: str = ""
    endpoint: str = ""
    key: str = ""
    secret: str = field(default="", repr=False)
    region: str = ""
    prefix: str = ""
    durable: int = 16 * CHUNK
    cache: str = ""


@dataclass(frozen=True)
class Digest:
    """What is known of bytes: 64 hexadecimal digits, and how many there are."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Blob:
    """One entry of the store."""

    sha256: str
    size: int
    modified: datetime  # aware; when the bytes were stored


@dataclass(frozen=True)
class Leftover:
    """What an upload left behind that never ended; ``handle`` is for the store."""

    handle: str
    modified: datetime


class Readable(Protocol):
    """A stream of bytes that can be read again from its start."""

    def read(self, size: int = ..., /) -> bytes:
        """Return up to ``size`` bytes, none at the end."""
        ...

    def seek(self, offset: int, whence: int = ..., /) -> Any:
        """Move to a byte."""
        ...


class Staged:
    """A stream that was measured, and perhaps copied to where ``put`` needs it.

    It reads as the stream does. A copy that is not put goes with the object; what a
    killed process leaves is a leftover.
    """

    def __init__(
        self, stream: Readable, found: Digest, path: Path | None = None
    ) -> None:
        self.stream, self.digest, self.path = stream, found, path
        self._forget = weakref.finalize(self, _forget, path, os.getpid())

    @property
    def sha256(self) -> str:
        """Return the hash of the bytes."""
        return self.digest.sha256

    @property
    def size(self) -> int:
        """Return how many bytes there are."""
        return self.digest.size

    def read(self, size: int = -1, /) -> bytes:
        """Read the stream."""
        return self.stream.read(size)

    def seek(self, offset: int, whence: int = 0, /) -> Any:
        """Move in the stream."""
        return self.stream.seek(offset, whence)

    def __getattr__(self, name: str) -> Any:
        """Give whatever else the stream can do: code of others may want it."""
        return getattr(self.stream, name)

    def discard(self) -> None:
        """Remove the copy."""
        self._forget()


def _forget(path: Path | None, process: int) -> None:
    if path is not None and os.getpid() == process:  # a fork's copy is its parent's
        with suppress(OSError):
            path.unlink(missing_ok=True)


class Chunks(Iterator[bytes]):
    """Bytes in pieces of at most ``CHUNK``; close it, or use it in a ``with``.

    It is opened when it is made, so that a missing blob is known before the first
    byte of an answer has left.
    """

    def __init__(
        self, read: Callable[[int], bytes], close: Callable[[], Any], left: int
    ) -> None:
        self._read, self._close, self._left = read, close, left

    def __next__(self) -> bytes:
        piece = self._read(min(CHUNK, self._left)) if self._left > 0 else b""
        if not piece:
            self.close()
            raise StopIteration
        self._left -= len(piece)
        return piece

    def __enter__(self) -> Chunks:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file or the connection."""
        self._close()


class Place(Protocol):
    """What a storage of file-keeper has to offer beyond file-keeper's own methods.

    All raise errors of ``StoreError``'s family or the library's own, which
    ``errors_of_place`` turns into them.
    """

    def stage(self, stream: Readable) -> Staged: ...
    def put(self, stream: Readable, wanted: Digest) -> bool: ...
    def size_of(self, sha256: str) -> int: ...
    def read(self, sha256: str, start: int, end: int | None) -> Chunks: ...
    def drop(self, sha256: str) -> bool: ...
    def blobs(self, part: str) -> Iterator[Blob]: ...
    def leftovers(self, before: datetime) -> Iterator[Leftover]: ...
    def discard(self, leftover: Leftover) -> None: ...
    def errors_of_place(self, error: Exception) -> StoreError: ...


def digest(
    stream: Readable, write: Callable[[bytes], Any] = lambda piece: None
) -> Digest:
    """Return hash and size of a stream in one pass, and rewind it.

    :param write: takes each piece too, while another thread hashes it
    """
    stream.seek(0)
    sha256, size = hashlib.sha256(), 0
    with ExitStack() as stack:
        helper: ThreadPoolExecutor | None = None
        hashing: Future[None] | None = None
        while piece := stream.read(CHUNK):
            size += len(piece)
            if size <= CHUNK:  # a thread would cost more than it saves
                sha256.update(piece)
            else:
                helper = helper or stack.enter_context(ThreadPoolExecutor(1))
                if hashing:
                    hashing.result()
                hashing = helper.submit(sha256.update, piece)
            write(piece)
    stream.seek(0)
    return Digest(sha256.hexdigest(), size)


def location(sha256: str) -> fk.Location:
    """Return where bytes lie below the root: ``sha256/ab/cd/abcd…``.

    :raises ValueError: for what is no hash, so that no address reaches a path
    """
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"Not a SHA-256 in 64 hexadecimal digits: {sha256!r}")
    return fk.Location(f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}")


def sha256_at(place: str) -> str | None:
    """Return the hash whose location this is; nothing for foreign files."""
    match = _BLOB.search(place)
    return match.group(3) if match else None


def different(wanted: Digest, got: Digest) -> Mismatch:
    """Return the error of bytes that are not those promised."""
    return Mismatch(
        f"The bytes read are {got.size} with SHA-256 {got.sha256}, promised were "
        f"{wanted.size} with {wanted.sha256}: send the file again; if this repeats, "
        "check memory and disk of the machine"
    )
