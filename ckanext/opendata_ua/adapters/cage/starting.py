"""Starting a keeper: a fresh interpreter that has nothing of this process."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from . import protocol

#: A keeper imports the parsers first; a machine under load takes its time.
START_SECONDS = 60.0
LAST_WORDS_SECONDS = 5.0
#: How long a packet to a keeper may wait to be taken.
SEND_SECONDS = 10.0

# the folders of this process come after the keeper's own, which -I keeps clean
_BOOT = (
    "import sys, json; "
    "sys.path += [one for one in json.loads(sys.argv[2]) if one not in sys.path]; "
    "from ckanext.opendata_ua.adapters.cage import keeper; "
    "keeper.main(int(sys.argv[1]))"
)


class Unavailable(Exception):
    """There is no keeper to ask, and why."""


@dataclass(frozen=True)
class Keeper:
    """A keeper that has built its walls.

    :param owner: the process that started it and may speak with it
    :param ready: what it told of itself: tasks, broken modules, walls
    """

    process: subprocess.Popen[bytes]
    control: socket.socket
    owner: int
    ready: Mapping[str, Any]

    def alive(self) -> bool:
        """Tell whether this process can ask it."""
        return self.owner == os.getpid() and self.process.poll() is None

    def end(self) -> None:
        """End it and whatever it runs; a copy in a forked process only lets go."""
        self.control.close()
        if self.owner != os.getpid():
            self.process.returncode = 0  # another's child: nothing to wait for
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def interpreter() -> str:
    """Return the Python of this environment.

    Inside uWSGI ``sys.executable`` is the server, so the environment is asked first.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for name in (version, "python3"):
        path = Path(sys.prefix, "bin", name)
        if path.exists():
            return str(path)
    return sys.executable


def _environment() -> dict[str, str]:
    """Return what a keeper may know of the environment: nothing of the portal's."""
    kept = {
        name: value
        for name in ("LD_LIBRARY_PATH",)
        if (value := os.environ.get(name)) is not None
    }
    # one thread: libraries of numbers start theirs when they are imported
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **threads, **kept}


def started(packages: Sequence[str], without: Sequence[str]) -> Keeper:
    """Start a fresh interpreter and wait until it has built its walls.

    :raises Unavailable: with what it said on its way
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    paths = [path for path in sys.path if Path(path).is_absolute()]
    with tempfile.TemporaryFile() as said, theirs:
        try:
            process = subprocess.Popen(
                [
                    *(interpreter(), "-I", "-B", "-X", "utf8", "-c", _BOOT),
                    *(str(theirs.fileno()), json.dumps(paths)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                pass_fds=(theirs.fileno(),),
                cwd="/",
                env=_environment(),
                # Ctrl+C on a terminal is for the command, which then ends us
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            raise Unavailable(f"No keeper: {error}") from error
        theirs.close()
        ours.settimeout(START_SECONDS)
        hello = {"parent": os.getpid(), "packages": packages, "without": without}
        try:
            protocol.send(ours, hello)
            received = protocol.receive(ours)
        except OSError as error:
            received = None
            reason = str(error)
        else:
            reason = ""
        if received is None:
            # it leaves the socket first, and says why after that
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(LAST_WORDS_SECONDS)
            Keeper(process, ours, os.getpid(), {}).end()
            raise Unavailable(f"No keeper: {reason} {_tail(said)}")
    ours.settimeout(SEND_SECONDS)
    return Keeper(process, ours, os.getpid(), received[0])


def _tail(file: IO[bytes]) -> str:
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - 2000))
    return file.read().decode("utf-8", "replace").strip()
