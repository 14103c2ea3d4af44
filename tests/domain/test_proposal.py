"""Proposals: steps, endings, texts, terms."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from ckanext.opendata_ua.domain import proposal
from ckanext.opendata_ua.domain.errors import InvalidValue, Stale, WrongState
from ckanext.opendata_ua.domain.proposal import Ending, Outcome, Piece, State

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
TODAY = date(2026, 11, 20)
PLANNED = Ending(Outcome.PLANNED, planned_on=TODAY)
LEADS = {
    ("publish", State.RECEIVED): State.SHOWN,
    ("publish", State.HIDDEN): State.SHOWN,
    ("hide", State.RECEIVED): State.HIDDEN,
    ("hide", State.SHOWN): State.HIDDEN,
    ("hide", State.ANSWERED): State.HIDDEN,
    ("hide", State.CLOSED): State.HIDDEN,
    ("answer", State.SHOWN): State.ANSWERED,
    ("answer", State.ANSWERED): State.ANSWERED,
    ("close", State.SHOWN): State.CLOSED,
    ("close", State.ANSWERED): State.CLOSED,
}


@pytest.mark.parametrize("name", proposal.STEPS)
@pytest.mark.parametrize("state", State)
def test_each_step_leads_on_from_its_states_only(name: str, state: State) -> None:
    target = LEADS.get((name, state))
    if target is None:
        with pytest.raises(WrongState):
            proposal.step(name, state, 3, 3)
    else:
        assert proposal.step(name, state, 3, 3) is target


def test_who_saw_an_earlier_version_is_told() -> None:
    with pytest.raises(Stale, match="Somebody else"):
        proposal.step("answer", State.SHOWN, 3, 2)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (Ending(Outcome.FIXED, ground="x"), Ending(Outcome.FIXED)),
        (PLANNED, PLANNED),
        (
            Ending(Outcome.REFUSED, ground="ст. 6"),
            Ending(Outcome.REFUSED, ground="ст. 6"),
        ),
        (
            Ending(Outcome.FORWARDED, forwarded_to=" Рада\x00", planned_on=TODAY),
            Ending(Outcome.FORWARDED, forwarded_to="Рада"),
        ),
    ],
)
def test_an_ending_keeps_what_its_outcome_needs(given: Ending, kept: Ending) -> None:
    assert proposal.ending(given, TODAY) == kept


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Ending(Outcome.PLANNED), "planned_on"),
        (Ending(Outcome.PLANNED, planned_on=TODAY - timedelta(days=1)), "planned_on"),
        (Ending(Outcome.REFUSED), "ground"),
        (Ending(Outcome.REFUSED, ground=" \x00\u202e"), "ground"),
        (Ending(Outcome.REFUSED, ground="а" * 1001), "ground"),
        (Ending(Outcome.FORWARDED), "forwarded_to"),
    ],
)
def test_an_ending_that_lacks_something_is_refused(given: Ending, field: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        proposal.ending(given, TODAY)
    assert refusal.value.field == field


class TestTexts:
    def test_control_marks_go_and_lines_stay(self) -> None:
        given = "  Перший рядок\r\nдругий\x00 рядок\u202e  "
        assert proposal.proposal_text(given) == "Перший рядок\nдругий рядок"

    @pytest.mark.parametrize("given", ["", "  \n ", "коротко", "а" * 5001])
    def test_what_says_nothing_or_too_much_is_refused(self, given: str) -> None:
        with pytest.raises(InvalidValue):
            proposal.proposal_text(given)

    @pytest.mark.parametrize("given", ["", " \n", "а" * 5001])
    def test_an_answer_says_something(self, given: str) -> None:
        with pytest.raises(InvalidValue) as refusal:
            proposal.answer_text(given, "words")
        assert refusal.value.field == "words"

    def test_an_answer_is_kept(self) -> None:
        assert proposal.answer_text(" Дякуємо ") == "Дякуємо"

    def test_a_name_is_one_line(self) -> None:
        assert proposal.author_name("Ольга\r\nBcc: x@y.z") == "Ольга Bcc: x@y.z"

    @pytest.mark.parametrize(
        "given", ["olena@rada.gov.ua", "o.k+x@пошта.укр", "a@b-c.example", "  a@b.co "]
    )
    def test_addresses_of_people_are_taken(self, given: str) -> None:
        assert proposal.author_email(given) == given.strip()

    def test_no_address_is_fine(self) -> None:
        assert proposal.author_email("  ") == ""

    @pytest.mark.parametrize(
        "given",
        [
            "olena",
            "@rada.ua",
            "a@b",
            "a@b.c,d@e.f",
            "a@b.co\r\nBcc: d@e.fg",
            "a b@c.de",
            '"a"@b.co',
            "<a@b.co>",
            "a@-b.co",
            f"{'a' * 65}@b.co",
            f"a@{'b.' * 130}co",
        ],
    )
    def test_what_could_become_a_header_is_none(self, given: str) -> None:
        with pytest.raises(InvalidValue):
            proposal.author_email(given)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", []),
        ("Без посилань", [Piece("Без посилань")]),
        (
            "Див. https://rada.ua/x?a=1&b=2.",
            [
                Piece("Див. "),
                Piece("https://rada.ua/x?a=1&b=2", "https://rada.ua/x?a=1&b=2"),
                Piece("."),
            ],
        ),
        ("http://a.ua", [Piece("http://a.ua", "http://a.ua")]),
        ("javascript:alert(1)", [Piece("javascript:alert(1)")]),
        (
            'https://a.ua/"onmouseover="x',
            [Piece("https://a.ua/", "https://a.ua/"), Piece('"onmouseover="x')],
        ),
    ],
)
def test_only_web_addresses_become_links(words: str, expected: list[Piece]) -> None:
    assert proposal.pieces(words) == expected


@pytest.mark.parametrize(
    ("state", "answered", "late"),
    [
        (State.SHOWN, None, True),
        (State.ANSWERED, NOW - timedelta(days=2), False),
        (State.ANSWERED, NOW, True),
        (State.HIDDEN, None, False),
    ],
)
def test_late_is_what_was_not_answered_in_its_term(
    state: State, answered: datetime | None, late: bool
) -> None:
    due = NOW - timedelta(days=1)
    assert proposal.is_late(state, due, answered, NOW) is late


def test_every_code_has_words() -> None:
    assert set(proposal.KIND_WORDS) == set(proposal.Kind)
    assert set(proposal.STATE_WORDS) == set(State)
    assert set(proposal.OUTCOME_WORDS) == set(Outcome)
    assert set(proposal.HIDDEN_WORDS) == set(proposal.HiddenReason)
