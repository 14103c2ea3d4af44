"""What differs between index and database, on both sides as streams."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from ckanext.opendata_ua.domain.search_drift import (
    Compared,
    Drift,
    Entry,
    compare,
    moment,
    written,
)

A, B, C = (
    Entry(id, f"name-{id}", "active", False, "2026-11-21T09:28:00.123Z") for id in "abc"
)


def told(rows: list[Entry], documents: list[Entry]) -> list[tuple[str, Drift | None]]:
    return [(one.entry.id, one.drift) for one in compare(rows, documents)]


@pytest.mark.parametrize(
    ("rows", "documents", "differences"),
    [
        ([], [], []),
        ([A, B], [A, B], [("a", None), ("b", None)]),
        ([A, B], [], [("a", Drift.MISSING), ("b", Drift.MISSING)]),
        ([], [A, B], [("a", Drift.ORPHAN), ("b", Drift.ORPHAN)]),
        (
            [A, C],
            [B],
            [("a", Drift.MISSING), ("b", Drift.ORPHAN), ("c", Drift.MISSING)],
        ),
        ([B], [A, C], [("a", Drift.ORPHAN), ("b", Drift.MISSING), ("c", Drift.ORPHAN)]),
        ([A, B], [A, A, B], [("a", None), ("a", Drift.ORPHAN), ("b", None)]),
        ([A], [replace(A, private=True)], [("a", Drift.VISIBILITY)]),
        ([A], [replace(A, state="draft")], [("a", Drift.VISIBILITY)]),
        ([A], [replace(A, state="draft", name="x")], [("a", Drift.VISIBILITY)]),
        ([A], [replace(A, name="x")], [("a", Drift.STALE)]),
        ([A], [replace(A, modified="2020")], [("a", Drift.STALE)]),
        ([A], [replace(A, labels=frozenset({"public"}), key="k")], [("a", None)]),
    ],
)
def test_every_difference_is_told(
    rows: list[Entry], documents: list[Entry], differences: object
) -> None:
    assert told(rows, documents) == differences


def test_an_entry_brings_its_key_in_the_index() -> None:
    (one,) = compare([A], [replace(A, key="k")])
    assert one == Compared(A, None, "k")


def test_ids_are_ordered_by_code_points() -> None:
    upper, lower = replace(A, id="Z"), replace(A, id="a")
    assert told([upper, lower], [upper, lower]) == [("Z", None), ("a", None)]


def test_streams_are_read_as_they_are_needed() -> None:
    def endless() -> Iterator[Entry]:
        yield A
        raise AssertionError("one side ran ahead")

    assert next(compare(iter([A]), endless())).entry == A


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        (datetime(2026, 11, 21, 9, 28), "2026-11-21T09:28:00.000Z"),  # noqa: DTZ001  # as CKAN keeps it
        (datetime(2026, 11, 21, 9, 28, 1, 123999), "2026-11-21T09:28:01.123Z"),  # noqa: DTZ001  # as CKAN keeps it
        (None, ""),
    ],
)
def test_a_time_of_a_row_has_milliseconds(row: datetime | None, kept: str) -> None:
    assert moment(row) == kept


@pytest.mark.parametrize(
    ("solr", "kept"),
    [
        ("2026-11-21T09:28:00Z", "2026-11-21T09:28:00.000Z"),
        ("2026-11-21T09:28:00.1Z", "2026-11-21T09:28:00.100Z"),
        ("2026-11-21T09:28:00.12Z", "2026-11-21T09:28:00.120Z"),
        ("2026-11-21T09:28:00.123Z", "2026-11-21T09:28:00.123Z"),
        ("", ""),
    ],
)
def test_a_time_of_the_index_gets_what_solr_omits(solr: str, kept: str) -> None:
    assert written(solr) == kept
