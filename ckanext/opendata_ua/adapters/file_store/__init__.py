"""The file store: immutable bytes under their SHA-256, in a folder or in S3.

``store.py`` is the way in; ``folder.py`` and ``bucket.py`` put atomic steps around the
adapters of file-keeper; ``contract.py`` says what both promise.
"""

from ckanext.opendata_ua.adapters.file_store.contract import (
    CHUNK,
    Blob,
    BlobMissing,
    Chunks,
    Digest,
    Leftover,
    Mismatch,
    Staged,
    StoreError,
    StoreFull,
    StoreSettings,
    StoreUnreachable,
    digest,
)
from ckanext.opendata_ua.adapters.file_store.store import FileStore

__all__ = [
    "CHUNK",
    "Blob",
    "BlobMissing",
    "Chunks",
    "Digest",
    "FileStore",
    "Leftover",
    "Mismatch",
    "Staged",
    "StoreError",
    "StoreFull",
    "StoreSettings",
    "StoreUnreachable",
    "digest",
]
