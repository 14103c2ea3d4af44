"""Solr of our own, from Maven Central: jars, cores, one Java process."""

from __future__ import annotations

import hashlib
import json
import shutil
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from stack import processes
from stack.layout import Layout, write_atomically
from stack.processes import Service
from stack.terminal import StackError, run, step

NAME = "solr"
FILES = Path(__file__).parent / "solr"
SHUTDOWN = 20

# words that the stock schema's filters read; CKAN's Solr image has empty ones too
EMPTY = ("stopwords.txt", "synonyms.txt", "protwords.txt")

# core → whether it carries the extension's schema or always CKAN's own
CORES = {"ckan": True, "ckan_test": True, "ckan_pages": True, "ckan_stock": False}


def _jars(site: Layout) -> Path:
    """Return the folder of jars; its name changes when the pinned bytes do."""
    pinned = hashlib.sha256((FILES / "jars.sha256").read_bytes()).hexdigest()[:12]
    return site.shared / f"solr-{pinned}"


def fetch(site: Layout) -> None:
    """Have the jars of Solr, copied by Maven and checked against their checksums."""
    folder = _jars(site)
    if folder.is_dir():
        return
    if not shutil.which("mvn"):
        raise StackError("Maven is not installed: install the package maven.")
    fresh = folder.with_name(f"{folder.name}.part")
    with step("Solr from Maven Central"):
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        run(
            [
                *("mvn", "-B", "-ntp", "-q", "-f", FILES / "pom.xml"),
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                f"-DoutputDirectory={fresh}",
            ],
            site.log / "maven.log",
            what="Fetching Solr with Maven",
        )
        check(fresh)
        fresh.rename(folder)


def check(folder: Path) -> None:
    """Compare a folder of jars with the pinned list; raise when they differ."""
    pinned = {}
    for line in (FILES / "jars.sha256").read_text().splitlines():
        digest, name = line.split(maxsplit=1)
        pinned[name] = digest
    here = {
        jar.name: hashlib.sha256(jar.read_bytes()).hexdigest()
        for jar in folder.glob("*.jar")
    }
    wrong = sorted(
        name
        for name in pinned.keys() | here.keys()
        if pinned.get(name) != here.get(name)
    )
    if wrong:
        raise StackError(
            f"Solr's jars differ from the pinned list (stack/solr/jars.sha256): "
            f"{', '.join(wrong[:5])}{' …' if len(wrong) > 5 else ''}. Remove them from "
            "Maven's local repository and run this again; if a version in "
            "stack/solr/pom.xml was changed on purpose, write the list anew."
        )


def home(site: Layout) -> Path:
    """Return Solr's home folder."""
    return site.home / "solr"


def _conf(schema: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a core's conf folder by name."""
    return {
        **dict.fromkeys(EMPTY, b""),
        "solrconfig.xml": (FILES / "solrconfig.xml").read_bytes(),
        **schema,
    }


def configure(site: Layout, schemas: Mapping[str, Mapping[str, bytes]]) -> set[str]:
    """Write the cores; return those whose index must be filled anew.

    :param schemas: core → the files of its schema (schema.xml and word lists)

    An index made with another schema answers wrongly without saying so; a core
    whose files changed therefore loses its data.
    """
    root = home(site)
    root.mkdir(parents=True, exist_ok=True)
    stale = {
        core
        for core, schema in schemas.items()
        if _told(root / core) != _conf(schema) or not (root / core / "data").is_dir()
    }
    if not stale and (root / "solr.xml").exists():
        return stale
    stop(site)
    write_atomically(root / "solr.xml", "<solr></solr>\n")
    for core in stale:
        folder = root / core
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "conf").mkdir(parents=True)
        for name, content in _conf(schemas[core]).items():
            (folder / "conf" / name).write_bytes(content)
        # last, since a folder without it is no core
        write_atomically(folder / "core.properties", f"name={core}\n")
    return stale


def _told(folder: Path) -> dict[str, bytes] | None:
    if not (folder / "core.properties").exists():
        return None
    return {path.name: path.read_bytes() for path in (folder / "conf").iterdir()}


def service(site: Layout) -> Service:
    """Describe the running server."""
    return Service(
        name=NAME,
        command=[
            *("java", "-cp", f"{_jars(site)}/*", "-Xms128m", "-Xmx512m"),
            "-XX:+UseSerialGC",
            "-Dsolr.jetty.host=127.0.0.1",
            f"-Dsolr.log.dir={site.log}",
            f"-Dlog4j2.configurationFile={FILES / 'log4j2.xml'}",
            "-Dlog4j2.formatMsgNoLookups=true",
            *(FILES / "Launcher.java", home(site), str(site.solr_port)),
        ],
        cwd=home(site),
        port=site.solr_port,
        ready=lambda: answers(site),
        patience=120,
    )


def answers(site: Layout) -> bool:
    """Tell whether every core is loaded."""
    try:
        told = _get(site, "admin/cores?action=STATUS&indexInfo=false&wt=json")
    except (OSError, ValueError):
        return False
    failures = told.get("initFailures")
    if failures:
        raise StackError(
            f"Solr cannot load a core: {failures}. See {site.log}/solr.log"
        )
    return set(told.get("status", {})) >= {
        path.parent.name for path in home(site).glob("*/core.properties")
    }


def _get(site: Layout, path: str) -> dict[str, dict[str, object]]:
    address = f"http://127.0.0.1:{site.solr_port}/solr/{path}"
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)


def documents(site: Layout, core: str) -> int:
    """Return how many documents a core holds."""
    told = _get(site, f"{core}/select?q=*:*&rows=0&wt=json")
    return int(told["response"]["numFound"])  # type: ignore[call-overload]


def ensure(site: Layout) -> bool:
    """Have the server run; True when it was started."""
    if not shutil.which("java"):
        raise StackError(
            "Java is not installed: install the package default-jdk-headless."
        )
    return processes.ensure(site, service(site))


def stop(site: Layout) -> bool:
    """Stop the server; a clean end takes a few seconds."""
    return processes.stop(site, NAME, grace=SHUTDOWN)


def url(site: Layout, core: str) -> str:
    """Return the address of a core."""
    return f"http://127.0.0.1:{site.solr_port}/solr/{core}"
