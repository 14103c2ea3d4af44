"""Handing one task to a keeper, and saying in one word how it ended."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from . import protocol
from .outcome import Limits, Outcome, Verdict
from .starting import Keeper

#: The keeper tells within this after the time of a task, or it is stuck itself.
GRACE_SECONDS = 10.0
CHUNK = 64 * 1024


class Gone(Exception):
    """The keeper went away with the task."""


def ask(
    keeper: Keeper,
    task: str,
    file: int | None,
    arguments: dict[str, Any],
    limits: Limits,
) -> Outcome:
    """Hand a task over and wait for its end.

    :raises Gone: when the keeper ended, or does not tell in time
    """
    request = {"task": task, "arguments": arguments, "keeper": keeper.process.pid}
    request |= asdict(limits)
    reply, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    reading, writing = os.pipe()
    try:
        try:
            descriptors = [theirs.fileno(), writing]
            protocol.send(
                keeper.control,
                request,
                descriptors if file is None else [*descriptors, file],
            )
        except OSError as error:
            raise Gone from error
        finally:
            theirs.close()
            os.close(writing)
        os.set_blocking(reading, False)
        return _wait(reply, reading, limits)
    finally:
        # the keeper ends a task whose caller has left
        reply.close()
        os.close(reading)


def _wait(reply: socket.socket, reading: int, limits: Limits) -> Outcome:
    written = bytearray()
    poll = select.poll()
    poll.register(reply, select.POLLIN)
    poll.register(reading, select.POLLIN)
    deadline = time.monotonic() + limits.seconds + GRACE_SECONDS
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise Gone
        ready = {one for one, _ in poll.poll(left * 1000)}
        # all that a child wrote is in the pipe before its end is told
        open_still = _drain(reading, written, limits.output)
        if len(written) > limits.output:
            reason = f"The answer has more than {limits.output} bytes"
            return Outcome(Verdict.TOO_MUCH_OUTPUT, reason=reason)
        if reply.fileno() in ready:
            return _outcome(_end_of(reply), bytes(written), limits)
        if not open_still and reading in ready:
            poll.unregister(reading)


def _drain(reading: int, written: bytearray, most: int) -> bool:
    """Read what is there, up to a byte too many; tell whether more may come."""
    while len(written) <= most:
        try:
            chunk = os.read(reading, min(CHUNK, most + 1 - len(written)))
        except BlockingIOError:
            return True
        if not chunk:
            return False
        written += chunk
    return True


def _end_of(reply: socket.socket) -> Mapping[str, Any]:
    try:
        received = protocol.receive(reply)
    except OSError as error:
        raise Gone from error
    if received is None:
        raise Gone
    return received[0]


def _outcome(end: Mapping[str, Any], written: bytes, limits: Limits) -> Outcome:
    """Return what the end of a child and its answer mean together."""
    if "failed" in end:
        return Outcome(Verdict.UNAVAILABLE, reason=end["failed"])
    if end["late"]:
        reason = f"Not ready in {limits.seconds:g} s"
        return Outcome(Verdict.TOO_SLOW, reason=reason)
    if end["code"] == protocol.EXIT_OUT_OF_MEMORY:
        return Outcome(Verdict.OUT_OF_MEMORY, reason="No memory left within the limit")
    if end["code"] < 0:
        return _signalled(-end["code"], end["cpu"], limits)
    if end["code"] > 0:
        reason = f"Ended with the exit code {end['code']}"
        return Outcome(Verdict.CRASHED, reason=reason)
    try:
        answer = protocol.decode(written)
    except ValueError as error:
        return Outcome(Verdict.CRASHED, reason=f"No answer that can be read: {error}")
    if answer.error:
        return Outcome(Verdict.REFUSED, error=answer.error, reason=answer.reason)
    return Outcome(Verdict.DONE, answer.value)


def _signalled(number: int, cpu: float, limits: Limits) -> Outcome:
    # the kernel warns with SIGXCPU; to who does not hear it, it sends SIGKILL
    spent = number == signal.SIGKILL and cpu >= limits.cpu_seconds
    if number == signal.SIGXCPU or spent:
        reason = f"Used {limits.cpu_seconds} s of processor time"
        return Outcome(Verdict.TOO_SLOW, reason=reason, signal=number)
    if number == signal.SIGKILL:
        # not ours: the system itself was short of memory, and the cage goes first
        reason = "Ended by the system, which had no memory left"
        return Outcome(Verdict.OUT_OF_MEMORY, reason=reason, signal=number)
    name = signal.strsignal(number) or f"signal {number}"
    return Outcome(Verdict.CRASHED, reason=name, signal=number)
