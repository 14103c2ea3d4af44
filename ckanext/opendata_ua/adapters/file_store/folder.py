"""A folder of this machine or of a network file system.

file-keeper's adapter writes at the final place: a reader sees half of a file, and a
killed process leaves it there for good. Here bytes are written below ``tmp/`` of the
same file system, compared with what was promised, made durable, and renamed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import uuid
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast

import file_keeper as fk
from file_keeper.default.adapters import fs

from ckanext.opendata_ua.adapters.file_store.contract import (
    Blob,
    BlobMissing,
    Chunks,
    Digest,
    Leftover,
    Readable,
    Staged,
    StoreError,
    StoreFull,
    StoreSettings,
    StoreUnreachable,
    different,
    digest,
    location,
    sha256_at,
)

TMP = "tmp"
BLOBS = "sha256"
MODE = 0o444  # nobody writes into stored bytes; the umask takes more away
#: EFBIG is a limit on the size of one file, which is as final as a full disk.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Uploader(fs.Uploader):
    """Write beside, then rename."""

    storage: Folder  # pyright: ignore[reportIncompatibleVariableOverride]  # as file-keeper's own adapters declare it

    def upload(
        self, location: fk.Location, upload: fk.Upload, extras: dict[str, Any]
    ) -> fk.FileData:
        """Store bytes at a location; ``extras["wanted"]`` is the promised digest."""
        wanted: Digest = extras["wanted"]
        target = Path(self.storage.full_path(location))
        staged, copy = self._staged(upload.stream)
        try:
            if staged.digest != wanted:
                raise different(wanted, staged.digest)
            if wanted.size <= self.storage.durable:
                _sync(copy, os.O_RDONLY)
            self._make_folder(target.parent)
            copy.replace(target)
        finally:
            staged.discard()
        self.storage.settle(target.parent, wanted.size)
        return fk.FileData(
            location, size=wanted.size, hash=wanted.sha256, algorithm="sha256"
        )

    def _staged(self, stream: Any) -> tuple[Staged, Path]:
        """Return the copy made before, or a new one."""
        if isinstance(stream, Staged) and stream.path:
            ours = stream.path.parent == self.storage.root / TMP
            if ours and stream.path.exists():
                return stream, stream.path
        staged = self.stage(stream)
        return staged, cast(Path, staged.path)

    def stage(self, stream: Readable) -> Staged:
        """Copy a stream beside the blobs and measure it, in one pass."""
        path = self.storage.root / TMP / uuid.uuid4().hex
        self._make_folder(path.parent)
        # The mode holds from the next opening on: this descriptor may write.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        try:
            with open(os.open(path, flags, MODE), "wb", buffering=0) as file:  # noqa: PTH123  # a descriptor, no path

                def write(piece: bytes) -> None:
                    left = memoryview(piece)
                    while left:
                        left = left[file.write(left) :]

                return Staged(stream, digest(stream, write), path)
        except BaseException:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            raise

    def _make_folder(self, folder: Path) -> None:
        """Create a folder below the root; the names above it become durable too.

        The root itself was there: where it is gone, a disk is, and what is written to
        the empty mount point would be lost below it.
        """
        if folder.is_dir():
            return
        if folder.parent != self.storage.root:
            self._make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        self.storage.settle(folder.parent)


class Folder(fs.FsStorage):
    """A folder as a place of blobs."""

    UploaderFactory = Uploader

    def __init__(self, settings: StoreSettings) -> None:
        if not settings.path:
            raise StoreUnreachable(
                "The folder of the file store is not named: set "
                "ckanext.opendata_ua.files.path, or ckan.storage_path"
            )
        # file-keeper refuses to follow links below its root; the root may be one
        self.root = Path(settings.path).resolve() / settings.prefix.strip("/")
        self.durable = settings.durable
        try:
            # file-keeper's own way fails for all but the first who open a new store
            self.root.mkdir(parents=True, exist_ok=True)
            super().__init__(
                {
                    "type": "file_keeper:fs",
                    "name": "opendata_ua",
                    "path": str(self.root),
                    "overwrite_existing": True,
                }
            )
        except (fk.exc.StorageError, OSError) as error:
            raise StoreUnreachable(
                f"The file store cannot use the folder {self.root}: {error}. Create it "
                "for the user of the web server, or change "
                "ckanext.opendata_ua.files.path"
            ) from error

    def path_of(self, sha256: str) -> Path:
        """Return the path of a blob, whether it is there or not."""
        return Path(self.full_path(location(sha256)))

    def stage(self, stream: Readable) -> Staged:
        """Copy a stream to this file system and measure it, in one pass."""
        uploader: Any = self.uploader
        return uploader.stage(stream)

    def put(self, stream: Readable, wanted: Digest) -> bool:
        """Store bytes; nothing is written when they are there already.

        A file of another size than its hash promises is damaged, and replaced.
        """
        path = self.path_of(wanted.sha256)
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size == wanted.size:
                # who has just renamed it may not have made the name durable yet
                self.settle(path.parent, wanted.size)
                return False
        source: Any = stream
        upload = fk.Upload(source, "", wanted.size, "")
        self.upload(location(wanted.sha256), upload, wanted=wanted)
        return True

    def size_of(self, sha256: str) -> int:
        """Return the size of a blob in bytes."""
        return self.path_of(sha256).stat().st_size

    def read(self, sha256: str, start: int, end: int | None) -> Chunks:
        """Return the bytes from ``start`` up to ``end``, which is left out."""
        file = self.path_of(sha256).open("rb", buffering=0)
        file.seek(start)
        size = os.fstat(file.fileno()).st_size
        stop = size if end is None else min(end, size)
        return Chunks(file.read, file.close, stop - start)

    def drop(self, sha256: str) -> bool:
        """Remove a blob; tell whether it was there."""
        path = self.path_of(sha256)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        self.settle(path.parent)
        return True

    def blobs(self, part: str) -> Iterator[Blob]:
        """Yield what is stored; foreign files are passed by."""
        for entry in _files(self.root / BLOBS / part):
            sha256 = sha256_at(entry.path)
            if sha256:
                with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                    found = entry.stat()
                    yield Blob(sha256, found.st_size, _moment(found.st_mtime))

    def leftovers(self, before: datetime) -> Iterator[Leftover]:
        """Yield files of uploads that were begun before a moment and never ended."""
        for entry in _files(self.root / TMP):
            with contextlib.suppress(FileNotFoundError):  # ended meanwhile
                modified = _moment(entry.stat().st_mtime)
                if modified < before:
                    yield Leftover(entry.path, modified)

    def discard(self, leftover: Leftover) -> None:
        """Remove what an upload left."""
        Path(leftover.handle).unlink(missing_ok=True)

    def settle(self, folder: Path, size: int = 0) -> None:
        """Make the names in a folder survive a loss of power."""
        if size <= self.durable:
            _sync(folder, os.O_RDONLY | os.O_DIRECTORY)

    def errors_of_place(self, error: Exception) -> StoreError:
        """Say what an error of the file system means."""
        if not self.root.is_dir():
            return StoreUnreachable(
                f"The folder {self.root} of the file store is gone: mount its disk"
            )
        if isinstance(error, FileNotFoundError):
            return BlobMissing(f"The file store has no {error.filename}")
        if isinstance(error, OSError) and error.errno in FULL:
            return StoreFull(
                f"There is no room for the file in {self.root}: {error.strerror}. Free "
                "space on that disk and send the file again"
            )
        return StoreUnreachable(
            f"The file store in {self.root} cannot be used: {error}. Check the disk "
            "and who owns the folder"
        )


def _sync(path: Path, flags: int) -> None:
    """Wait until the disk holds a file, or the names in a folder."""
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield the files below a folder, one directory in memory at a time."""
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                yield entry


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
