"""A bucket of an S3-compatible store.

Objects appear whole or not at all, so bytes go straight to their final key. What
file-keeper's adapter lacks is here: parts, so that a file may be larger than memory
and than 5 GB; ranges; questions that do not fetch the object; listings beyond the
first thousand; checksums the server compares.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import file_keeper as fk
from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from file_keeper.default.adapters import s3

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

PART = 8 * 1024 * 1024  # bytes held in memory; S3 wants 5 MiB at least
PARTS = 9_000  # S3 allows 10,000 parts of one object
MISSING = ("404", "NoSuchKey", "NotFound")
EMPTY_RANGE = ("416", "InvalidRange")
FULL = ("507", "QuotaExceeded", "XMinioStorageFull", "EntityTooLarge")
NETWORK = {
    "connect_timeout": 5,
    "read_timeout": 60,
    "max_pool_connections": 32,
    "retries": {"mode": "standard", "max_attempts": 3},
    # Older servers know no CRC trailers; every server compares the Content-MD5 we send.
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}


class Uploader(s3.Uploader):
    """Send bytes in parts, and end only when they are what was promised."""

    storage: Bucket  # pyright: ignore[reportIncompatibleVariableOverride]  # as file-keeper's own adapters declare it

    def upload(
        self, location: fk.Location, upload: fk.Upload, extras: dict[str, Any]
    ) -> fk.FileData:
        """Store bytes at a location; ``extras["wanted"]`` is the promised digest."""
        wanted: Digest = extras["wanted"]
        target = self.storage.target(self.storage.full_path(location))
        stream: Any = upload.stream  # a Readable: `put` made the upload
        stream.seek(0)
        send = self._at_once if wanted.size <= PART else self._in_parts
        send(target, stream, wanted)
        return fk.FileData(
            location, size=wanted.size, hash=wanted.sha256, algorithm="sha256"
        )

    def _at_once(self, target: dict[str, str], stream: Any, wanted: Digest) -> None:
        body = stream.read(PART + 1)
        got = Digest(hashlib.sha256(body).hexdigest(), len(body))
        if got != wanted:
            raise different(wanted, got)
        self.storage.client.put_object(**target, Body=body, ContentMD5=_md5(body))

    def _in_parts(self, target: dict[str, str], stream: Any, wanted: Digest) -> None:
        client = self.storage.client
        begun = client.create_multipart_upload(**target)
        target = {**target, "UploadId": begun["UploadId"]}
        try:
            parts, got = self._send_parts(target, stream, wanted.size)
            if got != wanted:
                raise different(wanted, got)
            client.complete_multipart_upload(**target, MultipartUpload={"Parts": parts})
        except BaseException:
            # what cannot be aborted now is found by `leftovers` later
            with contextlib.suppress(BotoCoreError, ClientError):
                client.abort_multipart_upload(**target)
            raise

    def _send_parts(
        self, target: dict[str, str], stream: Any, size: int
    ) -> tuple[list[dict[str, Any]], Digest]:
        length = max(PART, -(-size // PARTS))
        sha256, sent = hashlib.sha256(), 0
        parts: list[dict[str, Any]] = []
        while body := stream.read(length):
            sha256.update(body)
            sent += len(body)
            number = len(parts) + 1
            answer = self.storage.client.upload_part(
                **target, PartNumber=number, Body=body, ContentMD5=_md5(body)
            )
            parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        return parts, Digest(sha256.hexdigest(), sent)


class Bucket(s3.S3Storage):
    """A bucket as a place of blobs."""

    UploaderFactory = Uploader

    def __init__(self, settings: StoreSettings) -> None:
        self._name, self._where = settings.bucket, settings.endpoint or "AWS"
        try:
            # a session of our own: boto3's shared one is not safe among threads
            self.client: Any = Session().client(
                "s3",
                aws_access_key_id=settings.key or None,
                aws_secret_access_key=settings.secret or None,
                region_name=settings.region or None,
                endpoint_url=settings.endpoint or None,
                config=Config(**NETWORK),
            )
            super().__init__(
                {
                    "type": "file_keeper:s3",
                    "name": "opendata_ua",
                    "bucket": settings.bucket,
                    "path": settings.prefix,
                    "client": self.client,
                    "overwrite_existing": True,
                }
            )
        except (fk.exc.StorageError, BotoCoreError, ClientError, ValueError) as error:
            raise self.errors_of_place(error) from error

    def target(self, key: str) -> dict[str, str]:
        """Return the parameters that name an object."""
        return {"Bucket": self._name, "Key": key}

    def _object(self, sha256: str) -> dict[str, str]:
        return self.target(self.full_path(location(sha256)))

    def stage(self, stream: Readable) -> Staged:
        """Measure a stream; its bytes travel once, when it is known where to."""
        return Staged(stream, digest(stream))

    def put(self, stream: Readable, wanted: Digest) -> bool:
        """Store bytes; nothing is sent when they are there already."""
        try:
            if self.size_of(wanted.sha256) == wanted.size:
                return False
        except ClientError as error:
            if _code(error) not in MISSING:
                raise
        source: Any = stream
        upload = fk.Upload(source, "", wanted.size, "")
        self.upload(location(wanted.sha256), upload, wanted=wanted)
        stored = self.size_of(wanted.sha256)
        if stored != wanted.size:
            raise different(wanted, Digest(wanted.sha256, stored))
        return True

    def size_of(self, sha256: str) -> int:
        """Return the size of an object in bytes."""
        return int(self.client.head_object(**self._object(sha256))["ContentLength"])

    def read(self, sha256: str, start: int, end: int | None) -> Chunks:
        """Return the bytes from ``start`` up to ``end``, which is left out."""
        if end is not None and end <= start:
            self.size_of(sha256)  # what is missing is missing for an empty range too
            return Chunks(lambda size: b"", lambda: None, 0)
        wanted: dict[str, str] = self._object(sha256)
        if start or end is not None:
            last = "" if end is None else end - 1
            wanted["Range"] = f"bytes={start}-{last}"
        try:
            answer = self.client.get_object(**wanted)
        except ClientError as error:
            if _code(error) not in EMPTY_RANGE:
                raise
            return Chunks(lambda size: b"", lambda: None, 0)
        body = answer["Body"]

        def read(size: int) -> bytes:
            try:
                return body.read(size)
            except BotoCoreError as error:
                raise self.errors_of_place(error) from error

        return Chunks(read, body.close, int(answer["ContentLength"]))

    def drop(self, sha256: str) -> bool:
        """Remove an object; tell whether it was there."""
        try:
            self.size_of(sha256)
        except ClientError as error:
            if _code(error) in MISSING:
                return False
            raise
        self.client.delete_object(**self._object(sha256))
        return True

    def blobs(self, part: str) -> Iterator[Blob]:
        """Yield what is stored; foreign objects are passed by."""
        below = f"sha256/{part}/" if part else "sha256/"
        for entry in self._listed("list_objects_v2", "Contents", below):
            sha256 = sha256_at(entry["Key"])
            if sha256:
                yield Blob(sha256, entry["Size"], entry["LastModified"])

    def leftovers(self, before: datetime) -> Iterator[Leftover]:
        """Yield uploads in parts that were begun before a moment and never ended."""
        for entry in self._listed("list_multipart_uploads", "Uploads", "sha256/"):
            if entry["Initiated"] < before:
                handle = f"{entry['UploadId']} {entry['Key']}"
                yield Leftover(handle, entry["Initiated"])

    def _listed(self, method: str, key: str, below: str) -> Iterator[dict[str, Any]]:
        root = self.settings.path.strip("/")
        prefix = f"{root}/{below}" if root else below
        pages = self.client.get_paginator(method)
        for page in pages.paginate(Bucket=self._name, Prefix=prefix):
            yield from page.get(key, ())

    def discard(self, leftover: Leftover) -> None:
        """Abort an upload in parts: its parts cost room until then."""
        upload_id, _, key = leftover.handle.partition(" ")
        try:
            self.client.abort_multipart_upload(**self.target(key), UploadId=upload_id)
        except self.client.exceptions.NoSuchUpload:
            return  # ended or aborted by another process

    def errors_of_place(self, error: Exception) -> StoreError:
        """Say what an error of the network or the server means."""
        code = _code(error)
        if code in MISSING and "bucket" not in str(error).lower():
            return BlobMissing(f"The bucket {self._name} has no such object: {error}")
        if code in FULL:
            return StoreFull(
                f"There is no room for the file in the bucket {self._name} at "
                f"{self._where}: {error}. Raise its quota and send the file again"
            )
        return StoreUnreachable(
            f"The bucket {self._name} at {self._where} cannot be used: {error}. Check "
            "the options ckanext.opendata_ua.files.* and the network"
        )


def _md5(body: bytes) -> str:
    found = hashlib.md5(body, usedforsecurity=False)  # what S3 compares on arrival
    return base64.b64encode(found.digest()).decode()


def _code(error: Exception) -> str:
    """Return S3's word for an error, or nothing."""
    if not isinstance(error, ClientError):
        return ""
    return str(error.response.get("Error", {}).get("Code", ""))
