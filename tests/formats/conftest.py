"""Fixtures of the corpus: a cage, and the judgement of one case."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ckanext.opendata_ua.adapters.cage import MEGABYTE, Limits, Pool
from ckanext.opendata_ua.domain import format_check
from ckanext.opendata_ua.domain.findings import Severity
from ckanext.opendata_ua.domain.format_check import Detection

from .hostile import Case

#: What one file may cost, as the project promises.
LIMITS = Limits(memory=512 * MEGABYTE, cpu_seconds=5, seconds=60, output=4 * MEGABYTE)
RULES = format_check.policy()


@dataclass(frozen=True)
class Judged:
    """One case after it was looked at.

    :param seconds: that the thorough look took, by the clock
    """

    case: Case
    found: Detection
    blocking: frozenset[str]
    codes: frozenset[str]
    seconds: float

    @property
    def right(self) -> bool:
        """Tell whether the verdict is the expected one."""
        if self.case.format:
            exact = self.found.format == self.case.format
            return exact and not self.blocking and self.case.codes <= self.codes
        return bool(self.blocking & self.case.codes)

    def __str__(self) -> str:
        said = ", ".join(sorted(self.codes))
        return f"{self.case.name}: {self.found.format} ({said})"


def judged(pool: Pool, case: Case, data: bytes, task: str = "deep") -> Judged:
    """Look at one case in the cage and judge it as the portal does."""
    begun = time.perf_counter()
    outcome = pool.run(f"formats.{task}", io.BytesIO(data), {}, LIMITS)
    seconds = time.perf_counter() - begun
    found = (
        format_check.read_detection(outcome.value)
        if outcome.done
        else format_check.unreadable(len(data))
    )
    findings = format_check.judge(case.declared, case.file_name, "", found, RULES)
    blocking = {one.code for one in findings if one.severity is Severity.BLOCKING}
    codes = {one.code for one in findings}
    return Judged(case, found, frozenset(blocking), frozenset(codes), seconds)


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    """Return a cage in which nothing can be loaded late, as on an older kernel."""
    with Pool(parallel=8, without=["landlock"]) as made:
        yield made
