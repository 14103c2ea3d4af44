"""The notice on further use."""

import pytest

from ckanext.opendata_ua.domain import reuse


@pytest.mark.parametrize("lang", ["uk", "en", "de"])
def test_the_notice_has_three_paragraphs(lang: str) -> None:
    assert len(reuse.notice(lang).paragraphs) == 3


def test_the_ukrainian_text_is_the_law() -> None:
    notice = reuse.notice("uk")
    assert (notice.official, notice.remark) == (True, "")


def test_the_english_text_says_that_it_is_unofficial() -> None:
    notice = reuse.notice("en")
    assert (notice.official, "Unofficial" in notice.remark) == (False, True)


def test_any_other_language_gets_the_law() -> None:
    assert reuse.notice("de") == reuse.notice("uk")


def test_the_notice_cites_clause_17() -> None:
    assert reuse.notice("en").rule.startswith("п. 17 Положення")


def test_the_notice_has_one_apostrophe() -> None:
    text = " ".join(reuse.notice("uk").paragraphs)
    assert text.count("обов’язков") == 2
