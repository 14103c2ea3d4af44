"""What the register costs: its streams against PostgreSQL and other programs.

    CKAN_INI=… python -m benchmarks.register [--sizes 1000 10000 100000]

The database of CKAN_INI is filled by copies of four datasets, in SQL, up to each size
in turn, and stays so: take one that may be thrown away. Before a time counts, the rows
of both sides are compared. Ratios are of medians of rounds in turns, in one process;
memory is that of a process of its own. Programs that need minutes for a hundred
thousand datasets are asked for some hundreds, and compared by dataset.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from rdflib import Graph
from rdflib.namespace import DCAT, DCTERMS, RDF

from benchmarks import catalogue, dcat, seed
from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain.register import OFFERS, Heading
from ckanext.opendata_ua.logic.reader import register as reading
from ckanext.opendata_ua.model import register as rows

SIZES = (1000, 10_000, 100_000)
BASES = 4
COPIES = "bench-register-"
ROUNDS = 3
#: Of programs that are too slow for all.
SOME = 200
DUMPED = 200
NAMES = ("identifier", "title", "description", "keyword", "purpose", "contactPointFn")
#: Formats that stream, with the peer each is compared to and the goal.
GOALS = {"csv": 2.0, "json": 2.0, "xml": 2.0, "html": 5.0}


def base() -> list[str]:
    """Make the organization and the datasets that are copied; return their ids."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]

    def act(name: str, data: dict[str, Any]) -> Any:
        return tk.get_action(name)({"user": user, "ignore_auth": True}, data)

    if model.Group.get(catalogue.ORGANIZATION["name"]) is None:
        act("organization_create", dict(catalogue.ORGANIZATION))
    ids = []
    tk.config["ckanext.opendata_ua.moderation.mode"] = "observe"
    for number in range(BASES):
        data = catalogue.dataset(number, name="register")
        known = model.Package.get(data["name"])
        ids.append(known.id if known else act("package_create", data)["id"])
        model.Session.remove()
    return ids


def fill(size: int) -> None:
    """Let there be so many datasets, and none without its rows."""
    ids = base()
    count = sa.text("SELECT count(*) FROM package WHERE name LIKE 'bench-register-%'")
    have = int(model.Session.execute(count).scalar() or 0)
    missing = max(size - have, 0) // BASES
    first = have // BASES
    for id_ in ids:
        if missing:
            seed.rows(model.Session, id_, first, first + missing - 1)
    model.Session.execute(sa.text("COMMIT"))
    connection = model.Session.connection().connection
    connection.rollback()
    vacuumed: Any = connection.dbapi_connection
    vacuumed.autocommit = True
    with vacuumed.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    vacuumed.autocommit = False
    model.Session.remove()


def ours(extension: str, to: Callable[[bytes], Any] = lambda piece: None) -> None:
    """Make the register without copies, piece by piece."""
    forget()
    found = reading.open_register({"ignore_auth": True}, {"format": extension})
    for piece in found.start():
        to(piece)


def forget() -> None:
    """Remove copies, so that what is measured is a reading that makes one."""
    folder = config.register_folder()
    for copy in folder.glob("*") if folder and folder.exists() else ():
        copy.unlink()


def copied(select: str, to: Any = None) -> None:
    """Let the database send the same columns by ``COPY``."""
    connection = model.Session.connection().connection
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({select}) TO STDOUT WITH CSV", to or _Nowhere())
    model.Session.rollback()


class _Nowhere:
    """A file that keeps nothing."""

    def write(self, some: str | bytes) -> int:
        return len(some)


def columns() -> str:
    """Return the statement of the register with names for its columns."""
    return (
        "SELECT r.*, g.title AS publisher FROM ("  # noqa: S608  # constants
        f"{rows.ROWS} ORDER BY p.name) AS r (name, title, notes, frequency, keywords, "
        "purpose, formats, owner_org, maintainer, email, stop, shown, reason) "
        'LEFT JOIN "group" g ON g.id = r.owner_org'
    )


def nested() -> str:
    """Return the same as one object of JSON a row."""
    return f"SELECT row_to_json(n) FROM ({columns()}) n"  # noqa: S608  # constants


def alike() -> int:
    """Compare our rows with those of ``COPY``; return how many there are.

    :raises SystemExit: when they differ
    """
    mine, theirs = io.BytesIO(), io.StringIO()
    ours("csv", mine.write)
    copied(columns(), theirs)
    text = io.StringIO(mine.getvalue().decode(), newline="")
    picked = [
        tuple(one[name] for name in NAMES)
        for one in csv.DictReader(text)
        if one["identifier"].startswith(COPIES)
    ]
    theirs.seek(0)
    peers = [
        (one[0], one[1], one[2].replace("\r\n", "\n"), one[4], one[5], one[8])
        for one in csv.reader(theirs)
        if one[0].startswith(COPIES)
    ]
    if picked != peers:
        wrong = next(
            pair for pair in zip(picked, peers, strict=False) if len(set(pair)) > 1
        )
        raise SystemExit(f"The rows differ: {wrong}")
    return len(picked)


def timed(run: Callable[[], Any]) -> float:
    """Return seconds."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def ratio(extension: str, rounds: int = ROUNDS) -> dict[str, Any]:
    """Compare one of our streams with the peer, in turns."""
    select = columns() if extension == "csv" else nested()
    pairs = [
        (timed(lambda: ours(extension)), timed(lambda: copied(select)))
        for _ in range(rounds)
    ]
    return {
        "ours_s": median(pair[0] for pair in pairs),
        "peer_s": median(pair[1] for pair in pairs),
        "ratio": median(mine / peer for mine, peer in pairs),
        "goal": GOALS.get(extension),
    }


def first_byte() -> float:
    """Return milliseconds to the first piece, with the look at what has changed."""

    def begin() -> None:
        forget()
        reading._seen.clear()
        reading.open_register({"ignore_auth": True}, {}).start().close()

    return min(timed(begin) for _ in range(ROUNDS)) * 1e3


def conditional(client: Any) -> dict[str, float]:
    """Return milliseconds of a 304: as most readers meet it, and after a look."""
    address = "/datasets-register.csv"
    etag = client.head(address).headers["ETag"]

    def ask() -> None:
        answer = client.get(address, headers={"If-None-Match": etag})
        assert answer.status_code == 304  # noqa: S101 - else the time is of nothing

    usual = median(timed(ask) for _ in range(50))
    reading._seen.clear()
    return {"ms": usual * 1e3, "ms_with_look": timed(ask) * 1e3}


def memory(extension: str) -> float:
    """Return by how many MiB a process of its own grows while it streams."""
    asked = [sys.executable, "-m", "benchmarks.register", "--grow", extension]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def grow(extension: str) -> float:
    """Return by how many MiB this process grows while it streams all rows."""
    found = reading.open_register({"ignore_auth": True}, {"format": extension})
    found.offer.writer(found.heading).begin()  # what is loaded once is no growth
    before, peak = _resident(), 0

    def look(_piece: bytes) -> None:
        nonlocal peak
        peak = max(peak, _resident())

    ours(extension, look)
    return (peak - before) / 2**20


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def graphs() -> dict[str, Any]:
    """Compare with the catalogue serializer of ckanext-dcat, by dataset.

    Ours reads the database, the peer gets what was read before.
    """
    page = reading.open_page({"ignore_auth": True}, {"limit": SOME})
    peers = dcat.serialized([row.identifier for row in page.rows])
    told, total = {}, _count()
    for extension, peer in peers.items():
        writer = OFFERS[extension].writer(Heading(page_url=page.url))
        mine = writer.begin() + writer.rows(page.rows) + writer.end()
        if _titles(mine, extension) != _titles(peer["text"], extension):
            raise SystemExit(f"ckanext-dcat tells of other datasets: {extension}")
        seconds = timed(lambda kind=extension: ours(kind)) / total
        theirs = peer["seconds"] / len(page.rows)
        told[extension] = {
            "ours_us": seconds * 1e6,
            "peer_us": theirs * 1e6,
            "faster": theirs / seconds,
            "goal": 40,
        }
    return told


def _titles(text: bytes | str, extension: str) -> list[str]:
    """Return the titles of the datasets of a catalogue."""
    graph = Graph().parse(data=text, format=dcat.FORMATS[extension])
    found = graph.subjects(RDF.type, DCAT.Dataset, unique=True)
    return sorted(str(graph.value(one, DCTERMS.title)) for one in found)


def dump() -> dict[str, Any]:
    """Compare with ``ckanapi dump datasets -p 2`` of some datasets."""
    names = model.Session.execute(
        sa.text("SELECT name FROM package WHERE state = 'active' LIMIT :some"),
        {"some": DUMPED},
    ).scalars()
    asked = [
        str(Path(sys.executable).with_name("ckanapi")),
        *("dump", "datasets", "-p", "2", "-c", os.environ["CKAN_INI"], "-q"),
        *names,
    ]
    start = time.perf_counter()
    # it starts its workers by their name
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        asked, capture_output=True, check=False, env={**os.environ, "PATH": path}
    )
    if done.returncode:
        return {"failed": done.stderr.decode().splitlines()[-1:]}
    seconds = time.perf_counter() - start
    lines = len(done.stdout.splitlines())
    mine = timed(lambda: ours("csv")) / _count()
    peer = seconds / max(lines, 1)
    return {
        "lines": lines,
        "ours_us": mine * 1e6,
        "peer_us": peer * 1e6,
        "faster": peer / mine,
        "goal": 100,
    }


def _count() -> int:
    found = model.Session.execute(sa.text("SELECT count(*) FROM package")).scalar()
    return int(found or 0)


def bench(client: Any, sizes: list[int]) -> dict[str, Any]:
    """Measure at every size; what is compared with slow programs, at the last."""
    told: dict[str, Any] = {}
    for size in sizes:
        fill(size)
        found: dict[str, Any] = {"rows": alike(), "first_byte_ms": first_byte()}
        for extension in GOALS:
            found[extension] = ratio(extension)
        for extension in ("xlsx", "ods", "rdf", "ttl", "jsonld"):
            found[extension] = {"ours_s": timed(lambda kind=extension: ours(kind))}
        found["memory_mib"] = {extension: memory(extension) for extension in OFFERS}
        found["conditional"] = conditional(client)
        told[str(size)] = found
        sys.stderr.write(f"{size}: {json.dumps(found)}\n")
    told["graphs"] = graphs()
    told["ckanapi"] = dump()
    return told


def main() -> None:
    """Run the bench, or a part of it in a process of its own."""
    parser = argparse.ArgumentParser(description="What the register costs.")
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--grow", choices=list(OFFERS))
    asked = parser.parse_args()
    application: Any = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
    flask_app = application._wsgi_app
    with flask_app.test_request_context():
        if asked.grow:
            sys.stdout.write(f"{grow(asked.grow)}\n")
            return
        told = bench(flask_app.test_client(), asked.sizes)
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
