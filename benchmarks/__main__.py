"""``make bench``: prepare two sides, prove them alike, measure, tell, clear away."""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

from benchmarks import operations, report, sides, timing
from benchmarks.client import Client
from benchmarks.sides import Side
from stack import layout, lock
from stack import site as whole
from stack.layout import Layout
from stack.terminal import StackError, fail, note, say, step


def _filled(site: Layout, side: Side) -> Client:
    """Bring one side up with its catalogue and return its editor."""
    sides.prepare(site, side)
    note(f"{side.label}: database and search core are made")
    client = sides.fill(site, side)
    note(f"{side.label}: filled")
    sides.serve(site, side)
    return client


def _bench(site: Layout, *, publish: bool) -> None:
    page = site.checkout / "docs" / "bench.md"
    if publish:
        report.publish(page, site.series, None)  # before the work, not after it
    now = datetime.now(timezone.utc)
    told = report.circumstances(site, now)
    ours, stock = sides.both()
    try:
        with step("Two sites of the same catalogue"), ThreadPoolExecutor(2) as pool:
            made = [pool.submit(_filled, site, side) for side in (ours, stock)]
            clients = (made[0].result(), made[1].result())
        with step("Both sides answer alike"):
            operations.alike(clients)
        rows = timing.measure(*clients)
    finally:
        with step("Clearing away"):
            for side in (ours, stock):
                sides.clear(site, side)
    path = report.store(site, rows, told, now)
    text = report.section(site, rows, told)
    say(f"\n{text}\nStored: {path}")
    if publish:
        report.publish(page, site.series, text)
        say(f"Published: {page}")


def main(arguments: list[str]) -> int:
    """Run the bench; goals that are missed are told, not punished."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument(
        "--publish", action="store_true", help="write the results into docs/bench.md"
    )
    options = parser.parse_args(arguments)
    try:
        site = layout.layout(
            os.environ.get("CKAN") or "2.11", os.environ.get("PORT") or None
        )
        whole.services_running(site)
        with lock.exclusive(site.run / "bench.lock", "the bench"):
            _bench(site, publish=options.publish)
    except StackError as error:
        fail(error)
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
