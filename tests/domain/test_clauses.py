"""Clauses and their standing."""

import pytest

from ckanext.opendata_ua.domain import clauses


@pytest.mark.parametrize("key", ["national", "own"])
def test_what_is_not_law_says_so(key: str) -> None:
    assert "не норма закону" in clauses.cite(key)


def test_the_passport_is_cited_by_clause_and_act() -> None:
    assert clauses.cite("passport").startswith("п. 7 Положення")


def test_a_citation_can_be_read_in_english() -> None:
    cited = clauses.cite("passport")
    assert clauses.translated(cited, "en").startswith("clause 7 of the Regulation")


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_an_unknown_citation_stays(lang: str) -> None:
    assert clauses.translated("ст. 1", lang) == "ст. 1"


def test_a_citation_stays_ukrainian_for_ukrainians() -> None:
    assert clauses.translated(clauses.cite("own"), "uk") == clauses.cite("own")
