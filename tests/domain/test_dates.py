"""Moments of a dataset."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from ckanext.opendata_ua.domain import dates
from ckanext.opendata_ua.domain.dates import FileState

UTC = timezone.utc
NOW = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
OLD = datetime(2020, 1, 2, 3, 4, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("stored", "before", "after", "created", "expected"),
    [
        (OLD, True, True, None, OLD),
        (OLD, False, False, None, OLD),
        (None, True, True, OLD, OLD),
        (None, True, False, OLD, OLD),
        (None, True, True, None, NOW),
        (None, False, True, OLD, NOW),
        (None, False, False, OLD, None),
    ],
)
def test_the_first_publication_is_set_once(
    stored: datetime | None,
    before: bool,
    after: bool,
    created: datetime | None,
    expected: datetime | None,
) -> None:
    assert dates.first_published(stored, NOW, before, after, created) == expected


A = FileState("a", "https://x/a.csv", "h1", 10, OLD)
B = FileState("b", "https://x/b.csv")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], [A]),
        ([], [FileState("")]),
        ([A], [A, FileState("")]),
        ([A], []),
        ([A], [B]),
        ([A], [A, A]),
        ([A], [replace(A, uploading=True)]),
        ([A], [replace(A, url="https://x/c.csv")]),
        ([A], [replace(A, hash="h2")]),
        ([A], [replace(A, size=11)]),
        ([A], [replace(A, changed=NOW)]),
        ([replace(A, changed=None)], [replace(A, changed=NOW)]),
        ([A, B], [A, replace(B, uploading=True)]),
    ],
)
def test_a_change_of_files_moves_the_date(
    before: list[FileState], after: list[FileState]
) -> None:
    assert dates.data_changed(OLD, before, after, NOW) == NOW


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], []),
        ([A], [A]),
        ([A, B], [B, A]),
        ([replace(A, hash="")], [A]),
        ([A], [replace(A, hash="")]),
        ([replace(A, size=None)], [A]),
        ([A], [replace(A, size=None)]),
        ([replace(A, changed=None)], [A]),
        ([replace(A, changed=NOW)], [A]),
    ],
)
def test_what_is_no_change_of_data_leaves_the_date(
    before: list[FileState], after: list[FileState]
) -> None:
    assert dates.data_changed(OLD, before, after, NOW) == OLD


def test_the_date_never_goes_back() -> None:
    assert dates.data_changed(LATER, [], [A], NOW) == LATER


def test_the_first_file_sets_the_date() -> None:
    assert dates.data_changed(None, [], [A], NOW) == NOW


def test_an_old_dataset_has_the_date_of_its_files() -> None:
    assert dates.data_changed(None, [A, B], [A, B], NOW) == OLD


def test_a_dataset_without_files_has_no_date() -> None:
    assert dates.data_changed(None, [], [], NOW) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-31T10:20:30", datetime(2024, 5, 31, 10, 20, 30, tzinfo=UTC)),
        ("2024-05-31 10:20", datetime(2024, 5, 31, 10, 20, tzinfo=UTC)),
        (" 2024-05-31T10:20:30Z ", datetime(2024, 5, 31, 10, 20, 30, tzinfo=UTC)),
        ("2024-05-31T10:20:30.5z", datetime(2024, 5, 31, 10, 20, 30, 500000, UTC)),
        (
            "2024-05-31T10:20:30.123456789+03:00",
            datetime(2024, 5, 31, 7, 20, 30, 123456, UTC),
        ),
        ("2024-05-31T10:20:30-0330", datetime(2024, 5, 31, 13, 50, 30, tzinfo=UTC)),
        ("2024-05-31", datetime(2024, 5, 31, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read(text: str, expected: datetime) -> None:
    assert dates.moment(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "завтра", "2024-02-30", "2024-05-31T25:00", "31.05.2024", "２０２４-05-31"],
)
def test_anything_else_is_no_moment(text: str) -> None:
    assert dates.moment(text) is None


@pytest.mark.parametrize(
    "text", ["2024-05-31", "31.05.2024", " 31.5.2024 ", "2024-05-31T23:59:59"]
)
def test_a_date_is_read(text: str) -> None:
    assert dates.day(text) == date(2024, 5, 31)


@pytest.mark.parametrize(
    "text", ["", "31.02.2024", "2024-13-01", "31.05.24", "31/5/24"]
)
def test_anything_else_is_no_date(text: str) -> None:
    assert dates.day(text) is None


@pytest.mark.parametrize(
    ("moment", "printed"),
    [
        (datetime(2024, 1, 31, 22, 30, tzinfo=UTC), "01.02.2024 00:30"),
        (datetime(2024, 7, 31, 22, 30, tzinfo=UTC), "01.08.2024 01:30"),
        (datetime(2024, 1, 31, 10, 30), "31.01.2024 12:30"),  # noqa: DTZ001 naive on purpose
    ],
)
def test_a_moment_is_printed_by_the_clocks_of_kyiv(
    moment: datetime, printed: str
) -> None:
    assert dates.printed(moment) == printed


def test_a_moment_is_printed_by_the_clocks_of_another_zone() -> None:
    assert dates.printed(NOW, "UTC") == "21.11.2026 06:05"


def test_a_date_is_printed_day_first() -> None:
    assert dates.printed_day(date(2024, 5, 1)) == "01.05.2024"


def test_a_moment_for_machines_has_the_offset() -> None:
    assert dates.iso(NOW) == "2026-11-21T08:05:00+02:00"
