"""Fixtures of the cage: pools that know hostile tasks, and what is left of them."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ckanext.opendata_ua.adapters.cage import MEGABYTE, Limits, Pool

FOREIGN = Path(__file__).parent / "foreign"
#: Enough for any good task, and soon used up by a bad one.
SMALL = Limits(memory=64 * MEGABYTE, cpu_seconds=1, seconds=20, output=MEGABYTE)


@pytest.fixture(scope="session", autouse=True)
def hostile_tasks() -> Iterator[None]:
    """Let keepers find the package of hostile tasks."""
    sys.path.append(str(FOREIGN))
    yield
    sys.path.remove(str(FOREIGN))


@pytest.fixture(scope="session")
def pool(hostile_tasks: None) -> Iterator[Pool]:
    """Return one pool for all tests that leave its keeper alive."""
    with Pool(packages=["hostile"], parallel=4) as made:
        yield made


@pytest.fixture
def own_pool(hostile_tasks: None) -> Iterator[Pool]:
    """Return a pool whose keeper a test may kill."""
    with Pool(packages=["hostile"], parallel=8) as made:
        yield made


@pytest.fixture
def wait_for_end() -> Callable[[int], None]:
    """Return what waits until a process, by its descriptor, has ended."""

    def wait(descriptor: int) -> None:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        assert poll.poll(20_000), "it still runs"
        os.close(descriptor)

    return wait
