"""Keywords that CKAN and the national portal accept."""

import re

import pytest

from ckanext.opendata_ua.domain import keywords

CKAN_RULE = re.compile(r"[\w \-.]*$")
TABLE = [
    # written, stored
    ("здоров'я", "здоровʼя"),
    ("здоров’я", "здоровʼя"),
    ("здоровʼя", "здоровʼя"),
    ("здоров`я", "здоровʼя"),
    ("здоров´я", "здоровʼя"),
    ("О'Коннор", "ОʼКоннор"),
    ("№ 55 рішення", "55 рішення"),
    ("ПДВ (2024)", "ПДВ 2024"),
    ("кошик/бак", "кошик бак"),
    ("«Назва»", "Назва"),
    ("'слово'", "слово"),
    ('"слово"', "слово"),
    ("[дані] {2}", "дані 2"),
    ("м. Луцьк", "м. Луцьк"),
    ("дані-2024", "дані-2024"),
    ("2020–2024", "2020-2024"),
    ("  два   слова ", "два слова"),
    ("за́мок", "замок"),
    ("snake_case", "snake_case"),
    ("аб", "аб"),
    ("а" * 100, "а" * 100),
]


@pytest.mark.parametrize(("written", "stored"), TABLE)
def test_a_keyword_is_repaired(written: str, stored: str) -> None:
    assert keywords.normalise([written]).kept == (stored,)


@pytest.mark.parametrize(("written", "stored"), TABLE)
def test_what_is_kept_satisfies_the_rule_of_ckan(written: str, stored: str) -> None:
    kept = keywords.normalise([written]).kept
    assert all(CKAN_RULE.match(word) and 2 <= len(word) <= 100 for word in kept)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("а", "too_short"),
        ("№", "too_short"),
        ("№ 5", "too_short"),
        ("()", "too_short"),
        ("а" * 101, "too_long"),
        ("а,б", "forbidden_character"),
        ("дані & звіти", "forbidden_character"),
        ("C++", "forbidden_character"),
        ("10 %", "forbidden_character"),
    ],
)
def test_a_keyword_that_cannot_be_repaired_is_refused(written: str, code: str) -> None:
    assert keywords.normalise([written]) == keywords.Keywords(
        (), (), ((written, code),)
    )


def test_forbidden_characters_are_named_once() -> None:
    assert keywords.forbidden_characters("«C++» & C#") == "+&#"


def test_each_change_is_told() -> None:
    read = keywords.normalise(["здоров'я", "садок", "кошик/бак"])
    assert read.changes == (("здоров'я", "здоровʼя"), ("кошик/бак", "кошик бак"))


def test_a_repeated_keyword_is_kept_once_as_first_written() -> None:
    assert keywords.normalise(["Садок", "садок", "САДОК"]).kept == ("Садок",)


def test_a_repeated_keyword_in_another_case_is_told() -> None:
    assert keywords.normalise(["Садок", "садок"]).changes == (("садок", "Садок"),)


def test_nothing_gives_nothing() -> None:
    assert keywords.normalise(["", "  ", "\x00"]) == keywords.Keywords(())


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("а, б", ["а", "б"]),
        ("а;б\nв\r\nг", ["а", "б", "в", "г"]),
        (" , ;\n", []),
        ("два слова", ["два слова"]),
    ],
)
def test_one_box_is_split_at_commas_semicolons_and_lines(
    typed: str, words: list[str]
) -> None:
    assert keywords.split(typed) == words


@pytest.mark.parametrize(("written", "stored"), TABLE)
def test_repairing_twice_changes_nothing_more(written: str, stored: str) -> None:
    assert keywords.normalise([stored]) == keywords.Keywords((stored,))
