"""A file store that is full, broken or badly set says so in a sentence."""

from __future__ import annotations

import io
import json
import os
import resource
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ckanext.opendata_ua.adapters.file_store import (
    FileStore,
    StoreFull,
    StoreSettings,
    StoreUnreachable,
)
from tests.faults.child import run

MIB = 1024 * 1024

# A disk of two megabytes in a mount namespace of its own: nothing of it is left.
TINY_DISK = """
import io, json, sys
from datetime import timedelta
from ckanext.opendata_ua.adapters.file_store import *
store, told = FileStore(StoreSettings(path=sys.argv[1])), []
for content in (b"1" * 1024 * 1024, b"2" * 3 * 1024 * 1024, b"3" * 512 * 1024):
    wanted = store.digest(io.BytesIO(content))
    try:
        told.append(store.put(io.BytesIO(content), wanted.sha256, wanted.size))
    except StoreError as error:
        told.append([type(error).__name__, str(error)])
left = [len(list(store.leftovers(timedelta(seconds=-5)))), len(list(store.scan()))]
print(json.dumps([told, left]))
"""


def test_a_full_disk_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    # root needs no namespace of users, and has none inside a chroot
    mapped = ["--map-root-user"] if os.getuid() else []
    mount = 'mount -t tmpfs -o size=2m none "$1" && exec "$2" -c "$3" "$1"'
    done = subprocess.run(
        [
            *("unshare", *mapped, "--mount", "sh", "-c", mount),
            *("sh", str(tmp_path), sys.executable, TINY_DISK),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.stderr.startswith("unshare:"):  # a chroot, a container without rights
        pytest.skip(f"No small disk can be mounted here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    told, left = json.loads(done.stdout)
    assert (told[0], told[2]) == (True, True)
    assert told[1][0] == "StoreFull"
    assert "Free space" in told[1][1]
    assert left == [0, 2]


def test_a_limit_on_the_size_of_a_file_is_a_full_disk(
    fs_settings: StoreSettings,
) -> None:
    store = FileStore(fs_settings)

    def work() -> list[object]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, MIB))
        content = bytes(2 * MIB)
        wanted = store.digest(io.BytesIO(content))
        with pytest.raises(StoreFull):
            store.put(io.BytesIO(content), wanted.sha256, wanted.size)
        return list(store.scan())

    outcome = run(work)
    assert outcome.value == [], outcome.said
    assert [path for path in Path(fs_settings.path).rglob("*") if path.is_file()] == []


def settings_in_trouble(tmp_path: Path) -> dict[str, StoreSettings]:
    """Return settings that cannot work, by what is wrong with them."""
    file = tmp_path / "file"
    file.write_bytes(b"")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}"
    s3 = StoreSettings("s3", key="test", secret="test", region="us-east-1")
    return {
        "no folder named": StoreSettings(),
        "the folder is a file": StoreSettings(path=str(file / "store")),
        "an unknown adapter": StoreSettings(adapter="ftp", path=str(tmp_path)),
        "no bucket named": replace(s3, endpoint=closed),
        "nobody answers": replace(s3, bucket="files", endpoint=closed),
        "no address": replace(s3, bucket="files", endpoint="s3"),
    }


ASK: tuple[Callable[[FileStore], object], ...] = (
    lambda store: store.exists("0" * 64),
    lambda store: store.open("0" * 64),
    lambda store: store.local_path("0" * 64),
    lambda store: list(store.scan()),
    lambda store: store.put(io.BytesIO(b""), "0" * 64, 0),
)


@pytest.mark.parametrize(
    "wrong",
    [
        "no folder named",
        "the folder is a file",
        "an unknown adapter",
        "no bucket named",
        "nobody answers",
        "no address",
    ],
)
def test_settings_that_cannot_work_are_told(tmp_path: Path, wrong: str) -> None:
    store = FileStore(settings_in_trouble(tmp_path)[wrong])
    for ask in ASK[: 2 if wrong == "nobody answers" else None]:
        with pytest.raises(StoreUnreachable):
            ask(store)


def test_a_bucket_that_does_not_exist_is_told(s3_settings: StoreSettings) -> None:
    store = FileStore(replace(s3_settings, bucket="another"))
    with pytest.raises(StoreUnreachable, match="another"):
        store.exists("0" * 64)


def test_a_secret_is_not_shown(s3_settings: StoreSettings) -> None:
    assert "hidden" not in repr(replace(s3_settings, secret="hidden"))


def test_stored_files_are_for_reading(fs_settings: StoreSettings) -> None:
    store = FileStore(fs_settings)
    wanted = store.digest(io.BytesIO(b"abc"))
    store.put(io.BytesIO(b"abc"), wanted.sha256, wanted.size)
    mode = store.local_path(wanted.sha256).stat().st_mode
    assert mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) == 0


def test_the_root_may_be_a_link(fs_settings: StoreSettings, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    store = FileStore(replace(fs_settings, path=str(tmp_path / "link")))
    wanted = store.digest(io.BytesIO(b"abc"))
    assert store.put(io.BytesIO(b"abc"), wanted.sha256, wanted.size)
    assert store.rehash(wanted.sha256) == wanted


def test_a_link_inside_leads_nowhere(fs_settings: StoreSettings) -> None:
    store = FileStore(fs_settings)
    wanted = store.digest(io.BytesIO(b"abc"))
    store.put(io.BytesIO(b"abc"), wanted.sha256, wanted.size)
    path = store.local_path(wanted.sha256)
    path.unlink()
    path.symlink_to("/etc/hostname")
    with pytest.raises(StoreUnreachable):
        store.open(wanted.sha256)


def test_a_disk_that_went_away_is_no_missing_file(fs_settings: StoreSettings) -> None:
    store = FileStore(fs_settings)
    assert not store.exists("0" * 64)
    shutil.rmtree(fs_settings.path)
    for ask in (ASK[0], ASK[4]):
        with pytest.raises(StoreUnreachable, match="is gone"):
            ask(store)
    assert not Path(fs_settings.path).exists()
