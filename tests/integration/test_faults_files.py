"""Uploads that are killed, cut off and crowded; the short form of prove_files.py."""

from __future__ import annotations

import errno
import gc
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ckan.common import config
from ckan.plugins import toolkit as tk
from sqlalchemy.engine import make_url

from tests.faults import disk, portal
from tests.faults.gate import Gate
from tests.faults.places import Call, after, before, call, fail, kill
from tests.faults.proxy import Proxy
from tests.faults.rounds import NEAR, Rounds
from tests.faults.uploads import (
    Publisher,
    Write,
    agree,
    collect,
    collect_beside,
    orphans,
    seen,
    sent,
    versions,
)

pytestmark = pytest.mark.usefixtures("portal")

SEED = 20260
PUT = "ckanext.opendata_ua.adapters.file_store.FileStore.put"
COMMIT = "ckan.model.repo.commit"


@pytest.fixture
def publisher(create: Any, editor: dict[str, Any]) -> Publisher:
    return Publisher(create, editor["name"])


@pytest.fixture
def replacement(publisher: Publisher) -> Write:
    """Return a write that would replace the file of a new dataset."""
    return publisher.resource_update(publisher.dataset())


@pytest.fixture(scope="module", autouse=True)
def nothing_is_orphaned(portal: None) -> Iterator[None]:
    """Whatever the tests did: after a collection bytes and rows belong together."""
    yield
    collect()
    assert orphans() == []


def test_a_killed_upload_leaves_the_old_state_or_the_new_one(
    publisher: Publisher,
) -> None:
    rounds = Rounds(publisher, SEED)
    rounds.at_lines(15, NEAR)
    assert len(rounds.struck) > 5
    agree(publisher.dataset())


def test_bytes_of_a_killed_upload_are_collected_and_can_be_sent_again(
    replacement: Write,
) -> None:
    assert portal.run(replacement.work, kill(after(PUT))).killed
    told = f"bytes without a row: {replacement.sha256}"
    assert told in orphans()
    collect_beside(replacement.sha256)
    assert told not in orphans()
    assert portal.run(replacement.work).well
    assert seen(replacement.dataset) == replacement.after
    agree(replacement.dataset)


def test_replacements_at_once_are_all_versions_and_one_is_current(
    publisher: Publisher,
) -> None:
    dataset = publisher.dataset()
    writes = [publisher.resource_patch(dataset) for _ in range(6)]
    outcomes = portal.at_once([write.work for write in writes])
    assert [outcome.said for outcome in outcomes if not outcome.well] == []
    assert seen(dataset) in [write.after for write in writes]
    agree(dataset)
    found = versions(publisher.first_resource(dataset))
    assert len(found) == len(writes) + 1


@pytest.mark.parametrize(
    ("first", "faults"),
    [
        (lambda: disk.limit_files(100_000), []),
        (
            lambda: None,
            [
                fail(
                    before("os.fsync"), OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                )
            ],
        ),
    ],
)
def test_a_full_disk_is_a_clear_error_and_leaves_nothing(
    publisher: Publisher, first: Callable[[], None], faults: list[Any]
) -> None:
    dataset = publisher.dataset()
    write = publisher.resource_update(dataset, lines=10_000)
    rests = orphans()
    outcome = portal.run(write.work, *faults, first=first)
    assert outcome.error is not None
    assert outcome.error.startswith("ValidationError"), outcome.said
    assert "upload" in outcome.error
    assert seen(dataset) == write.before
    agree(dataset)
    assert orphans() == rests


def test_a_write_that_is_refused_leaves_nothing(publisher: Publisher) -> None:
    dataset, rests = publisher.dataset(), orphans()
    before_it = seen(dataset)
    _refused(publisher, dataset)
    gc.collect()  # the copy goes with the request, whose objects may be in a circle
    assert seen(dataset) == before_it
    agree(dataset)
    assert orphans() == rests


def _refused(publisher: Publisher, dataset: str) -> None:
    shown = publisher.call("package_show", id=dataset)
    shown["resources"][0]["upload"] = sent("file.csv", b"a;b\n")
    with pytest.raises(tk.ValidationError):
        publisher.call("package_update", **{**shown, "name": "No such name!"})


@pytest.mark.parametrize("answered", [False, True])
def test_a_commit_that_is_cut_off_leaves_the_old_state_or_the_new_one(
    replacement: Write, answered: bool
) -> None:
    with Proxy(make_url(config["sqlalchemy.url"]).port or 5432) as proxy:
        proxy.cut_at("COMMIT", answered=answered)
        outcome = portal.run(
            replacement.work, first=lambda: portal.through(postgres=proxy.port)
        )
    assert outcome.error is not None
    assert outcome.error.startswith("OperationalError"), outcome.said
    left = seen(replacement.dataset)
    assert left == (replacement.after if answered else replacement.before)
    agree(replacement.dataset)


def test_an_upload_needs_no_redis(replacement: Write) -> None:
    with Proxy(make_url(config["ckan.redis.url"]).port or 6379) as proxy:
        proxy.refuse()
        outcome = portal.run(
            replacement.work, first=lambda: portal.through(redis_port=proxy.port)
        )
    assert outcome.well, outcome.said
    assert seen(replacement.dataset) == replacement.after
    agree(replacement.dataset)


def test_an_upload_without_solr_fails_whole(replacement: Write) -> None:
    with Proxy(make_url(config["solr_url"]).port or 8983) as proxy:
        proxy.refuse()
        outcome = portal.run(
            replacement.work, first=lambda: portal.through(solr_port=proxy.port)
        )
    assert outcome.error is not None
    assert outcome.error.startswith("SearchIndexError"), outcome.said
    assert seen(replacement.dataset) == replacement.before
    agree(replacement.dataset)


@pytest.mark.parametrize(
    "place", [before(PUT), after(PUT), before(COMMIT)], ids=["put", "stored", "commit"]
)
def test_a_collection_takes_no_bytes_that_an_upload_is_about_to_point_to(
    replacement: Write, place: Call
) -> None:
    """The bytes lie there from an upload that died, so this one writes none."""
    assert portal.run(replacement.work, kill(after(PUT))).killed
    gate = Gate()
    uploading = portal.start(replacement.work, call(place, gate.stop))
    gate.wait()
    collecting = portal.start(lambda: collect_beside(replacement.sha256)).wait()
    gate.open()
    uploaded = uploading.wait()
    gate.close()
    assert collecting.well, collecting.said
    assert uploaded.well, uploaded.said
    assert seen(replacement.dataset) == replacement.after
    agree(replacement.dataset)
