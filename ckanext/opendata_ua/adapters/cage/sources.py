"""The one file of a task, opened so that nothing but reading it is possible."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def opened(file: BinaryIO | Path | None) -> Iterator[int | None]:
    """Give a descriptor of our own: read-only, at the first byte, of a regular file.

    A descriptor that is handed over as it is would share its position with the caller
    and, where the caller may write, let the task write too.

    :raises OSError: when it cannot be opened
    :raises ValueError: for what is no regular file
    """
    if file is None:
        yield None
        return
    descriptor = _open(file)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("The cage reads regular files only")
        yield descriptor
    finally:
        os.close(descriptor)


def _open(file: BinaryIO | Path) -> int:
    # a pipe must not make us wait for somebody to write
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
    if isinstance(file, Path):
        return os.open(file, flags)
    try:
        number = file.fileno()
    except (AttributeError, io.UnsupportedOperation):
        return _in_memory(file)
    if file.writable():
        file.flush()
    return os.open(f"/proc/self/fd/{number}", flags)


def _in_memory(file: BinaryIO) -> int:
    """Return the bytes of a file that lives in memory, as a file of the system."""
    copy = os.memfd_create("cage", os.MFD_CLOEXEC)
    try:
        before = file.tell()
        file.seek(0)
        with os.fdopen(copy, "wb", closefd=False) as writing:
            shutil.copyfileobj(file, writing)
        file.seek(before)
        return os.open(f"/proc/self/fd/{copy}", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(copy)
