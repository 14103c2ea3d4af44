"""The whole stack: what comes up in which order, what runs side by side."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from stack import (
    ckan,
    lock,
    mail,
    packages,
    postgres,
    processes,
    python,
    redis,
    solr,
    stamps,
)
from stack.layout import Layout, remember_port
from stack.terminal import StackError, interrupt, note

Result = TypeVar("Result")

PAGES = "pages"
PEOPLE = ("admin", "moderator", "publisher", "publisher2", "member")
PASSWORD = "opendata-ua-demo"
NEEDED_GB = 2


def together(*tasks: Callable[[], Result]) -> list[Result]:
    """Run independent tasks side by side; return their results or raise a failure."""
    if not tasks:
        return []
    with ThreadPoolExecutor(len(tasks)) as pool:
        running = [pool.submit(task) for task in tasks]
        try:
            wait(running)
        except BaseException:
            interrupt()
            raise
    return [task.result() for task in running]


def _room(site: Layout) -> None:
    """Refuse early where a first set-up could not end for lack of space."""
    if stamps.known(site, "python"):
        return
    free = shutil.disk_usage(site.home).free / 1e9
    if free < NEEDED_GB:
        raise StackError(
            f"Only {free:.1f} GB are free in {site.home}; the stack needs "
            f"{NEEDED_GB} GB. Free some space and run the command again."
        )


@contextmanager
def locked(site: Layout) -> Iterator[None]:
    """Make the stack's folders and be the only command that changes it."""
    try:
        site.log.mkdir(parents=True, exist_ok=True)
        site.run.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise StackError(
            f"{site.home} cannot be written: {problem.strerror}."
        ) from None
    with lock.exclusive(site.run / "lock", f"the stack of CKAN {site.series}"):
        # what a killed command left running would write into our work
        processes.end(processes.marked(site, processes.SETUP), signal.SIGTERM, 10)
        os.environ[processes.MARK] = f"{site.mark}:{processes.SETUP}"
        try:
            yield
        finally:
            del os.environ[processes.MARK]


def services(site: Layout) -> None:
    """Have everything but the site's own processes: installed, running, with tables."""
    _room(site)
    _ports(site)
    remember_port(site)
    packages.ensure(site)
    together(lambda: python.ensure(site), lambda: _jars(site), lambda: _stores(site))
    ckan.configure(site)
    together(
        lambda: ckan.prepare_search(site),
        lambda: ckan.prepare_databases(site, site.ini, "ckan"),
        lambda: mail.ensure(site),
    )


def _jars(site: Layout) -> None:
    with lock.exclusive(site.shared / "solr.lock", "Solr's jars"):
        solr.fetch(site)


def _stores(site: Layout) -> None:
    if postgres.ensure(site):
        note("PostgreSQL answers")
    if redis.ensure(site):
        note("Redis answers")
    # plugins look for the site's databases as soon as any `ckan` command starts
    postgres.create(site, ["ckan", "datastore"])


def _ports(site: Layout) -> None:
    """Look at the ports before the long work, not after it."""
    known = {
        postgres.NAME: site.postgres_port,
        redis.NAME: site.redis_port,
        solr.NAME: site.solr_port,
        mail.NAME: site.mail_port,
        ckan.WEB: site.port,
    }
    for name, port in known.items():
        ours = processes.recorded(site, name) or processes.marked(site, name)
        if not ours and not processes.port_free(port):
            if processes.housed(_homes(site)):
                continue  # left over from a killed stack: ensure() ends it
            raise StackError(
                f"Port {port} (for {name}) is used by another program. Stop that "
                f"program, or choose other ports: PORT={site.port + 1000}."
            )


def _homes(site: Layout) -> list[Path]:
    return [postgres.data(site), site.home / "redis"]


def up(site: Layout) -> None:
    """Have the whole site running and answering."""
    with locked(site):
        services(site)
        if os.environ.get("DEMO", "yes") != "no":
            ckan.load_demo(site)
        ckan.fill_index(site)
        ckan.translate_scripts(site)
        together(
            lambda: _web(site),
            lambda: processes.ensure(site, ckan.worker_service(site)),
            lambda: processes.ensure(site, ckan.jobs_service(site)),
        )


def _names() -> list[str]:
    """Return all services in the order in which they are stopped."""
    return [
        PAGES,
        ckan.WEB,
        ckan.WORKER,
        ckan.JOBS,
        mail.NAME,
        solr.NAME,
        redis.NAME,
        postgres.NAME,
    ]


def _web(site: Layout) -> None:
    service = ckan.web_service(site, name=ckan.WEB, ini=site.ini, port=site.port)
    if processes.ensure(site, service):
        note("The site answers")


def address(site: Layout) -> str:
    """Return what a person needs to know once the site is up."""
    return (
        f"\nThe portal is ready: {site.site_url}\n"
        f"  sign in at {site.site_url}/user/login as {', '.join(PEOPLE)}\n"
        f"  password of each: {PASSWORD}\n"
        f"  CKAN {site.release}; logs in {site.log}; letters: make mail\n"
    )


def down(site: Layout) -> bool:
    """Stop everything of this stack; True when something ran."""
    with locked(site):
        return stop(site, _names())


def stop(site: Layout, names: list[str]) -> bool:
    """Stop services, the dependent ones first; True when something ran.

    When all are asked for, whatever else carries our mark is swept up too.
    """
    own: dict[str, Callable[[Layout], bool]] = {
        solr.NAME: solr.stop,
        redis.NAME: redis.stop,
        postgres.NAME: postgres.stop,
    }
    front = [name for name in names if name not in own]
    behind = [name for name in names if name in own]
    ran = together(*(partial(processes.stop, site, n, grace=10) for n in front))
    ran += together(*(partial(own[name], site) for name in behind))
    if set(names) == set(_names()):
        left = processes.marked(site) | processes.housed(_homes(site))
        processes.end(left, signal.SIGTERM, 5)
        ran.append(bool(left))
    return any(ran)


def running(site: Layout) -> list[str]:
    """Return the services whose main process lives."""
    return [name for name in _names() if processes.recorded(site, name)]


def services_running(site: Layout) -> None:
    """Refuse a command that needs a stack that is up."""
    lacking = {postgres.NAME, redis.NAME, solr.NAME} - set(running(site))
    if lacking:
        raise StackError(
            f"Not running: {', '.join(sorted(lacking))}. Start the stack first: make up"
            + (f" CKAN={site.series}" if site.series != "2.11" else "")
        )


def watch(site: Layout, started: list[str]) -> str | None:
    """Return the name of a service that has ended, None while all run."""
    for name in started:
        if processes.recorded(site, name) is None:
            return name
    return None
