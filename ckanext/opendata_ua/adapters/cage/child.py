"""The process of one task, from the fork to its end."""

from __future__ import annotations

import fcntl
import io
import os
import signal
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, NoReturn

from . import protocol
from .walls import Walls

Task = Callable[..., Any]

_ANSWER, _FILE = 3, 4
#: Above every descriptor of a keeper, whose own limit is not higher.
HIGHEST = 1024
#: Signals that a keeper does not hear and a child does.
DEAF_TO = (signal.SIGTERM, signal.SIGHUP)


def live(
    task: Task, request: Mapping[str, Any], descriptors: list[int], walls: Walls
) -> NoReturn:
    """Run one task and end.

    :param request: ``arguments``, ``keeper`` and the limits, as the pool sent them
    :param descriptors: where the answer goes, and the file if there is one
    """
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, *DEAF_TO):
            signal.signal(number, signal.SIG_DFL)
        os.setpgid(0, 0)
        has_file = _keep_only(descriptors)
        walls.enclose(
            *(request["keeper"], request["memory"]),
            *(request["cpu_seconds"], request["files"]),
        )
        file = os.fdopen(_FILE, "rb", closefd=False) if has_file else io.BytesIO()
        code = _answer(task, file, request["arguments"])
    except MemoryError:
        code = protocol.EXIT_OUT_OF_MEMORY
    finally:
        # no clean-up of the interpreter: it is a copy of the keeper's
        os._exit(code)


def _keep_only(descriptors: list[int]) -> bool:
    """Close all but the standard three, the answer's and the file's."""
    # first out of the way: the wanted numbers may be taken by one of them
    moved = [fcntl.fcntl(one, fcntl.F_DUPFD, _FILE + 1) for one in descriptors]
    for place, one in zip((_ANSWER, _FILE), moved, strict=False):
        os.dup2(one, place)
    os.closerange(_ANSWER + len(moved), HIGHEST)
    return len(moved) > 1


def _answer(task: Task, file: BinaryIO, arguments: Mapping[str, Any]) -> int:
    """Run the task, write what came of it, return the exit code."""
    try:
        written = protocol.encode(protocol.Answer(task(file, **arguments)))
    except MemoryError:
        return protocol.EXIT_OUT_OF_MEMORY
    except BaseException as error:  # SystemExit too is how a task ended
        written = protocol.encode(_refusal(error))
    left = memoryview(written)
    while left:
        left = left[os.write(_ANSWER, left) :]
    return 0


def _refusal(error: BaseException) -> protocol.Answer:
    try:
        words = str(error)[: protocol.REASON]
    except Exception:  # an exception whose text raises is one too
        words = "an exception without a text"
    # what cannot be encoded is shown instead
    words = words.encode("utf-8", "backslashreplace").decode()
    return protocol.Answer(None, type(error).__name__, words)
