"""What must be installed on the system, and how it gets there on Debian."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stack.layout import Layout
from stack.terminal import StackError, note, run, step

POLICY = Path("/usr/sbin/policy-rc.d")


@dataclass(frozen=True)
class Need:
    """A thing the stack needs: how to see it, and the Debian packages with it."""

    what: str
    present: Callable[[], bool]
    packages: tuple[str, ...]


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def _python_module(name: str) -> Callable[[], bool]:
    def present() -> bool:
        try:
            __import__(name)
        except ImportError:
            return False
        return True

    return present


def _file(*paths: Path) -> Callable[[], bool]:
    return lambda: any(path.exists() for path in paths)


def postgres_programs() -> list[Path]:
    """Return the folders of PostgreSQL's programs, newest first."""
    found = [
        path.parent
        for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if path.parent.parent.name.isdigit()
    ]
    found.sort(key=lambda folder: int(folder.parent.name), reverse=True)
    elsewhere = shutil.which("initdb")
    return found or ([Path(elsewhere).resolve().parent] if elsewhere else [])


def _java_compiles() -> bool:
    """Tell whether `java File.java` works: it needs the compiler of a JDK."""
    return shutil.which("java") is not None and shutil.which("javac") is not None


def _header(name: str) -> Callable[[], bool]:
    return _file(
        Path("/usr/include") / name,
        Path("/usr/include/postgresql") / name,
        Path("/usr/local/include") / name,
    )


FOR_PYTHON = (
    Need(
        "Python's venv module",
        lambda: _python_module("venv")() and _python_module("ensurepip")(),
        ("python3-venv",),
    ),
    Need(
        "Python's header files",
        lambda: (Path(sysconfig.get_path("include")) / "Python.h").exists(),
        ("python3-dev",),
    ),
    Need("a C compiler", _program("gcc"), ("gcc", "libc6-dev")),
    Need("libpq's header files", _header("libpq-fe.h"), ("libpq-dev",)),
    Need("libmagic", lambda: bool(ctypes.util.find_library("magic")), ("libmagic1",)),
)
FOR_SERVICES = (
    Need("PostgreSQL", lambda: bool(postgres_programs()), ("postgresql",)),
    Need("Redis", _program("redis-server"), ("redis-server",)),
    Need("Maven", _program("mvn"), ("maven",)),
    Need("curl, for the page of installation", _program("curl"), ("curl",)),
    Need("a Java compiler", _java_compiles, ("default-jdk-headless",)),
)
NEEDS = FOR_PYTHON + FOR_SERVICES
BROWSER = (
    Need("Chromium", _program("chromium"), ("chromium",)),
    Need(
        "a font with Cyrillic letters",
        _file(Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")),
        ("fonts-dejavu-core",),
    ),
)


def missing(needs: Sequence[Need] = NEEDS) -> list[Need]:
    """Return the needs this system does not meet."""
    return [need for need in needs if not need.present()]


def _sudo() -> list[str] | None:
    """Return what to put before apt-get, None when a person would be asked."""
    if os.geteuid() == 0:
        return []
    allowed = shutil.which("sudo") and not subprocess.call(
        ["sudo", "-n", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return ["sudo", "-n"] if allowed else None


def ensure(site: Layout, needs: Sequence[Need] = NEEDS) -> None:
    """Install what is missing, or say exactly what a person must install."""
    lacking = missing(needs)
    if not lacking:
        return
    packages = [package for need in lacking for package in need.packages]
    named = ", ".join(need.what for need in lacking)
    sudo = _sudo()
    if shutil.which("apt-get") is None:
        raise StackError(f"Install these and run the command again: {named}.")
    if sudo is None:
        raise StackError(
            f"Missing: {named}. Install them and run the command again:\n"
            f"    sudo apt-get install {' '.join(packages)}"
        )
    with step(f"System packages: {' '.join(packages)}"), _no_services(sudo):
        _install(site, sudo, packages)
    still = missing(needs)
    if still:
        raise StackError(
            "Still missing after apt-get: "
            + ", ".join(f"{need.what} ({' '.join(need.packages)})" for need in still)
        )


def _install(site: Layout, sudo: list[str], packages: Sequence[str]) -> None:
    log = site.log / "apt.log"
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y"]
    get = ["--no-install-recommends", "install", *packages]
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    try:
        run([*sudo, *quiet, *wait, *get], log, what="apt-get install")
        return
    except StackError:
        note("The package lists may be old: updating them …")
    run([*sudo, *quiet, *wait, "update"], log, what="apt-get update")
    run([*sudo, *quiet, *wait, *get], log, what="apt-get install")


@contextmanager
def _no_services(sudo: list[str]) -> Iterator[None]:
    """Keep Debian from starting its own PostgreSQL and Redis meanwhile."""
    mine = not POLICY.exists()
    if mine:
        _as_root(
            sudo, f"printf '#!/bin/sh\\nexit 101\\n' > {POLICY}; chmod 755 {POLICY}"
        )
    try:
        yield
    finally:
        if mine:
            _as_root(sudo, f"rm -f {POLICY}")


def _as_root(sudo: list[str], script: str) -> None:
    subprocess.run([*sudo, "sh", "-c", script], check=True)
