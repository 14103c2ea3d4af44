"""A throwaway portal of stock CKAN on the services of the running stack.

It has a virtual environment, a database, a Solr core with CKAN's own schema and a web
process of its own, and leaves none of them behind.
"""

from __future__ import annotations

import configparser
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis
import requests

ROOT = Path(__file__).parent.parent.parent
PAGES = tuple(ROOT / "docs" / name for name in ("install.md", "leave.md"))
PLUGINS = "activity text_view image_view"
PREFIX = "install_trial_"
REDIS_DATABASE = 3  # 0 to 2 belong to the sites of the stack
SOURCES = (
    *("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE"),
    *("CHANGELOG.md", "constraints.txt", "ckanext"),
)


@dataclass
class Portal:
    """One portal; ``name`` is that of its database and of its Solr core."""

    name: str
    folder: Path
    database: str  # address of a database that exists, to make ours from
    solr: str  # address of Solr, without a core
    redis: str
    core: Path
    port: int
    token: str = ""
    web: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def venv(self) -> Path:
        return self.folder / "venv"

    @property
    def ini(self) -> Path:
        return self.folder / "ckan.ini"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def schema(self) -> Path:
        return self.core / "conf" / "schema.xml"

    def run(self, *command: str | Path, **env: str) -> str:
        """Run a program of the environment; return what it printed, or fail."""
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.folder,
            env=self._environment() | env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            shown = " ".join(str(part) for part in command)[:300]
            pytest.fail(f"{shown} ended with {done.returncode}:\n{done.stdout[-4000:]}")
        return done.stdout

    def ckan(self, *arguments: str) -> str:
        return self.run(self.venv / "bin" / "ckan", "-c", self.ini, *arguments)

    def follow(self, block: str, wheel: Path) -> str:
        """Run one block of the page, word for word, as its reader would."""
        names = {
            "CKAN_VENV": str(self.venv),
            "CKAN_INI": str(self.ini),
            "CKAN_PLUGINS": PLUGINS,
            "OPENDATA_UA": str(wheel),
            "CONSTRAINTS": str(ROOT / "constraints.txt"),
            "SOLR_URL": self.solr.rstrip("/"),
            "SOLR_CORE": self.name,
            "SOLR_SCHEMA": str(self.schema),
        }
        assert set(names) == set(re.findall(r"^(\w+)=", "".join(blocks("names")), re.M))
        return self.run("sh", "-euc", block, **names)

    def start(self) -> None:
        """Serve the site; return when it answers."""
        log = (self.folder / "web.log").open("ab")
        self.web = subprocess.Popen(
            [
                *(self.venv / "bin" / "ckan", "-c", self.ini, "run"),
                *("--host", "127.0.0.1", "--port", str(self.port)),
                *("--disable-reloader", "--disable-debugger"),
            ],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline and self.web.poll() is None:
            try:
                if self.get("/api/3/action/status_show").ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.3)
        pytest.fail(f"The site does not answer:\n{self.log()[-4000:]}")

    def stop(self) -> None:
        """End the web process and what it has started."""
        if self.web and self.web.poll() is None:
            os.killpg(self.web.pid, signal.SIGTERM)
            try:
                self.web.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.web.pid, signal.SIGKILL)
                self.web.wait()
        self.web = None

    def log(self) -> str:
        path = self.folder / "web.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def get(self, path: str, known: bool = False, **query: Any) -> requests.Response:
        """Ask for a page as a stranger, or as the administrator who is ``known``."""
        headers = {"Authorization": self.token} if known else {}
        address = path if path.startswith("http") else self.url + path
        return requests.get(address, params=query, headers=headers, timeout=60)

    def post(self, path: str, data: Any) -> requests.Response:
        """Send a form as the administrator; say where it leads, do not go there."""
        return requests.post(
            self.url + path,
            data=data,
            headers={"Authorization": self.token},
            timeout=60,
            allow_redirects=False,
        )

    def act(self, action: str, data: Mapping[str, Any], upload: Any = None) -> Any:
        """Call an action as the administrator; return its result, or fail."""
        answer = requests.post(
            f"{self.url}/api/3/action/{action}",
            headers={"Authorization": self.token},
            json=None if upload else data,
            data=data if upload else None,
            files={"upload": upload} if upload else None,
            timeout=60,
        )
        if not answer.ok:
            pytest.fail(f"{action}: {answer.status_code} {answer.text[:2000]}")
        return answer.json()["result"]

    def found(self, query: str) -> list[str]:
        """Return the names of what a stranger finds."""
        answer = self.get("/api/3/action/package_search", q=query, rows=100)
        return [dataset["name"] for dataset in answer.json()["result"]["results"]]

    def _environment(self) -> dict[str, str]:
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PYTEST", "CKAN", "VIRTUAL_ENV"))
        }
        cache = os.environ.get("PIP_CACHE_DIR", str(ROOT / ".stack" / "shared" / "pip"))
        return kept | {
            "PIP_CACHE_DIR": cache,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
            "PIP_PROGRESS_BAR": "off",
        }


def blocks(mark: str) -> list[str]:
    """Return the blocks of both pages that begin with "```sh <mark>"."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    found = re.findall(rf"^```sh {mark}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found, f"No page has a block marked: sh {mark}"
    return found


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of this checkout, built aside so that no build/ is left."""
    source = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name)
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, source / name)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--no-deps"),
            *("--no-build-isolation", "--wheel-dir", str(source / "dist"), str(source)),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return next((source / "dist").glob("*.whl"))


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Yield a running portal of stock CKAN that has never met the extension."""
    home = Path(os.environ["OPENDATA_UA_STACK_HOME"])
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(home / "test.ini", encoding="utf-8")
    services = parser["app:main"]
    name = f"{PREFIX}{os.getpid()}"
    portal = Portal(
        name=name,
        folder=tmp_path_factory.mktemp("portal"),
        database=services["sqlalchemy.url"].rpartition("/")[0],
        solr=services["solr_url"].rpartition("/")[0],
        redis=f"{services['ckan.redis.url'].rpartition('/')[0]}/{REDIS_DATABASE}",
        core=home / "solr" / name,
        port=_free_port(),
    )
    for left in _left_over(portal):
        _remove(portal, left)
    try:
        _make(portal, home)
        portal.start()
        yield portal
    finally:
        portal.stop()
        _remove(portal, name)
        redis.Redis.from_url(portal.redis).flushdb()
        shutil.rmtree(portal.folder, ignore_errors=True)


def _make(portal: Portal, home: Path) -> None:
    """Install CKAN as its own guide says, with nothing of ours."""
    subprocess.run([sys.executable, "-m", "venv", str(portal.venv)], check=True)
    pip = (portal.venv / "bin" / "pip", "install", "--quiet")
    portal.run(
        *(*pip, f"ckan[requirements]=={version('ckan')}"),
        *("setuptools", "--constraint", ROOT / "constraints.txt"),
    )
    _sql(portal, f"CREATE DATABASE {portal.name}")
    shutil.copytree(home / "solr" / "ckan_stock" / "conf", portal.core / "conf")
    _cores(portal, action="CREATE", name=portal.name, instanceDir=portal.name)
    portal.run(portal.venv / "bin" / "ckan", "generate", "config", portal.ini)
    storage = portal.folder / "storage"
    storage.mkdir()
    settings = {
        "ckan.plugins": PLUGINS,
        "ckan.site_id": portal.name,
        "ckan.site_url": portal.url,
        "ckan.storage_path": str(storage),
        "ckan.redis.url": portal.redis,
        "sqlalchemy.url": f"{portal.database}/{portal.name}",
        "solr_url": f"{portal.solr}/{portal.name}",
        "ckan.auth.create_unowned_dataset": "true",
    }
    portal.run(
        *(portal.venv / "bin" / "ckan", "config-tool", portal.ini),
        *(f"{key} = {value}" for key, value in settings.items()),
    )
    portal.ckan("db", "init")
    portal.ckan("user", "add", "admin", "email=a@example.org", "password=opendata-ua")
    portal.ckan("sysadmin", "add", "admin")
    told = portal.ckan("user", "token", "add", "admin", "trial", "-q")
    portal.token = told.strip().splitlines()[-1].strip()


def _remove(portal: Portal, name: str) -> None:
    """Remove a database and a core; either may be absent."""
    _sql(portal, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    wanted = {"core": name, "deleteInstanceDir": "true", "deleteIndex": "true"}
    _cores(portal, required=False, action="UNLOAD", **wanted)
    shutil.rmtree(portal.core.parent / name, ignore_errors=True)


def _left_over(portal: Portal) -> list[str]:
    """Return names of portals whose test was killed before it could tidy up."""
    rows = _sql(portal, "SELECT datname FROM pg_database")
    names = {name for (name,) in rows if name.startswith(PREFIX)}
    names |= {path.name for path in portal.core.parent.glob(f"{PREFIX}*")}
    return [name for name in names if not _alive(int(name.removeprefix(PREFIX)))]


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sql(portal: Portal, statement: str) -> list[tuple[str]]:
    connection = psycopg2.connect(f"{portal.database}/postgres")
    connection.autocommit = True  # a database is not made inside a transaction
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def _cores(portal: Portal, required: bool = True, **query: str) -> None:
    address = urlsplit(portal.solr)
    answer = requests.get(
        f"{address.scheme}://{address.netloc}/solr/admin/cores",
        params=query,
        timeout=60,
    )
    if required and not answer.ok:
        pytest.fail(f"Solr, {query}: {answer.text[:2000]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def page() -> Callable[[str], list[str]]:
    """Return the reader of the pages: mark → its blocks, in their order."""
    return blocks
