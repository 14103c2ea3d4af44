"""The sixteen elements."""

import pytest

from ckanext.opendata_ua.domain.passport import ELEMENTS
from ckanext.opendata_ua.domain.passport.elements import BY_KEY


def test_there_are_sixteen_elements_in_the_laws_order() -> None:
    assert [element.number for element in ELEMENTS] == list(range(1, 17))


def test_every_element_cites_its_clause() -> None:
    assert all("№ 835" in element.rule for element in ELEMENTS)


@pytest.mark.parametrize(
    ("key", "limit"),
    [
        ("title", 254),
        ("notes", 4000),
        ("purpose_of_collecting_information", 512),
        ("language", None),
    ],
)
def test_an_element_has_the_limit_of_its_source(key: str, limit: int | None) -> None:
    assert BY_KEY[key].max_length == limit


def test_the_limit_of_the_purpose_is_not_called_law() -> None:
    assert BY_KEY["purpose_of_collecting_information"].length_clause == "national"


def test_the_system_fills_what_submission_does_not_require() -> None:
    assert [e.key for e in ELEMENTS if not e.required_at_submission] == [
        "compress_format",
        "date_first_published",
        "data_modified",
    ]


def test_only_the_purpose_is_not_on_the_printed_form() -> None:
    off = [element.key for element in ELEMENTS if not element.form_label_uk]
    assert off == ["purpose_of_collecting_information"]


@pytest.mark.parametrize(
    ("lang", "form", "label"),
    [
        ("uk", False, "Формати"),
        ("en", False, "Formats"),
        ("uk", True, "Формати"),
        ("en", True, "Formats"),
    ],
)
def test_a_label_is_ukrainian_or_english(lang: str, form: bool, label: str) -> None:
    assert BY_KEY["format"].label(lang, form=form) == label
