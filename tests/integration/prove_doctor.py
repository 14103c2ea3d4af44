"""The long proofs of the doctor: 100,000 datasets, and the speed of the rebuild.

Run by ``make prove ONLY=doctor``; some ten minutes and 3 GB of disk.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.tests import factories
from ckan.tests.helpers import call_action

from benchmarks import catalogue
from benchmarks.seed import seed
from ckanext.opendata_ua.logic import reindex
from stack.terminal import say
from tests.faults import portal as apart

pytestmark = pytest.mark.usefixtures("portal")

MANY, SOME = 100_000, 2_000
SECONDS = 60
MEMORY = 64 * 1024  # KiB that an examination may need beside CKAN itself
FASTER = 1.8
ROUNDS = 3
WORKERS = 2


@pytest.fixture(scope="module")
def pattern(portal: None, body: dict[str, Any]) -> dict[str, Any]:
    """Return a published dataset with sixteen fields and three files, to be copied."""
    data = catalogue.dataset(0) | {"owner_org": body["id"], "private": False}
    admin: Any = {"user": factories.Sysadmin()["name"]}
    made = call_action("package_create", admin, **data)
    sql("UPDATE package SET state = 'active' WHERE id = :id", id=made["id"])
    search.rebuild(made["id"])
    return made


def sql(statement: str, **values: Any) -> None:
    model.Session.execute(sa.text(statement), values)
    model.Session.commit()
    model.Session.remove()


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds a piece of work takes, in a process of its own."""
    outcome = apart.run(lambda: _measured(work), patience=3600)
    assert outcome.well, outcome.said
    return float(outcome.value)


def _measured(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def of_ckan() -> None:
    """Do what ``ckan search-index rebuild`` does."""
    search.rebuild(quiet=True, defer_commit=True)
    search.commit()


def ours() -> None:
    done = reindex.rebuild(WORKERS, lambda step, done, whole: None)
    assert (done.indexed, done.failed, done.deaths) == (SOME + 1, {}, 0)


def test_the_rebuild_is_faster_than_that_of_ckan(pattern: dict[str, Any]) -> None:
    """The fastest of some rounds each, in turns: what else runs slows both down."""
    seed(pattern["name"], SOME)
    model.Session.remove()
    theirs, our = [], []
    for _ in range(ROUNDS):
        theirs.append(timed(of_ckan))
        our.append(timed(ours))
    ratio = min(theirs) / min(our)
    say(
        f"{SOME} datasets, {WORKERS} workers: CKAN {min(theirs):.1f} s, "
        f"ours {min(our):.1f} s, {ratio:.2f} times as fast"
    )
    assert ratio >= FASTER


def examination() -> dict[str, Any]:
    """Return the report on the index, seconds and KiB of memory that it took."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    report = call_action("opendata_ua_doctor_run", only=["index"])
    return {
        "report": report,
        "seconds": time.monotonic() - began,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before,
    }


def test_many_datasets_are_examined_in_a_minute(pattern: dict[str, Any]) -> None:
    seed(pattern["name"], MANY - SOME, after=SOME)
    model.Session.remove()
    healthy = examined()
    assert healthy["report"]["healthy"], healthy["report"]
    sql(
        "UPDATE package SET private = true WHERE id IN "
        "(SELECT id FROM package ORDER BY id LIMIT 500)"
    )
    sql(
        "UPDATE package SET metadata_modified = now() WHERE id IN "
        "(SELECT id FROM package ORDER BY id DESC LIMIT 500)"
    )
    sick = examined()
    counts = {one["code"]: one["count"] for one in sick["report"]["findings"]}
    assert counts == {"doctor.index.visibility": 500, "doctor.index.stale": 500}
    mended = call_action("opendata_ua_doctor_run", only=["index"], repair=True)
    assert mended["healthy"], mended


def examined() -> dict[str, Any]:
    """Examine in a process of its own; say and judge what it took."""
    outcome = apart.run(examination, patience=3600)
    assert outcome.well, outcome.said
    took = outcome.value
    say(
        f"{MANY} datasets examined in {took['seconds']:.1f} s with "
        f"{took['memory'] / 1024:.0f} MiB of memory"
    )
    assert took["seconds"] <= SECONDS
    assert took["memory"] <= MEMORY
    return dict(took)
