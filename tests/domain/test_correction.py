"""Mistakes of typing: which word was meant."""

import pytest

from ckanext.opendata_ua.domain import correction


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("школа", "школа", 0),
        ("шкла", "школа", 1),
        ("школла", "школа", 1),
        ("шкила", "школа", 1),
        ("шокла", "школа", 1),
        ("школа", "", 5),
        ("", "школа", 5),
        ("здоров'я", "здоровʼя", 0),
        ("здоровя", "здоров’я", 0),
        ("бюджет", "буджед", 2),
        ("паркування", "укриття", 8),
    ],
)
def test_the_distance_counts_mistakes_of_typing(
    one: str, other: str, distance: int
) -> None:
    assert correction.distance(one, other) == distance


@pytest.mark.parametrize(
    ("word", "may_be"),
    [
        ("школа", True),
        ("здоровʼя", True),
        ("сад", False),
        ("2024", False),
        ("budget", False),
        ("csv-файл", False),
        ("", False),
    ],
)
def test_only_longer_cyrillic_words_may_be_mistyped(word: str, may_be: bool) -> None:
    assert correction.may_be_mistyped(word) is may_be


@pytest.mark.parametrize(("word", "letters"), [("школа", 1), ("бюджет", 2)])
def test_two_mistakes_are_believed_in_long_words_only(word: str, letters: int) -> None:
    assert correction.tolerance(word) == letters


KNOWN = {"школа": 5, "бюджет": 9, "укриття": 3, "школи": 2, "шкода": 7, "сад": 50}


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("шкоза", "шкода"),  # as near as «школа», but more frequent
        ("школба", "школа"),
        ("бюжет", "бюджет"),
        ("юджет", "бюджет"),
        ("укритя", "укриття"),
        ("паркування", None),
        ("сади", None),
    ],
)
def test_the_nearest_known_word_is_meant(word: str, meant: str | None) -> None:
    assert correction.nearest(word, KNOWN) == meant


def test_a_right_first_letter_counts_more_than_frequency() -> None:
    assert correction.nearest("парк", {"карк": 9, "парт": 1}) == "парт"


def test_without_words_nothing_is_meant() -> None:
    assert correction.nearest("школа", {}) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("irjkf", "школа"),
        (",.l;tn", "бюджет"),
        ("IRJKF", "ШКОЛА"),
        ("ab", ""),
        ("школа", ""),
        ("csv2024", ""),
    ],
)
def test_a_word_typed_with_the_wrong_layout_is_read(typed: str, meant: str) -> None:
    assert correction.on_ukrainian_keyboard(typed) == meant
