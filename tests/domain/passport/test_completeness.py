"""Completeness: what submission wants, and wrong values in old records."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ckanext.opendata_ua.domain.findings import Severity
from ckanext.opendata_ua.domain.passport import (
    ELEMENTS,
    BodyRecord,
    FileRecord,
    PassportRecord,
    complete,
    faults,
    findings,
    findings_of_body,
    missing,
)

TODAY = date(2026, 11, 21)


def test_a_full_passport_lacks_nothing(full: PassportRecord) -> None:
    assert findings(full, today=TODAY) == ()


def test_a_full_passport_is_complete(full: PassportRecord) -> None:
    assert complete(full, today=TODAY)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"identifier": ""}, "name"),
        ({"title": " "}, "title"),
        ({"notes": "\n"}, "notes"),
        ({"purpose": ""}, "purpose_of_collecting_information"),
        ({"language": ""}, "language"),
        ({"frequency": ""}, "update_frequency"),
        ({"keywords": ()}, "tags"),
        ({"body": None}, "organization"),
        ({"body": BodyRecord(edrpou="00032129")}, "organization"),
        ({"responsible_name": ""}, "maintainer"),
        ({"responsible_email": ""}, "maintainer_email"),
    ],
)
def test_an_empty_element_is_missing(
    full: PassportRecord, change: dict[str, Any], key: str
) -> None:
    found = findings(replace(full, **change), today=TODAY)
    assert [f.code for f in found] == [f"passport.{key}.missing"]
    assert found[0].severity is Severity.BLOCKING


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"format": " "}, "format"),
        ({"actual_date": None}, "data_actual_date"),
        ({"format": "ZIP"}, "compress_format"),
        ({"url": "https://x.ua/a.csv.gz"}, "compress_format"),
    ],
)
def test_a_gap_of_a_file_names_the_file(
    full: PassportRecord, data_file: FileRecord, change: dict[str, Any], key: str
) -> None:
    record = replace(
        full, files=(replace(data_file, **change),), structure_url="https://x.ua/s"
    )
    (found,) = missing(record)
    assert (found.code, found.place) == (
        f"passport.{key}.missing",
        {"element": key, "resource_id": "f1"},
    )


def test_a_file_without_a_name_is_called_by_its_address(
    full: PassportRecord, data_file: FileRecord
) -> None:
    unnamed = replace(data_file, id="", name="", actual_date=None)
    found = missing(replace(full, files=(unnamed,)))[0]
    assert (found.values, found.place) == (
        {"file": data_file.url},
        {"element": "data_actual_date"},
    )


def test_a_compressed_file_that_says_so_is_complete(
    full: PassportRecord, data_file: FileRecord
) -> None:
    packed = replace(data_file, url="https://x.ua/a.zip", compress_format="ZIP")
    assert complete(replace(full, files=(packed,)), today=TODAY)


def test_a_dataset_of_structure_alone_has_no_data(
    full: PassportRecord, structure_file: FileRecord
) -> None:
    found = missing(replace(full, files=(structure_file,)))
    assert [f.code for f in found] == ["passport.url.missing"]


def test_a_missing_structure_only_warns(
    full: PassportRecord, data_file: FileRecord
) -> None:
    record = replace(full, files=(data_file,))
    (found,) = missing(record)
    assert (found.code, found.severity) == (
        "passport.structure.missing",
        Severity.WARNING,
    )
    assert complete(record, today=TODAY)


def test_an_empty_passport_lacks_every_element_that_submission_requires() -> None:
    record = PassportRecord(files=(FileRecord(),))
    found = {str(finding.place["element"]) for finding in missing(record)}
    required = {e.key for e in ELEMENTS if e.required_at_submission}
    assert found == required | {"maintainer_email"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"identifier": "Назва"}, "name.invalid"),
        ({"title": "x" * 255}, "title.too_long"),
        ({"notes": "x" * 4001}, "notes.too_long"),
        ({"purpose": "x" * 513}, "purpose_of_collecting_information.too_long"),
        ({"language": "укр"}, "language.unknown"),
        ({"frequency": "часто"}, "update_frequency.unknown"),
        ({"theme": "?"}, "theme.unknown"),
        ({"licence": "?"}, "license_id.unknown"),
        ({"mandated_item": "?"}, "mandated_item.unknown"),
        ({"version": "1" * 101}, "version.too_long"),
        ({"keywords": ("укриття", "C#")}, "tags.forbidden_character"),
        ({"responsible_name": "x" * 255}, "maintainer.too_long"),
        ({"responsible_email": "x"}, "maintainer_email.invalid"),
    ],
)
def test_a_wrong_value_of_an_old_dataset_is_found(
    full: PassportRecord, change: dict[str, Any], code: str
) -> None:
    found = faults(replace(full, **change), today=TODAY)
    assert [finding.code for finding in found] == [f"passport.{code}"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"actual_date": date(2026, 11, 22)}, "data_actual_date.in_future"),
        ({"compress_format": "RAR"}, "compress_format.unknown"),
    ],
)
def test_a_wrong_value_of_a_file_names_the_file(
    full: PassportRecord, data_file: FileRecord, change: dict[str, Any], code: str
) -> None:
    record = replace(full, files=(replace(data_file, **change),))
    (found,) = faults(record, today=TODAY)
    assert (found.code, found.place["resource_id"]) == (f"passport.{code}", "f1")


def test_without_today_no_date_lies_in_the_future(
    full: PassportRecord, data_file: FileRecord
) -> None:
    later = replace(data_file, actual_date=date(2199, 1, 1))
    assert complete(replace(full, files=(later,)))


def test_a_wrong_value_makes_a_passport_incomplete(full: PassportRecord) -> None:
    assert not complete(replace(full, language="?"), today=TODAY)


def test_gaps_and_wrong_values_come_all_at_once(full: PassportRecord) -> None:
    record = replace(full, title="", language="?")
    assert [finding.code for finding in findings(record, today=TODAY)] == [
        "passport.title.missing",
        "passport.language.unknown",
    ]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"edrpou": ""}, ["edrpou.missing"]),
        ({"edrpou": "00032120"}, ["edrpou.check_digit"]),
        ({"edrpou": "123"}, ["edrpou.invalid"]),
        ({"katottg": "5"}, ["katottg.invalid"]),
        ({"site": "rada.ua"}, ["site_url.invalid"]),
        (
            {"edrpou": "00032120", "site": "rada.ua"},
            ["site_url.invalid", "edrpou.check_digit"],
        ),
        (
            {"edrpou": "", "katottg": "5"},
            ["katottg.invalid", "edrpou.missing"],
        ),
    ],
)
def test_what_is_doubtful_about_a_body_is_found(
    body: BodyRecord, change: dict[str, str], codes: list[str]
) -> None:
    found = findings_of_body(replace(body, **change))
    assert [finding.code for finding in found] == [f"passport.{c}" for c in codes]


@pytest.mark.parametrize("edrpou", ["", "123", "00032120"])
def test_a_doubtful_body_blocks_nothing(
    full: PassportRecord, body: BodyRecord, edrpou: str
) -> None:
    assert complete(replace(full, body=replace(body, edrpou=edrpou)), today=TODAY)


def test_every_message_of_a_gap_can_be_filled() -> None:
    record = PassportRecord(files=(FileRecord(name="а", format="zip"),))
    filled = [f.message.format(**f.values) for f in findings(record, today=TODAY)]
    assert "{" not in "".join(filled)
