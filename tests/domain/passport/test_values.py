"""One value: what is stored, and what is wrong with it."""

from datetime import date

import pytest

from ckanext.opendata_ua.domain.findings import Severity
from ckanext.opendata_ua.domain.passport import RULES, check_value

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("key", "value", "stored"),
    [
        ("name", "ukryttia-2024", "ukryttia-2024"),
        ("name", "old_name", "old_name"),
        ("title", "  Назва\r\nнабору ", "Назва набору"),
        ("title", "x" * 254, "x" * 254),
        ("notes", " а\r\nб ", "а\nб"),
        ("notes", "а\r\n" * 1999 + "бв" + "  ", "а\n" * 1999 + "бв"),
        ("notes", "x" * 4000, "x" * 4000),
        ("notes", "а\x00\x07б", "аб"),
        ("purpose_of_collecting_information", "x" * 512, "x" * 512),
        ("language", "uk", "ua"),
        ("update_frequency", "Щомісяця", "once a month"),
        ("update_frequency", "unscheduled", "unscheduled"),
        ("tags", "здоров'я; Садок, садок", "здоровʼя, Садок"),
        ("tag_string", "два слова", "два слова"),
        ("maintainer", "Олена Коваль", "Олена Коваль"),
        ("maintainer_email", " open.data@rada.gov.ua ", "open.data@rada.gov.ua"),
        ("maintainer_email", "олена@рада.укр", "олена@рада.укр"),
        (
            "maintainer_email",
            "a+b_c@xn--80aswg.xn--j1amh",
            "a+b_c@xn--80aswg.xn--j1amh",
        ),
        ("theme", "HEAL", "okhorona-zdorovia"),
        ("license_id", "CC BY", "cc-by"),
        (
            "mandated_item",
            "2024-10/all_holders/6",
            "2024-10/all_holders/6",
        ),
        ("version", "2.1", "2.1"),
        ("format", " .сsv", "CSV"),
        ("format", "щось", "ЩОСЬ"),
        ("compress_format", "gz", "GZIP"),
        ("data_actual_date", "2026-11-21", "2026-11-21"),
        ("data_actual_date", "1.11.2026", "2026-11-01"),
        ("resource_type", "Дані", "data"),
        ("short_name", "МР", "МР"),
        ("edrpou", "0003 2129", "00032129"),
        ("katottg", "ua05020030010063857", "UA05020030010063857"),
        ("address", "площа Соборна, 1", "площа Соборна, 1"),
        ("site_url", "https://рада.укр/дані?а=1", "https://рада.укр/дані?а=1"),
        ("site_url", "http://localhost:8080", "http://localhost:8080"),
        ("responsible_name", "Відділ ІТ", "Відділ ІТ"),
        ("responsible_email", "data@rada.ua", "data@rada.ua"),
    ],
)
def test_a_right_value_is_stored_canonically(key: str, value: str, stored: str) -> None:
    assert check_value(key, value, today=TODAY) == (stored, ())


@pytest.mark.parametrize(
    ("key", "value", "codes"),
    [
        ("name", "Укриття", ["name.invalid"]),
        ("name", "a", ["name.invalid"]),
        ("name", "search", ["name.reserved"]),
        ("name", "a" * 101, ["name.too_long", "name.invalid"]),
        ("title", "x" * 255, ["title.too_long"]),
        ("notes", "x" * 4001, ["notes.too_long"]),
        (
            "purpose_of_collecting_information",
            "x" * 513,
            ["purpose_of_collecting_information.too_long"],
        ),
        ("language", "klingon", ["language.unknown"]),
        ("update_frequency", "інколи", ["update_frequency.unknown"]),
        ("tags", "а", ["tags.too_short"]),
        (
            "tags",
            "а, C++, " + "б" * 101,
            [
                "tags.too_short",
                "tags.forbidden_character",
                "tags.too_long",
            ],
        ),
        ("tag_string", "C#", ["tags.forbidden_character"]),
        ("maintainer", "x" * 255, ["maintainer.too_long"]),
        ("maintainer_email", "пошта", ["maintainer_email.invalid"]),
        ("maintainer_email", "a@b", ["maintainer_email.invalid"]),
        ("maintainer_email", "a@b..ua", ["maintainer_email.invalid"]),
        ("maintainer_email", "a..b@c.ua", ["maintainer_email.invalid"]),
        ("maintainer_email", "a@-b.ua", ["maintainer_email.invalid"]),
        ("maintainer_email", "a b@c.ua", ["maintainer_email.invalid"]),
        ("maintainer_email", "a@c.ua, b@c.ua", ["maintainer_email.invalid"]),
        ("maintainer_email", "Олена <a@c.ua>", ["maintainer_email.invalid"]),
        (
            "maintainer_email",
            "x" * 255,
            ["maintainer_email.too_long", "maintainer_email.invalid"],
        ),
        ("theme", "AGRI", ["theme.unknown"]),
        ("license_id", "моя", ["license_id.unknown"]),
        ("mandated_item", "55", ["mandated_item.unknown"]),
        ("version", "1" * 101, ["version.too_long"]),
        ("compress_format", "RAR", ["compress_format.unknown"]),
        ("data_actual_date", "31.02.2024", ["data_actual_date.invalid"]),
        ("data_actual_date", "вчора", ["data_actual_date.invalid"]),
        ("data_actual_date", "2026-11-22", ["data_actual_date.in_future"]),
        ("resource_type", "file.upload", ["resource_type.unknown"]),
        ("edrpou", "1234567", ["edrpou.invalid"]),
        ("katottg", "UA123", ["katottg.invalid"]),
        ("site_url", "www.rada.ua", ["site_url.invalid"]),
        ("site_url", "javascript:alert(1)", ["site_url.invalid"]),
        ("site_url", "ftp://rada.ua", ["site_url.invalid"]),
        ("site_url", "https://", ["site_url.invalid"]),
        ("site_url", "http://[::1", ["site_url.invalid"]),
        ("site_url", "http://x.ua:порт/", ["site_url.invalid"]),
        ("site_url", "http://x ua", ["site_url.invalid"]),
        ("responsible_email", "x", ["responsible_email.invalid"]),
    ],
)
def test_all_that_is_wrong_with_a_value_is_found(
    key: str, value: str, codes: list[str]
) -> None:
    found = check_value(key, value, today=TODAY)[1]
    assert [finding.code for finding in found] == [f"passport.{c}" for c in codes]


@pytest.mark.parametrize("key", RULES)
@pytest.mark.parametrize("value", ["", "  ", "\r\n", "\x00"])
def test_nothing_given_is_never_wrong(key: str, value: str) -> None:
    assert check_value(key, value, today=TODAY) == ("", ())


@pytest.mark.parametrize("key", RULES)
def test_a_stored_value_is_canonical(key: str) -> None:
    wild = "  ,;<a@b>\u2028'№' \ud800 31.12.2026 "
    once, _ = check_value(key, wild, today=TODAY)
    assert check_value(key, once, today=TODAY)[0] == once


@pytest.mark.parametrize("key", RULES)
def test_a_huge_value_is_judged(key: str) -> None:
    # A pattern that backtracks would never come to an end here.
    huge = "a." + "а-" * 50_000 + "@"
    canonical, _found = check_value(key, huge, today=TODAY)
    assert len(canonical) <= len(huge)


@pytest.mark.parametrize("key", RULES)
def test_every_message_can_be_filled_from_the_values(key: str) -> None:
    for value in ("?" * 5000, "31.12.2199", "я"):
        for found in check_value(key, value, today=TODAY)[1]:
            assert found.message.format(**found.values)
            assert found.next_step.format(**found.values)


def test_a_finding_says_where_why_and_by_which_rule() -> None:
    (found,) = check_value("title", "x" * 300, today=TODAY)[1]
    assert (found.severity, found.place, found.values) == (
        Severity.BLOCKING,
        {"element": "title"},
        {"length": 300, "limit": 254, "excess": 46},
    )
    assert found.rule.startswith("п. 7 Положення")


def test_a_refused_keyword_names_the_forbidden_characters() -> None:
    (found,) = check_value("tags", "C++ & C#", today=TODAY)[1]
    assert found.values["characters"] == "+ & #"


def test_the_limit_of_the_purpose_is_not_called_law() -> None:
    key = "purpose_of_collecting_information"
    (found,) = check_value(key, "x" * 513, today=TODAY)[1]
    assert "не норма закону" in found.rule


def test_a_field_without_a_rule_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        check_value("colour", "red", today=TODAY)


def test_formats_of_compression_are_cited_by_the_list_of_formats() -> None:
    (found,) = check_value("compress_format", "RAR", today=TODAY)[1]
    assert found.rule.startswith("перелік форматів Положення")
