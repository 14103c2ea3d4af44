"""Codes of bodies and places, and addresses made of titles."""

import re

import pytest

from ckanext.opendata_ua.domain import identifiers
from ckanext.opendata_ua.domain.errors import InvalidValue


@pytest.mark.parametrize(
    "text", ["00032129", " 0003 2129 ", "0003-2129", "０００３２１２９"]
)
def test_a_code_of_a_body_is_eight_digits(text: str) -> None:
    assert identifiers.edrpou(text) == "00032129"


@pytest.mark.parametrize("text", ["", "0003212", "000321290", "0003212a", "ЄДРПОУ"])
def test_anything_else_is_no_code_of_a_body(text: str) -> None:
    with pytest.raises(InvalidValue, match="8 digits"):
        identifiers.edrpou(text)


@pytest.mark.parametrize(
    ("text", "agrees"),
    [("00032129", True), ("32855961", True), ("32855968", False), ("x", False)],
)
def test_the_check_digit_agrees_or_not(text: str, agrees: bool) -> None:
    assert identifiers.edrpou_check_digit_ok(text) is agrees


@pytest.mark.parametrize(
    "text", ["UA05020030010063857", " ua 0502 0030010063857", "UА05020030010063857"]
)
def test_a_code_of_a_place_is_ua_and_seventeen_digits(text: str) -> None:
    assert identifiers.katottg(text) == "UA05020030010063857"


@pytest.mark.parametrize("text", ["", "05020030010063857", "UA0502003001006385"])
def test_anything_else_is_no_code_of_a_place(text: str) -> None:
    with pytest.raises(InvalidValue, match="17 digits"):
        identifiers.katottg(text)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        # the examples of resolution No. 55
        ("Алушта", "alushta"),
        ("Борщагівка", "borshchahivka"),
        ("Вінниця", "vinnytsia"),
        ("Гадяч", "hadiach"),
        ("Згурський", "zghurskyi"),
        ("Розгон", "rozghon"),
        ("Ґалаґан", "galagan"),
        ("Донецьк", "donetsk"),
        ("Єнакієве", "yenakiieve"),
        ("Наєнко", "naienko"),
        ("Житомир", "zhytomyr"),
        ("Їжакевич", "yizhakevych"),
        ("Кадиївка", "kadyivka"),
        ("Йосипівка", "yosypivka"),
        ("Стрий", "stryi"),
        ("Харків", "kharkiv"),
        ("Юрій", "yurii"),
        ("Крюківка", "kriukivka"),
        ("Яготин", "yahotyn"),
        ("Костянтин", "kostiantyn"),
        ("Знам’янка", "znamianka"),
        ("Знам'янка", "znamianka"),
        ("Русь", "rus"),
        # everything else that stands in titles
        ("Бюджет (2024) № 5, «План»", "biudzhet-2024-5-plan"),
        ("Івано-Франківськ Нью-Йорк", "ivano-frankivsk-niu-york"),
        ("перший_другий", "pershyi-druhyi"),
        ("и\u0306од", "yod"),
        ("Café Zürich", "cafe-zurich"),
        ("Ёлка объект мышь", "yolka-obekt-mysh"),
        ("数据", ""),
        ("а", ""),
        ("", ""),
        ("«»", ""),
        ("Ь", ""),
    ],
)
def test_a_title_becomes_an_address(title: str, slug: str) -> None:
    assert identifiers.slug(title) == slug


def test_a_long_title_ends_at_a_word() -> None:
    slug = identifiers.slug("довідник " * 30)
    assert slug == "-".join(["dovidnyk"] * 9)


def test_a_long_word_is_cut() -> None:
    assert identifiers.slug("а" * 200) == "a" * 80


@pytest.mark.parametrize("title", ["Щ" * 300, "-" * 50, "ї ї ї", "9" * 101, "а_" * 99])
def test_an_address_is_one_that_ckan_takes(title: str) -> None:
    slug = identifiers.slug(title)
    assert not slug or re.fullmatch("[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])", slug)
