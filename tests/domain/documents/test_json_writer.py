"""The passport as JSON, read by the json module."""

import json
from typing import Any

import pytest

from ckanext.opendata_ua.domain.documents import json_writer
from ckanext.opendata_ua.domain.passport import ELEMENTS, PassportRecord


def read(record: PassportRecord) -> dict[str, Any]:
    """Write the record and read it back."""
    return json.loads(json_writer.write(record, "uk").decode("utf-8"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "ukryttia"),
        ("language", "ua"),
        ("update_frequency", "once a month"),
        ("purpose_of_collecting_information", "Кодекс цивільного захисту України"),
        ("tags", [{"name": "укриття"}, {"name": "захисні споруди"}]),
        ("tag_string", "укриття, захисні споруди"),
        ("date_first_published", "2024-07-01T12:00:00+03:00"),
        ("data_actual_date", "2026-11-01"),
        ("format", ["CSV"]),
        ("license_id", "cc-by"),
        ("theme", "derzhava"),
        ("mandated_item", "2024-10/local_self_government/55"),
    ],
)
def test_values_stand_under_national_keys(
    full: PassportRecord, key: str, value: object
) -> None:
    assert read(full)[key] == value


def test_every_element_has_its_key(full: PassportRecord) -> None:
    assert {element.key for element in ELEMENTS} <= read(full).keys()


def test_files_are_told_with_their_sizes_and_dates(full: PassportRecord) -> None:
    assert read(full)["resources"][0] == {
        "id": "f1",
        "name": "Захисні споруди",
        "url": "https://data.rada.ua/dataset/ukryttia/resource/f1/ukryttia.csv",
        "format": "CSV",
        "compress_format": "",
        "resource_type": "data",
        "size": 2048,
        "data_actual_date": "2026-11-01",
        "last_modified": "2026-11-21T08:05:04+02:00",
    }


def test_the_holder_is_told_with_its_codes(full: PassportRecord) -> None:
    holder = read(full)["organization"]
    assert (holder["edrpou"], holder["katottg"]) == ("00032129", "UA05020030010063857")


def test_what_nobody_knows_is_null() -> None:
    empty = read(PassportRecord())
    assert [empty[key] for key in ("organization", "data_modified")] == [None, None]


def test_cyrillic_is_written_as_it_is(full: PassportRecord) -> None:
    assert "захисних споруд".encode() in json_writer.write(full, "en")
