"""Redis of our own, with an append-only file: a killed server loses no job."""

from __future__ import annotations

import shutil
import socket

from stack import processes
from stack.layout import Layout, write_atomically
from stack.processes import Service
from stack.terminal import StackError

NAME = "redis"
SITE, TESTS, PAGES = 0, 1, 2

SETTINGS = """\
# written by stack/redis.py
bind 127.0.0.1
port {port}
dir {folder}
daemonize no
appendonly yes
appendfsync everysec
# a file that was cut by a kill is read up to the cut
aof-load-truncated yes
save ""
"""


def service(site: Layout) -> Service:
    """Describe the running server."""
    program = shutil.which("redis-server")
    if not program:
        raise StackError("Redis is not installed: install the package redis-server.")
    folder = site.home / "redis"
    settings = SETTINGS.format(port=site.redis_port, folder=f'"{folder}"')
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / "redis.conf", settings)
    return Service(
        name=NAME,
        command=[program, folder / "redis.conf"],
        cwd=folder,
        port=site.redis_port,
        ready=lambda: answers(site),
        inputs=settings,
    )


def answers(site: Layout) -> bool:
    """Tell whether the server answers a ping (it does not while it still loads)."""
    return _command(site, "PING").startswith("+PONG")


def _command(site: Layout, line: str) -> str:
    try:
        with socket.create_connection(("127.0.0.1", site.redis_port), 2) as link:
            link.sendall(f"{line}\r\n".encode())
            return link.recv(200).decode(errors="replace")
    except OSError:
        return ""


def empty(site: Layout, database: int) -> None:
    """Empty one of the numbered databases."""
    with socket.create_connection(("127.0.0.1", site.redis_port), 5) as link:
        link.sendall(f"SELECT {database}\r\nFLUSHDB\r\n".encode())
        link.recv(200)


def ensure(site: Layout) -> bool:
    """Have the server run; True when it was started."""
    return processes.ensure(site, service(site))


def stop(site: Layout) -> bool:
    """Stop the server."""
    return processes.stop(site, NAME, cwd=site.home / "redis")


def url(site: Layout, database: int) -> str:
    """Return the address of a numbered database."""
    return f"redis://127.0.0.1:{site.redis_port}/{database}"
