"""Work in a forked child that may die: run it, strike it, and tell how it ended."""

from __future__ import annotations

import gc
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.places import Fault, Lines, install

PATIENCE = 60.0  # seconds until a child that hangs is a failure of the proof


@dataclass(frozen=True)
class Outcome:
    """How a child ended."""

    signal: int | None  # that ended it
    value: Any  # what the work returned, as JSON brings it back
    error: str | None  # "OSError: [Errno 28] …"
    place: str | None  # where the fault struck; None when it was not reached
    lines: int | None  # how many were executed, when they were counted
    said: str = field(repr=False)  # what it printed, tracebacks too

    @property
    def killed(self) -> bool:
        """Tell whether SIGKILL ended it."""
        return self.signal == signal.SIGKILL

    @property
    def well(self) -> bool:
        """Tell whether the work came to its end without an error."""
        return self.signal is None and self.error is None


class Child:
    """A child at work; ``wait`` for its outcome, or ``kill`` it first."""

    def __init__(self, pid: int, folder: Path) -> None:
        self.pid = pid
        self._folder = folder
        self._ended = os.pidfd_open(pid)

    def kill(self) -> None:
        """Kill it now; it may have ended."""
        signal.pidfd_send_signal(self._ended, signal.SIGKILL)

    def ended(self) -> bool:
        """Tell whether it has ended by itself or was killed."""
        return bool(select.select([self._ended], [], [], 0)[0])

    def kill_after(self, seconds: float) -> None:
        """Kill it after some time, wherever it is then; it may end before."""
        if not select.select([self._ended], [], [], seconds)[0]:
            self.kill()

    def wait(self, patience: float = PATIENCE) -> Outcome:
        """Return how it ended.

        :raises TimeoutError: with what it said, when it does not end (it is killed)
        """
        hangs = not select.select([self._ended], [], [], patience)[0]
        if hangs:
            self.kill()
        _, status = os.waitpid(self.pid, 0)
        os.close(self._ended)
        outcome = self._outcome(status)
        shutil.rmtree(self._folder)
        if hangs:
            raise TimeoutError(f"It did not end in {patience:.0f} s.\n{outcome.said}")
        return outcome

    def _outcome(self, status: int) -> Outcome:
        told: dict[str, Any] = {}
        for text in (self._folder / "told").read_text().splitlines():
            told.update(json.loads(text))
        return Outcome(
            signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            value=told.get("value"),
            error=told.get("error"),
            place=told.get("place"),
            lines=told.get("lines"),
            said=(self._folder / "said").read_text(errors="replace"),
        )


def start(
    work: Callable[[], Any],
    *faults: Fault,
    count: Sequence[str] = (),
    first: Callable[[], object] = lambda: None,
) -> Child:
    """Fork a child that does the work.

    :param faults: what strikes it; at most one may be at a line
    :param count: modules whose executed lines are counted (``Outcome.lines``)
    :param first: done in the child before anything is installed
    """
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    for name in ("told", "said"):
        (folder / name).touch()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return Child(pid, folder)
    try:
        # what the parent holds is the parent's: no finaliser may close it from here
        gc.freeze()
        _speak_into(folder / "said")
        _live(folder / "told", work, faults, count, first)
    finally:
        os._exit(0)


def run(
    work: Callable[[], Any],
    *faults: Fault,
    count: Sequence[str] = (),
    first: Callable[[], object] = lambda: None,
    patience: float = PATIENCE,
) -> Outcome:
    """Do the work in a child and return how it ended; see ``start``."""
    return start(work, *faults, count=count, first=first).wait(patience)


def _speak_into(path: Path) -> None:
    out = os.open(path, os.O_WRONLY | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.stdout = sys.stderr = os.fdopen(out, "w", buffering=1)


def _live(
    path: Path,
    work: Callable[[], Any],
    faults: Sequence[Fault],
    count: Sequence[str],
    first: Callable[[], object],
) -> None:
    with path.open("a", buffering=1) as out:

        def tell(**what: Any) -> None:
            out.write(json.dumps(what, default=str) + "\n")

        try:
            first()
            for fault in faults:
                install(fault, lambda place: tell(place=place))
            lines = Lines(count)
            if count:
                lines.start()
            value = work()
            sys.settrace(None)
            tell(value=value, lines=lines.count)
        except BaseException as error:  # the boundary of the process
            sys.settrace(None)
            traceback.print_exc()
            tell(error=f"{type(error).__name__}: {error}")
        sys.stdout.flush()
