"""What stands between a parser and the system, as much of it as this system offers.

The keeper builds what its children inherit (``Walls.build``), each child adds what is
its own (``Walls.enclose``). A wall that cannot be had is reported, never fatal.

Sources: prctl(2), setrlimit(2), user_namespaces(7), network_namespaces(7),
capabilities(7), proc(5).
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import sysconfig
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from . import kernel, landlock, seccomp

#: The user of whom every system has one and who owns nothing ("nobody").
NOBODY = 65534
STACK = 8 * 1024 * 1024
#: Names that ``without`` may hold; the rest needs nothing of the kernel.
OPTIONAL = ("privileges", "namespaces", "landlock", "seccomp")


def code_folders(packages: Iterable[str]) -> Iterator[Path]:
    """Yield what a late import has to read: code and libraries, no settings.

    :param packages: folders of the packages that hold tasks
    """
    for kind in ("stdlib", "platstdlib"):
        yield Path(sysconfig.get_path(kind))
    for entry in sys.path:
        # a checkout on the path may hold anything; a folder of packages does not
        if Path(entry).name in ("site-packages", "dist-packages"):
            yield Path(entry)
    yield from map(Path, packages)
    libraries = sysconfig.get_config_var("MULTIARCH")
    for root in ("/lib", "/usr/lib", "/usr/local/lib"):
        if libraries:
            yield Path(root, libraries)
    for path in ("/lib64", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo"):
        yield Path(path)
    for device in ("/dev/null", "/dev/urandom"):
        yield Path(device)


class Walls:
    """The walls of one keeper, each with how far it stands.

    :param without: names of walls to leave out, so that the others can be tested
    """

    def __init__(self, without: Collection[str] = ()) -> None:
        self.standing: dict[str, str] = {}
        self.missing: list[str] = []
        self._without = without
        self._filter: seccomp.Filter | None = None
        self._landlock = False
        self._memory = 0

    def build(self, packages: Iterable[str]) -> None:
        """Raise what children inherit; the keeper opens no file after this."""
        self._memory = _address_space()
        rules = self._rules(packages)
        _go_first_when_memory_ends()
        apart = self._try("namespaces", _leave_the_network)
        self._try("privileges", _become_nobody)
        if not apart and os.getuid() != 0:
            # an ordinary user, or the root of a container, who may less
            self._try("namespaces", _leave_the_network_as_anybody)
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        for name in ("CORE", "FSIZE", "MSGQUEUE", "MEMLOCK"):
            _limit(name, 0)
        if rules is not None:
            self._landlock = self._try("landlock", rules.apply)
        if "seccomp" not in self._without and seccomp.supported():
            # without Landlock nobody says which files may be read: then none
            self._filter = seccomp.Filter(reading=self._landlock)
            calls = len(seccomp.ALLOWED)
            self._stands("seccomp", f"{calls} system calls are allowed, others refused")
        else:
            self._lacks("seccomp", "this kernel or machine offers no filter of calls")
        self.standing["limits"] = "memory, processor time, open files, files written: 0"

    def enclose(self, keeper: int, memory: int, cpu_seconds: int, files: int) -> None:
        """Shut this process, a fresh child of the keeper, in for good.

        :param keeper: process id of the keeper, with whom this process dies
        :raises OSError: when a wall that stood when it was tried does not now
        """
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != keeper:
            os._exit(1)  # it died before the line above
        _limit("AS", self._memory + memory)
        _limit("STACK", STACK)
        _limit("CPU", cpu_seconds, cpu_seconds + 1)
        _limit("NOFILE", files)
        _limit("NPROC", 0)
        if self._filter is not None:
            self._filter.apply()

    def _rules(self, packages: Iterable[str]) -> landlock.Ruleset | None:
        abi = 0 if "landlock" in self._without else landlock.version()
        if not abi:
            self._lacks("landlock", "this kernel offers none: no file can be opened")
            return None
        try:
            rules = landlock.Ruleset(abi, code_folders(packages))
        except OSError as error:
            self._lacks("landlock", str(error))
            return None
        return rules

    def _try(self, name: str, raise_wall: Callable[[], str]) -> bool:
        """Raise one wall and tell whether it stands."""
        if name in self._without:
            self._lacks(name, "left out")
            return False
        try:
            self._stands(name, raise_wall())
        except OSError as error:
            self._lacks(name, str(error))
            return False
        return True

    def _stands(self, name: str, words: str) -> None:
        self.standing[name] = words
        self.missing = [one for one in self.missing if one != name]

    def _lacks(self, name: str, words: str) -> None:
        self.standing[name] = f"missing: {words}"
        if name not in self.missing:
            self.missing.append(name)


def _limit(name: str, soft: int, hard: int | None = None) -> None:
    """Set a limit, never above what the system already holds us to."""
    which = getattr(resource, f"RLIMIT_{name}")
    _, highest = resource.getrlimit(which)
    wanted = soft if hard is None else hard
    if highest != resource.RLIM_INFINITY:
        wanted, soft = min(wanted, highest), min(soft, highest)
    resource.setrlimit(which, (soft, wanted))


def _address_space() -> int:
    """Return the bytes of address space this process has: proc(5), statm."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def _go_first_when_memory_ends() -> None:
    """Offer this process to the kernel before any that matters: proc(5)."""
    try:
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    except OSError:
        return  # a /proc that is read-only: the kernel chooses by size, as ever


_APART = kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC


def _leave_the_network() -> str:
    """Go where there is no network and no shared memory of others."""
    kernel.unshare(_APART)
    return "a network of its own, with no device up"


def _leave_the_network_as_anybody() -> str:
    """Do the same inside a user namespace, which an ordinary user may make.

    Not as root: it would hide behind the number of nobody and own root's files still.
    """
    kernel.unshare(_APART | kernel.CLONE_NEWUSER)
    # the new namespace gives all of them, over itself
    kernel.drop_capabilities()
    return "a network of its own, with no device up, in a user namespace"


def _become_nobody() -> str:
    """Stop being root, and give up what root could do."""
    try:
        if os.getuid() == 0:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
    finally:
        kernel.drop_capabilities()
    return f"user {os.getuid()} without capabilities"
