"""What is said of hostile files and of their good twins: a cut of the corpus.

``prove_formats.py`` goes through all of it.
"""

from __future__ import annotations

import io

import pytest

from ckanext.opendata_ua.adapters import detection
from ckanext.opendata_ua.adapters.cage import Pool
from ckanext.opendata_ua.adapters.detection.look import Budget
from ckanext.opendata_ua.domain import format_check

from . import corpus, hostile
from .conftest import LIMITS, judged
from .hostile import Case
from .samples import BASE

HOSTILE, GOOD = corpus.everything()


def _names(cases: list[Case]) -> list[str]:
    return [case.name for case in cases]


def test_the_corpus_is_as_large_as_it_is_said_to_be() -> None:
    assert len(HOSTILE) >= 400
    assert len(GOOD) >= 250
    assert len(set(_names(HOSTILE + GOOD))) == len(HOSTILE) + len(GOOD)


def test_every_fault_has_a_file_that_has_it() -> None:
    wanted = {code for case in (*HOSTILE, *GOOD) for code in case.codes}
    shown = {code.removeprefix("content.") for code in wanted}
    assert set(format_check.FAULTS) - shown == {"unreadable", "partly"}


@pytest.mark.parametrize("case", corpus.short(HOSTILE, 10), ids=lambda case: case.name)
def test_a_hostile_file_is_blocked_for_its_fault(pool: Pool, case: Case) -> None:
    result = judged(pool, case, case.make())
    assert result.right, str(result)


@pytest.mark.parametrize("case", corpus.short(GOOD, 6), ids=lambda case: case.name)
def test_a_good_file_is_what_it_is_and_is_not_blocked(pool: Pool, case: Case) -> None:
    result = judged(pool, case, case.make())
    assert result.right, str(result)


@pytest.mark.parametrize("case", corpus.short(GOOD, 12), ids=lambda case: case.name)
def test_a_quick_look_names_the_format_and_blocks_nothing_good(
    pool: Pool, case: Case
) -> None:
    result = judged(pool, case, case.make(), "quick")
    assert not result.blocking, str(result)
    assert not result.found.whole


def test_what_the_cage_says_can_be_read_back(pool: Pool) -> None:
    value = pool.run("formats.deep", io.BytesIO(b"a;b\n1;2\n"), {}, LIMITS).value
    found = format_check.read_detection(value)
    assert (found.format, found.delimiter, found.size) == ("CSV", ";", 8)
    assert format_check.read_detection(format_check.as_value(found)) == found


def test_what_could_not_be_read_whole_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detection, "deep_budget", lambda: Budget(60, 100))
    for kind in ("XLSX", "ZIP", "XML", "JSON", "GZIP", "7Z"):
        make = BASE[kind][0] if kind in BASE else hostile.seven
        found = detection.deep(io.BytesIO(make()))
        assert not found.whole
        assert {one.code for one in found.faults} & {"partly", "unreadable"}, kind
