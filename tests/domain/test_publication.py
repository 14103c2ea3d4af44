"""Rules of stopping publications: which step leads where, what it must carry."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from ckanext.opendata_ua.domain import publication
from ckanext.opendata_ua.domain.errors import InvalidValue
from ckanext.opendata_ua.domain.moderation import (
    Public,
    State,
    WrongState,
    public_state,
)
from ckanext.opendata_ua.domain.publication import Standing, Stop

# 23:30 of the 20th in UTC is the 21st in Kyiv already
NOW = datetime(2026, 11, 20, 23, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("package_state", "private", "stop", "under_review", "expected"),
    [
        ("active", False, Stop.NONE, False, Standing.PUBLIC),
        ("active", False, Stop.NONE, True, Standing.PUBLIC),
        ("active", False, Stop.SUSPENDED, False, Standing.SUSPENDED),
        ("active", False, Stop.WITHDRAWN, False, Standing.PUBLIC),
        ("active", True, Stop.NONE, False, Standing.HIDDEN),
        ("draft", False, Stop.NONE, False, Standing.HIDDEN),
        ("draft", False, Stop.NONE, True, Standing.REVIEWED),
        ("draft", False, Stop.WITHDRAWN, False, Standing.WITHDRAWN),
        ("draft", False, Stop.WITHDRAWN, True, Standing.REVIEWED),
        ("deleted", False, Stop.NONE, False, Standing.DELETED),
        ("deleted", False, Stop.SUSPENDED, False, Standing.DELETED),
        ("deleted", False, Stop.WITHDRAWN, False, Standing.WITHDRAWN),
    ],
)
def test_where_a_dataset_stands(
    package_state: str,
    private: bool,
    stop: Stop,
    under_review: bool,
    expected: Standing,
) -> None:
    assert publication.standing(package_state, private, stop, under_review) is expected


LEADS = {
    ("suspend", Standing.PUBLIC): Stop.SUSPENDED,
    ("suspend", Standing.SUSPENDED): Stop.SUSPENDED,
    ("resume", Standing.SUSPENDED): Stop.NONE,
    ("withdraw", Standing.PUBLIC): Stop.WITHDRAWN,
    ("withdraw", Standing.SUSPENDED): Stop.WITHDRAWN,
    ("erase", Standing.PUBLIC): Stop.WITHDRAWN,
    ("erase", Standing.SUSPENDED): Stop.WITHDRAWN,
    ("erase", Standing.WITHDRAWN): Stop.WITHDRAWN,
    ("erase", Standing.DELETED): Stop.WITHDRAWN,
}


@pytest.mark.parametrize("name", publication.STEPS)
@pytest.mark.parametrize("now", Standing)
def test_each_step_from_everywhere(name: str, now: Standing) -> None:
    if (name, now) in LEADS:
        assert publication.move(name, now) is LEADS[name, now]
        return
    with pytest.raises(WrongState) as refusal:
        publication.move(name, now)
    assert refusal.value.field == "state"
    assert str(refusal.value)


@pytest.mark.parametrize("state", State)
def test_only_what_is_not_public_yet_gets_a_day(state: State) -> None:
    if state in (State.SUBMITTED, State.APPROVED):
        publication.check_plan(state)
        return
    with pytest.raises(WrongState):
        publication.check_plan(state)


def test_a_reason_is_trimmed() -> None:
    assert publication.reason("  Помилка. ") == "Помилка."


@pytest.mark.parametrize("text", ["", " \n", "ш" * 2001])
def test_a_reason_is_needed_and_short(text: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        publication.reason(text)
    assert refusal.value.field == "reason"


def test_a_title_may_be_empty_and_is_short() -> None:
    assert publication.title(" Набір ") == "Набір"
    assert publication.title("") == ""
    with pytest.raises(InvalidValue) as refusal:
        publication.title("ш" * 501)
    assert "500" in str(refusal.value)


@pytest.mark.parametrize("text", ["2026-11-22", "22.11.2026"])
def test_a_day_begins_at_midnight_in_kyiv(text: str) -> None:
    begins = publication.day_begins(text, "until", NOW)
    assert begins == datetime(2026, 11, 21, 22, tzinfo=timezone.utc)


def test_a_day_in_summer_begins_by_the_clocks_of_summer() -> None:
    begins = publication.first_moment(date(2027, 7, 1))
    assert begins == datetime(2027, 6, 30, 21, tzinfo=timezone.utc)


def test_no_day_is_none() -> None:
    assert publication.day_begins("  ", "until", NOW) is None


@pytest.mark.parametrize("text", ["завтра", "2026-11-21", "2026-11-20", "2026-02-31"])
def test_a_day_is_a_date_later_than_today(text: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        publication.day_begins(text, "publish_on", NOW)
    assert refusal.value.field == "publish_on"


def test_the_day_of_a_moment_is_that_of_kyiv() -> None:
    assert publication.day_of(NOW) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("package", "case", "stopped", "expected"),
    [
        ("active", State.APPLIED, Public.SUSPENDED, Public.SUSPENDED),
        ("active", State.APPLIED, Public.WITHDRAWN, Public.PUBLIC),
        ("draft", State.APPLIED, Public.WITHDRAWN, Public.WITHDRAWN),
        ("draft", State.SUBMITTED, Public.WITHDRAWN, Public.SUBMITTED),
        ("draft", State.APPLIED, Public.SUSPENDED, Public.DRAFT),
        ("deleted", State.APPLIED, Public.WITHDRAWN, Public.DELETED),
    ],
)
def test_what_a_stopped_dataset_is_for_people(
    package: str, case: State, stopped: Public, expected: Public
) -> None:
    assert public_state(package, False, case, stopped) is expected
