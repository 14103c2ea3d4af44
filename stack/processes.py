"""Start, find and stop the processes of a stack, and never anybody else's.

A process is ours when the environment it was started with carries our mark, or
when our record names its number together with its start time (numbers are used
again, a start time is not). Daemons that write their title over their environment
(PostgreSQL, Redis) are also known by program and working folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stack.layout import Layout, write_atomically
from stack.terminal import StackError, stop_if_interrupted, tail

MARK = "OPENDATA_UA_STACK"
# the mark of what a command itself runs to its end: pip, mvn, ckan …
SETUP = "setup"
# programs whose working folder tells whose they are, and nothing else would
TITLED = frozenset({"postgres", "redis-server", "redis-check-rdb"})


@dataclass(frozen=True)
class Service:
    """One long-running program of the stack."""

    name: str
    command: Sequence[str | Path]
    cwd: Path
    ready: Callable[[], bool]
    port: int | None = None
    env: Mapping[str, str] | None = None
    user: str | None = None
    patience: float = 60
    stop_signal: signal.Signals = signal.SIGTERM
    # what else must be the same for a running process to be kept
    inputs: str = ""

    @property
    def digest(self) -> str:
        """What the process was started with, so that a change restarts it."""
        told = json.dumps(
            [
                [str(part) for part in self.command],
                str(self.cwd),
                dict(self.env or {}),
                self.inputs,
            ]
        )
        return hashlib.sha256(told.encode()).hexdigest()


def start_time(pid: int) -> str | None:
    """Return the kernel's start time of a live process, None for no process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()  # the name may hold spaces
    return None if fields[0] in "ZX" else fields[19]


def _record(site: Layout, name: str) -> Path:
    return site.run / f"{name}.json"


@dataclass(frozen=True)
class Record:
    """What we noted about a service when we started it."""

    pid: int
    started: str
    digest: str
    stop_signal: signal.Signals


def recorded(site: Layout, name: str) -> Record | None:
    """Return the record of a service whose main process still runs."""
    try:
        kept = json.loads(_record(site, name).read_text())
        record = Record(
            kept["pid"],
            kept["started"],
            kept["digest"],
            signal.Signals[kept["stop_signal"]],
        )
    except (OSError, ValueError, KeyError):
        return None
    return record if start_time(record.pid) == record.started else None


def marked(site: Layout, name: str | None = None) -> set[int]:
    """Return the processes that carry the mark of this stack (or of a service)."""
    told = f"{MARK}={site.mark}:"
    wanted = (f"{told}{name}" if name else told).encode()
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            environ = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        match = (lambda v: v == wanted) if name else (lambda v: v.startswith(wanted))
        if any(match(value) for value in environ):
            found.add(int(entry.name))
    return {pid for pid in found if start_time(pid)}


def housed(folders: Iterable[Path]) -> set[int]:
    """Return the daemons of TITLED that work in one of our folders."""
    homes = {str(folder) for folder in folders}
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            program = (entry / "exe").readlink().name.removesuffix(" (deleted)")
            cwd = str((entry / "cwd").readlink())
        except OSError:
            continue
        if program in TITLED and cwd.removesuffix(" (deleted)") in homes:
            found.add(int(entry.name))
    return {pid for pid in found if start_time(pid)}


def port_taken(port: int) -> bool:
    """Tell whether somebody listens on a port of the loopback address."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def port_free(port: int) -> bool:
    """Tell whether we could listen on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def log_file(site: Layout, name: str) -> Path:
    """Return where a service writes what it has to say."""
    return site.log / f"{name}.log"


def ensure(site: Layout, service: Service) -> bool:
    """Have a service run with these settings and answer; True when it was started.

    A process with other settings, or one that does not answer, is stopped first.
    """
    running = recorded(site, service.name)
    if running and running.digest == service.digest and service.ready():
        return False
    stop(site, service.name, cwd=service.cwd)
    if service.port and not port_free(service.port):
        raise StackError(
            f"Port {service.port} ({service.name}) is used by another program. "
            f"Stop that program, or choose other ports, for example PORT="
            f"{site.port + 1000}."
        )
    log = log_file(site, service.name)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        child = subprocess.Popen(
            [str(part) for part in service.command],
            cwd=service.cwd,
            env={
                **os.environ,
                **(service.env or {}),
                MARK: f"{site.mark}:{service.name}",
            },
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is ours to answer
            user=service.user,
            group=service.user,
            extra_groups=[] if service.user else None,
        )
    kept = {
        "pid": child.pid,
        "started": start_time(child.pid),
        "digest": service.digest,
        "stop_signal": service.stop_signal.name,
    }
    write_atomically(_record(site, service.name), json.dumps(kept))
    _wait(site, service, child)
    return True


def _wait(site: Layout, service: Service, child: subprocess.Popen[bytes]) -> None:
    log = log_file(site, service.name)
    until = time.monotonic() + service.patience
    while time.monotonic() < until:
        stop_if_interrupted()
        if child.poll() is not None:
            raise StackError(
                f"{service.name} ended at once (exit code {child.returncode}).\n"
                f"{tail(log)}    … all of it: {log}"
            )
        if service.ready():
            return
        time.sleep(0.15)
    stop(site, service.name, cwd=service.cwd)
    raise StackError(
        f"{service.name} did not answer within {service.patience:.0f} s.\n"
        f"{tail(log)}    … all of it: {log}"
    )


def stop(
    site: Layout,
    name: str,
    *,
    cwd: Path | None = None,
    grace: float = 20,
) -> bool:
    """Stop a service and whatever it left behind; True when something ran."""
    running = recorded(site, name)
    first = {running.pid} if running else set()

    def ours() -> set[int]:
        found = marked(site, name) | {pid for pid in first if start_time(pid)}
        return found | (housed([cwd]) if cwd else set())

    ran = bool(ours())
    # the main process first: it tells its children to end in good order
    end(first or ours(), running.stop_signal if running else signal.SIGTERM, grace)
    end(ours(), signal.SIGTERM, 5)
    _record(site, name).unlink(missing_ok=True)
    return ran


def end(pids: set[int], first: signal.Signals, grace: float) -> None:
    """Ask processes to end, and kill those that have not after the grace."""
    alive = {pid: start_time(pid) for pid in pids}
    for sign, seconds in ((first, grace), (signal.SIGKILL, 5.0)):
        for pid, born in alive.items():
            if born and start_time(pid) == born:
                try:
                    os.kill(pid, sign)
                except ProcessLookupError:
                    continue
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            alive = {p: b for p, b in alive.items() if b and start_time(p) == b}
            if not alive:
                return
            time.sleep(0.05)
