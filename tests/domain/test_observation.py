"""Looking on: which rules a write went past that nobody stopped."""

from dataclasses import replace

import pytest

from ckanext.opendata_ua.domain.moderation import State
from ckanext.opendata_ua.domain.observation import (
    FORMAT,
    PASSPORT,
    RULES,
    Face,
    Writer,
    words,
    would_lock,
    would_refuse,
)

DRAFT = Face("draft", False, "rada")
PUBLIC = Face("active", False, "rada")
PRIVATE = Face("active", True, "rada")
DELETED = Face("deleted", False, "rada")
MOVED = Face("active", False, "school")
NOBODY = Writer()
ONE = Writer(moderates=True)
ALL = Writer(moderates=True, moderates_all=True)
PORTAL = Writer(nameless=True)


@pytest.mark.parametrize(
    ("before", "after", "who", "rules"),
    [
        (None, PUBLIC, ALL, ["door.created"]),
        (None, DRAFT, NOBODY, []),
        (None, PRIVATE, NOBODY, []),
        (DRAFT, PUBLIC, ALL, ["door.published"]),
        (PRIVATE, PUBLIC, NOBODY, ["door.published"]),
        (PUBLIC, PUBLIC, NOBODY, []),
        (PUBLIC, PRIVATE, ALL, ["door.hidden"]),
        (PUBLIC, DRAFT, NOBODY, ["door.hidden"]),
        (PUBLIC, DELETED, NOBODY, ["door.deleted"]),
        (PUBLIC, DELETED, ONE, []),
        (DRAFT, DELETED, NOBODY, []),
        (DELETED, DRAFT, NOBODY, []),
        (DELETED, PUBLIC, NOBODY, ["door.published"]),
        (DELETED, PRIVATE, NOBODY, ["door.state"]),
        (PRIVATE, DRAFT, ALL, ["door.state"]),
        (DRAFT, Face("published", False, "rada"), NOBODY, ["door.state"]),
        (PUBLIC, Face("published", False, "rada"), NOBODY, ["door.hidden"]),
        (PUBLIC, MOVED, ONE, ["door.owner"]),
        (PUBLIC, MOVED, ALL, []),
        (DRAFT, Face("draft", False, "school"), NOBODY, []),
        (PUBLIC, DELETED, PORTAL, []),
        (PUBLIC, MOVED, PORTAL, ["door.owner"]),
        (PUBLIC, replace(PUBLIC, kind="harvest"), ALL, ["door.type"]),
    ],
)
def test_what_moderation_would_have_stopped(
    before: Face | None, after: Face, who: Writer, rules: list[str]
) -> None:
    assert would_refuse(before, after, who) == rules


@pytest.mark.parametrize("review", [None, *State])
@pytest.mark.parametrize("who", [NOBODY, ONE, ALL, PORTAL])
def test_what_waits_is_changed_by_its_moderators_only(
    review: State | None, who: Writer
) -> None:
    corrects = review is State.SUBMITTED and who.moderates
    waits = review in (State.SUBMITTED, State.APPROVED)
    rules = ["door.locked"] if waits and not corrects else []
    assert would_lock(who, review) == rules
    assert would_refuse(DRAFT, DRAFT, who, review) == rules


def test_what_waits_keeps_its_organization() -> None:
    moved = replace(DRAFT, owner="school")
    rules = would_refuse(DRAFT, moved, NOBODY, State.SUBMITTED)
    assert rules == ["door.owner", "door.locked"]


def test_every_code_has_words() -> None:
    assert all(words(code) == text for code, text in RULES.items())
    assert words("passport.title.missing") == PASSPORT
    assert words("format.forbidden") == words("content.executable") == FORMAT
