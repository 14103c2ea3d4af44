"""The only place that asks what this CKAN can do.

Other code asks "does this exist?", never "which version?".
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ckan
import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import authz, logic
from ckan.common import config_declaration
from ckan.lib import uploader
from file_keeper import FileData, IterableBytesReader, Upload, exc
from file_keeper.default.adapters.fs import FsStorage

OLDEST = "2.11.6"  # the first release of 2.11 with all known security fixes
#: Holes that were known when a release came out, and are open in it. A hole belongs to
#: a release: there is nothing else to ask for.
HOLES = {"2.12.0": frozenset({"CVE-2026-41255", "CVE-2026-41132"})}


def require_supported_ckan() -> None:
    """Refuse to start on a CKAN whose known holes this portal would inherit.

    :raises RuntimeError: with what the administrator has to do
    """
    if not tk.check_ckan_version(min_version=OLDEST):
        raise RuntimeError(
            f"The plugin opendata_ua needs CKAN {OLDEST} or newer, this is "
            f"{ckan.__version__}: upgrade CKAN first"
        )


def fill_tables() -> None:
    """Fill CKAN's tables of actions, permissions and validators before any request.

    CKAN fills each at its first use, with its own functions first and without a lock.
    Another thread that asks meanwhile gets a function of the core without those that
    plugins put around it, moderation among them, or is told that there is none.
    """
    tk.get_action("package_update")
    authz.auth_functions_list()
    tk.get_validator("not_empty")


def omitted_resources_are_kept() -> bool:
    """Tell whether ``package_update`` without ``resources`` keeps the stored ones.

    CKAN 2.12 keeps them and, with the same change, gained the function looked for
    here; CKAN 2.11 deletes them.
    """
    return hasattr(logic, "index_update_package_dicts")


def omitted_datasets_are_kept() -> bool:
    """Tell whether ``group_update`` without ``packages`` keeps the group's datasets.

    CKAN 2.12 keeps whatever an update does not name; see above.
    """
    return omitted_resources_are_kept()


@dataclass(frozen=True)
class ClassicFile:
    """A file that CKAN itself stored: a path, or a location in a storage of CKAN's."""

    location: Any  # of file_keeper, a str
    path: Path | None
    storage: Any = None  # file_keeper.Storage


def classic_file(resource_id: str) -> ClassicFile:
    """Return where CKAN keeps the file of a resource, there or not.

    CKAN 2.12 has storages of file-keeper beside the folder of CKAN 2.11; one that lies
    on this machine has paths too.
    """
    configured = _configured_storage()
    if configured is None:
        path = str(uploader.ResourceUpload({}).get_path(resource_id))
        return ClassicFile(path, Path(path))
    location, storage = configured.get_path(resource_id), configured.storage
    local = isinstance(storage, FsStorage)
    path = Path(storage.full_path(location)) if local else None
    return ClassicFile(location, path, storage)


def _configured_storage() -> Any:
    """Return CKAN 2.12's uploader into a storage, None when none is configured."""
    if not hasattr(uploader, "FKResourceUpload"):
        return None
    try:
        return uploader.FKResourceUpload({})  # type: ignore[attr-defined]  # CKAN 2.12
    except exc.UnknownStorageError:
        return None


def classic_size(found: ClassicFile) -> int:
    """Return the size in bytes of a file in a storage of CKAN's.

    :raises FileNotFoundError: if it is not there
    """
    try:
        return int(found.storage.size(found.location))
    except exc.MissingFileError as error:
        raise FileNotFoundError(found.location) from error


def classic_stream(found: ClassicFile) -> Iterable[bytes]:
    """Return the bytes of a file in a storage of CKAN's, in pieces."""
    return found.storage.stream(FileData(found.location))


class ClassicStream:
    """The bytes of a file that CKAN itself stored, as a stream that may be rewound."""

    def __init__(self, found: ClassicFile) -> None:
        self._found = found
        self._pieces: Iterator[bytes] = iter(())
        self._left = b""
        self.seek(0)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Begin anew: nothing else is asked for."""
        self._left, self._pieces = b"", iter(())
        if self._found.path is None:
            self._pieces = iter(classic_stream(self._found))
        else:
            self._pieces = _pieces_of(self._found.path)
        return 0

    def read(self, size: int = -1, /) -> bytes:
        """Return the next piece, of at most ``size`` bytes."""
        piece = self._left or next(self._pieces, b"")
        piece, self._left = piece[:size], piece[size:]
        return piece


def _pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1024 * 1024):
            yield piece


def classic_exists(found: ClassicFile) -> bool:
    """Tell whether CKAN itself stored a file."""
    if found.path is not None:
        return found.path.is_file()
    return bool(found.storage.exists(FileData(found.location)))


def classic_write(found: ClassicFile, pieces: Iterable[bytes], size: int) -> None:
    """Put bytes where CKAN itself keeps them, whole or not at all."""
    if found.path is None:
        data = FileData(found.location)
        if found.storage.exists(data):
            found.storage.remove(data)
        stream: Any = IterableBytesReader(pieces)
        upload = Upload(stream, "", size, "application/octet-stream")
        found.storage.upload(found.location, upload)
        return
    beside = found.path.with_name(f"{found.path.name}~")
    found.path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with beside.open("wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(found.path)
    finally:
        beside.unlink(missing_ok=True)


def classic_remove(found: ClassicFile) -> None:
    """Remove a file that CKAN itself stored, and the folders it leaves empty."""
    if found.path is None:
        found.storage.remove(FileData(found.location))
        return
    found.path.unlink(missing_ok=True)
    for folder in list(found.path.parents)[:2]:  # resources/abc/def
        with suppress(OSError):  # another file is there
            folder.rmdir()


def mail_has_notifiers() -> bool:
    """Tell whether a plugin may take letters instead of a mail server (CKAN 2.12)."""
    interface = getattr(p, "INotifier", None)
    return interface is not None and any(p.PluginImplementations(interface))


def known_holes() -> frozenset[str]:
    """Return the holes of the running release that are known and not mended."""
    return HOLES.get(ckan.__version__, frozenset())


def knows_option(name: str) -> bool:
    """Tell whether the running CKAN, or a plugin that is on, declares an option."""
    return name in config_declaration


def reading_actions() -> list[str]:
    """Return the names of all actions that CKAN says have no side effects."""
    tk.get_action("package_show")  # fills the registry, which has no other way in
    return sorted(
        name
        for name, action in logic._actions.items()
        if getattr(action, "side_effect_free", False)
    )
