"""Stamps: a step that was done with these inputs need not be done again.

A stamp is written after success only, in one atomic step; an interrupted step
leaves none and is done again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from stack.layout import Layout, write_atomically


def fingerprint(*told: str, files: Iterable[Path] = ()) -> str:
    """Return a digest of texts and of the contents of files."""
    digest = hashlib.sha256()
    for text in told:
        digest.update(text.encode() + b"\0")
    for path in sorted(files):
        digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _path(site: Layout, name: str) -> Path:
    return site.home / "stamps" / name


def done(site: Layout, name: str, inputs: str) -> bool:
    """Tell whether a step was finished with exactly these inputs."""
    path = _path(site, name)
    return path.exists() and path.read_text().strip() == inputs


def known(site: Layout, name: str) -> bool:
    """Tell whether a step was finished, with whatever inputs."""
    return _path(site, name).exists()


def write(site: Layout, name: str, inputs: str) -> None:
    """Note that a step is finished."""
    write_atomically(_path(site, name), inputs + "\n")


def forget(site: Layout, *names: str) -> None:
    """Make steps due again."""
    for name in names:
        _path(site, name).unlink(missing_ok=True)
