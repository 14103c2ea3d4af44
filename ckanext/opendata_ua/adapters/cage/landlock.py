"""Landlock: the process and its children read the folders of code, and nothing else.

Source: Documentation/userspace-api/landlock.rst of the kernel and <linux/landlock.h>.
Each version of the interface (ABI) knows more kinds of access; all that this kernel
knows are forbidden, and reading is given back for the listed paths.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from . import kernel

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same on every machine
_VERSION = 1
_RULE_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3


def version() -> int:
    """Return the ABI that this kernel speaks; 0 where Landlock is absent or off."""
    try:
        return kernel.syscall(_CREATE, 0, 0, _VERSION)
    except OSError:
        return 0


def _forbidden(abi: int) -> bytes:
    """Return ``struct landlock_ruleset_attr`` with all that this ABI can forbid."""
    # ABI 1: 13 kinds of access to files; 2: moving; 3: truncating; 5: device calls
    files = (1 << 13) - 1 | (abi >= 2) << 13 | (abi >= 3) << 14 | (abi >= 5) << 15
    words = [files]
    if abi >= 4:
        words.append(0b11)  # bind and connect of TCP
    if abi >= 6:
        words.append(0b11)  # abstract Unix sockets and signals out of this domain
    return struct.pack(f"={len(words)}Q", *words)


class Ruleset:
    """Rules made while every path can still be opened, applied later."""

    def __init__(self, abi: int, readable: Iterable[Path]) -> None:
        self._abi = abi
        attributes = _forbidden(abi)
        self._descriptor = kernel.syscall(
            _CREATE, ctypes.c_char_p(attributes), len(attributes), 0
        )
        for path in readable:
            self._allow(path)

    def _allow(self, path: Path) -> None:
        try:
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return  # not every system has every folder of libraries
        access = _READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE
        rule = struct.pack("=Qi", access, opened)
        try:
            kernel.syscall(
                _ADD_RULE,
                *(self._descriptor, _RULE_PATH_BENEATH, ctypes.c_char_p(rule), 0),
            )
        finally:
            os.close(opened)

    def apply(self) -> str:
        """Put this process under the rules for good, and say so in words.

        Needs PR_SET_NO_NEW_PRIVS.
        """
        kernel.syscall(_RESTRICT, self._descriptor, 0)
        os.close(self._descriptor)
        return f"only folders of code can be read (ABI {self._abi})"
