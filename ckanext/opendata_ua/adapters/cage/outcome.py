"""What a task may use, and how it ended: values, nothing that runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

MEGABYTE = 1024 * 1024
#: With less, libmagic does not fail: it answers wrongly.
LEAST_MEMORY = 16 * MEGABYTE


class Verdict(Enum):
    """How a task ended."""

    DONE = "done"
    #: the task raised an exception, or returned what JSON cannot carry
    REFUSED = "refused"
    #: a signal ended it, or it went without an answer that can be read
    CRASHED = "crashed"
    OUT_OF_MEMORY = "out_of_memory"
    #: processor time or time on the wall ran out
    TOO_SLOW = "too_slow"
    TOO_MUCH_OUTPUT = "too_much_output"
    #: the task was not tried: no free place, or no cage
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Limits:
    """What one task may use.

    :param memory: bytes of address space beyond what the waiting interpreter has
    :param cpu_seconds: processor time, whole seconds
    :param seconds: time on the wall, from the fork; as long again a task waits for
        a free place before it starts
    :param output: bytes of the answer as JSON
    :param files: open files at once, its own file and answer included
    :raises ValueError: for a limit that is not above zero, or less than LEAST_MEMORY
    """

    memory: int = 512 * MEGABYTE
    cpu_seconds: int = 20
    seconds: float = 30.0
    output: int = 4 * MEGABYTE
    files: int = 32

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value <= 0:
                raise ValueError(f"The limit {name} must be above zero, not {value}")
        if self.memory < LEAST_MEMORY:
            raise ValueError(f"The limit memory must be {LEAST_MEMORY} bytes at least")


@dataclass(frozen=True)
class Outcome:
    """The answer of the cage: never an exception, whatever the file did.

    ``value`` and ``reason`` come out of a process that read untrusted bytes: they are
    data, to be checked and escaped like the file itself.

    :param value: what a task that is ``DONE`` returned, built of JSON's types
    :param reason: for a maintainer's log: an exception's text, a signal's name
    :param error: the name of the exception's type, where the task ``REFUSED``
    :param signal: the number of the signal, where one ended the task
    """

    verdict: Verdict
    value: Any = None
    reason: str = ""
    error: str = ""
    signal: int | None = None

    @property
    def done(self) -> bool:
        """Tell whether there is a value."""
        return self.verdict is Verdict.DONE


@dataclass(frozen=True)
class Report:
    """What stands around the tasks of this machine.

    :param walls: each wall by name, with how far it stands in words
    :param missing: names of the walls that this system did not offer
    :param holes: ways out that were tried from inside and stood open
    :param broken: modules of tasks that could not be imported, with the reason
    :param unavailable: why there is no cage at all, else empty
    """

    walls: Mapping[str, str]
    missing: tuple[str, ...] = ()
    holes: tuple[str, ...] = ()
    broken: Mapping[str, str] = field(default_factory=dict)
    unavailable: str = ""
