"""The caller's side: one keeper per process, started when first needed.

Threads may run tasks at once. A process that was forked from one with a pool goes on
with the same object and gets a keeper of its own.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from .asking import Gone, ask
from .outcome import Limits, Outcome, Report, Verdict
from .places import Places
from .sources import opened
from .starting import Keeper, Unavailable, started

TASKS = "ckanext.opendata_ua.adapters.cage.tasks"
#: A keeper that dies under a task is replaced, and the task is tried again, once.
ATTEMPTS = 2


class Pool:
    """A place where untrusted bytes are read.

    Nothing is started before the first task.

    :param packages: further packages of tasks, by dotted name, for embedders and tests
    :param parallel: tasks at once; others wait
    :param without: walls to leave out (``walls.OPTIONAL``), for tests of the others
    """

    def __init__(
        self,
        *,
        packages: Sequence[str] = (),
        parallel: int = 2,
        without: Collection[str] = (),
    ) -> None:
        self._packages = (TASKS, *packages)
        self._parallel = parallel
        self._without = tuple(without)
        self._holder: list[Keeper] = []
        self._new_locks()
        _pools.add(self)
        weakref.finalize(self, _end_all, self._holder)

    def run(
        self,
        task: str,
        file: BinaryIO | Path | None = None,
        arguments: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
    ) -> Outcome:
        """Run one task over one file and return how it ended.

        The file is read from its first byte; the caller's position does not move.

        :param task: ``module.function``
        :param arguments: what JSON carries, at most ``protocol.PACKET`` bytes
        :raises LookupError: when there is no task of this name
        :raises ValueError: for arguments that are no JSON or too large
        :raises OSError: when the file cannot be opened
        """
        limits = limits or Limits()
        if not self._places.take(limits.seconds):
            return _unavailable("Every place in the cage stayed taken")
        try:
            with opened(file) as descriptor:
                return self._attempts(task, descriptor, dict(arguments or {}), limits)
        finally:
            self._places.leave()

    def report(self) -> Report:
        """Return what stands around the tasks, tried from inside."""
        try:
            ready = self._keeper().ready
        except Unavailable as error:
            return Report({}, unavailable=str(error))
        found = self.run("escape.holes")
        return Report(
            walls=ready["walls"],
            missing=tuple(ready["missing"]),
            holes=tuple(found.value) if found.done else (),
            broken=ready["broken"],
            unavailable="" if found.done else found.reason or found.verdict.value,
        )

    def close(self) -> None:
        """End the keeper and what it runs; a later task starts a new one."""
        with self._lock:
            _end_all(self._holder)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _new_locks(self) -> None:
        self._lock = threading.Lock()
        self._places = Places(self._parallel)

    def _after_fork(self) -> None:
        """Let go of the parent's keeper, whatever its threads held."""
        self._new_locks()
        _end_all(self._holder)

    def _attempts(
        self, task: str, file: int | None, arguments: dict[str, Any], limits: Limits
    ) -> Outcome:
        for _ in range(ATTEMPTS):
            try:
                keeper = self._keeper()
            except Unavailable as error:
                return _unavailable(str(error))
            if task not in keeper.ready["tasks"]:
                broken = keeper.ready["broken"].get(task.partition(".")[0])
                if broken is None:
                    raise LookupError(f"There is no task {task}")
                return _unavailable(f"The module of {task} does not load: {broken}")
            try:
                return ask(keeper, task, file, arguments, limits)
            except Gone:
                self._replace(keeper)
        return _unavailable("The keeper ended under the task, twice")

    def _keeper(self) -> Keeper:
        """Return the keeper of this process, started now if need be."""
        with self._lock:
            if self._holder:
                if self._holder[0].alive():
                    return self._holder[0]
                _end_all(self._holder)
            self._holder.append(started(self._packages, self._without))
            return self._holder[0]

    def _replace(self, keeper: Keeper) -> None:
        with self._lock:
            if self._holder == [keeper]:
                _end_all(self._holder)


# every pool of this process, for the hook that a fork calls
_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


def _forked() -> None:
    for pool in list(_pools):
        pool._after_fork()


os.register_at_fork(after_in_child=_forked)


def _end_all(holder: list[Keeper]) -> None:
    while holder:
        holder.pop().end()


def _unavailable(reason: str) -> Outcome:
    return Outcome(Verdict.UNAVAILABLE, reason=reason)
