"""The words of letters."""

from string import Formatter

import pytest

from ckanext.opendata_ua.domain.letters import LETTERS, LINKS, PROPOSALS

KNOWN = {"title", "organization", "day", "due", "reasons", "comment", "link"}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_names_the_dataset_and_where_to_go_on(kind: str) -> None:
    letter = LETTERS[kind]
    assert fields(letter.subject) == {"title"}
    assert {"title", "link"} <= fields(letter.body) <= KNOWN


@pytest.mark.parametrize("kind", PROPOSALS)
def test_a_letter_about_proposals_leads_to_them(kind: str) -> None:
    letter = PROPOSALS[kind]
    assert fields(letter.subject) <= {"about", "owed"}
    places = {"link", "receipt", "confirm"}
    known = {"about", "answer", "due", "held", "late", "outcome", "owed"}
    known |= {"reason", "text"}
    assert places & fields(letter.body)
    assert fields(letter.body) <= places | known


@pytest.mark.parametrize("kind", LINKS)
def test_a_letter_about_links_lists_them(kind: str) -> None:
    letter = LINKS[kind]
    assert fields(letter.subject) == {"organization"}
    assert fields(letter.body) == {"organization", "list"}


@pytest.mark.parametrize("kind", ["return", "reject"])
def test_a_refusal_says_why(kind: str) -> None:
    assert {"reasons", "comment"} <= fields(LETTERS[kind].body)
