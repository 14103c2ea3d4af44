"""``ckan opendata-ua jobs``: the worker, and a look at what it has to do."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
import click

# the command is where a terminal meets the background
from ckanext.opendata_ua import jobs as background
from ckanext.opendata_ua.cli.asking import call, print_rows


@click.group("jobs", short_help="Background jobs.")
def jobs() -> None:
    """Run what was promised, and look at it."""


@jobs.command("run")
@click.option("--once", is_flag=True, help="Do what is due now, then end: for cron.")
@click.option(
    "--seconds", type=click.FloatRange(min=0), help="End after so many seconds."
)
def run(once: bool, seconds: float | None) -> None:
    """Run background jobs and deliver messages, until told to stop.

    May run as often and on as many machines as wanted. SIGTERM and Ctrl-C let the job
    that is under way end first.
    """
    with _told_to_stop() as stop:
        if once:
            background.do_all_that_is_due(stop.is_set)
        else:
            background.work(stop, seconds)


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """Turn the signals that end a process into a question asked between two jobs."""
    stop = threading.Event()
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in numbers]
    try:
        yield stop
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@jobs.command("list")
@click.option("--dead", is_flag=True, help="Only jobs that were given up.")
@click.option("--limit", default=100, show_default=True, help="How many at most.")
def list_jobs(dead: bool, limit: int) -> None:
    """List jobs, the newest first: id, state, attempts, kind, key, last error."""
    asked: dict[str, Any] = {"limit": limit, **({"state": "dead"} if dead else {})}
    found = call("opendata_ua_job_list", asked)
    print_rows(found, "id", "state", "attempts", "kind", "key", "last_error")


@jobs.command("retry")
@click.argument("id")
def retry(id: str) -> None:
    """Let a dead job run again."""
    try:
        call("opendata_ua_job_retry", {"id": id})
    except tk.ObjectNotFound as refusal:
        raise click.ClickException(
            f"There is no dead job {id}. Dead jobs: ckan opendata-ua jobs list --dead"
        ) from refusal
    click.echo(f"Job {id} waits for a worker.")
