"""Terms in working days, as the law of Ukraine counts them, by the clocks of Kyiv.

A term begins on the day after the event (Civil Code, art. 253); a term whose last day
is a day off ends on the first working day after it (art. 254, part 5); what is due may
be done until the end of the last day (art. 255).

Days off are weekends, public holidays (Labour Code, art. 73), the working day after a
holiday that falls on a weekend (art. 67, part 3), and the days the Cabinet moved until
2022. While martial law lasts, articles 67 and 73 do not apply (Law 2136-IX, art. 6):
public holidays are working days.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import PUBLIC, WORKDAY, country_holidays

from ckanext.opendata_ua.domain import dates
from ckanext.opendata_ua.domain.errors import InvalidValue
from ckanext.opendata_ua.domain.words import N_

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Which days are worked: the law's, and the exceptions of this holder.

    ``martial_law`` says whether it lasts; holidays of the years before 2022 are days
    off either way. The exceptions win over the law: days off the holder declared, and
    weekends or holidays on which it works.

    :raises InvalidValue: when a day is in both lists
    """

    martial_law: bool = True
    extra_days_off: frozenset[date] = frozenset()
    extra_working_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if both := self.extra_days_off & self.extra_working_days:
            raise InvalidValue(
                "extra_days_off",
                N_(
                    "{day} stands both among the days off and among the working "
                    "days. Remove it from one of the lists."
                ),
                {"day": min(both).isoformat()},
            )

    def is_working(self, day: date) -> bool:
        """Tell whether a day is a working day."""
        if day in self.extra_working_days:
            return True
        if day in self.extra_days_off:
            return False
        days_off, weekends_worked = _year(day.year, self.martial_law)
        return day in weekends_worked or not (_is_weekend(day) or day in days_off)

    def first_working(self, day: date) -> date:
        """Return the day itself, or the first working day after it.

        This is also where a term in calendar days or months ends (Civil Code,
        art. 254, part 5).
        """
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def due(self, start: datetime, working_days: int) -> datetime:
        """Return the last moment of a term, on the clocks of Kyiv.

        The day of the event is not counted. A term of no days ends with the day of
        the event, or with the first working day after it.

        :param start: the event, with a time zone
        :raises ValueError: for a moment without a zone or a negative term
        """
        if working_days < 0:
            raise ValueError("A term cannot be negative")
        day = _day_in_kyiv(start)
        for _ in range(working_days):
            day = self.first_working(day + ONE_DAY)
        last = self.first_working(day)
        return datetime.combine(last, time.max, ZoneInfo(dates.KYIV))

    def working_days_between(self, earlier: date, later: date) -> int:
        """Return how many working days come after one day, up to another included.

        Negative when the second day is the earlier one. The day of an event and the
        last day of its term are as many apart as the term has days.
        """
        if later < earlier:
            return -self.working_days_between(later, earlier)
        span = range(1, (later - earlier).days + 1)
        return sum(self.is_working(earlier + n * ONE_DAY) for n in span)

    def late_by(self, due: datetime, now: datetime) -> int:
        """Return the number of working days begun since a term ended; 0 if it has not.

        On days off that follow the last day it is 0 too: nobody could have worked.

        :raises ValueError: for a moment without a zone
        """
        passed = self.working_days_between(_day_in_kyiv(due), _day_in_kyiv(now))
        return max(passed, 0)


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def _day_in_kyiv(moment: datetime) -> date:
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone is no moment in Kyiv")
    return dates.in_zone(moment).date()


@lru_cache(maxsize=256)
def _year(year: int, martial_law: bool) -> tuple[frozenset[date], frozenset[date]]:
    """Return the days off of a year, weekends aside, and the weekends worked.

    The library keeps the holidays that martial law made working days (since 2022) in
    its category WORKDAY, and does not move those of them that fall on a weekend, see
    ``Ukraine._populate_common`` in ``holidays/countries/ukraine.py``.
    """
    off = country_holidays("UA", years=year, categories=PUBLIC)
    days_off = set(off)
    if not martial_law:
        suspended = sorted(country_holidays("UA", years=year, categories=WORKDAY))
        days_off.update(suspended)
        for holiday in filter(_is_weekend, suspended):
            moved = holiday
            while _is_weekend(moved) or moved in days_off:
                moved += ONE_DAY
            days_off.add(moved)
    return frozenset(days_off), frozenset(off.weekend_workdays)
