"""Cells that begin like a formula, and back."""

import pytest

from ckanext.opendata_ua.domain.formulas import harmless, restored


@pytest.mark.parametrize(
    "cell",
    [
        *("=1+1", "+380", "-5", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "＋1"),
        *("'=1", "''=1", "'", "'слово'", "", "слово", "1=1", "'  -", " слово", "''"),
    ],
)
def test_the_undo_gives_back_what_there_was(cell: str) -> None:
    assert restored(harmless(cell)) == cell


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        (" \u00a0-1", "' \u00a0-1"),
        ("'=1", "''=1"),
        ("'слово", "'слово"),
        ("a=1", "a=1"),
    ],
)
def test_only_what_begins_like_a_formula_gets_an_apostrophe(
    cell: str, shown: str
) -> None:
    assert harmless(cell) == shown


def test_an_apostrophe_of_a_word_is_no_mark() -> None:
    assert restored("'слово") == "'слово"
