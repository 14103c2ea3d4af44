"""`make test`: the parts of the suite, each on the services it needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from stack import (
    ckan,
    packages,
    postgres,
    processes,
    redis,
    solr,
    stamps,
)
from stack import site as whole
from stack.layout import Layout
from stack.terminal import StackError, note, say, step

# the parts that need no CKAN must not wake its pytest plugin, which builds an app
WITHOUT_CKAN = ("-p", "no:ckan", "-p", "no:ckan_fixtures")
NO_TESTS = 5
SOME_FAILED = 1
#: Lines of a part that failed which are worth reading once more at the very end.
LAST_LINES = 80
TEMPLATE = "pages_template"


@dataclass(frozen=True)
class Part:
    """One run of pytest: its name for ONLY=, its folders, what it needs."""

    name: str
    paths: Callable[[Path], list[Path]]
    options: Callable[[Layout], list[str]]
    prepare: Callable[[Layout], None] | None = None
    clean: Callable[[Layout], None] | None = None
    complete: Sequence[str] = ()  # options that hold only for the whole part
    lane: int = 0  # parts of different lanes share no database, index or folder
    tries: int = 1  # a browser waits for a busy machine, and sometimes in vain


def _house(tests: Path) -> list[Path]:
    """Return what lies beside the three big parts: files, and smaller folders."""
    big = {"domain", "integration", "pages", "data", "__pycache__"}
    return [
        path
        for path in sorted(tests.iterdir())
        if path.name not in big and (path.is_dir() or path.name.startswith("test_"))
    ]


def _domain_options(site: Layout) -> list[str]:
    return [*WITHOUT_CKAN, "-W", "error"]


def _prepare_integration(site: Layout) -> None:
    ckan.prepare_databases(site, site.test_ini, "ckan_test")
    redis.empty(site, redis.TESTS)


def _prepare_pages(site: Layout) -> None:
    packages.ensure(site, packages.BROWSER)
    _fill_template(site)
    with step("Site of the page tests"):
        _restore(site)
        ckan.words_of_scripts(site, site.pages_ini)
        processes.ensure(site, _pages_service(site))


def _pages_service(site: Layout) -> processes.Service:
    return ckan.web_service(
        site, name=whole.PAGES, ini=site.pages_ini, port=site.pages_port
    )


def _stop_pages(site: Layout) -> None:
    processes.stop(site, whole.PAGES)


def _databases(template: bool) -> list[tuple[str, str]]:
    pairs = [
        ("ckan_pages", f"ckan_{TEMPLATE}"),
        ("datastore_pages", f"datastore_{TEMPLATE}"),
    ]
    return [(made, kept) if template else (kept, made) for made, kept in pairs]


def _fill_template(site: Layout) -> None:
    """Load the demo into the pages site once, and keep it as a template.

    It is loaded anew when what makes the demo or stores it has changed.
    """
    extension = site.checkout / "ckanext" / "opendata_ua"
    files = [
        path
        for folder in ("demo", "schemas", "migration", "model", "domain")
        for path in (extension / folder).rglob("*")
        if path.suffix in ckan.SOURCES
    ]
    inputs = stamps.fingerprint(postgres.token(site), site.release, files=files)
    if stamps.done(site, "pages-template", inputs):
        return
    stamps.forget(site, "pages-template", "database-ckan_pages")
    _stop_pages(site)
    with step("Demo data of the page tests"):
        postgres.drop(site, [name for pair in _databases(True) for name in pair])
        shutil.rmtree(site.home / "storage-pages", ignore_errors=True)
        (site.home / "storage-pages").mkdir()
        redis.empty(site, redis.PAGES)
        ckan.prepare_databases(site, site.pages_ini, "ckan_pages")
        ckan.command(
            site, site.pages_ini, "search-index", "clear", what="Emptying the index"
        )
        ckan.command(
            site,
            site.pages_ini,
            *("opendata-ua", "demo", "load"),
            what="Loading the demo data of the page tests",
        )
        for made, kept in _databases(template=True):
            postgres.clone(site, made, kept)
        kept_files = site.home / "storage-pages-template"
        shutil.rmtree(kept_files, ignore_errors=True)
        shutil.copytree(site.home / "storage-pages", kept_files)
    stamps.write(site, "pages-template", inputs)


def _restore(site: Layout) -> None:
    """Put the pages site back to the template: databases, files, index."""
    _stop_pages(site)
    for kept, made in _databases(template=False):
        postgres.clone(site, kept, made)
    shutil.rmtree(site.home / "storage-pages", ignore_errors=True)
    shutil.copytree(site.home / "storage-pages-template", site.home / "storage-pages")
    redis.empty(site, redis.PAGES)
    for arguments in (("search-index", "clear"), ("search-index", "rebuild")):
        ckan.command(site, site.pages_ini, *arguments, what="The index of the pages")


PARTS = (
    Part(
        "domain",
        lambda tests: [tests / "domain"],
        _domain_options,
        complete=(
            "--cov=ckanext.opendata_ua.domain",
            "--cov-branch",
            "--cov-report=term-missing:skip-covered",
            "--cov-fail-under=100",
        ),
    ),
    Part("house", _house, lambda site: list(WITHOUT_CKAN)),
    Part(
        "integration",
        lambda tests: [tests / "integration"],
        lambda site: [f"--ckan-ini={site.test_ini}"],
        prepare=_prepare_integration,
        lane=1,
    ),
    Part(
        "pages",
        lambda tests: [tests / "pages"],
        lambda site: list(WITHOUT_CKAN),
        prepare=_prepare_pages,
        clean=_stop_pages,
        tries=2,
    ),
)


def chosen(only: str | None) -> list[Part]:
    """Return the parts a person asked for."""
    if not only:
        return list(PARTS)
    found = [part for part in PARTS if part.name == only]
    if not found:
        names = ", ".join(part.name for part in PARTS)
        raise StackError(f"ONLY={only} is not a part of the suite. Choose of: {names}.")
    return found


def _test_files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found += path.rglob("test_*.py") if path.is_dir() else [path]
    return found


def run(site: Layout, only: str | None, arguments: Sequence[str]) -> int:
    """Run the parts of the suite, lane beside lane; return 0 when all have passed."""
    parts = chosen(only)
    # read now: a lane that prepares its site marks what it starts by the environment
    inherited = {**os.environ, **environment(site)}
    before = whole.running(site)
    results: dict[str, tuple[str, float]] = {}

    def run_lane(number: int) -> None:
        for part in parts:
            if part.lane == number:
                begun = time.monotonic()
                log = site.log / f"test-{part.name}.log" if len(parts) > 1 else None
                outcome = _run_part(site, part, arguments, inherited, log)
                results[part.name] = (outcome, time.monotonic() - begun)

    try:
        with whole.locked(site):
            whole.services(site)
        whole.together(
            *(partial(run_lane, number) for number in {part.lane for part in parts})
        )
    finally:
        whole.stop(site, [name for name in whole.running(site) if name not in before])
    say(f"\nTests on CKAN {site.release}:")
    for part in parts:
        outcome, seconds = results[part.name]
        say(f"  {part.name:12} {outcome} ({seconds:.0f} s)")
    for part in parts:
        log = site.log / f"test-{part.name}.log"
        if len(parts) > 1 and results[part.name][0] not in {"passed", "no tests"}:
            say(f"\nThe end of {part.name}:")
            say("\n".join(log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:]))
    return 0 if all(outcome != "FAILED" for outcome, _ in results.values()) else 1


def _run_part(
    site: Layout,
    part: Part,
    arguments: Sequence[str],
    inherited: Mapping[str, str],
    log: Path | None,
) -> str:
    """Run one part of the suite and return how it went.

    :param log: where its lines wait until it has ended, since nobody could read the
        lines of two parts in turns; None prints them as they come
    """
    tests = site.checkout / "tests"
    paths = part.paths(tests) if tests.is_dir() else []
    if not _test_files(path for path in paths if path.exists()):
        note(f"{part.name}: there are no tests")
        return "no tests"
    headline = f"\n── {part.name} " + "─" * (74 - len(part.name))
    if log:
        note(f"Tests: {part.name} …")
    else:
        say(headline)
    if part.prepare:
        with whole.locked(site):
            part.prepare(site)
    command = [
        *(str(site.program("python")), "-m", "pytest", *part.options(site)),
        # a choice of tests says nothing of the coverage of the part
        *([] if arguments else part.complete),
        *arguments,
        *(str(path.relative_to(site.checkout)) for path in paths),
    ]
    if log:
        log.unlink(missing_ok=True)
    tried = 1
    try:
        code = _call(command, site.checkout, inherited, log)
        while code == SOME_FAILED and tried < part.tries:
            tried += 1
            again = [*command, "--last-failed", "--last-failed-no-failures=none"]
            code = _call(again, site.checkout, inherited, log)
    finally:
        if part.clean:
            part.clean(site)
    if log:
        say(f"{headline}\n{log.read_text(encoding='utf-8', errors='replace')}")
    if code == NO_TESTS and arguments:
        return "nothing chosen"
    if code != 0:
        return "FAILED"
    return "passed" if tried == 1 else f"passed at try {tried}, see its log"


def _call(
    command: Sequence[str], cwd: Path, variables: Mapping[str, str], log: Path | None
) -> int:
    if not log:
        return subprocess.call(command, cwd=cwd, env=variables)
    with log.open("a", encoding="utf-8") as out:
        return subprocess.call(
            command, cwd=cwd, env=variables, stdout=out, stderr=subprocess.STDOUT
        )


def environment(site: Layout) -> dict[str, str]:
    """Return what tests may ask the environment for."""
    return {
        "OPENDATA_UA_STACK_HOME": str(site.home),
        "OPENDATA_UA_PAGES_URL": f"http://127.0.0.1:{site.pages_port}",
        "OPENDATA_UA_PAGES_INI": str(site.pages_ini),
        "OPENDATA_UA_CHROMIUM": shutil.which("chromium") or "/usr/bin/chromium",
        "OPENDATA_UA_SOLR_URL": solr.url(site, ""),
    }


def proofs(site: Layout, only: str | None) -> list[Path]:
    """Return the files of long proofs: all, or the one a person asked for."""
    # a pattern of their own, so that `make test` passes them by
    found = sorted((site.checkout / "tests").rglob("prove_*.py"))
    named = {path.stem.removeprefix("prove_"): path for path in found}
    if not only:
        return found
    if only not in named:
        raise StackError(
            f"ONLY={only} is no long proof. Choose of: {', '.join(sorted(named))}."
        )
    return [named[only]]


def prove(site: Layout, only: str | None, arguments: Sequence[str]) -> int:
    """Run the long proofs, each on an empty portal; return 0 when all have passed."""
    paths = proofs(site, only)
    before = whole.running(site)
    results: list[tuple[str, str, float]] = []
    try:
        with whole.locked(site):
            whole.services(site)
        for path in paths:
            begun = time.monotonic()
            say(f"\n── {path.stem} " + "─" * (74 - len(path.stem)))
            code = _run_proof(site, path, arguments)
            outcome = {0: "held", NO_TESTS: "nothing chosen"}.get(code, "BROKEN")
            results.append((path.stem, outcome, time.monotonic() - begun))
    finally:
        whole.stop(site, [name for name in whole.running(site) if name not in before])
    say(f"\nLong proofs on CKAN {site.release}:")
    for name, outcome, seconds in results:
        say(f"  {name:20} {outcome} ({seconds:.0f} s)")
    return 0 if all(outcome != "BROKEN" for _, outcome, _ in results) else 1


def _run_proof(site: Layout, path: Path, arguments: Sequence[str]) -> int:
    options = list(WITHOUT_CKAN)
    if "integration" in path.relative_to(site.checkout).parts:
        with whole.locked(site):
            _prepare_integration(site)
        options = [f"--ckan-ini={site.test_ini}"]
    return subprocess.call(
        [
            *(str(site.program("python")), "-m", "pytest", *options),
            # they take minutes and print figures
            *("-s", *arguments, str(path.relative_to(site.checkout))),
        ],
        cwd=site.checkout,
        env={**os.environ, **environment(site), "OPENDATA_UA_WHOLE": "yes"},
    )


def bench(site: Layout, arguments: Sequence[str]) -> int:
    """Run benchmarks/ on the services of the stack."""
    folder = site.checkout / "benchmarks"
    if not (folder / "__main__.py").exists():
        raise StackError("There is no benchmarks/__main__.py to run.")
    before = whole.running(site)
    try:
        with whole.locked(site):
            whole.services(site)
        return subprocess.call(
            [str(site.program("python")), "-m", "benchmarks", *arguments],
            cwd=site.checkout,
            env={**os.environ, **environment(site)},
        )
    finally:
        whole.stop(site, [name for name in whole.running(site) if name not in before])
