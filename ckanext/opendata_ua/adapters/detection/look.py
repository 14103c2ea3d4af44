"""One file under examination: bounded reading, and what was found so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from ckanext.opendata_ua.domain.format_check import Detection, Fault, Member

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
HEAD = TAIL = 64 * KILOBYTE
CHUNK = 256 * KILOBYTE
MAX_FAULTS = 50
MAX_MEMBERS = 200


class Spent(Exception):
    """The work that one file may cost is done; what was found so far stands."""


@dataclass
class Budget:
    """What one file may cost, with all that is in it.

    :param seconds: of the processor: a busy machine does not change the answer
    :param bytes: read or unpacked
    """

    seconds: float
    bytes: int
    _until: float = field(init=False)

    def __post_init__(self) -> None:
        self._until = time.process_time() + self.seconds

    def spend(self, count: int) -> None:
        """Count bytes that were read.

        :raises Spent: when nothing is left
        """
        self.bytes -= count
        if self.bytes < 0 or time.process_time() > self._until:
            raise Spent


def quick_budget() -> Budget:
    """Return what a look within a request may cost."""
    return Budget(0.2, 16 * MEGABYTE)


def deep_budget() -> Budget:
    """Return what a thorough look may cost."""
    return Budget(3.0, 512 * MEGABYTE)


class Look:
    """One file, its first and last bytes, and what is known of it.

    :param examiner: says what a file is; archives ask it of what they hold
    :param deep: whether to read all of it, or only what is known to be short
    :param partial: the file is only the beginning of what it stands for
    :ivar level: how many archives lie around it
    :ivar sampled: a long text of which evenly spread parts were read
    """

    def __init__(
        self,
        file: BinaryIO,
        budget: Budget,
        examiner: Callable[[Look], None],
        *,
        deep: bool,
        partial: bool = False,
    ) -> None:
        self.file = file
        self.budget = budget
        self.examiner = examiner
        self.deep = deep and not partial
        self.level = 0
        self.partial = partial
        self.size = file.seek(0, 2)
        self.head = self.at(0, HEAD)
        # a file whose end is not here has none to look at
        self.tail = b"" if partial else self.at(max(0, self.size - TAIL), TAIL)
        self.format = ""
        self.also: list[str] = []
        self.media_type = ""
        self.encoding = ""
        self.delimiter = ""
        self.root = ""
        self.members: list[Member] = []
        self.faults: list[Fault] = []
        self.whole = self.deep
        self.sampled = False

    def at(self, offset: int, count: int) -> bytes:
        """Return at most ``count`` bytes at a place; fewer at the end of the file."""
        if offset < 0 or offset > self.size:
            return b""
        self.file.seek(offset)
        return self.file.read(count)

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes between two places.

        :raises Spent: when the budget is used up on the way
        """
        stop = self.size if stop is None else min(stop, self.size)
        while start < stop:
            chunk = self.at(start, min(CHUNK, stop - start))
            if not chunk:
                return
            self.budget.spend(len(chunk))
            start += len(chunk)
            yield chunk

    def fault(self, code: str, member: str = "", **values: str | int) -> None:
        """Note a fault once for each place."""
        known = any((one.code, one.member) == (code, member) for one in self.faults)
        if not known and len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(code, member, values))

    def has(self, *codes: str) -> bool:
        """Tell whether one of these faults was found in the file itself."""
        return any(one.code in codes and not one.member for one in self.faults)

    def member(self, name: str, kind: str, size: int) -> None:
        """Note what a file inside is; a long list is not told whole."""
        if len(self.members) < MAX_MEMBERS:
            self.members.append(Member(name, kind, size))

    def detection(self) -> Detection:
        """Return what was found, as the record that rules read."""
        return Detection(
            self.format,
            tuple(self.also),
            self.media_type,
            self.size,
            self.encoding,
            self.delimiter,
            self.root,
            tuple(self.members),
            tuple(self.faults),
            self.whole,
        )
