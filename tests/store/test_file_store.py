"""What every file store promises, tried on a folder and on a bucket."""

from __future__ import annotations

import hashlib
import io
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from ckanext.opendata_ua.adapters.file_store import (
    CHUNK,
    BlobMissing,
    Digest,
    FileStore,
    Mismatch,
    StoreSettings,
)
from tests.faults.child import run
from tests.faults.places import kill, line

from .conftest import client_of, with_prefix, write_raw

MODULES = ("ckanext.opendata_ua.adapters.file_store",)
SMALL = "назва,рік\nЗупинка «Ринок»,2026\n".encode()
LARGE = bytes(range(251)) * 67_000  # three parts in S3, and no two chunks alike
MIDDLE = LARGE[: 2 * CHUNK + 77]
NOBODY = "0" * 64
SOON = timedelta(seconds=-5)  # whatever there is, however new


def digest_of(content: bytes) -> Digest:
    return Digest(hashlib.sha256(content).hexdigest(), len(content))


def put(store: FileStore, content: bytes) -> tuple[str, bool]:
    wanted = digest_of(content)
    return wanted.sha256, store.put(io.BytesIO(content), wanted.sha256, wanted.size)


def read(
    store: FileStore, sha256: str, start: int = 0, end: int | None = None
) -> bytes:
    with store.open(sha256, start, end) as chunks:
        return b"".join(chunks)


def location(sha256: str) -> str:
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


CONTENTS = pytest.mark.parametrize(
    "content", [b"", SMALL, LARGE], ids=["empty", "small", "large"]
)


@CONTENTS
def test_what_is_put_is_read(store: FileStore, content: bytes) -> None:
    sha256, written = put(store, content)
    assert written
    assert read(store, sha256) == content
    assert (store.exists(sha256), store.size(sha256)) == (True, len(content))
    assert store.rehash(sha256) == digest_of(content)


@CONTENTS
def test_a_digest_is_one_pass_over_a_stream_and_rewinds_it(
    store: FileStore, content: bytes
) -> None:
    stream = io.BytesIO(content)
    stream.seek(0, io.SEEK_END)
    assert store.digest(stream) == digest_of(content)
    assert stream.tell() == 0


@CONTENTS
def test_a_staged_stream_is_measured_read_and_put(
    store: FileStore, content: bytes
) -> None:
    staged = store.stage(io.BytesIO(content))
    assert staged.digest == digest_of(content)
    assert (staged.read(), staged.tell()) == (content, len(content))
    assert list(store.scan()) == []
    assert store.put(staged, staged.sha256, staged.size)
    assert not store.put(staged, staged.sha256, staged.size)
    store.remove(staged.sha256)
    assert store.put(staged, staged.sha256, staged.size)  # the stream is there still
    assert read(store, staged.sha256) == content
    assert list(store.leftovers(SOON)) == []


def test_what_was_staged_and_not_put_is_gone(store: FileStore) -> None:
    staged = store.stage(io.BytesIO(LARGE))
    assert len(list(store.leftovers(SOON))) == int(store.is_local)
    run(staged.discard)  # a forked process leaves its parent's copy alone
    assert len(list(store.leftovers(SOON))) == int(store.is_local)
    del staged
    assert list(store.leftovers(SOON)) == []


@CONTENTS
def test_the_same_bytes_are_stored_once(store: FileStore, content: bytes) -> None:
    sha256, _ = put(store, content)
    before = list(store.scan())
    assert put(store, content) == (sha256, False)
    assert list(store.scan()) == before


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, 1),
        (5, 5),
        (7, 3),
        (10, CHUNK + 11),
        (CHUNK, None),
        (len(MIDDLE) - 3, None),
        (len(MIDDLE) - 3, len(MIDDLE) + 100),
        (len(MIDDLE), None),
        (len(MIDDLE) + 100, len(MIDDLE) + 200),
    ],
)
def test_a_range_is_what_a_slice_is(
    store: FileStore, start: int, end: int | None
) -> None:
    sha256, _ = put(store, MIDDLE)
    assert read(store, sha256, start, end) == MIDDLE[start:end]


def test_a_range_of_nothing_of_what_is_missing_is_missing(store: FileStore) -> None:
    with pytest.raises(BlobMissing):
        store.open(NOBODY, 3, 3)


def test_chunks_are_small(store: FileStore) -> None:
    sha256, _ = put(store, MIDDLE)
    with store.open(sha256) as chunks:
        assert max(len(piece) for piece in chunks) <= CHUNK


def test_what_is_missing_is_missing_everywhere(store: FileStore) -> None:
    for ask in (store.size, store.open, store.local_path, store.rehash):
        with pytest.raises(BlobMissing):
            ask(NOBODY)
    assert (store.exists(NOBODY), store.remove(NOBODY)) == (False, False)


@CONTENTS
@pytest.mark.parametrize("more", [b"", b"x"], ids=["other bytes", "more bytes"])
def test_bytes_that_were_not_promised_are_not_stored(
    store: FileStore, content: bytes, more: bytes
) -> None:
    other = bytes(byte ^ 1 for byte in content[:10]) + content[10:] + more
    promised = digest_of(content if other != content else b"promised")
    with pytest.raises(Mismatch):
        store.put(io.BytesIO(other), promised.sha256, promised.size)
    assert (list(store.scan()), list(store.leftovers(SOON))) == ([], [])


def test_what_is_no_hash_reaches_no_path(store: FileStore) -> None:
    for name in ("../../etc/passwd", "", SMALL.hex(), NOBODY.upper().replace("0", "A")):
        with pytest.raises(ValueError, match="SHA-256"):
            store.open(name)


def test_a_local_path_holds_the_bytes(store: FileStore) -> None:
    sha256, _ = put(store, MIDDLE)
    first = store.local_path(sha256)
    assert first.read_bytes() == MIDDLE
    assert store.local_path(sha256) == first


def test_local_copies_are_evicted_and_fetched_anew(store: FileStore) -> None:
    sha256, _ = put(store, SMALL)
    path = store.local_path(sha256)
    assert store.evict(timedelta(days=1)) == 0
    evicted = store.evict(SOON)
    assert (evicted, path.exists()) == ((0, True) if store.is_local else (1, False))
    assert store.local_path(sha256).read_bytes() == SMALL


def test_what_was_removed_is_gone(store: FileStore) -> None:
    sha256, _ = put(store, SMALL)
    assert (store.remove(sha256), store.remove(sha256)) == (True, False)
    assert not store.exists(sha256)


def test_damage_is_told(store: FileStore, settings: StoreSettings) -> None:
    sha256, _ = put(store, SMALL)
    write_raw(settings, location(sha256), SMALL[::-1])
    assert store.rehash(sha256) == digest_of(SMALL[::-1])


def test_a_torn_file_is_replaced_by_the_whole_one(
    store: FileStore, settings: StoreSettings
) -> None:
    write_raw(settings, location(digest_of(SMALL).sha256), SMALL[:5])
    sha256, written = put(store, SMALL)
    assert written
    assert read(store, sha256) == SMALL


def test_a_list_is_whole_and_knows_no_strangers(
    store: FileStore, settings: StoreSettings
) -> None:
    contents = [bytes([number]) * number for number in range(7)]
    stored = {put(store, content)[0]: len(content) for content in contents}
    write_raw(settings, "readme.txt", SMALL)
    write_raw(settings, f"sha256/00/00/{NOBODY[:-1]}~", SMALL)
    put(with_prefix(settings, "neighbour"), SMALL)
    found = list(store.scan())
    assert {blob.sha256: blob.size for blob in found} == stored
    first = found[0].sha256[:2]
    assert set(store.scan(first)) == {b for b in found if b.sha256.startswith(first)}
    age = datetime.now(timezone.utc) - min(blob.modified for blob in found)
    assert age < timedelta(minutes=5)


def test_neighbours_of_another_prefix_do_not_meet(
    store: FileStore, settings: StoreSettings
) -> None:
    sha256, _ = put(store, SMALL)
    other = with_prefix(settings, "another/portal")
    assert not other.exists(sha256)
    put(other, SMALL)
    assert other.remove(sha256)
    assert store.exists(sha256)


def test_many_threads_open_a_new_store_at_once(settings: StoreSettings) -> None:
    gate = threading.Barrier(8)

    def write(store: FileStore) -> str:
        gate.wait()
        return put(store, SMALL)[0]

    for number in range(20):
        store = with_prefix(settings, f"portal/{number}")
        with ThreadPoolExecutor(8) as crowd:
            done = set(crowd.map(write, [store] * 8))
        assert done == {digest_of(SMALL).sha256}


def test_many_writers_of_the_same_bytes_agree(store: FileStore) -> None:
    with ThreadPoolExecutor(8) as crowd:
        done = list(crowd.map(lambda _: put(store, MIDDLE)[0], range(8)))
    assert set(done) == {digest_of(MIDDLE).sha256}
    assert read(store, done[0]) == MIDDLE
    assert list(store.leftovers(SOON)) == []


def test_a_forked_process_has_connections_of_its_own(store: FileStore) -> None:
    sha256, _ = put(store, SMALL)
    parents = store._opened
    outcome = run(lambda: [store.size(sha256), store._opened is not parents])
    assert outcome.value == [len(SMALL), True], outcome.said
    assert store.size(sha256) == len(SMALL)


class Zeros(io.RawIOBase):
    """A stream of zeros that takes no room."""

    def __init__(self, size: int) -> None:
        self.left = self.whole = size

    def seek(self, offset: int, whence: int = 0) -> int:
        self.left = self.whole
        return 0

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.left)
        self.left -= size
        return bytes(size)


def test_memory_does_not_grow_with_the_file(store: FileStore) -> None:
    wanted = store.digest(Zeros(96 * CHUNK))
    store.exists(wanted.sha256)  # opens it: libraries are not the file's
    tracemalloc.start()
    store.put(Zeros(wanted.size), wanted.sha256, wanted.size)
    store.rehash(wanted.sha256)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 32 * CHUNK


def test_a_writer_killed_anywhere_leaves_all_or_nothing(
    store: FileStore, settings: StoreSettings
) -> None:
    content = SMALL if settings.adapter == "fs" else LARGE
    wanted = digest_of(content)
    lines = run(lambda: put(store, content), count=MODULES).lines
    assert lines
    store.remove(wanted.sha256)
    step = 5 if settings.adapter == "fs" else 30
    for number in range(1, lines + 1, step):
        outcome = run(lambda: put(store, content), kill(line(number, MODULES)))
        where = outcome.place
        assert store.exists(wanted.sha256) == bool(list(store.scan())), where
        if store.exists(wanted.sha256):
            assert store.rehash(wanted.sha256) == wanted, where
        put(store, content)
        assert store.rehash(wanted.sha256) == wanted, where
        for leftover in store.leftovers(SOON):
            store.discard(leftover)
        assert list(store.leftovers(SOON)) == [], where
        store.remove(wanted.sha256)


def test_leftovers_are_told_by_their_age(
    store: FileStore, settings: StoreSettings
) -> None:
    if settings.adapter == "s3":
        key = f"{settings.prefix}/{location(NOBODY)}"
        client_of(settings).create_multipart_upload(Bucket=settings.bucket, Key=key)
        older = timedelta(days=365 * 100)  # this server says all began in 2010
    else:
        write_raw(settings, "tmp/half", SMALL)
        older = timedelta(days=1)
    assert list(store.leftovers(older)) == []
    (found,) = store.leftovers(SOON)
    store.discard(found)
    store.discard(found)  # as another node may have done first
    assert list(store.leftovers(SOON)) == []


def test_a_copy_that_is_not_what_was_promised_is_not_kept(
    s3_settings: StoreSettings,
) -> None:
    store = FileStore(s3_settings)
    sha256, _ = put(store, SMALL)
    write_raw(s3_settings, location(sha256), SMALL[::-1])
    with pytest.raises(Mismatch):
        store.local_path(sha256)
    assert [path for path in Path(s3_settings.cache).rglob("*") if path.is_file()] == []
