"""Where everything lies: folders, ports and names of one stack."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stack.terminal import StackError

CHECKOUT = Path(__file__).resolve().parent.parent

# the series a person names, the release that is installed, the default web port
RELEASES = {"2.11": ("2.11.6", 5000), "2.12": ("2.12.0", 5100)}
PORTS_PER_STACK = 6


@dataclass(frozen=True)
class Layout:
    """The paths and ports of one CKAN series in one checkout."""

    checkout: Path
    series: str
    release: str
    port: int

    @property
    def shared(self) -> Path:
        """What the stacks of one checkout share: Solr's jars, caches, lint."""
        return self.checkout / ".stack" / "shared"

    @property
    def home(self) -> Path:
        """The folder of this stack."""
        return self.checkout / ".stack" / self.series

    @property
    def venv(self) -> Path:
        return self.home / "venv"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def mail(self) -> Path:
        return self.home / "mail"

    @property
    def ini(self) -> Path:
        return self.home / "ckan.ini"

    @property
    def test_ini(self) -> Path:
        return self.home / "test.ini"

    @property
    def pages_ini(self) -> Path:
        return self.home / "pages.ini"

    @property
    def site_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def postgres_port(self) -> int:
        return self.port + 1

    @property
    def redis_port(self) -> int:
        return self.port + 2

    @property
    def solr_port(self) -> int:
        return self.port + 3

    @property
    def mail_port(self) -> int:
        return self.port + 4

    @property
    def pages_port(self) -> int:
        return self.port + 5

    @cached_property
    def checkout_id(self) -> str:
        """Twelve hexadecimal digits that no other checkout on this machine has.

        The inode is part of it, so that a copy of the checkout, or the same path
        seen from another root, is another checkout; it survives `git clean`.
        """
        status = self.checkout.stat()
        told = f"{self.checkout}|{status.st_dev}|{status.st_ino}"
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    @property
    def mark(self) -> str:
        """The value of the environment variable that marks our processes."""
        return f"{self.checkout_id}:{self.series}"

    def program(self, name: str) -> Path:
        """Return a program of the virtual environment."""
        return self.venv / "bin" / name

    def secret(self, name: str) -> str:
        """Return a random text that is made once and kept with the stack."""
        path = self.home / "secrets" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_atomically(path, secrets.token_urlsafe(32), mode=0o600)
        return path.read_text().strip()


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file so that a reader sees the old text or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(mode)
    fresh.replace(path)


def remembered_port(series: str) -> Path:
    """Return the file that keeps the port a stack was last set up with."""
    return CHECKOUT / ".stack" / series / "port"


def layout(series: str, port: str | None) -> Layout:
    """Return the layout for what a person asked, or raise a clear StackError.

    Without a port the one of the last set-up holds, so that `make down` and
    `make test` meet the stack that `make up PORT=…` has started.
    """
    if series not in RELEASES:
        offered = ", ".join(f"CKAN={name}" for name in RELEASES)
        raise StackError(f"CKAN={series} is not offered. Choose one of: {offered}.")
    release, default = RELEASES[series]
    kept = remembered_port(series)
    if port is None and kept.exists():
        port = kept.read_text().strip()
    try:
        number = int(port) if port else default
    except ValueError:
        raise StackError(f"PORT={port} is not a number.") from None
    if not 1024 <= number <= 65535 - PORTS_PER_STACK:
        raise StackError(f"PORT={port} must lie between 1024 and 65529.")
    return Layout(CHECKOUT, series, release, number)


def remember_port(site: Layout) -> None:
    """Keep the port for the commands that follow."""
    write_atomically(remembered_port(site.series), f"{site.port}\n")
