"""The file store as the rest of the extension knows it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

from ckanext.opendata_ua.adapters.file_store.contract import (
    Blob,
    BlobMissing,
    Chunks,
    Digest,
    Leftover,
    Place,
    Readable,
    Staged,
    StoreError,
    StoreSettings,
    StoreUnreachable,
    different,
    digest,
)
from ckanext.opendata_ua.adapters.file_store.folder import Folder


class FileStore:
    """Immutable bytes under their SHA-256.

    It is opened at the first use and again in a forked process, whose connections
    must not be its parent's. Threads may share it.
    """

    def __init__(self, settings: StoreSettings) -> None:
        self.settings = settings
        self._opened: tuple[int, Place] | None = None

    @property
    def is_local(self) -> bool:
        """Tell whether ``local_path`` costs nothing."""
        return self.settings.adapter == "fs"

    @property
    def _place(self) -> Place:
        # No lock: it could be held in the parent at the fork. Two threads that open
        # at once open twice, and one of the two is kept.
        opened = self._opened
        if opened is None or opened[0] != os.getpid():
            opened = self._opened = (os.getpid(), _open(self.settings))
        return opened[1]

    @contextlib.contextmanager
    def _told(self) -> Iterator[Place]:
        """Give the place, and turn errors of its libraries into ours."""
        place = self._place
        try:
            yield place
        except (StoreError, ValueError):
            raise
        except Exception as error:
            raise place.errors_of_place(error) from error

    def digest(self, stream: Readable) -> Digest:
        """Return hash and size of a stream in one pass, and rewind it."""
        return digest(stream)

    def stage(self, stream: Readable) -> Staged:
        """Measure a stream that will be ``put``, in the pass that copies it.

        What is returned reads as the stream does: give it to ``put``. Nothing can be
        found under the hash before that.

        :raises StoreFull: if there is no room
        :raises StoreUnreachable: if the store cannot be used
        """
        with self._told() as place:
            return place.stage(stream)

    def put(self, stream: Readable, sha256: str, size: int) -> bool:
        """Store the bytes of a stream that were promised to be these.

        A reader sees all of them or none, whatever dies meanwhile.

        :returns: whether they were written; ``False`` if they were there already

        :raises Mismatch: if the bytes have another hash or size: nothing is stored
        :raises StoreFull: if there is no room: nothing is stored
        :raises StoreUnreachable: if the store cannot be used
        """
        with self._told() as place:
            return place.put(stream, Digest(sha256, size))

    def exists(self, sha256: str) -> bool:
        """Tell whether the store has these bytes."""
        try:
            self.size(sha256)
        except BlobMissing:
            return False
        return True

    def size(self, sha256: str) -> int:
        """Return how many bytes there are.

        :raises BlobMissing: if there are none
        """
        with self._told() as place:
            return place.size_of(sha256)

    def open(self, sha256: str, start: int = 0, end: int | None = None) -> Chunks:
        """Return the bytes from ``start`` up to ``end``, which is left out.

        Nothing outside of the range is read; a range beyond the end is empty.

        :raises BlobMissing: if there are none, before the first byte
        """
        with self._told() as place:
            return place.read(sha256, start, end)

    def open_checked(self, sha256: str, size: int) -> Iterator[bytes]:
        """Yield all bytes.

        :raises BlobMissing: if there are none
        :raises Mismatch: instead of an end, if they are not those promised
        """
        wanted, found, length = Digest(sha256, size), hashlib.sha256(), 0
        with self._told(), self.open(sha256) as chunks:
            for piece in chunks:
                found.update(piece)
                length += len(piece)
                yield piece
        got = Digest(found.hexdigest(), length)
        if got != wanted:
            raise different(wanted, got)

    def rehash(self, sha256: str) -> Digest:
        """Read a blob anew and return what its bytes really are."""
        found, size = hashlib.sha256(), 0
        with self._told(), self.open(sha256) as chunks:
            for piece in chunks:
                found.update(piece)
                size += len(piece)
        return Digest(found.hexdigest(), size)

    def local_path(self, sha256: str) -> Path:
        """Return a file of this machine with these bytes, for reading only.

        In a folder it is the blob itself. Of a bucket it is a copy whose hash was
        compared; it may be evicted later, so open it at once.

        :raises BlobMissing: if there are none
        :raises Mismatch: if the bucket gives other bytes than the hash says
        """
        place = self._place
        if isinstance(place, Folder):
            self.size(sha256)
            return place.path_of(sha256)
        kept = self._cache() / sha256[:2] / sha256
        if not kept.exists():
            self._copy(sha256, kept)
        with contextlib.suppress(FileNotFoundError):
            os.utime(kept)  # what was used last is evicted last
        return kept

    def _cache(self) -> Path:
        if not self.settings.cache:
            raise StoreUnreachable(
                "No folder is named for local copies of remote files: set "
                "ckan.storage_path"
            )
        return Path(self.settings.cache)

    def _copy(self, sha256: str, kept: Path) -> None:
        pieces = self.open_checked(sha256, self.size(sha256))
        beside = self._cache() / "tmp" / uuid.uuid4().hex
        try:
            beside.parent.mkdir(parents=True, exist_ok=True)
            kept.parent.mkdir(parents=True, exist_ok=True)
            with self._told(), beside.open("wb", buffering=0) as file:
                for piece in pieces:
                    file.write(piece)
            beside.replace(kept)
        finally:
            beside.unlink(missing_ok=True)

    def remove(self, sha256: str) -> bool:
        """Remove bytes that nothing points to; tell whether they were there.

        This machine's copy of them goes too.
        """
        with self._told() as place:
            there = place.drop(sha256)
        if not self.is_local and self.settings.cache:
            (self._cache() / sha256[:2] / sha256).unlink(missing_ok=True)
        return there

    def scan(self, part: str = "") -> Iterator[Blob]:
        """Yield what is stored, in no order.

        :param part: two hexadecimal digits: only hashes that begin so
        """
        with self._told() as place:
            yield from place.blobs(part)

    def leftovers(self, older_than: timedelta) -> Iterator[Leftover]:
        """Yield what uploads left that began this long ago and never ended."""
        with self._told() as place:
            yield from place.leftovers(datetime.now(timezone.utc) - older_than)

    def discard(self, leftover: Leftover) -> None:
        """Remove what an upload left behind."""
        with self._told() as place:
            place.discard(leftover)

    def evict(self, unused_for: timedelta) -> int:
        """Remove local copies nobody asked for this long; return how many."""
        if self.is_local or not self.settings.cache:
            return 0
        before = (datetime.now(timezone.utc) - unused_for).timestamp()
        removed = 0
        for path in Path(self.settings.cache).rglob("*"):
            with contextlib.suppress(FileNotFoundError):  # evicted by another process
                if path.is_file() and path.stat().st_mtime < before:
                    path.unlink()
                    removed += 1
        return removed


def _open(settings: StoreSettings) -> Place:
    if settings.adapter == "fs":
        return Folder(settings)
    if settings.adapter == "s3":
        try:
            from ckanext.opendata_ua.adapters.file_store.bucket import Bucket
        except ModuleNotFoundError as error:
            raise StoreUnreachable(
                "Files in S3 need the library boto3: install the extension as "
                "ckanext-opendata-ua[s3]"
            ) from error
        return Bucket(settings)
    raise StoreUnreachable(
        f"ckanext.opendata_ua.files.adapter is {settings.adapter!r}: choose fs or s3"
    )
