"""The filter of system calls: what a parser needs is listed, all else is refused.

A list of what is allowed, not of what is forbidden, so that a call invented later is
refused too. A refused call answers EPERM and the parser raises PermissionError; a call
made in a foreign convention (i386 on x86_64) ends the process.

Sources: seccomp(2); Documentation/userspace-api/seccomp_filter.rst of the kernel;
``asm/unistd_64.h`` and ``asm-generic/unistd.h`` for the numbers.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence

from . import kernel

#: number on x86_64, number on aarch64; None: that machine has no such call.
Numbers = tuple[int | None, int | None]

# memory, and the one thread there is
_MEMORY: Mapping[str, Numbers] = {
    "brk": (12, 214),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "mprotect": (10, 226),
    "madvise": (28, 233),
    "membarrier": (324, 283),
    "futex": (202, 98),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
# descriptors that are open already
_DESCRIPTORS: Mapping[str, Numbers] = {
    "read": (0, 63),
    "readv": (19, 65),
    "pread64": (17, 67),
    "preadv": (295, 69),
    "write": (1, 64),
    "writev": (20, 66),
    "lseek": (8, 62),
    "close": (3, 57),
    "close_range": (436, 436),
    "dup": (32, 23),
    "dup2": (33, None),
    "dup3": (292, 24),
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    "fadvise64": (221, 223),
}
# what Python asks of a folder before it imports from it; contents stay closed
_NAMES: Mapping[str, Numbers] = {
    "fstat": (5, 80),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "stat": (4, None),
    "lstat": (6, None),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getcwd": (79, 17),
    "getdents64": (217, 61),
}
# time, chance, and who am I
_QUESTIONS: Mapping[str, Numbers] = {
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "times": (100, 153),
    "restart_syscall": (219, 128),
    "getrandom": (318, 278),
    "uname": (63, 160),
    "sysinfo": (99, 179),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
}
ALLOWED: Mapping[str, Numbers] = {**_MEMORY, **_DESCRIPTORS, **_NAMES, **_QUESTIONS}

#: The C library asks for these first and does without them when they do not exist.
ABSENT: Mapping[str, Numbers] = {
    "clone3": (435, 435),
    "openat2": (437, 437),
    "rseq": (334, 293),
}

# One way through a guarded call: every (argument, mask, value) must hold, where
# ``argument & mask == value`` is asked of the lower 32 bits; +0.5 means the upper.
_Way = Sequence[tuple[float, int, int]]
_ALL = 0xFFFFFFFF

# Opening is reading: any other flag than these turns the call away.
_READING = os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK
_READING_ONLY = _ALL & ~_READING

_TCGETS, _FIONCLEX, _FIOCLEX = 0x5401, 0x5450, 0x5451  # <asm-generic/ioctls.h>
_F_DUPFD, _F_GETFD, _F_SETFD, _F_GETFL, _F_DUPFD_CLOEXEC = 0, 1, 2, 3, 1030

_AUDIT_ARCH: Mapping[str, int] = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# <linux/filter.h>, <linux/seccomp.h>
_LOAD, _AND, _EQUAL, _RETURN = 0x20, 0x54, 0x15, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_MODE_FILTER = 2
_AT_NUMBER, _AT_ARCH, _AT_ARGUMENTS = 0, 4, 16

_Line = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


def supported() -> bool:
    """Tell whether this kernel filters calls, and this machine's numbers are known."""
    if platform.machine() not in _AUDIT_ARCH:
        return False
    try:
        # with no filter given, a kernel that has filters reads the null address
        kernel.prctl(kernel.PR_SET_SECCOMP, _MODE_FILTER, 0)
    except OSError as error:
        return error.errno == errno.EFAULT
    return True


# calls that depend on their arguments
_GUARDED: Sequence[tuple[Numbers, Sequence[_Way]]] = (
    # prlimit64: only its own limits, and only to read them
    ((302, 261), [[(0, _ALL, 0), (2, _ALL, 0), (2.5, _ALL, 0)]]),
    # fcntl: F_SETOWN and F_SETSIG would send signals to others
    (
        (72, 25),
        [
            [(1, _ALL, command)]
            for command in (_F_DUPFD, _F_GETFD, _F_SETFD, _F_GETFL, _F_DUPFD_CLOEXEC)
        ],
    ),
    # ioctl: is it a terminal, and is it inherited
    ((16, 29), [[(1, _ALL, request)] for request in (_TCGETS, _FIOCLEX, _FIONCLEX)]),
)
_OPEN: Sequence[tuple[Numbers, Sequence[_Way]]] = (
    ((2, None), [[(1, _READING_ONLY, 0)]]),
    ((257, 56), [[(2, _READING_ONLY, 0)]]),  # openat
)
_KILL_CALLS: Sequence[Numbers] = ((62, 129), (234, 131))  # kill, tgkill


def _ways(ways: Sequence[_Way]) -> Iterator[_Line]:
    """Yield the lines of a guarded call: the first way that holds lets it through."""
    for way in ways:
        for position, (argument, mask, value) in enumerate(way):
            left = 3 * (len(way) - position - 1) + 1
            yield _LOAD, 0, 0, _AT_ARGUMENTS + int(argument * 8)
            yield _AND, 0, 0, mask
            yield _EQUAL, 0, left, value
        yield _RETURN, 0, 0, _ALLOW
    yield _RETURN, 0, 0, _ERRNO | errno.EPERM


def _block(column: int, numbers: Numbers, ways: Sequence[_Way]) -> Iterator[_Line]:
    """Yield the lines of one guarded call; a call of another number steps over them."""
    if (number := numbers[column]) is not None:
        lines = list(_ways(ways))
        yield _EQUAL, 0, len(lines), number
        yield from lines


def _same_for_all(reading: bool) -> Iterator[_Line]:
    machine = platform.machine()
    column = list(_AUDIT_ARCH).index(machine)
    yield _LOAD, 0, 0, _AT_ARCH
    yield _EQUAL, 1, 0, _AUDIT_ARCH[machine]
    yield _RETURN, 0, 0, _KILL
    yield _LOAD, 0, 0, _AT_NUMBER
    for answer, calls in ((_ALLOW, ALLOWED), (_ERRNO | errno.ENOSYS, ABSENT)):
        for numbers in calls.values():
            if (number := numbers[column]) is not None:
                yield _EQUAL, 0, 1, number
                yield _RETURN, 0, 0, answer
    for numbers, ways in (*_GUARDED, *(_OPEN if reading else ())):
        yield from _block(column, numbers, ways)


def _own(pid: int) -> Iterator[_Line]:
    # abort() sends a signal to itself
    column = list(_AUDIT_ARCH).index(platform.machine())
    for numbers in _KILL_CALLS:
        yield from _block(column, numbers, [[(0, _ALL, pid)]])
    yield _RETURN, 0, 0, _ERRNO | errno.EPERM


def _packed(lines: Iterable[_Line]) -> bytes:
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


class _Program(ctypes.Structure):
    """``struct sock_fprog`` of <linux/filter.h>."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


class Filter:
    """The filter of all children of a keeper, packed once.

    :param reading: whether files may be opened for reading; then another wall has to
        say which
    """

    def __init__(self, *, reading: bool) -> None:
        self._same = _packed(_same_for_all(reading))

    def code(self, pid: int) -> bytes:
        """Return the filter of one process: ``struct sock_filter`` one after another.

        :param pid: the process, which may send signals to itself
        """
        return self._same + _packed(_own(pid))

    def apply(self) -> None:
        """Put this thread under the filter for good; needs PR_SET_NO_NEW_PRIVS."""
        code = self.code(os.getpid())
        buffer = ctypes.create_string_buffer(code, len(code))
        given = _Program(len(code) // 8, ctypes.addressof(buffer))
        kernel.prctl(kernel.PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(given))
