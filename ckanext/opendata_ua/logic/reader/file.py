"""The bytes of a file for readers: its current version, or one of its versions."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua import compat
from ckanext.opendata_ua.adapters.file_store import (
    CHUNK,
    BlobMissing,
    StoreError,
    StoreUnreachable,
)
from ckanext.opendata_ua.domain import files
from ckanext.opendata_ua.logic import rights
from ckanext.opendata_ua.logic.store import store
from ckanext.opendata_ua.model.file_version import FileVersion, VersionRow

log = logging.getLogger(__name__)

#: Opens bytes from a start up to an end, which is left out.
Opener = Callable[[int, int], Iterator[bytes]]

__all__ = ["FileBody", "StoreError", "open_current", "open_version"]


@dataclass(frozen=True)
class FileBody:
    """A file that may be sent: what to say of it, and how to read it.

    ``path`` is there when the file lies on this machine.
    """

    name: str  # as the publisher called it
    media_type: str
    size: int
    etag: str
    modified: datetime
    public: bool  # whether anybody may read it
    permanent: bool  # whether this address will always give these bytes
    path: Path | None
    open: Opener


def open_current(context: Context, data_dict: DataDict) -> FileBody:
    """Return the current file of a resource.

    :param id: id of a resource with a file of its own

    :raises NotAuthorized: if the user may not see the resource
    :raises BlobMissing: if the bytes are gone
    :raises StoreUnreachable: if the file store does not answer
    """
    tk.check_access("resource_show", _fresh(context), data_dict)
    return body_of(data_dict["id"], _is_public(data_dict["id"]))


def body_of(resource_id: str, public: bool) -> FileBody:
    """Return the current file of a resource that somebody was allowed to read.

    :param public: whether anybody may read it
    """
    version = FileVersion.current_of(model.Session, resource_id)
    with _logged(resource_id):
        if version is None:
            return _classic(resource_id, public)
        return _stored(version, public, permanent=False)


def open_version(context: Context, data_dict: DataDict) -> FileBody:
    """Return one version of the file of a resource.

    :param id: id of a resource
    :param sha256: hash of the version
    :param name: name in the address, of several names the same bytes had

    :raises ObjectNotFound: if there is none, or it is not published yet and the user
        may not update the dataset
    :raises NotAuthorized: if the user may not see the resource
    """
    tk.check_access("resource_show", _fresh(context), {"id": data_dict["id"]})
    version = _readable(context, data_dict)
    if version is None:
        raise tk.ObjectNotFound(tk._("There is no such version of this file."))
    public = version.published is not None and _is_public(data_dict["id"])
    with _logged(data_dict["id"]):
        return _stored(version, public, permanent=True)


def _readable(context: Context, data_dict: DataDict) -> VersionRow | None:
    found = FileVersion.of_resource_by_hash(
        model.Session, data_dict["id"], data_dict["sha256"]
    )
    if not found:
        return None
    open_to_all = [one for one in found if one.published or one.current]
    if not open_to_all and not rights.may_update(context["user"], found[0].package_id):
        return None
    candidates = open_to_all or found
    named = (
        one
        for one in candidates
        if files.address_name(one.name) == data_dict.get("name")
    )
    return next(named, candidates[0])


def _fresh(context: Context) -> Any:
    return {"user": context["user"]}


def _is_public(resource_id: str) -> bool:
    """Tell whether somebody who is not logged in may read a resource."""
    nobody: Any = {"user": "", "auth_user_obj": None}
    try:
        tk.check_access("resource_show", nobody, {"id": resource_id})
    except tk.NotAuthorized:
        return False
    return True


@contextlib.contextmanager
def _logged(resource_id: str) -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        log.error("The file of resource %s cannot be read: %s", resource_id, error)
        raise


def _stored(version: VersionRow, public: bool, permanent: bool) -> FileBody:
    sha256 = version.sha256
    path = store().local_path(sha256) if store().is_local else None
    if path is None and not store().exists(sha256):
        raise BlobMissing(f"The file store has no {sha256}")
    return FileBody(
        name=version.name,
        media_type=version.media_type,
        size=version.size,
        etag=sha256,
        modified=version.created,
        public=public,
        permanent=permanent and version.published is not None,
        path=path,
        open=lambda start, end: store().open(sha256, start, end),
    )


def _classic(resource_id: str, public: bool) -> FileBody:
    """Return a file that CKAN stored before the extension came, in its place."""
    resource: Any = model.Session.get(model.Resource, resource_id)
    name = str(resource.url).rsplit("/", 1)[-1]
    found = compat.classic_file(resource_id)
    size, modified = _measure(found, resource)
    return FileBody(
        name=name,
        media_type=files.media_type(name, lambda: files.UNKNOWN),
        size=size,
        etag=f"{int(modified.timestamp() * 1_000_000):x}-{size:x}",
        modified=modified,
        public=public,
        permanent=False,
        path=found.path,
        open=lambda start, end: _range_of(found, start, end),
    )


def _measure(found: compat.ClassicFile, resource: Any) -> tuple[int, datetime]:
    if found.path is not None:
        try:
            status = found.path.stat()
        except FileNotFoundError as error:
            raise BlobMissing(f"There is no file {found.path}") from error
        except OSError as error:
            raise StoreUnreachable(f"{found.path} cannot be read: {error}") from error
        return status.st_size, datetime.fromtimestamp(status.st_mtime, timezone.utc)
    modified = resource.last_modified or resource.created
    try:
        size = compat.classic_size(found)
    except FileNotFoundError as error:
        raise BlobMissing(f"There is no file {found.location}") from error
    return size, modified.replace(tzinfo=timezone.utc)


def _range_of(found: compat.ClassicFile, start: int, end: int) -> Iterator[bytes]:
    """Yield part of a file that CKAN stored, a piece at a time."""
    if found.path is not None:
        with found.path.open("rb") as file:
            file.seek(start)
            while piece := file.read(min(CHUNK, end - file.tell())):
                yield piece
        return
    place = 0
    for piece in compat.classic_stream(found):
        here = piece[max(start - place, 0) : max(end - place, 0)]
        place += len(piece)
        for offset in range(0, len(here), CHUNK):
            yield here[offset : offset + CHUNK]
        if place >= end:
            break
