"""The rules of formats as data, and what a portal lays over them."""

import pytest

from ckanext.opendata_ua.domain import formats, tables
from ckanext.opendata_ua.domain.errors import InvalidValue
from ckanext.opendata_ua.domain.format_check import (
    DEFAULT,
    Change,
    Verdict,
    policy,
    read_changes,
    rule_of,
    why_machine_readable,
)
from ckanext.opendata_ua.domain.format_check.policy import REASONS


def test_every_format_of_the_list_has_one_rule() -> None:
    names = [row["name"] for row in tables.rows("format_policy_2026")]
    assert sorted(names) == sorted(formats.FORMATS)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", DEFAULT)
def test_what_is_not_welcome_has_a_reason_and_a_way_out(name: str) -> None:
    rule = DEFAULT[name]
    unwelcome = rule.verdict in (Verdict.WARNED, Verdict.FORBIDDEN)
    assert bool(rule.reason) == bool(rule.next_step) == unwelcome
    assert rule.clause
    rule.reason.format(format=name)
    rule.next_step.format(instead=", ".join(rule.instead))


def test_every_reason_is_used() -> None:
    used = {row["reason"] for row in tables.rows("format_policy_2026")} - {""}
    assert used == set(REASONS) - {"unknown", "own"}


def test_a_format_outside_the_list_is_warned_of() -> None:
    assert rule_of(policy(), "DWG").verdict is Verdict.WARNED


def test_an_organization_comes_after_the_site() -> None:
    site = read_changes('{"pdf": "forbidden", "TXT": "allowed"}', "site")
    own = read_changes('{"TXT": "forbidden"}', "organization")
    rules = policy(site, own)
    assert (rules["PDF"].verdict, rules["PDF"].source) == (Verdict.FORBIDDEN, "site")
    assert rules["TXT"].source == "organization"
    assert rules["TXT"].verdict is Verdict.FORBIDDEN
    assert rules["CSV"] == DEFAULT["CSV"]
    assert DEFAULT["PDF"].verdict is Verdict.WARNED


def test_a_stricter_verdict_keeps_the_words_of_the_default() -> None:
    rules = policy({"PDF": Change(Verdict.FORBIDDEN)})
    assert rules["PDF"].reason == DEFAULT["PDF"].reason
    assert rules["PDF"].instead == DEFAULT["PDF"].instead
    assert not rules["PDF"].own_words


def test_what_becomes_allowed_says_nothing() -> None:
    rules = policy({"PDF": Change(Verdict.ALLOWED)})
    assert (rules["PDF"].reason, rules["PDF"].next_step) == ("", "")


def test_somebodys_own_words_and_formats_are_taken() -> None:
    text = """{"XLS": {"verdict": "warned", "reason": " Наш наказ № 5 ",
               "instead": ["сsv"]}}"""
    rule = policy(read_changes(text, "site"))["XLS"]
    assert (rule.reason, rule.own_words, rule.instead) == (
        "Наш наказ № 5",
        True,
        ("CSV",),
    )


def test_a_format_that_was_allowed_gets_words_when_it_is_forbidden() -> None:
    for name in ("ODS", "DWG"):
        rule = policy({name: Change(Verdict.FORBIDDEN)})[name]
        assert rule.reason == REASONS["own"][0]
        assert rule.instead


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_changes_nothing(text: str) -> None:
    assert policy(read_changes(text, "site")) == DEFAULT


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "[" * 100_000,
        '{"": "allowed"}',
        '{"CSV": "good"}',
        '{"CSV": 5}',
        '{"CSV": {}}',
        '{"CSV": {"verdict": ["allowed"]}}',
        '{"CSV": {"verdict": "allowed", "color": "red"}}',
        '{"CSV": {"verdict": "warned", "reason": 5}}',
        '{"CSV": {"verdict": "warned", "instead": "JSON"}}',
        '{"CSV": {"verdict": "warned", "instead": [5]}}',
    ],
)
def test_a_wrong_change_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidValue) as raised:
        read_changes(text, "site")
    assert raised.value.field == "format_policy"
    assert str(raised.value).endswith(".")


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        *(("CSV", True), ("RDF", True), ("KML", True), ("GTFS", True), ("XSD", True)),
        *(("API", True), ("SQLITE", True), ("ZIP", True), ("JSON", True)),
        *(("PDF", False), ("JPG", False), ("DWG", False), ("TXT", False)),
    ],
)
def test_it_is_told_why_a_format_counts_as_machine_readable(
    name: str, is_one: bool
) -> None:
    assert bool(why_machine_readable(name)) == is_one
