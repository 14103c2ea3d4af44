"""From a file that arrived to a version of a resource: CKAN's uploader, ours.

Two steps far apart. *Intake*, when CKAN makes the uploader and before it validates:
the file is measured, named and described; a copy may wait beside the store, where
nobody finds it. *Storing*, when CKAN calls ``upload`` between flush and commit: bytes
go to the file store under their hash, and a pointer row goes into CKAN's own session.
So bytes and metadata change in CKAN's one commit; a write that dies before it leaves at
most bytes nothing points to.
"""

from __future__ import annotations

import logging
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, Any

import ckan.plugins.toolkit as tk
import magic
from ckan import model
from ckan.lib.uploader import ResourceUpload
from ckan.types import Context
from werkzeug.datastructures import FileStorage

from ckanext.opendata_ua import compat, config
from ckanext.opendata_ua.adapters.file_store import Staged, StoreError, StoreFull
from ckanext.opendata_ua.domain import files, formats
from ckanext.opendata_ua.domain.format_check import Detection, properties
from ckanext.opendata_ua.logic import checks, links
from ckanext.opendata_ua.logic.checks import Known
from ckanext.opendata_ua.logic.store import store
from ckanext.opendata_ua.model.file_version import FileVersion, VersionRow, lock_blob

log = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024
SNIFFED = 4096  # bytes libmagic looks at
UPLOADS = "opendata_ua_uploads"  # key of the context: uploaders of a new dataset
#: Key of the context: the dataset has no file of its own, before the write or after.
NO_FILES = "opendata_ua_no_files"
_MEASURED = "opendata_ua_measured"  # where a file that arrived keeps its measures


@dataclass(frozen=True)
class ArrivedFile:
    """A file that was sent: measured and named, found nowhere yet."""

    staged: Staged
    name: str  # as the publisher called it
    media_type: str
    told: Known  # by a first look, or by looks of the past

    @property
    def found(self) -> Detection | None:
        """Return what the bytes are; None: nobody has looked."""
        return self.told.found

    @property
    def sha256(self) -> str:
        """Return the hash of the bytes."""
        return self.staged.sha256

    @property
    def size(self) -> int:
        """Return how many bytes there are."""
        return self.staged.size

    def is_version(self, version: VersionRow | None) -> bool:
        """Tell whether this is what a resource has already: same bytes, same name."""
        if version is None:
            return False
        return self.has_bytes_of(version) and bool(version.name == self.name)

    def has_bytes_of(self, version: VersionRow | None) -> bool:
        """Tell whether a version has the same bytes."""
        return version is not None and bool(version.sha256 == self.sha256)

    def describe(self, resource: dict[str, Any]) -> None:
        """Write into a resource dict what the portal itself knows of the file."""
        resource["url"] = files.address_name(self.name)
        resource["url_type"] = "upload"
        resource["hash"] = self.sha256
        resource["size"] = self.size
        resource["mimetype"] = self.media_type
        self._describe_contents(resource)
        resource["last_modified"] = datetime.now(timezone.utc).replace(tzinfo=None)

    def _describe_contents(self, resource: dict[str, Any]) -> None:
        """Write what was detected; what a publisher has declared stays as it is."""
        resource.pop("encoding", None)
        if self.found is None:
            return
        told = properties(self.found)
        if told.encoding:
            resource["encoding"] = told.encoding
        agreed = formats.by_name(self.name) in (self.found.format, *self.found.also)
        if not (resource.get("format") or agreed) and told.format in formats.FORMATS:
            resource["format"] = told.format
            if told.compress_format and not resource.get("compress_format"):
                resource["compress_format"] = told.compress_format


@dataclass(frozen=True)
class AcceptedFile:
    """A file that ``package_create`` or ``package_update`` let through, and its author.

    It stands at the key ``upload`` until CKAN makes the uploader that stores it.
    """

    file: ArrivedFile
    author: str | None  # id of a user


def arrived(sent: Any) -> ArrivedFile | None:
    """Return what was sent at the key ``upload``, None for nothing.

    :raises ValidationError: at ``upload``: no file, an empty one or one too large
    """
    if isinstance(sent, ArrivedFile):
        return sent
    if isinstance(sent, AcceptedFile):
        return sent.file
    if isinstance(sent, FileStorage):
        return _measured(sent) if sent.filename else None
    if sent:
        raise _refusal(
            tk._(
                "No file was sent. Send the request as multipart/form-data with "
                'the file at "upload".'
            )
        )
    return None


def waits_to_be_read(sent: Any) -> bool:
    """Tell whether something was sent of which not one byte has been read."""
    if isinstance(sent, FileStorage):
        return not hasattr(sent, _MEASURED)
    return bool(sent) and not isinstance(sent, (ArrivedFile, AcceptedFile))


def _measured(sent: FileStorage) -> ArrivedFile:
    """Measure a file once, however often CKAN asks for an uploader of it."""
    known: ArrivedFile | None = getattr(sent, _MEASURED, None)
    if known is None:
        known = _measure(sent)
        setattr(sent, _MEASURED, known)
    return known


def _measure(sent: FileStorage) -> ArrivedFile:
    stream: Any = sent.stream
    _check_size(stream.seek(0, 2))
    name = files.original_name(sent.filename or "")
    try:
        staged = store().stage(stream)
    except StoreError as error:
        raise _not_stored(error) from error
    told = checks.first_look(staged.sha256, staged.path or stream)
    return ArrivedFile(staged, name, _media_type(name, stream, told.found), told)


def _media_type(name: str, stream: IO[bytes], found: Detection | None) -> str:
    """Return what the portal says of a file: its name, unless the bytes deny it."""
    by_name = formats.by_name(name)
    if found and found.media_type and by_name not in (found.format, *found.also):
        return found.media_type
    return files.media_type(name, _sniff(stream))


def _check_size(size: int) -> None:
    limit = config.max_resource_size()
    if not size:
        raise _refusal(
            tk._("The file is empty. Choose a file that has something in it.")
        )
    if size > limit * MEBIBYTE:
        raise _refusal(
            tk._(
                "The file is too large: files up to {limit} MB are accepted here. "
                "Divide or compress it, or publish it elsewhere and give its address."
            ).format(limit=limit)
        )


def _sniff(stream: IO[bytes]) -> Callable[[], str]:
    def look() -> str:
        stream.seek(0)
        return magic.from_buffer(stream.read(SNIFFED), mime=True)

    return look


def _refusal(words: str) -> tk.ValidationError:
    return tk.ValidationError({"upload": [words]})


class ResourceFile(ResourceUpload):
    """The uploader of one resource.

    It *is* one of CKAN's: other extensions ask ``isinstance`` before ``get_path``.

    Unless the file was accepted by ``package_create`` or ``package_update``, what
    arrived stays at the key ``upload``: CKAN 2.11's ``resource_create`` makes an
    uploader of its own before it calls ``package_update``, which must see the file.

    :raises ValidationError: at ``upload``, before anything is stored
    """

    # no call of CKAN's own constructor: it makes folders for its own layout
    def __init__(self, resource: dict[str, Any]) -> None:
        sent = resource.pop("upload", None)
        self.file = arrived(sent)
        self.author = sent.author if isinstance(sent, AcceptedFile) else None
        self.clear = bool(resource.pop("clear_upload", None)) and not self.file
        self.filename = None
        if self.file is None:
            self.mimetype = media_type_of_link(resource)
            if self.clear:
                resource["url_type"] = ""
            return
        if not isinstance(sent, AcceptedFile):
            self.file.describe(resource)
            resource["upload"] = self.file
        self.filename = files.address_name(self.file.name)
        self.filesize = self.file.size
        self.mimetype = self.file.media_type
        self.upload_file = self.file.staged

    def upload(self, id: str, max_size: int = 10) -> None:
        """Store the bytes and point the resource at them; nothing is committed.

        ``clear_upload`` needs nothing here: the pointer ends with the write of the
        resource that became a link (``finish_write``).

        :param id: id of a resource that was flushed
        :param max_size: of CKAN; the size was checked at intake

        :raises ValidationError: at ``upload``, when the store took no bytes; the
            transaction is rolled back
        """
        if self.file is None:
            return
        current = FileVersion.current_of(model.Session, id)
        if not self.file.is_version(current) or not _is_stored(self.file):
            self._put_bytes(self.file)
            checks.keep(self.file.sha256, self.file.told)
        if not self.file.is_version(current):
            self._point(self.file, id, current)

    def _put_bytes(self, file: ArrivedFile) -> None:
        # Until the commit no pointer protects these bytes from `files collect`.
        lock_blob(model.Session, file.sha256, exclusive=False)
        try:
            store().put(file.staged, file.sha256, file.size)
        except StoreError as error:
            raise _not_stored(error) from error

    def _point(
        self, file: ArrivedFile, resource_id: str, current: VersionRow | None
    ) -> None:
        resource: Any = model.Session.get(model.Resource, resource_id)
        version = FileVersion(
            package_id=resource.package_id,
            resource_id=resource_id,
            sha256=file.sha256,
            size=file.size,
            media_type=file.media_type,
            name=file.name,
            author=self.author,
        )
        FileVersion.replace_current(model.Session, version, current)

    def get_path(self, id: str) -> str:
        """Return a local path of a resource's current file, for reading only.

        :raises BlobMissing: if the store lost the bytes
        """
        current = FileVersion.current_of(model.Session, id)
        if current is not None:
            return str(store().local_path(current.sha256))
        classic = compat.classic_file(id)
        if classic.storage is not None and classic.path is None:
            self.storage = classic.storage  # as CKAN's own: a place there, no path
        return str(classic.path or classic.location)

    def get_directory(self, id: str) -> str:
        """Return the folder of a resource's current file."""
        return str(Path(self.get_path(id)).parent)


def _is_stored(file: ArrivedFile) -> bool:
    return store().exists(file.sha256)


def media_type_of_link(resource: dict[str, Any]) -> str | None:
    """Return the media type that CKAN guesses of a link by its end."""
    if not config.media_type_by_extension() or not resource.get("url"):
        return None
    return mimetypes.guess_type(str(resource["url"]))[0]


def _not_stored(error: StoreError) -> tk.ValidationError:
    """Roll the write back, and return what to tell the person."""
    model.Session.rollback()
    log.error("A file was not stored: %s", type(error).__name__)
    return _refusal(_no_store(error))


def _no_store(error: StoreError) -> str:
    if isinstance(error, StoreFull):
        return tk._(
            "The file was not saved: the portal has no room left for files. "
            "Tell its administrator, and send the file again later."
        )
    return tk._(
        "The file was not saved: the portal's file store does not answer as it "
        "should. Nothing was changed. Try again later; if it repeats, tell the "
        "administrator."
    )


def store_accepted(context: Context, dataset: dict[str, Any]) -> None:
    """Store the files of a dataset that ``package_create`` has just flushed.

    CKAN itself ignores files there.

    :param dataset: its ``resources`` have ids, in the order in which they were sent
    """
    ours: dict[str, Any] = context  # type: ignore[assignment]  # a key of ours
    uploads: list[ResourceFile] = ours.pop(UPLOADS, [])
    for uploader, resource in zip(uploads, dataset.get("resources") or (), strict=True):
        uploader.upload(resource["id"])


def finish_write(context: Context, package_id: str) -> None:
    """End pointers of files that became links, and note what became public.

    Runs before CKAN's commit, in its transaction.
    """
    ours: dict[str, Any] = context  # type: ignore[assignment]  # a key of ours
    model.Session.flush()
    if not ours.pop(NO_FILES, False):
        FileVersion.settle(model.Session, package_id)
    links.promise_new(package_id)
