"""The file store of this process, made from the configuration."""

from __future__ import annotations

import functools

from ckanext.opendata_ua import config
from ckanext.opendata_ua.adapters.file_store import FileStore, StoreSettings


def store() -> FileStore:
    """Return the file store; its connections last as long as the process."""
    return _store(StoreSettings(**config.file_store()))


@functools.lru_cache(maxsize=4)
def _store(settings: StoreSettings) -> FileStore:
    return FileStore(settings)
