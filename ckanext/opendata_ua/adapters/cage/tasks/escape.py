"""Try the ways out of the cage, so that an administrator reads facts, not promises."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def holes(file: BinaryIO) -> list[str]:
    """Return the names of the ways that stood open; none is the good answer."""
    return [name for name, way in _WAYS.items() if _open(way)]


def _open(way: Callable[[], object]) -> bool:
    try:
        way()
    except OSError:
        return False
    return True


def _read_a_file() -> None:
    Path("/etc/passwd").read_bytes()


def _write_a_file() -> None:
    path = Path("/tmp", f"opendata-cage-{os.getpid()}")  # noqa: S108 tried, not used
    with path.open("xb") as file:
        path.unlink()
        file.write(b"x")


def _use_the_network() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        # no packet is sent: it is asked whether there is a way
        opened.connect(("192.0.2.1", 53))


def _make_a_process() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _send_a_signal() -> None:
    os.kill(os.getppid(), 0)


_WAYS: dict[str, Callable[[], object]] = {
    "read a file": _read_a_file,
    "write a file": _write_a_file,
    "use the network": _use_the_network,
    "make a process": _make_a_process,
    "send a signal": _send_a_signal,
}
