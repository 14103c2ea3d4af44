"""What the stack says: steps with times, programs with log files, one clear failure."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

TAIL_LINES = 15

_started = time.monotonic()
# set once the person interrupts: no thread may begin or await anything more
stopping = threading.Event()
_children: set[subprocess.Popen[str]] = set()
_writing = threading.Lock()


class StackError(Exception):
    """One sentence for the person: what is wrong and what to do next."""


def say(text: str = "") -> None:
    """Print one line; steps run in threads, so lines must not mix."""
    with _writing:
        print(text, flush=True)


def _clock() -> str:
    seconds = int(time.monotonic() - _started)
    return f"[{seconds // 60:02d}:{seconds % 60:02d}]"


def note(text: str) -> None:
    """Print one line with the time since the start."""
    say(f"{_clock()} {text}")


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a piece of work and, when it is done, the seconds it took."""
    note(f"{title} …")
    begun = time.monotonic()
    try:
        yield
    except StackError:
        note(f"{title}: failed after {time.monotonic() - begun:.0f} s")
        raise
    note(f"{title}: done in {time.monotonic() - begun:.0f} s")


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """Return the last lines of a log, indented for the terminal."""
    try:
        with log.open(encoding="utf-8", errors="replace") as text:
            last = deque(text, maxlen=lines)
    except OSError:
        return ""
    return "".join(f"    {line.rstrip()}\n" for line in last)


def explain(log_tail: str) -> str | None:
    """Return a plain sentence where a log names a well-known outside cause."""
    lowered = log_tail.lower()
    if "no space left on device" in lowered or "disk full" in lowered:
        return "The disk is full. Free some space and run the command again."
    network = (
        "temporary failure in name resolution",
        "name or service not known",
        "network is unreachable",
        "could not resolve",
        "unknown host",
        "connection timed out",
        "failed to establish a new connection",
        "transfer failed for",
    )
    if any(sign in lowered for sign in network):
        return (
            "The package registry cannot be reached. Check the network (or the "
            "proxy settings) and run the command again: it goes on where it stopped."
        )
    return None


def run(
    command: Sequence[str | Path],
    log: Path,
    *,
    what: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    user: str | None = None,
) -> str:
    """Run a program to its end and return what it printed.

    Everything it prints is also appended to the log. A program that fails raises
    StackError: one plain sentence where the cause is known, else its last lines.
    """
    stop_if_interrupted()
    log.parent.mkdir(parents=True, exist_ok=True)
    printed: list[str] = []
    with log.open("a", encoding="utf-8") as out:
        out.write(f"$ {' '.join(str(part) for part in command)}\n")
        out.flush()
        try:
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                user=user,
                group=user,
                extra_groups=[] if user else None,
            )
        except FileNotFoundError as missing:
            raise StackError(f"{what}: the program {command[0]} is missing.") from (
                missing
            )
        _children.add(process)
        try:
            if stdin is not None and process.stdin is not None:
                with suppress(BrokenPipeError):  # its exit code tells why
                    process.stdin.write(stdin)
                    process.stdin.close()
            assert process.stdout is not None  # noqa: S101 - PIPE was asked for
            for line in process.stdout:
                printed.append(line)
                out.write(line)
                out.flush()
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait(timeout=20)
            raise
        finally:
            _children.discard(process)
    stop_if_interrupted()
    if code != 0:
        cause = explain("".join(printed[-200:]))
        if cause:
            raise StackError(f"{what} failed. {cause} (Details: {log})")
        raise StackError(
            f"{what} failed (exit code {code}).\n{tail(log)}    … all of it: {log}"
        )
    return "".join(printed)


def stop_if_interrupted() -> None:
    """Leave a thread whose command was interrupted."""
    if stopping.is_set():
        raise StackError("Interrupted.")


def interrupt() -> None:
    """End the programs that run() awaits in other threads."""
    stopping.set()
    for process in list(_children):
        process.terminate()


def fail(error: StackError) -> None:
    """Print a failure so that it stands out in a terminal and in a log of CI."""
    with _writing:
        sys.stdout.flush()
        print(f"\nSTOPPED: {error}", file=sys.stderr, flush=True)
