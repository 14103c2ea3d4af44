"""A web server of one proof: gunicorn with settings of its own on a free port."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stack import ckan, settings
from stack.layout import Layout
from stack.processes import Service, ensure, recorded, stop


@dataclass(frozen=True)
class Server:
    """A server that answers: its address and its processes."""

    url: str
    pid: int

    def workers(self) -> list[int]:
        """Return the processes that answer requests."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        found = [int(pid) for pid in children.read_text().split()]
        assert found, "The server has no workers"
        return found

    def memory(self) -> dict[int, int]:
        """Return the most memory each worker has held since ``forget``, in bytes."""
        return {pid: most_resident(pid) for pid in self.workers()}

    def forget(self) -> None:
        """Begin anew to watch the memory of the workers."""
        for pid in self.workers():
            forget_peak(pid)


def forget_peak(pid: int) -> None:
    """Begin anew to watch the most memory a process has held."""
    # 5: the peak of resident memory becomes what is resident now, see proc(5)
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def most_resident(pid: int) -> int:
    """Return the most memory a process has held since then, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    kilobytes = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.M)
    assert kilobytes, status
    return int(kilobytes[1]) * 1024


def free_port() -> int:
    """Return a port of the loopback address that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_ini(source: Path, target: Path, changes: Mapping[str, str]) -> Path:
    """Write a copy of an ini file with other settings."""
    text = source.read_text(encoding="utf-8")
    target.write_text(settings.generated(text, changes), encoding="utf-8")
    return target


@contextmanager
def serving(
    ini: Path,
    folder: Path,
    *,
    workers: int = 2,
    threads: int = 4,
    environment: Mapping[str, str] | None = None,
    **changes: str,
) -> Iterator[Server]:
    """Serve a portal while a proof lasts; what it says lies in ``folder``.

    :param changes: settings of CKAN, with ``__`` for the dots in their names
    """
    port = free_port()
    own = {name.replace("__", "."): value for name, value in changes.items()}
    own |= {"ckan.site_url": f"http://127.0.0.1:{port}", "testing": "false"}
    site = Layout(folder, "2.11", "private", port)
    folder.mkdir(parents=True, exist_ok=True)
    for made in (site.run, site.log, site.home / "tmp"):
        made.mkdir(parents=True, exist_ok=True)
    service = Service(
        name="proof",
        command=[
            *(sys.executable, "-m", "gunicorn", "--worker-class", "gthread"),
            *("--workers", str(workers), "--threads", str(threads)),
            *("--timeout", "600", "--graceful-timeout", "5"),
            *("--bind", f"127.0.0.1:{port}", "--no-control-socket"),
            *("--chdir", ckan.SERVICES, "wsgi:application"),
        ],
        cwd=site.home,
        env={
            "CKAN_INI": str(write_ini(ini, site.home / "proof.ini", own)),
            "TMPDIR": str(site.home / "tmp"),
            **(environment or {}),
        },
        port=port,
        ready=lambda: ckan.answers(port),
        patience=120,
    )
    try:
        ensure(site, service)
        record = recorded(site, service.name)
        assert record is not None
        yield Server(f"http://127.0.0.1:{port}", record.pid)
    finally:
        stop(site, service.name)
