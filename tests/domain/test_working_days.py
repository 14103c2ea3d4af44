"""Terms in working days."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from ckanext.opendata_ua.domain.errors import InvalidValue
from ckanext.opendata_ua.domain.working_days import Calendar

KYIV = ZoneInfo("Europe/Kyiv")
UTC = timezone.utc
WAR = Calendar(martial_law=True)
PEACE = Calendar(martial_law=False)


@pytest.mark.parametrize(
    ("day", "in_war", "in_peace"),
    [
        ("2026-11-20", True, True),  # Friday
        ("2026-11-21", False, False),  # Saturday
        ("2026-11-22", False, False),  # Sunday
        # holidays of years under martial law
        ("2026-01-01", True, False),  # New Year
        ("2026-05-01", True, False),  # Labour Day
        ("2026-08-24", True, False),  # Independence Day
        ("2024-12-25", True, False),  # Christmas
        # … which fall on a weekend and move to the working day after it
        ("2026-03-08", False, False),  # Sunday
        ("2026-03-09", True, False),
        ("2026-03-10", True, True),
        ("2026-06-01", True, False),  # Pentecost is 31 May, always a Sunday
        ("2027-05-02", False, False),  # Easter; 1 May is the Saturday before
        ("2027-05-03", True, False),  # … so two days move
        ("2027-05-04", True, False),
        ("2027-05-05", True, True),
        # a holiday no longer kept: Christmas by the Julian calendar, since 2024
        ("2024-01-08", True, True),
        ("2025-01-07", True, True),
        # the year in which martial law began
        ("2022-01-03", False, False),  # New Year was a Saturday
        ("2022-01-07", False, False),
        ("2022-03-08", False, False),
        ("2022-06-28", True, False),  # Constitution Day
        # years before it: holidays and moved days of the Cabinet stand
        ("2021-08-24", False, False),
        ("2021-08-23", False, False),  # Monday before it, worked off …
        ("2021-08-28", True, True),  # … on this Saturday
        ("2021-05-04", False, False),  # Easter 2 May, Labour Day 1 May
        ("2021-12-27", False, False),  # Christmas was a Saturday
        ("2019-05-09", False, False),
    ],
)
def test_days_off_follow_the_law(day: str, in_war: bool, in_peace: bool) -> None:
    asked = date.fromisoformat(day)
    assert (WAR.is_working(asked), PEACE.is_working(asked)) == (in_war, in_peace)


@pytest.mark.parametrize(
    ("calendar", "start", "days", "last"),
    [
        # Monday and five days: the day of the event is not counted
        (WAR, "2026-11-16T10:00+02:00", 3, "2026-11-19"),
        (WAR, "2026-11-16T10:00+02:00", 5, "2026-11-23"),
        (WAR, "2026-11-20T10:00+02:00", 1, "2026-11-23"),  # Friday → Monday
        (WAR, "2026-11-21T10:00+02:00", 1, "2026-11-23"),  # Saturday → Monday
        # no days: the same day, or the first working day
        (WAR, "2026-11-20T10:00+02:00", 0, "2026-11-20"),
        (WAR, "2026-11-21T10:00+02:00", 0, "2026-11-23"),
        # the day is Kyiv's, whatever zone the moment is told in
        (WAR, "2026-11-16T21:59:59+00:00", 1, "2026-11-17"),
        (WAR, "2026-11-16T22:00:00+00:00", 1, "2026-11-18"),
        (WAR, "2026-07-13T20:59:59+00:00", 1, "2026-07-14"),
        (WAR, "2026-07-13T21:00:00+00:00", 1, "2026-07-15"),
        # over New Year
        (WAR, "2026-12-31T10:00+02:00", 1, "2027-01-01"),
        (PEACE, "2026-12-31T10:00+02:00", 1, "2027-01-04"),
        (PEACE, "2026-12-24T10:00+02:00", 5, "2027-01-04"),
        # over Easter and Labour Day together
        (PEACE, "2027-04-30T10:00+03:00", 1, "2027-05-05"),
        # over a moved Monday and the Saturday on which it was worked off
        (WAR, "2021-08-20T10:00+03:00", 1, "2021-08-25"),
        (WAR, "2021-08-27T10:00+03:00", 1, "2021-08-28"),
        # over the nights on which the clocks change: 29 March, 25 October 2026
        (WAR, "2026-03-27T10:00+02:00", 1, "2026-03-30"),
        (WAR, "2026-10-23T10:00+03:00", 1, "2026-10-26"),
    ],
)
def test_a_term_ends_with_its_last_day_in_kyiv(
    calendar: Calendar, start: str, days: int, last: str
) -> None:
    due = calendar.due(datetime.fromisoformat(start), days)
    midnight = date.fromisoformat(last) + timedelta(days=1)
    end = datetime.combine(midnight, datetime.min.time(), KYIV)
    assert due.date().isoformat() == last
    assert due + timedelta(microseconds=1) == end


@pytest.mark.parametrize(
    ("start", "days", "offset"),
    [
        ("2026-03-27T10:00+02:00", 0, 2),
        ("2026-03-27T10:00+02:00", 1, 3),  # summer time began in between
        ("2026-10-23T10:00+03:00", 0, 3),
        ("2026-10-23T10:00+03:00", 1, 2),  # and ended
    ],
)
def test_a_term_ends_on_the_clocks_of_its_last_day(
    start: str, days: int, offset: int
) -> None:
    due = WAR.due(datetime.fromisoformat(start), days)
    assert due.utcoffset() == timedelta(hours=offset)


def test_a_day_on_which_the_clocks_change_ends_at_its_own_midnight() -> None:
    """A holder that works on that Sunday still has the whole of it."""
    sunday = date(2026, 3, 29)
    calendar = Calendar(extra_working_days=frozenset({sunday}))
    due = calendar.due(datetime(2026, 3, 27, 8, tzinfo=UTC), 1)
    assert due.astimezone(UTC) == datetime(2026, 3, 29, 20, 59, 59, 999999, UTC)


def test_the_holder_has_days_off_and_working_days_of_its_own() -> None:
    calendar = Calendar(
        martial_law=False,
        extra_days_off=frozenset({date(2026, 11, 20)}),
        extra_working_days=frozenset({date(2026, 11, 21), date(2026, 8, 24)}),
    )
    assert not calendar.is_working(date(2026, 11, 20))
    assert calendar.is_working(date(2026, 11, 21))
    assert calendar.is_working(date(2026, 8, 24))


def test_a_day_cannot_be_off_and_worked() -> None:
    days = frozenset({date(2026, 11, 20), date(2026, 11, 23)})
    with pytest.raises(InvalidValue, match=r"2026-11-20 stands both .* Remove it"):
        Calendar(extra_days_off=days, extra_working_days=days)


@pytest.mark.parametrize(
    ("earlier", "later", "days"),
    [
        ("2026-11-20", "2026-11-20", 0),
        ("2026-11-20", "2026-11-22", 0),  # Friday to Sunday
        ("2026-11-20", "2026-11-23", 1),
        ("2026-11-21", "2026-11-23", 1),
        ("2026-11-16", "2026-11-23", 5),
        ("2026-11-23", "2026-11-16", -5),
        ("2026-01-01", "2026-12-31", 260),
    ],
)
def test_working_days_between_two_days(earlier: str, later: str, days: int) -> None:
    between = WAR.working_days_between(
        date.fromisoformat(earlier), date.fromisoformat(later)
    )
    assert between == days


def test_a_term_has_as_many_days_as_lie_between_its_ends() -> None:
    start = datetime(2025, 12, 19, 12, tzinfo=KYIV)
    for days in range(60):
        due = PEACE.due(start, days)
        assert PEACE.working_days_between(start.date(), due.date()) == days


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-11-19T23:59+02:00", 0),
        ("2026-11-20T23:59:59+02:00", 0),  # Friday, the last day
        ("2026-11-21T00:00+02:00", 0),  # Saturday: late, by no working day
        ("2026-11-23T00:00+02:00", 1),
        ("2026-11-24T21:59+00:00", 2),
        ("2026-11-24T22:00+00:00", 3),  # midnight in Kyiv
    ],
)
def test_being_late_is_counted_in_working_days(now: str, days: int) -> None:
    due = WAR.due(datetime(2026, 11, 17, 9, tzinfo=KYIV), 3)
    assert WAR.late_by(due, datetime.fromisoformat(now)) == days


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 17, 9)  # noqa: DTZ001 naive on purpose
    aware = naive.replace(tzinfo=UTC)
    with pytest.raises(ValueError, match="without a time zone"):
        WAR.due(naive, 1)
    with pytest.raises(ValueError, match="without a time zone"):
        WAR.late_by(naive, aware)
    with pytest.raises(ValueError, match="without a time zone"):
        WAR.late_by(aware, naive)


def test_a_negative_term_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        WAR.due(datetime(2026, 11, 17, 9, tzinfo=KYIV), -1)
