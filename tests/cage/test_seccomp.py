"""The filter of system calls says the same on both machines it knows."""

from __future__ import annotations

import errno
import os
import platform
import struct
from collections.abc import Sequence

import pytest

from ckanext.opendata_ua.adapters.cage import seccomp

ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSED, ABSENT = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
I386 = 0x40000003
X32 = 0x40000000  # the bit of a third convention on x86_64
CALLS = {  # asm/unistd_64.h, asm-generic/unistd.h
    "x86_64": {"read": 0, "kill": 62, "openat": 257, "socket": 41, "clone": 56}
    | {"clone3": 435, "fcntl": 72, "prlimit64": 302, "execve": 59, "ioctl": 16},
    "aarch64": {"read": 63, "kill": 129, "openat": 56, "socket": 198, "clone": 220}
    | {"clone3": 435, "fcntl": 25, "prlimit64": 261, "execve": 221, "ioctl": 29},
}


def judged(code: bytes, arch: int, number: int, arguments: Sequence[int]) -> int:
    """Run a filter as the kernel would: the four instructions it is made of."""
    six = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=IIQ6Q", number, arch, 0, *six)
    lines = list(struct.iter_unpack("=HBBI", code))
    place, value = 0, 0
    while True:
        operation, if_true, if_false, constant = lines[place]
        place += 1
        if operation == 0x20:
            (value,) = struct.unpack_from("=I", data, constant)
        elif operation == 0x54:
            value &= constant
        elif operation == 0x15:
            place += if_true if value == constant else if_false
        else:
            assert operation == 0x06
            return int(constant)


@pytest.mark.parametrize("machine", ARCH)
@pytest.mark.parametrize(
    ("call", "arguments", "answer"),
    [
        ("read", [0], ALLOW),
        ("socket", [1, 1, 0], REFUSED),
        ("clone", [17], REFUSED),
        ("clone", [0x00010000], REFUSED),  # a thread
        ("execve", [], REFUSED),
        ("clone3", [], ABSENT),
        ("kill", [42, 6], ALLOW),
        ("kill", [41, 6], REFUSED),
        ("kill", [-1 & 2**64 - 1, 6], REFUSED),
        ("openat", [0, 0, os.O_RDONLY | os.O_CLOEXEC], ALLOW),
        ("openat", [0, 0, os.O_WRONLY], REFUSED),
        ("openat", [0, 0, os.O_RDWR], REFUSED),
        ("openat", [0, 0, os.O_RDONLY | os.O_CREAT], REFUSED),
        ("openat", [0, 0, os.O_RDONLY | os.O_TRUNC], REFUSED),
        ("openat", [0, 0, os.O_PATH], REFUSED),
        ("fcntl", [3, 1], ALLOW),
        ("fcntl", [3, 8], REFUSED),  # F_SETOWN
        ("ioctl", [3, 0x5401], ALLOW),
        ("ioctl", [3, 0x5412], REFUSED),  # TIOCSTI: typing for the terminal's owner
        ("prlimit64", [0, 9, 0, 1], ALLOW),
        ("prlimit64", [0, 9, 1, 0], REFUSED),
        ("prlimit64", [0, 9, 1 << 32, 0], REFUSED),  # an address above 4 GB
        ("prlimit64", [7, 9, 0, 1], REFUSED),
    ],
)
def test_a_call_gets_its_answer(
    monkeypatch: pytest.MonkeyPatch,
    machine: str,
    call: str,
    arguments: list[int],
    answer: int,
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    code = seccomp.Filter(reading=True).code(pid=42)
    number = CALLS[machine][call]
    assert judged(code, ARCH[machine], number, arguments) == answer


@pytest.mark.parametrize("machine", ARCH)
def test_without_another_wall_nothing_is_opened(
    monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    code = seccomp.Filter(reading=False).code(pid=42)
    opening = judged(code, ARCH[machine], CALLS[machine]["openat"], [0, 0, 0])
    assert opening == REFUSED


@pytest.mark.parametrize("machine", ARCH)
def test_foreign_conventions_end_the_process_or_are_refused(
    monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    code = seccomp.Filter(reading=True).code(pid=42)
    assert judged(code, I386, CALLS[machine]["read"], []) == KILL
    assert judged(code, ARCH[machine], X32 | CALLS[machine]["read"], []) == REFUSED


def test_a_machine_whose_numbers_are_unknown_has_no_filter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert not seccomp.supported()
