"""One command at a time on one stack; the second waits and says for whom."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack.terminal import StackError, note

PATIENCE = 1800


@contextmanager
def exclusive(path: Path, what: str) -> Iterator[None]:
    """Hold a lock file; the kernel lets it go with the process, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _acquire(handle, what)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, what: str) -> None:
    told = False
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).decode().strip() or "unknown"
        if not told:
            note(f"Another command works on {what} (process {holder}); waiting …")
            told = True
        if time.monotonic() > until:
            raise StackError(
                f"Process {holder} has worked on {what} for too long. End it and run "
                "this again."
            )
        time.sleep(0.3)
