"""One function for each way to hurt the process that reads a file."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import importlib
import itertools
import mmap
import os
import re
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

ANSWER = 3  # where the answer goes
FILE = 4
ENDLESS = 10 * 1024**3


# what well-behaved parsers do


def echo(file: BinaryIO, **arguments: Any) -> Any:
    return arguments


def text(file: BinaryIO) -> str:
    return file.read().decode()


def who(file: BinaryIO) -> dict[str, Any]:
    """Return what a process may know of itself."""
    return {
        "pid": os.getpid(),
        "keeper": os.getppid(),
        "uid": os.getuid(),
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
        "descriptors": list(_descriptors()),
        "threads": threading.active_count(),
    }


def _descriptors() -> Iterator[int]:
    for number in range(64):
        with contextlib.suppress(OSError):
            os.fstat(number)
            yield number


def raising(file: BinaryIO) -> None:
    raise ValueError("The third row has no end")


def raising_without_words(file: BinaryIO) -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    raise Mute


def raising_half_a_letter(file: BinaryIO) -> None:
    raise ValueError("\ud800" * 2000)


def leaving(file: BinaryIO) -> None:
    sys.exit(3)


def late_import(file: BinaryIO) -> str:
    return importlib.import_module("this_is_loaded_late").__name__


# memory, time, output


def hog_in_python(file: BinaryIO) -> None:
    held = []
    while True:
        held.append(bytearray(1 << 20))


def hog_of_small_things(file: BinaryIO) -> None:
    held: list[object] = []
    while True:
        held = [held, {}]


def hog_in_shared_memory(file: BinaryIO) -> None:
    held = [mmap.mmap(-1, 1 << 24) for _ in itertools.count()]
    held.clear()


def hog_in_c(file: BinaryIO) -> str:
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    taken = 0
    while libc.malloc(ctypes.c_size_t(1 << 20)):
        taken += 1
    return f"{taken} MB"


def spin(file: BinaryIO) -> None:
    while True:
        pass


def spin_deaf(file: BinaryIO) -> None:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True:
        pass


def spin_in_c(file: BinaryIO) -> None:
    re.match(r"(a+)+$", "a" * 64 + "b")


def hang(file: BinaryIO) -> None:
    time.sleep(10**6)


def hang_deaf(file: BinaryIO) -> None:
    for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
        with contextlib.suppress(OSError):
            signal.signal(number, signal.SIG_IGN)
    hang(file)


def flood(file: BinaryIO) -> None:
    block = b" " * (1 << 20)
    for _ in range(ENDLESS >> 20):
        os.write(ANSWER, block)


def large(file: BinaryIO, size: int) -> str:
    return "x" * size


# ends of a process


def segfault(file: BinaryIO) -> None:
    ctypes.string_at(0)


def abort(file: BinaryIO) -> None:
    os.abort()


def endless_recursion(file: BinaryIO) -> None:
    endless_recursion(file)


def stack_overflow(file: BinaryIO) -> None:
    sys.setrecursionlimit(10**9)

    class Deep:
        def __repr__(self) -> str:
            return repr(self)

    repr(Deep())


def die_silently(file: BinaryIO) -> None:
    os._exit(0)


def close_everything(file: BinaryIO) -> str:
    os.closerange(0, 64)
    return "no way to say it"


# answers that are none


def no_json(file: BinaryIO) -> Any:
    return {"a": object()}


def not_a_number(file: BinaryIO) -> Any:
    return float("nan")


def circle(file: BinaryIO) -> Any:
    value: list[Any] = []
    value.append(value)
    return value


def half_a_letter(file: BinaryIO) -> str:
    return "\ud800"


def forge(file: BinaryIO, text: str, times: int = 1) -> None:
    """Write an answer past the child's own words, and end well."""
    left = (text * times).encode()
    while left:
        left = left[os.write(ANSWER, left) :]
    os._exit(0)


# ways out: each raises PermissionError, or returns what it got


def read(file: BinaryIO, path: str) -> str:
    return Path(path).read_text()


def look_into(file: BinaryIO, path: str) -> list[str]:
    return [one.name for one in Path(path).iterdir()]


def write(file: BinaryIO, path: str) -> None:
    Path(path).write_text("it was here")


def write_the_file(file: BinaryIO) -> None:
    os.write(FILE, b"changed")


def write_the_file_opened_anew(file: BinaryIO) -> None:
    os.open(f"/proc/self/fd/{FILE}", os.O_WRONLY)


def delete(file: BinaryIO, path: str) -> None:
    Path(path).unlink()


def internet(file: BinaryIO) -> None:
    socket.create_connection(("127.0.0.1", 9), timeout=1)


def datagram(file: BinaryIO) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def unix_socket(file: BinaryIO) -> None:
    socket.socket(socket.AF_UNIX)


def pair_of_sockets(file: BinaryIO) -> None:
    socket.socketpair()


def resolve(file: BinaryIO) -> Any:
    return socket.getaddrinfo("localhost", 80)


def fork(file: BinaryIO) -> None:
    if os.fork() == 0:
        os._exit(0)


def fork_bomb(file: BinaryIO) -> None:
    while True:
        os.fork()


def fork_bomb_stubborn(file: BinaryIO) -> None:
    while True:
        with contextlib.suppress(OSError):
            os.fork()


def clone_in_c(file: BinaryIO) -> None:
    """The bare call, past everything the C library would do around it."""
    number = 56 if os.uname().machine == "x86_64" else 220
    _call(number, signal.SIGCHLD, 0, 0, 0, 0)


def thread(file: BinaryIO) -> None:
    threading.Thread(target=print).start()


def execute(file: BinaryIO) -> None:
    os.execv("/bin/true", ["true"])  # noqa: S606 it must be refused


def kill_keeper(file: BinaryIO) -> None:
    os.kill(os.getppid(), signal.SIGKILL)


def kill_all(file: BinaryIO) -> None:
    os.kill(-1, signal.SIGKILL)


def signal_by_owner(file: BinaryIO) -> None:
    fcntl.fcntl(ANSWER, fcntl.F_SETOWN, os.getppid())


def raise_limits(file: BinaryIO) -> None:
    resource.setrlimit(
        resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    )


def outlive_the_keeper(file: BinaryIO) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(1, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def leave_the_group(file: BinaryIO) -> None:
    os.setsid()


def trace(file: BinaryIO) -> None:
    number = 101 if os.uname().machine == "x86_64" else 117
    _call(number, 16, os.getppid(), 0, 0)


def mount(file: BinaryIO) -> None:
    number = 165 if os.uname().machine == "x86_64" else 40
    _call(number, 0, 0, 0, 0, 0)


def io_uring(file: BinaryIO) -> None:
    _call(425, 1, 0)


def memory_file(file: BinaryIO) -> None:
    os.memfd_create("x")


def _call(number: int, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_long(argument) for argument in arguments]
    if libc.syscall(ctypes.c_long(number), *words) < 0:
        raise OSError(ctypes.get_errno(), "system call")
