"""The few calls of the kernel that Python does not offer, through the C library.

Numbers are those of Linux on x86_64 and aarch64 (``asm/unistd.h``); a call that the
kernel refuses raises OSError with its errno, as the functions of ``os`` do.
"""

from __future__ import annotations

import ctypes
import os

# <linux/prctl.h>
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NAME = 15
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

# <linux/sched.h>
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

_CAPABILITY_VERSION_3 = 0x20080522  # <linux/capability.h>

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _checked(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer


def prctl(option: int, argument: object = 0, third: object = 0) -> int:
    """Change a property of this process: prctl(2)."""
    return _checked(_libc.prctl(option, _word(argument), _word(third), _ZERO, _ZERO))


def syscall(number: int, *arguments: object) -> int:
    """Make a system call for which the C library has no function: syscall(2)."""
    return _checked(_libc.syscall(ctypes.c_long(number), *map(_word, arguments)))


def unshare(namespaces: int) -> None:
    """Leave namespaces for new and empty ones: unshare(2)."""
    _checked(_libc.unshare(ctypes.c_int(namespaces)))


def drop_capabilities() -> None:
    """Give up every capability for good: capset(2), version 3 with two words."""
    head = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _checked(_libc.capset(ctypes.byref(head), ctypes.byref(nothing)))


_ZERO = ctypes.c_ulong(0)


def _word(value: object) -> object:
    """Return an argument as wide as a register: variadic calls do not widen ints."""
    return ctypes.c_ulong(value) if isinstance(value, int) else value
