"""``make bench``: prepare two sides, prove them alike, measure, tell, clear away."""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

from benchmarks import operations, report, sides, sizes, timing
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


def _bench(site: Layout, *, publish: bool, register: bool, proposals: bool) -> None:
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
        proposed = sides.proposals(site, ours) if proposals else ""
        streams = sides.register(site, ours) if register else ""
        found = sizes.measure(site, ours)
        told |= {"at the end": f"{os.getloadavg()[0]:.1f}"}
    finally:
        with step("Clearing away"):
            for side in (ours, stock):
                sides.clear(site, side)
    path = report.store(site, rows, found, told, now)
    text = report.section(site, rows, found, told)
    say(f"\n{text}\n{proposed}{streams}Stored: {path}")
    if publish:
        report.publish(page, site.series, text)
        say(f"Published: {page}")


def _sizes(site: Layout) -> None:
    """Measure ours alone at ten thousand datasets; nothing is published."""
    now = datetime.now(timezone.utc)
    told = report.circumstances(site, now)
    ours, _stock = sides.both()
    try:
        _filled(site, ours)
        found = sizes.measure(site, ours)
        told |= {"at the end": f"{os.getloadavg()[0]:.1f}"}
    finally:
        sides.clear(site, ours)
    facts = "; ".join(f"{name} {value}" for name, value in told.items())
    say(f"\nCKAN {site.series}: {facts}.\n\n{report.sizes(found)}")


def main(arguments: list[str]) -> int:
    """Run the bench; goals that are missed are told, not punished."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument(
        "--publish", action="store_true", help="write the results into docs/bench.md"
    )
    parser.add_argument(
        "--sizes",
        action="store_true",
        help="only what ours takes at 10,000 datasets: adoption, queue, gaps",
    )
    parser.add_argument(
        "--register",
        action="store_true",
        help="then fill one side with 100,000 datasets and measure the register",
    )
    parser.add_argument(
        "--proposals",
        action="store_true",
        help="then fill one side with 100,000 proposals and measure them",
    )
    options = parser.parse_args(arguments)
    try:
        site = layout.layout(
            os.environ.get("CKAN") or "2.11", os.environ.get("PORT") or None
        )
        whole.services_running(site)
        with lock.exclusive(site.run / "bench.lock", "the bench"):
            if options.sizes:
                _sizes(site)
            else:
                _bench(
                    site,
                    publish=options.publish,
                    register=options.register,
                    proposals=options.proposals,
                )
    except StackError as error:
        fail(error)
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
