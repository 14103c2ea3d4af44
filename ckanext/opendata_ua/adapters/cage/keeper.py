"""The keeper: a small interpreter that has the parsers loaded and forks per task.

One thread and one loop, so that a fork copies no lock that somebody holds. It is
started by ``pool`` as a fresh interpreter, reads no file after its start, and ends
with the process that started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import encodings
import gc
import importlib
import mimetypes
import os
import pkgutil
import resource
import selectors
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from . import child, kernel, protocol
from .walls import Walls

#: How often to look whether the parent lives, where the kernel does not tell.
LOOK_AFTER = 1.0


@dataclass
class Job:
    """One running child.

    :param reply: where its end is told; closed by the other side, nobody waits
    """

    reply: socket.socket
    deadline: float
    late: bool = False


class Keeper:
    """The loop: start what is asked for, end what is late, tell what has ended."""

    def __init__(
        self, control: socket.socket, tasks: Mapping[str, child.Task], walls: Walls
    ) -> None:
        self._control = control
        self._tasks = tasks
        self._walls = walls
        self._jobs: dict[int, Job] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ, self._start)
        self._wakeup = _signals_as_bytes()
        self._selector.register(self._wakeup, selectors.EVENT_READ, self._reap)
        self._parent = os.getppid()

    def work(self) -> None:
        """Go on until the parent is gone, then leave nothing running."""
        try:
            with contextlib.suppress(EOFError):
                while os.getppid() == self._parent:
                    for key, _ in self._selector.select(self._patience()):
                        key.data()
                    self._end_late()
        finally:
            for pid in list(self._jobs):
                _kill(pid)

    def watch(self, parent: int) -> None:
        """Wake up when the parent ends: its copies may hold the socket open."""
        self._selector.register(parent, selectors.EVENT_READ, self._leave)

    def _leave(self) -> None:
        raise EOFError

    def _patience(self) -> float:
        nearest = min((job.deadline for job in self._jobs.values()), default=None)
        if nearest is None:
            return LOOK_AFTER
        return max(0.0, min(LOOK_AFTER, nearest - time.monotonic()))

    def _start(self) -> None:
        received = protocol.receive(self._control)
        if received is None:
            raise EOFError
        request, (replies, *descriptors) = received
        task = self._tasks[request["task"]]
        reply = socket.socket(fileno=replies)
        reply.setblocking(False)
        try:
            pid = os.fork()
        except OSError as error:
            _tell(reply, {"failed": f"No process for the task: {error}"})
            reply.close()
            return
        else:
            if pid == 0:
                child.live(task, request, descriptors, self._walls)
        finally:
            for one in descriptors:
                os.close(one)
        job = Job(reply, time.monotonic() + request["seconds"])
        self._jobs[pid] = job
        # the pool sends nothing here: it becomes readable when the caller has left
        self._selector.register(reply, selectors.EVENT_READ, lambda: self._left(pid))
        with contextlib.suppress(OSError):  # it has done so itself, or has ended
            os.setpgid(pid, pid)

    def _left(self, pid: int) -> None:
        """End a task for which nobody waits, unless it has just ended."""
        if job := self._jobs.get(pid):
            self._forget(job.reply)
            _kill(pid)

    def _forget(self, reply: socket.socket) -> None:
        if reply in self._selector.get_map():
            self._selector.unregister(reply)

    def _end_late(self) -> None:
        now = time.monotonic()
        for pid, job in self._jobs.items():
            if now >= job.deadline and not job.late:
                job.late = True
                _kill(pid)

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._wakeup.recv(4096):
                pass
        for pid in _ended():
            # its group first, while its number cannot be anybody else's
            _kill(pid)
            _, status, used = os.wait4(pid, 0)
            if job := self._jobs.pop(pid, None):
                self._forget(job.reply)
                ended = {
                    "code": os.waitstatus_to_exitcode(status),
                    "late": job.late,
                    "cpu": used.ru_utime + used.ru_stime,
                }
                _tell(job.reply, ended)
                job.reply.close()


def _ended() -> Iterator[int]:
    """Yield children that have ended and still hold their number."""
    options = os.WEXITED | os.WNOHANG | os.WNOWAIT
    with contextlib.suppress(ChildProcessError):
        while found := os.waitid(os.P_ALL, 0, options):
            yield found.si_pid


def _kill(pid: int) -> None:
    for end in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end(pid, signal.SIGKILL)


def _tell(reply: socket.socket, message: object) -> None:
    with contextlib.suppress(OSError):  # nobody waits any more
        protocol.send(reply, message)


def _signals_as_bytes() -> socket.socket:
    """Return a socket that becomes readable when a child ends."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    # a handler, since a parent that ignores SIGCHLD has left that to us
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(theirs.detach(), warn_on_full_buffer=False)
    return ours


def _load(names: list[str]) -> tuple[dict[str, child.Task], dict[str, str], list[str]]:
    """Return tasks by name, modules that failed with the reason, and folders."""
    tasks: dict[str, child.Task] = {}
    broken: dict[str, str] = {}
    folders: list[str] = []
    for name in names:
        package = importlib.import_module(name)
        folders += package.__path__
        for found in pkgutil.iter_modules(package.__path__):
            try:
                module = importlib.import_module(f"{name}.{found.name}")
            except Exception as error:  # the others still work
                broken[found.name] = f"{type(error).__name__}: {error}"
            else:
                tasks.update(_tasks_of(found.name, module))
    return tasks, broken, folders


def _tasks_of(short: str, module: ModuleType) -> Iterator[tuple[str, child.Task]]:
    for name, value in vars(module).items():
        own = getattr(value, "__module__", None) == module.__name__
        if callable(value) and own and not name.startswith("_"):
            yield f"{short}.{name}", value


def _load_what_python_loads_late() -> None:
    """Import what a first use would look for in files: these can be closed by then."""
    for found in pkgutil.iter_modules(encodings.__path__):
        with contextlib.suppress(ImportError):  # those of Windows
            importlib.import_module(f"encodings.{found.name}")
    mimetypes.init()
    time.tzset()


def main(descriptor: int) -> None:
    """Speak with the pool over a socket, until it is gone.

    :param descriptor: the socket; beside the standard three the only thing inherited
    """
    for number in child.DEAF_TO:
        # a server that is told to stop still finishes what it has begun
        signal.signal(number, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as control:
        control.setblocking(True)
        kernel.prctl(kernel.PR_SET_NAME, ctypes.c_char_p(b"opendata-cage"))
        # a child of a child, where one can be, comes to us when its parent dies
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        _limit_descriptors()
        hello = protocol.receive(control)
        if hello is None:
            return
        asked: dict[str, Any] = hello[0]
        parent = _descriptor_of(asked["parent"])
        if os.getppid() != asked["parent"]:
            return
        _load_what_python_loads_late()
        tasks, broken, folders = _load(asked["packages"])
        nowhere = os.open(os.devnull, os.O_RDWR)
        walls = Walls(asked["without"])
        walls.build(folders)
        keeper = Keeper(control, tasks, walls)
        if parent is not None:
            keeper.watch(parent)
        # what is loaded is never freed: looking at it would only copy its pages
        gc.collect()
        gc.freeze()
        ready = {
            "tasks": sorted(tasks),
            "broken": broken,
            "walls": walls.standing,
            "missing": walls.missing,
        }
        protocol.send(control, ready)
        # what parsers print does not go to the log of the portal
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        keeper.work()


def _limit_descriptors() -> None:
    """Have no descriptor above those that a child closes."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    infinite = hard == resource.RLIM_INFINITY
    limit = child.HIGHEST if infinite else min(child.HIGHEST, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))


def _descriptor_of(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None  # before Linux 5.3, or forbidden: the loop looks by itself
