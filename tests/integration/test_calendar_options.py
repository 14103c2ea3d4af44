"""The calendar of a portal, as its administrator sets it."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain.working_days import Calendar

PREFIX = "ckanext.opendata_ua.calendar."
pytestmark = pytest.mark.usefixtures("portal", "ckan_config")


def test_without_settings_martial_law_lasts() -> None:
    assert config.calendar() == Calendar(martial_law=True)


@pytest.mark.ckan_config(f"{PREFIX}martial_law", False)
@pytest.mark.ckan_config(f"{PREFIX}days_off", "2027-01-08\n 23.08.2027")
@pytest.mark.ckan_config(f"{PREFIX}working_days", "16.01.2027")
def test_an_administrator_says_when_the_holder_works() -> None:
    assert config.calendar() == Calendar(
        martial_law=False,
        extra_days_off=frozenset({date(2027, 1, 8), date(2027, 8, 23)}),
        extra_working_days=frozenset({date(2027, 1, 16)}),
    )


@pytest.mark.ckan_config(f"{PREFIX}days_off", "2027-01-08 2027-02-30")
def test_a_wrong_date_is_refused_in_words() -> None:
    with pytest.raises(RuntimeError, match=r"days_off: '2027-02-30' is no date\. Wri"):
        config.calendar()


@pytest.mark.ckan_config(f"{PREFIX}days_off", "2027-01-16")
@pytest.mark.ckan_config(f"{PREFIX}working_days", "16.01.2027")
def test_a_day_in_both_lists_is_refused_in_words() -> None:
    with pytest.raises(RuntimeError, match=r"2027-01-16 stands both .* Remove it"):
        config.calendar()
