"""Disks that are full: a small one of this process alone, and a limit of file sizes."""

from __future__ import annotations

import ctypes
import os
import resource
from pathlib import Path

_NEW_MOUNTS, _NEW_USERS = 0x00020000, 0x10000000  # CLONE_NEWNS, CLONE_NEWUSER
_PRIVATE, _ALL_BELOW = 1 << 18, 1 << 14  # MS_PRIVATE, MS_REC
_libc = ctypes.CDLL(None, use_errno=True)


def make_small(folder: Path, size: int) -> None:
    """Mount an empty disk of some bytes over a folder, seen by this process only.

    For a child: the disk is gone when its last process has ended. Nobody has to be
    root where the kernel lets users have namespaces, as Debian's does.

    :raises OSError: where neither is so, as in a container without rights
    """
    user, group = os.getuid(), os.getgid()
    _done(_libc.unshare(_NEW_MOUNTS | (_NEW_USERS if user else 0)))
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    _done(_libc.mount(None, b"/", None, _PRIVATE | _ALL_BELOW, None))
    target, options = os.fsencode(folder), f"size={size},mode=777".encode()
    _done(_libc.mount(b"tmpfs", target, b"tmpfs", 0, options))


def _done(answer: int) -> None:
    if answer:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def limit_files(size: int) -> None:
    """Let no file of this process grow over some bytes: writing stops in the middle."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
