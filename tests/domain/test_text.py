"""Text that people type and paste."""

import pytest

from ckanext.opendata_ua.domain import text


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Назва \t набору\n", "Назва набору"),
        ("Назва\u00a0набору", "Назва набору"),
        ("На\u00adзва\ufeff\u200b", "Назва"),
        ("Назва\x00\x07\x7f", "Назва"),
        ("\ud800Назва\udfff", "Назва"),
        ("и\u0306", "й"),
        ("\u202eНазва\u202c", "Назва"),
        (" \n ", ""),
    ],
)
def test_one_line_of_text_loses_what_nobody_sees(typed: str, stored: str) -> None:
    assert text.clean(typed) == stored


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\x0b", "\x0c", "\x85", "\u2028"])
def test_every_line_end_becomes_one_character(end: str) -> None:
    assert text.clean(f" а{end}б{end}", keep_lines=True) == "а\nб"


def test_lines_keep_their_tabs_and_spaces() -> None:
    assert text.clean("а  б\tв", keep_lines=True) == "а  б\tв"


@pytest.mark.parametrize("mark", text.APOSTROPHES)
def test_every_mark_inside_a_word_is_the_apostrophe(mark: str) -> None:
    assert text.with_apostrophe(f"здоров{mark}я") == "здоров\u02bcя"


@pytest.mark.parametrize("words", ["'слово'", "5'6", "а' б"])
def test_marks_outside_of_words_stay(words: str) -> None:
    assert text.with_apostrophe(words) == words


def test_spellings_of_one_label_meet() -> None:
    assert text.folded(" «ОХОРОНА  здоров'Я» ") == text.folded("охорона здоров’я")


def test_characters_that_xml_forbids_go() -> None:
    assert text.printable("а\x00\x0b\ud800\ufffe\tб\U0001f600") == "а\tб\U0001f600"


@pytest.mark.parametrize(
    ("long", "short"), [("а" * 80, "а" * 80), ("а" * 81, "а" * 79 + "…")]
)
def test_a_value_inside_a_message_has_at_most_eighty_characters(
    long: str, short: str
) -> None:
    assert text.shortened(long) == short
