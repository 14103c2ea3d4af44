"""The table of a run, its file for machines, and the copy in docs/bench.md."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import catalogue
from benchmarks.operations import PAGE_STATEMENTS
from benchmarks.sizes import Size
from benchmarks.timing import ROUNDS, Row
from stack import postgres, solr
from stack.layout import Layout, write_atomically
from stack.terminal import StackError

# the operations as a person meets them, not as they were measured
ORDER = (
    "package_create",
    "package_patch",
    "resource_create, a link",
    "resource_create, a file",
    "resource_create, 100 MB",
    "package_show",
    "dataset page",
    "search page, no words",
    "search page, one word",
)
HEADINGS = (
    "| | ours, ms | stock, ms | ratio | its rounds | goal | met | Python alone "
    "| SQL ours | SQL stock | more | goal | met |",
    "|---|--:|--:|--:|:-:|--:|:-:|--:|--:|--:|--:|--:|:-:|",
)
MET = {True: "yes", False: "**no**", None: "–"}


def circumstances(site: Layout, now: datetime) -> dict[str, str]:
    """Return what a reader needs to judge the numbers; no name of a machine."""
    server = postgres.psql(site, "postgres", "SHOW server_version").split()[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "date": now.strftime("%Y-%m-%d %H:%M UTC"),
        "revision": _revision(site),
        "CKAN": version("ckan"),
        "ckanext-scheming": version("ckanext-scheming"),
        "SQLAlchemy": version("sqlalchemy"),
        "Python": platform.python_version(),
        "PostgreSQL": server,
        "Solr": _solr(),
        "machine": f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB",
        "load of the machine at the start": f"{os.getloadavg()[0]:.1f}",
    }


def _revision(site: Layout) -> str:
    told = []
    for command in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain"]):
        asked = ["git", "-C", str(site.checkout), *command]
        try:
            answer = subprocess.run(asked, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):  # an unpacked archive
            return "unknown"
        told.append(answer.stdout.strip())
    return told[0] + (" and changes that are not committed" if told[1] else "")


def _solr() -> str:
    pinned = (solr.FILES / "jars.sha256").read_text()
    found = re.search(r"solr-core-([\d.]+)\.jar", pinned)
    return found[1] if found else "unknown"


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.machine()
    found = re.search(r"^model name\s*:\s*(.+)$", told, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def ordered(rows: Sequence[Row]) -> list[Row]:
    """Return the rows in the order of the table."""
    return sorted(rows, key=lambda row: ORDER.index(row.operation.name))


def table(rows: Sequence[Row]) -> str:
    """Return the table in Markdown; goals of statements hold for pages."""
    return "\n".join([*HEADINGS, *(_line(row) for row in ordered(rows))])


def _line(row: Row) -> str:
    record = _record(row)
    goal = record["statements_goal"]
    cells = (
        row.operation.name,
        f"{record['ours_ms']:.0f}",
        f"{record['stock_ms']:.0f}",
        f"**{row.ratio:.2f}**",
        f"{min(row.ratios):.2f}–{max(row.ratios):.2f}",
        f"≤ {row.operation.goal:.2f}",
        MET[record["time_met"]],
        f"{record['python_ratio']:.2f}",
        f"{record['ours_statements']:.0f}",
        f"{record['stock_statements']:.0f}",
        f"{row.more_statements:+d}",
        "–" if goal is None else f"≤ {goal}",
        MET[record["statements_met"]],
    )
    return f"| {' | '.join(cells)} |"


def sizes(found: Sequence[Size]) -> str:
    """Return what a large portal takes, in Markdown."""
    lines = [
        f"| {one.name} | {one.value:.0f} {one.unit} | ≤ {one.goal:.0f} {one.unit} "
        f"| {MET[one.met]} |"
        for one in found
    ]
    head = (
        "| ours alone, at 10,000 datasets | measured | goal | met |",
        "|---|--:|--:|:-:|",
    )
    return "\n".join([*head, *lines])


def _record(row: Row) -> dict[str, Any]:
    few = row.more_statements <= PAGE_STATEMENTS if row.operation.page else None
    return {
        "operation": row.operation.name,
        "calls": row.calls,
        "ours_ms": row.times[0],
        "stock_ms": row.times[1],
        "ratio": row.ratio,
        "ratios": row.ratios,
        "time_goal": row.operation.goal,
        "time_met": round(row.ratio, 2) <= row.operation.goal,
        "ours_python_ms": row.cpu[0],
        "stock_python_ms": row.cpu[1],
        "python_ratio": row.cpu[0] / row.cpu[1],
        "ours_statements": row.statements[0],
        "stock_statements": row.statements[1],
        "statements_goal": PAGE_STATEMENTS if row.operation.page else None,
        "statements_met": few,
    }


def store(
    site: Layout,
    rows: Sequence[Row],
    found: Sequence[Size],
    told: dict[str, str],
    now: datetime,
) -> Path:
    """Write the run below .stack and return the file for machines."""
    path = site.home / "bench" / f"{now:%Y-%m-%dT%H-%M-%S}.json"
    whole = {
        "circumstances": told,
        "rounds": ROUNDS,
        "datasets": catalogue.SEEDED,
        "rows": [_record(row) for row in ordered(rows)],
        "sizes": [{**asdict(one), "met": one.met} for one in found],
    }
    write_atomically(path, json.dumps(whole, ensure_ascii=False, indent=2) + "\n")
    write_atomically(path.with_suffix(".md"), section(site, rows, found, told))
    return path


def section(
    site: Layout, rows: Sequence[Row], found: Sequence[Size], told: dict[str, str]
) -> str:
    """Return the results of one CKAN as docs/bench.md carries them."""
    facts = "; ".join(f"{name} {value}" for name, value in told.items())
    return f"### CKAN {site.series}\n\n{facts}.\n\n{table(rows)}\n\n{sizes(found)}\n"


def publish(path: Path, series: str, text: str | None) -> None:
    """Replace the results of one CKAN in the page; without a text only look at it.

    :raises StackError: when the page lacks the two marks between which they stand
    """
    begin, end = (f"<!-- {edge} CKAN {series} -->" for edge in ("begin", "end"))
    page = path.read_text(encoding="utf-8")
    before, mark, rest = page.partition(begin)
    _old, closing, after = rest.partition(end)
    if not mark or not closing:
        raise StackError(f"{path} lacks the line {end if mark else begin}: add it.")
    if text is not None:
        write_atomically(path, f"{before}{begin}\n{text}{end}{after}")
