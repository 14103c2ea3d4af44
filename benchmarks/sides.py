"""The two sides: a database, a search core and a web process for each of them."""

from __future__ import annotations

import json
import shutil
import socket
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import Client
from stack import ckan, postgres, processes, redis, settings, solr
from stack.layout import Layout, write_atomically
from stack.processes import Service
from stack.terminal import StackError, run

SCHEMAS = Path(__file__).parent / "schemas"
OF_OURS = frozenset({"opendata_ua", "opendata_ua_theme"})
# link resources never reach the DataStore, and it would want two databases more
LEFT_OUT = frozenset({"datastore", "datatables_view"})


@dataclass(frozen=True)
class Side:
    """One site of the comparison: ``name`` is its database and its Solr core.

    ``core`` is the core of the stack whose schema it copies.
    """

    name: str
    label: str
    plugins: list[str]
    extra: dict[str, str]
    core: str
    redis_database: int
    port: int

    def folder(self, site: Layout) -> Path:
        """Return where its files lie while it lives."""
        return site.home / "bench" / "run" / self.name

    def ini(self, site: Layout) -> Path:
        """Return its configuration."""
        return self.folder(site) / "ckan.ini"


def both() -> tuple[Side, Side]:
    """Return ours and the peer: they differ in plugins, schema and Solr core only."""
    plugins = [name for name in settings.PLUGINS.split() if name not in LEFT_OUT]
    stock = [name for name in plugins if name not in OF_OURS]
    first, second = _free_ports()
    schemas = {
        "scheming.dataset_schemas": (SCHEMAS / "dataset.yaml").as_uri(),
        "scheming.organization_schemas": (SCHEMAS / "organization.yaml").as_uri(),
    }
    return (
        Side("bench_ours", "ours", plugins, {}, "ckan", 14, first),
        Side("bench_stock", "stock", stock, schemas, "ckan_stock", 15, second),
    )


def _free_ports() -> list[int]:
    """Return two ports nobody listens on, so that a bench never meets a stack."""
    probes = [socket.socket() for _ in range(2)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def prepare(site: Layout, side: Side) -> None:
    """Make databases, core and configuration of a side, empty."""
    clear(site, side)
    side.folder(site).mkdir(parents=True)
    _configure(site, side)
    _make_core(site, side)
    postgres.create(site, [side.name])
    ckan.command(
        site, side.ini(site), "db", "upgrade", what=f"The tables of {side.label}"
    )


def clear(site: Layout, side: Side) -> None:
    """Remove whatever a side has, also of a run that was killed."""
    processes.stop(site, side.name, grace=10)
    postgres.drop(site, [side.name])
    redis.empty(site, side.redis_database)
    if side.name in _admin(site, action="STATUS")["status"]:
        _unload(site, side)
    shutil.rmtree(solr.home(site) / side.name, ignore_errors=True)
    shutil.rmtree(side.folder(site), ignore_errors=True)


def _configure(site: Layout, side: Side) -> None:
    own = settings.site_settings(
        site,
        name=side.name,
        port=side.port,
        redis_database=side.redis_database,
        storage=side.folder(site) / "storage",
    )
    own |= {
        "ckan.plugins": " ".join(side.plugins),
        "ckan.views.default_views": "image_view text_view",
        "ckan.max_resource_size": "200",
        "ckan.webassets.path": str(side.folder(site) / "webassets"),
        **side.extra,
    }
    template = (site.home / "generated.ini").read_text(encoding="utf-8")
    write_atomically(side.ini(site), settings.generated(template, own), mode=0o600)


def _make_core(site: Layout, side: Side) -> None:
    """Load a new core beside the others; Solr goes on running."""
    source = solr.home(site) / side.core / "conf"
    shutil.copytree(source, solr.home(site) / side.name / "conf")
    folder = str(solr.home(site) / side.name)
    _admin(site, action="CREATE", name=side.name, instanceDir=folder)


def _unload(site: Layout, side: Side) -> None:
    _admin(
        site,
        action="UNLOAD",
        core=side.name,
        deleteIndex="true",
        deleteInstanceDir="true",
    )


def _admin(site: Layout, **asked: str) -> dict[str, dict[str, object]]:
    """Ask Solr's administration of cores."""
    address = f"{solr.url(site, 'admin/cores')}?{urllib.parse.urlencode(asked)}&wt=json"
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - ours
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            told = refusal.read().decode(errors="replace")
        raise StackError(f"Solr: {asked['action']} failed: {told[:500]}") from refusal
    except OSError as problem:
        raise StackError(f"Solr gives no answer: {problem}") from problem


def serve(site: Layout, side: Side) -> None:
    """Start the web process of a side: one worker, so that a warm one is measured."""
    service = Service(
        name=side.name,
        command=[
            *(site.program("gunicorn"), "--worker-class", "gthread"),
            *("--workers", "1", "--threads", "4", "--timeout", "120"),
            *("--graceful-timeout", "5", "--bind", f"127.0.0.1:{side.port}"),
            *("--worker-tmp-dir", site.run, "--no-control-socket"),
            *("--chdir", site.checkout, "benchmarks.wsgi:application"),
        ],
        cwd=site.home,
        env={"CKAN_INI": str(side.ini(site)), "PYTHONUNBUFFERED": "1"},
        port=side.port,
        ready=lambda: ckan.answers(side.port),
        patience=120,
    )
    processes.ensure(site, service)


def fill(site: Layout, side: Side) -> Client:
    """Fill a side with the catalogue; return the editor of its organization."""
    printed = run(
        [site.program("python"), "-m", "benchmarks.fill"],
        site.log / f"{side.name}.log",
        what=f"Filling {side.label}",
        cwd=site.checkout,
        env={"CKAN_INI": str(side.ini(site))},
    )
    return Client(side.port, printed.split()[-1])


def register(site: Layout, side: Side) -> str:
    """Measure the register on a side, which is filled for it; return what is told."""
    return _measured(site, side, "register")


def proposals(site: Layout, side: Side) -> str:
    """Measure proposals on a side, which is filled for it; return what is told."""
    return _measured(site, side, "proposals")


def _measured(site: Layout, side: Side, name: str) -> str:
    return run(
        [site.program("python"), "-m", f"benchmarks.{name}"],
        site.log / f"{side.name}.log",
        what=f"Measuring the {name}",
        cwd=site.checkout,
        env={"CKAN_INI": str(side.ini(site))},
    )
