"""What a large portal takes: adoption, the moderators' queue, the page of gaps."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import catalogue
from benchmarks.client import Client
from benchmarks.sides import Side
from stack import ckan
from stack.layout import Layout
from stack.terminal import run, step

NUMBER = 10_000
CALLS = 40
QUEUE = (
    "/moderation",
    "/moderation?overdue=1",
    f"/moderation?organization={catalogue.ORGANIZATION['name']}",
    "/moderation?mine=1",
)


@dataclass(frozen=True)
class Size:
    """One measured value and its goal, in a unit."""

    name: str
    value: float
    unit: str
    goal: float

    @property
    def met(self) -> bool:
        return self.value <= self.goal


def measure(site: Layout, side: Side) -> list[Size]:
    """Make ten thousand datasets of ours and measure what grows with them."""
    with step(f"Making {NUMBER} datasets"):
        _program(site, side, "seed", catalogue.dataset(0)["name"], str(NUMBER))
    with step("Adopting them"):
        begun = time.perf_counter()
        ckan.command(
            site, side.ini(site), "opendata-ua", "adopt", what=f"Adopting {side.label}"
        )
        adopted = time.perf_counter() - begun
    with step("Submitting them to moderators"):
        moderator = Client(side.port, _program(site, side, "submitted").split()[-1])
    with step("Looking at the queue and at gaps"):
        queue = _times(moderator, QUEUE, CALLS)
        gaps = _times(moderator, ("/gaps",), 5)
    return [
        Size("adopt", adopted, "s", 300),
        Size("/moderation, 95 of 100 answers within", _p95(queue), "ms", 300),
        Size("/gaps of all organizations, median", gaps[len(gaps) // 2], "ms", 5000),
    ]


def _program(site: Layout, side: Side, name: str, *arguments: str) -> str:
    return run(
        [site.program("python"), "-m", f"benchmarks.{name}", *arguments],
        site.log / f"{side.name}.log",
        what=f"benchmarks.{name}",
        cwd=site.checkout,
        env={"CKAN_INI": str(side.ini(site))},
    )


def _times(client: Client, addresses: Sequence[str], calls: int) -> list[float]:
    """Return milliseconds of warm calls, in turns, the fastest first."""
    for address in addresses:
        client.page(address)
    asked = (addresses[number % len(addresses)] for number in range(calls))
    return sorted(client.page(address).seconds * 1e3 for address in asked)


def _p95(times: Sequence[float]) -> float:
    return times[math.ceil(len(times) * 0.95) - 1]
