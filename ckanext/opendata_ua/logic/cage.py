"""The cage of this process, as the configuration wants it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from ckanext.opendata_ua import config
from ckanext.opendata_ua.adapters.cage import (
    MEGABYTE,
    Limits,
    Outcome,
    Pool,
    Report,
)


def parse(
    task: str,
    file: BinaryIO | Path | None = None,
    arguments: Mapping[str, Any] | None = None,
    *,
    seconds: float | None = None,
    output: int | None = None,
) -> Outcome:
    """Run a task of ``adapters/cage/tasks`` over one untrusted file.

    :param task: ``module.function``
    :param seconds: less time than the options give, where a page waits
    :param output: bytes that may be told, where that is more than the options give
    :raises OSError: when the file cannot be opened
    """
    most = limits()
    if seconds is not None:
        most = replace(most, seconds=min(seconds, most.seconds))
    if output is not None:
        most = replace(most, output=max(output, most.output))
    return _pool(config.cage_parallel()).run(task, file, arguments, most)


def report() -> Report:
    """Return what stands around untrusted files on this machine."""
    return _pool(config.cage_parallel()).report()


def limits() -> Limits:
    """Return what one file may use.

    :raises ValueError: when an option is not above zero
    """
    return Limits(
        memory=config.cage_memory() * MEGABYTE,
        cpu_seconds=config.cage_cpu_seconds(),
        seconds=config.cage_seconds(),
        output=config.cage_output() * MEGABYTE,
    )


@lru_cache(maxsize=1)
def _pool(parallel: int) -> Pool:
    # made here, started by its first task: a second one made at the same moment by
    # another thread costs nothing
    return Pool(parallel=parallel)
