"""The register on a real web server: many clients at once, and one who leaves.

`make test` sends a dozen, `make prove` a hundred (``prove_register_crowd.py``): more
than the server has threads.
"""

from __future__ import annotations

import itertools
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action

from benchmarks import seed
from ckanext.opendata_ua.domain.register import LAYOUTS, OFFERS
from ckanext.opendata_ua.model import register as rows_of
from tests.faults.server import Server, serving
from tests.integration.conftest import public_at_once
from tests.integration.stage import WHOLE

CLIENTS = 100 if WHOLE else 12
#: More than fits between a server and a client who takes nothing.
ROWS = 3000
PATIENCE = 60
READINGS = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted "
    "AND classid = :lock AND database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database())"
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message[str, str]
    body: bytes


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("storage")


@pytest.fixture(scope="module")
def server(
    portal: None,
    body: dict[str, Any],
    editor: dict[str, Any],
    full: dict[str, str],
    request: pytest.FixtureRequest,
    storage: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Server]:
    """Serve a large register with more threads than a process has connections."""
    fields = {**full, "name": "crowd", "owner_org": body["id"]}
    made = call_action("package_create", public_at_once(editor), **fields)
    seed.rows(model.Session, made["id"], 1, ROWS)
    with serving(
        Path(request.config.option.ckan_ini),
        tmp_path_factory.mktemp("served"),
        workers=2,
        threads=20,
        ckan__storage_path=str(storage),
    ) as server:
        yield server


def take(url: str) -> Answer:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def odd(answer: Answer) -> str:
    """Return what an answer says that is neither a file nor "come again"."""
    if answer.status in (200, 503):
        return ""
    return f"{answer.status}: {answer.body[:2000]!r}"


def readings() -> int:
    with model.meta.engine.connect() as connection:  # pyright: ignore[reportOptionalMemberAccess]  # bound by now
        found = connection.execute(sa.text(READINGS), {"lock": rows_of.LOCK})
        return int(found.scalar() or 0)


def wait_for_all_readings() -> None:
    """Return once nobody reads: whoever holds all the locks knows."""
    lock = sa.text("SELECT pg_advisory_xact_lock(:lock, :number)")
    limit = sa.text(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
    with model.meta.engine.begin() as connection:  # pyright: ignore[reportOptionalMemberAccess]  # bound by now
        connection.execute(limit)
        for number in range(rows_of.SCANS):
            connection.execute(lock, {"lock": rows_of.LOCK, "number": number})


def questions() -> list[str]:
    """Return addresses of a hundred different files, so that no copy serves two."""
    layouts = [
        f"layout={layout}&titles_row={row}" for layout in LAYOUTS for row in (0, 1)
    ]
    tables = [one.extension for one in OFFERS.values() if one.has_layouts]
    return [
        f"/datasets-register.{extension}?{query}{of}"
        for of, extension, query in itertools.product(
            ("", "&organization={organization}"), tables, layouts
        )
    ]


class TestCrowd:
    def test_all_are_answered_and_few_read(
        self, server: Server, body: dict[str, Any]
    ) -> None:
        asked = [one.format(organization=body["name"]) for one in questions()]
        asked = [*asked, *asked][:CLIENTS]
        together, done = threading.Barrier(CLIENTS), threading.Event()
        most: list[int] = []

        def ask(path: str) -> Answer:
            together.wait()
            return take(server.url + path)

        def watch() -> None:
            while not done.wait(0.02):
                most.append(readings())

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            with ThreadPoolExecutor(CLIENTS) as crowd:
                answers = list(crowd.map(ask, asked))
        finally:
            done.set()
            watcher.join()
        assert [odd(one) for one in answers if odd(one)] == []
        assert 1 <= max(most) <= rows_of.SCANS
        for path, one in zip(asked, answers, strict=True):
            if one.status == 503:
                assert one.headers["Retry-After"] == "5"
            else:
                assert one.body == take(server.url + path).body

    def test_who_want_the_same_are_given_one_copy(self, server: Server) -> None:
        address = f"{server.url}/datasets-register.jsonld"
        with ThreadPoolExecutor(CLIENTS) as crowd:
            answers = list(crowd.map(take, [address] * CLIENTS))
        bodies = {one.body for one in answers if one.status == 200}
        assert len(bodies) == 1
        assert [odd(one) for one in answers if odd(one)] == []


class TestLeaving:
    def test_who_leaves_in_the_middle_frees_the_connection(
        self, server: Server, storage: Path
    ) -> None:
        wait_for_all_readings()
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        address = urlsplit(server.url)
        client.connect((address.hostname, address.port))
        client.sendall(b"GET /datasets-register.html HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(15) == b"HTTP/1.1 200 OK"
        assert readings() == 1
        client.close()
        wait_for_all_readings()
        kept = [path.name for path in (storage / "opendata_ua_register").iterdir()]
        assert not [name for name in kept if "-html-" in name]
