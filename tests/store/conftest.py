"""A file store of either kind: a folder, and a bucket on a real local server."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session

from ckanext.opendata_ua.adapters.file_store import FileStore, StoreSettings


@pytest.fixture(scope="session")
def s3_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start an S3 server in a process of its own; it lists two objects a page."""
    log = tmp_path_factory.mktemp("s3") / "log"
    command = [sys.executable, "-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with log.open("wb") as out:
        server = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "MOTO_S3_DEFAULT_MAX_KEYS": "2"},
        )
        assert server.stdout
        try:
            said = b""
            while not (found := re.search(rb"Running on (http://\S+)", said)):
                line = server.stdout.readline()
                assert line, said.decode()
                said += line
            # whatever it says later must not fill the pipe
            with _drained(server, out):
                yield found.group(1).decode()
        finally:
            server.kill()
            server.wait()
            server.stdout.close()


@contextlib.contextmanager
def _drained(server: subprocess.Popen[bytes], out: Any) -> Iterator[None]:
    drain = subprocess.Popen(["cat"], stdin=server.stdout, stdout=out)
    try:
        yield
    finally:
        drain.kill()
        drain.wait()


@pytest.fixture
def fs_settings(tmp_path: Path) -> StoreSettings:
    """Return the settings of a store in an empty folder."""
    return StoreSettings(path=str(tmp_path / "store"), cache=str(tmp_path / "cache"))


@pytest.fixture
def s3_settings(s3_address: str, tmp_path: Path) -> StoreSettings:
    """Return the settings of a store in a new bucket."""
    settings = StoreSettings(
        adapter="s3",
        bucket=f"files-{uuid.uuid4().hex[:12]}",
        endpoint=s3_address,
        prefix="portal",
        cache=str(tmp_path / "cache"),
        key="test",
        secret="test",
        region="us-east-1",
    )
    client_of(settings).create_bucket(Bucket=settings.bucket)
    return settings


@pytest.fixture(params=["fs", "s3"])
def settings(request: pytest.FixtureRequest) -> StoreSettings:
    """Return the settings of a store of each kind."""
    return request.getfixturevalue(f"{request.param}_settings")


@pytest.fixture
def store(settings: StoreSettings) -> FileStore:
    """Return an empty store of each kind."""
    return FileStore(settings)


def client_of(settings: StoreSettings) -> Any:
    """Return a client of a bucket's server, for what others do to the bucket."""
    return _client(settings.endpoint, settings.key, settings.secret, settings.region)


@functools.lru_cache  # making one takes longer than most tests
def _client(endpoint: str, key: str, secret: str, region: str) -> Any:
    return Session().client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        region_name=region,
    )


def write_raw(settings: StoreSettings, location: str, content: bytes) -> None:
    """Write below the root as a broken disk, or a stranger, would."""
    if settings.adapter == "s3":
        key = f"{settings.prefix}/{location}"
        client_of(settings).put_object(Bucket=settings.bucket, Key=key, Body=content)
        return
    path = Path(settings.path, settings.prefix, location)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def with_prefix(settings: StoreSettings, prefix: str) -> FileStore:
    """Return the store of a neighbour in the same folder or bucket."""
    return FileStore(replace(settings, prefix=prefix))
