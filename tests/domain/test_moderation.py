"""A review: which step leads where, and what must be said with it."""

import pytest

from ckanext.opendata_ua.domain import moderation
from ckanext.opendata_ua.domain.moderation import (
    LOCKED,
    NEXT,
    OPEN,
    REASONS,
    STEPS,
    Public,
    ReasonsMissing,
    Stale,
    State,
    WrongState,
    check_seen,
    faults,
    is_public,
    move,
    public_state,
)

WHY = {"reasons": ["link_broken"], "comment": "Перше посилання не відкривається."}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("state", [None, *State])
def test_a_step_leads_on_only_from_its_sources(name: str, state: State | None) -> None:
    step = STEPS[name]
    if state in step.sources:
        assert move(name, state, **WHY) is step.target
    else:
        with pytest.raises(WrongState) as refusal:
            move(name, state, **WHY)
        assert refusal.value.field == "state"
        assert ":" in str(refusal.value), "says what to do"


@pytest.mark.parametrize("name", ["return", "reject"])
@pytest.mark.parametrize(
    ("reasons", "comment", "field"),
    [
        ([], "Слова", "reasons"),
        (["no_such"], "Слова", "reasons"),
        (["link_broken", "no_such"], "Слова", "reasons"),
        (["link_broken"], "", "comment"),
        (["link_broken"], " \n", "comment"),
    ],
)
def test_a_refusal_says_why(
    name: str, reasons: list[str], comment: str, field: str
) -> None:
    with pytest.raises(ReasonsMissing) as refusal:
        move(name, State.SUBMITTED, reasons, comment)
    assert refusal.value.field == field
    assert "{" not in str(refusal.value)


def test_an_approval_needs_no_words() -> None:
    assert move("approve", State.SUBMITTED) is State.APPROVED
    assert list(faults("approve", [], "")) == []


def test_all_that_is_not_said_is_told_at_once() -> None:
    assert [one.field for one in faults("return", [], "")] == ["reasons", "comment"]
    assert list(faults("return", **WHY)) == []


def test_what_is_locked_is_open() -> None:
    assert LOCKED < OPEN
    assert {State.APPLIED, State.REJECTED}.isdisjoint(OPEN)


@pytest.mark.parametrize("state", OPEN)
def test_every_open_state_leads_somewhere(state: State) -> None:
    assert any(state in step.sources for step in STEPS.values())


def test_reasons_have_words_in_both_languages() -> None:
    assert len(REASONS) == 10
    assert all(one.text("uk") and one.text("en") for one in REASONS.values())
    assert REASONS["other"].text("uk") != REASONS["other"].text("en")


def test_what_was_seen_may_be_decided() -> None:
    check_seen(3, 3, "a", "a")


@pytest.mark.parametrize(
    "seen", [(3, 2, "a", "a"), (3, 3, "a", "b")], ids=["version", "content"]
)
def test_what_has_changed_may_not_be_decided(seen: tuple[int, int, str, str]) -> None:
    with pytest.raises(Stale):
        check_seen(*seen)


@pytest.mark.parametrize(
    ("package", "private", "case", "expected"),
    [
        ("draft", False, None, Public.DRAFT),
        ("draft", False, State.WITHDRAWN, Public.DRAFT),
        ("draft", True, State.SUBMITTED, Public.SUBMITTED),
        ("draft", False, State.RETURNED, Public.RETURNED),
        ("draft", False, State.APPROVED, Public.APPROVED),
        ("draft", False, State.REJECTED, Public.REJECTED),
        ("draft", False, State.APPLIED, Public.DRAFT),
        ("something", False, None, Public.DRAFT),
        ("active", False, None, Public.PUBLIC),
        ("active", False, State.APPLIED, Public.PUBLIC),
        ("active", True, None, Public.INTERNAL),
        ("active", True, State.SUBMITTED, Public.SUBMITTED),
        ("deleted", False, State.SUBMITTED, Public.DELETED),
    ],
)
def test_what_a_dataset_is_for_people(
    package: str, private: bool, case: State | None, expected: Public
) -> None:
    assert public_state(package, private, case) is expected


@pytest.mark.parametrize(
    ("package", "private", "seen"),
    [
        ("active", False, True),
        ("active", True, False),
        ("draft", False, False),
        ("deleted", False, False),
    ],
)
def test_readers_see_what_is_active_and_not_private(
    package: str, private: bool, seen: bool
) -> None:
    assert is_public(package, private) is seen


def test_everybody_is_told_what_comes_next() -> None:
    assert NEXT.keys() == set(Public)
    assert all(moderation.NEXT[one][1] for one in Public if one is not Public.DELETED)


def test_what_is_public_cannot_be_submitted() -> None:
    refusal = moderation.already_public()
    assert refusal.field == "state"
    assert "public" in str(refusal)
