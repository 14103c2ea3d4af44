"""How pool, keeper and child speak: packets of JSON, and one answer through a pipe.

Packets travel over SOCK_SEQPACKET, which keeps them whole (unix(7)), with descriptors
beside them (SCM_RIGHTS). The child's answer is untrusted: it is read as JSON and
nothing else, and its shape is checked.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

#: A packet has to fit the smallest send buffer a system gives by default.
PACKET = 128 * 1024
#: Descriptors beside a task: reply, answer, file.
DESCRIPTORS = 3
#: The child says with its exit code what it may have no memory left to write.
EXIT_OUT_OF_MEMORY = 77
#: An exception's text is for a log.
REASON = 500

CLOSED = b""


@dataclass(frozen=True)
class Answer:
    """What a child wrote: a value, or the exception that came instead."""

    value: Any = None
    error: str = ""
    reason: str = ""


def send(
    connection: socket.socket, message: object, descriptors: Sequence[int] = ()
) -> None:
    """Send one packet.

    :raises ValueError: when the message is larger than a packet
    :raises OSError: when the other side is gone
    """
    packet = json.dumps(message, ensure_ascii=False, allow_nan=False).encode()
    if len(packet) > PACKET:
        raise ValueError(f"A packet has at most {PACKET} bytes, not {len(packet)}")
    socket.send_fds(connection, [packet], descriptors)


def receive(connection: socket.socket) -> tuple[Any, list[int]] | None:
    """Return the next packet with its descriptors, or None when the other side left."""
    packet, descriptors, _, _ = socket.recv_fds(
        connection, PACKET, DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
    )
    if packet == CLOSED:
        return None
    return json.loads(packet), descriptors


def encode(answer: Answer) -> bytes:
    """Return an answer as JSON.

    :raises ValueError, TypeError, RecursionError: for a value JSON cannot carry
    """
    shape = [answer.error, answer.reason] if answer.error else [answer.value]
    return json.dumps(shape, ensure_ascii=False, allow_nan=False).encode()


def decode(written: bytes) -> Answer:
    """Return what a child wrote.

    :raises ValueError: when it is no answer
    """
    try:
        found = json.loads(written, parse_constant=_refuse)
        if b"\\u" in written:
            # half a surrogate pair is a str that nothing can store
            json.dumps(found, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("The answer is nested too deeply") from None
    match found:
        case [value]:
            return Answer(value)
        case [str(error), str(reason)] if error:
            return Answer(None, error[:REASON], reason[:REASON])
    raise ValueError("The answer has the wrong shape")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
