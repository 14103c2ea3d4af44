"""Posts of robots told from those of people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ckanext.opendata_ua.domain import spam

MINUTE = timedelta(minutes=1)
HONEST = spam.Post(text="У наборі немає даних за березень.", form_age=MINUTE)
LINKED = "Див. https://a.ua "


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        ({"honeypot": "x"}, "honeypot"),
        ({"form_age": None}, "no_form"),
        ({"form_age": timedelta(seconds=2)}, "too_fast"),
        ({"form_age": timedelta(hours=25)}, "too_slow"),
        ({"form_used": True}, "form_used"),
        ({"same_text": 1}, "same_text"),
        ({"from_prefix": 10}, "prefix_limit"),
        ({"from_email": 5}, "email_limit"),
        ({"on_site": 300}, "site_limit"),
        ({"text": "Див. https://a.ua http://b.ua www.c.ua"}, "links"),
        ({"name": "http://a.ua"}, "link_in_name"),
        ({"text": "Купіть <a href=x>тут</a>"}, "markup"),
        ({"text": "Купіть [url=x]тут[/url]"}, "markup"),
    ],
)
def test_each_of_these_signs_is_enough(change: dict[str, Any], sign: str) -> None:
    found = spam.signs(replace(HONEST, **change), spam.Limits())
    assert sign in found
    assert spam.is_held(found)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"text": LINKED},
        {"text": "The file cannot be opened at all."},
        {"form_age": timedelta(seconds=4)},
        {"text": "See https://a.ua please", "form_age": MINUTE},
        {"from_prefix": 9, "from_email": 4, "on_site": 299},
        {"form_age": timedelta(hours=23)},
        {"honeypot": "  "},
    ],
)
def test_people_are_not_held(change: dict[str, Any]) -> None:
    assert not spam.is_held(spam.signs(replace(HONEST, **change), spam.Limits()))


def test_weak_signs_are_enough_together() -> None:
    hasty = replace(
        HONEST, text="Buy it at https://a.ua", form_age=timedelta(seconds=4)
    )
    found = spam.signs(hasty, spam.Limits())
    assert found == ["some_link", "no_cyrillic", "hasty"]
    assert spam.is_held(found)


def test_a_limit_of_nothing_limits_nothing() -> None:
    crowd = replace(HONEST, from_prefix=999, from_email=999, on_site=999)
    assert spam.signs(crowd, spam.Limits(per_prefix=0, per_email=0, per_site=0)) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Купіть тут!", "  КУПІТЬ,\nтут", True),
        ("п'ять", "п’ять", True),
        ("Купіть тут", "Купіть там", False),
    ],
)
def test_texts_that_differ_in_marks_only_are_the_same(
    one: str, other: str, same: bool
) -> None:
    assert (spam.fingerprint(one) == spam.fingerprint(other)) is same


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("178.133.4.5", "178.133.4.0/24"),
        ("::ffff:178.133.4.5", "178.133.4.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_the_network_of_an_address(address: str, prefix: str) -> None:
    assert spam.prefix(address) == prefix
