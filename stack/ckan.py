"""CKAN itself: configuration, databases, search cores, demo, the web processes."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from stack import postgres, processes, redis, settings, solr, stamps
from stack.layout import Layout, write_atomically
from stack.processes import Service
from stack.terminal import StackError, note, run, step

SERVICES = Path(__file__).parent / "services"
WEB, WORKER, JOBS = "web", "worker", "jobs"
SOURCES = (".py", ".yaml", ".html", ".txt", ".csv", ".js", ".css", ".mo", ".json")


def command(site: Layout, ini: Path, *arguments: str, what: str) -> str:
    """Run a `ckan` command and return what it printed."""
    named = "-".join(part for part in arguments[:3] if part.isidentifier())
    return run(
        [site.program("ckan"), "-c", ini, *arguments],
        site.log / f"ckan-{named}.log",
        what=what,
        cwd=site.home,
    )


def sources(site: Layout) -> str:
    """Return a fingerprint of the extension as it lies there, without reading it."""
    told = []
    for path in sorted((site.checkout / "ckanext").rglob("*")):
        if path.suffix in SOURCES:
            status = path.stat()
            told.append(f"{path}|{status.st_size}|{status.st_mtime_ns}")
    return stamps.fingerprint(*told)


def configure(site: Layout) -> None:
    """Write ckan.ini, pages.ini and test.ini."""
    blank = site.home / "generated.ini"
    made_by = stamps.fingerprint(site.release, str(site.venv))
    if not blank.exists() or not stamps.done(site, "generated-ini", made_by):
        command_line = [site.program("ckan"), "generate", "config", blank]
        run(
            command_line,
            site.log / "ckan-generate.log",
            what="Generating CKAN's configuration",
            cwd=site.home,
        )
        stamps.write(site, "generated-ini", made_by)
    template = settings.json_logs(blank.read_text(encoding="utf-8"))
    own = settings.site_settings(
        site,
        name="ckan",
        port=site.port,
        redis_database=redis.SITE,
        storage=site.home / "storage",
    )
    pages = settings.site_settings(
        site,
        name="ckan_pages",
        port=site.pages_port,
        redis_database=redis.PAGES,
        storage=site.home / "storage-pages",
    )
    tests = settings.site_settings(
        site,
        name="ckan_test",
        port=site.port,
        redis_database=redis.TESTS,
        storage=site.home / "storage-test",
    )
    _write(site.ini, settings.generated(template, own))
    _write(site.pages_ini, settings.generated(template, pages))
    _write(site.test_ini, settings.test_settings(site.checkout / "test.ini", tests))
    for name in ("storage", "storage-pages", "storage-test"):
        (site.home / name).mkdir(exist_ok=True)


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_atomically(path, text, mode=0o600)


def stock_schema(site: Layout) -> Path:
    """Return the schema of the installed CKAN."""
    found = list(
        site.venv.glob("lib/python3.*/site-packages/ckan/config/solr/schema.xml")
    )
    if not found:
        raise StackError("The installed CKAN has no Solr schema; delete .stack.")
    return found[0]


def schemas(site: Layout) -> dict[str, Mapping[str, bytes]]:
    """Return the schema files of every core: the extension's, and CKAN's own."""
    stock = {"schema.xml": stock_schema(site).read_bytes()}
    folder = site.home / "solr-schema"
    inputs = stamps.fingerprint(sources(site), site.release)
    if not stamps.done(site, "solr-schema", inputs):
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        command(
            site,
            site.ini,
            *("opendata-ua", "search", "schema", "--output", str(folder)),
            what="Writing the Solr schema (ckan opendata-ua search schema)",
        )
        stamps.write(site, "solr-schema", inputs)
    own = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {core: own if ours else stock for core, ours in solr.CORES.items()}


def prepare_search(site: Layout) -> None:
    """Have Solr run with the cores as their schemas ask."""
    stale = solr.configure(site, schemas(site))
    if "ckan" in stale:
        stamps.forget(site, "search-index")
    if "ckan_pages" in stale:
        stamps.forget(site, "pages-template")
    if solr.ensure(site):
        note("Solr answers")


def prepare_databases(site: Layout, ini: Path, name: str) -> None:
    """Have the tables of a site's two databases, once per set of migrations."""
    datastore = name.replace("ckan", "datastore", 1)
    postgres.create(site, [name, datastore])
    migrations = (site.checkout / "ckanext").rglob("migration/**/*.py")
    inputs = stamps.fingerprint(
        postgres.token(site), site.release, settings.PLUGINS, files=migrations
    )
    if stamps.done(site, f"database-{name}", inputs):
        return
    with step(f"Database {name}"):
        command(site, ini, "db", "upgrade", what="Upgrading the database (db upgrade)")
        rights = command(
            site, ini, "datastore", "set-permissions", what="The DataStore's rights"
        )
        # logging may come first: the script begins with its comment
        postgres.psql(site, datastore, rights[rights.index("/*") :])
        stamps.write(site, f"database-{name}", inputs)


def load_demo(site: Layout) -> None:
    """Fill the portal with the demo once; a portal that lives is left alone."""
    inputs = postgres.token(site)
    if stamps.done(site, "demo", inputs):
        return
    with step("Demo data"):
        command(
            site,
            site.ini,
            *("opendata-ua", "demo", "load"),
            what="Loading the demo data (ckan opendata-ua demo load)",
        )
    stamps.write(site, "demo", inputs)
    stamps.write(site, "search-index", inputs)


def translate_scripts(site: Layout) -> None:
    """Have the words of the site's scripts current with the catalogues."""
    catalogues = (site.checkout / "ckanext").rglob("*.po")
    inputs = stamps.fingerprint(site.release, settings.PLUGINS, files=catalogues)
    if stamps.done(site, "script-words", inputs):
        return
    words_of_scripts(site, site.ini)
    stamps.write(site, "script-words", inputs)


def fill_index(site: Layout) -> None:
    """Index anew what the database holds when the index was lost."""
    inputs = postgres.token(site)
    if stamps.done(site, "search-index", inputs):
        return
    with step("Search index"):
        command(
            site,
            site.ini,
            *("search-index", "rebuild"),
            what="Rebuilding the search index",
        )
    stamps.write(site, "search-index", inputs)


def words_of_scripts(site: Layout, ini: Path) -> None:
    """Build the catalogue that scripts in the browser ask for.

    CKAN's own development server does it when it starts, other servers never do.
    """
    command(site, ini, "translation", "js", what="Building the words of the scripts")


def web_service(site: Layout, *, name: str, ini: Path, port: int) -> Service:
    """Describe a site's web processes."""
    return Service(
        name=name,
        command=[
            *(site.program("gunicorn"), "--worker-class", "gthread"),
            *("--workers", "2", "--threads", "4", "--timeout", "120"),
            *("--graceful-timeout", "5", "--bind", f"127.0.0.1:{port}"),
            *("--worker-tmp-dir", site.run, "--no-control-socket"),
            *("--chdir", SERVICES, "wsgi:application"),
        ],
        cwd=site.home,
        env={"CKAN_INI": str(ini), "PYTHONUNBUFFERED": "1"},
        port=port,
        ready=lambda: answers(port),
        patience=120,
        inputs=stamps.fingerprint(
            sources(site), ini.read_text(), _installed(site), postgres.token(site)
        ),
    )


def worker_service(site: Layout) -> Service:
    """Describe the worker of CKAN's own job queue."""
    return _worker(site, WORKER, "jobs", "worker")


def jobs_service(site: Layout) -> Service:
    """Describe the worker of promised jobs and of the outbox."""
    return _worker(site, JOBS, "opendata-ua", "jobs", "run")


def _worker(site: Layout, name: str, *arguments: str) -> Service:
    return Service(
        name=name,
        command=[site.program("ckan"), "-c", site.ini, *arguments],
        cwd=site.home,
        env={"PYTHONUNBUFFERED": "1"},
        # it has no port: when its process lives, it works
        ready=lambda: processes.recorded(site, name) is not None,
        inputs=stamps.fingerprint(
            sources(site), site.ini.read_text(), _installed(site), postgres.token(site)
        ),
    )


def _installed(site: Layout) -> str:
    path = site.home / "stamps" / "python"
    return path.read_text() if path.exists() else ""


def answers(port: int) -> bool:
    """Tell whether a site answers its status page."""
    address = f"http://127.0.0.1:{port}/api/3/action/status_show"
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except OSError:
        return False


def token(site: Layout, who: str) -> str:
    """Make an API token for a user and return it."""
    printed = command(
        site,
        site.ini,
        *("user", "token", "add", who, "make-token", "-q"),
        what=f"Making a token for {who}",
    )
    return printed.strip().splitlines()[-1].strip()
