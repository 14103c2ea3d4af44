"""The package JSON of a portal, read as a passport record."""

from datetime import date, datetime, timezone
from typing import Any

import pytest

from ckanext.opendata_ua.domain import dates
from ckanext.opendata_ua.domain.package import record_of
from ckanext.opendata_ua.domain.passport import BodyRecord, FileRecord, PassportRecord

PAGE = "https://data.rada.ua/dataset/ukryttia"
UTC = timezone.utc


def read(**package: Any) -> PassportRecord:
    """Read a package dict that holds these keys."""
    return record_of(package, None, PAGE)


@pytest.mark.parametrize(
    ("key", "attribute"),
    [
        ("name", "identifier"),
        ("title", "title"),
        ("notes", "notes"),
        ("purpose_of_collecting_information", "purpose"),
        ("language", "language"),
        ("update_frequency", "frequency"),
        ("theme", "theme"),
        ("license_id", "licence"),
        ("version", "version"),
        ("mandated_item", "mandated_item"),
        ("maintainer", "responsible_name"),
        ("maintainer_email", "responsible_email"),
    ],
)
@pytest.mark.parametrize(("stored", "value"), [("x", "x"), (None, ""), (5, "5")])
def test_a_national_key_is_read(
    key: str, attribute: str, stored: object, value: str
) -> None:
    assert getattr(read(**{key: stored}), attribute) == value


def test_keywords_are_the_names_of_the_tags() -> None:
    assert read(tags=[{"name": "укриття"}, {"name": "школа"}]).keywords == (
        "укриття",
        "школа",
    )


def test_an_empty_package_gives_an_empty_record() -> None:
    assert read(resources=None, tags=None) == PassportRecord(page_url=PAGE)


def test_the_holder_and_the_page_come_from_the_caller() -> None:
    record = record_of({}, BodyRecord(title="Рада"), PAGE)
    assert (record.body, record.page_url) == (BodyRecord(title="Рада"), PAGE)


def test_a_resource_is_read_as_a_file() -> None:
    resource = {
        "id": "f1",
        "name": "Файл",
        "url": "https://x.ua/a.csv",
        "format": "CSV",
        "compress_format": "ZIP",
        "resource_type": "data",
        "size": "10",
        "data_actual_date": "2026-11-01",
        "last_modified": "2026-11-02T03:04:05",
    }
    assert read(resources=[resource]).files == (
        FileRecord(
            id="f1",
            name="Файл",
            url="https://x.ua/a.csv",
            format="CSV",
            compress_format="ZIP",
            size=10,
            actual_date=date(2026, 11, 1),
            changed=datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC),
        ),
    )


@pytest.mark.parametrize(
    ("stored", "size"), [(10, 10), ("10", 10), (0, None), (None, None), ("1 КБ", None)]
)
def test_only_a_number_of_bytes_is_a_size(stored: object, size: int | None) -> None:
    assert read(resources=[{"size": stored}]).files[0].size == size


def test_a_file_of_no_stated_kind_is_data() -> None:
    assert read(resources=[{"resource_type": None}]).files[0].kind == "data"


def test_a_file_that_was_never_changed_is_as_old_as_its_making() -> None:
    file = read(resources=[{"created": "2020-01-02", "last_modified": None}]).files[0]
    assert file.changed == datetime(2020, 1, 2, tzinfo=UTC)


def test_the_structure_is_where_the_structure_file_is() -> None:
    files = [{"url": "a"}, {"url": "b", "resource_type": "structure"}]
    assert read(resources=files).structure_url == "b"


PUBLIC = {"state": "active", "private": False, "metadata_created": "2020-01-02"}


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ({**PUBLIC, "date_first_published": "2024-05-31"}, "2024-05-31"),
        (PUBLIC, "2020-01-02"),
        ({**PUBLIC, "private": True}, ""),
        ({**PUBLIC, "state": "draft"}, ""),
    ],
)
def test_a_set_public_since_before_was_published_when_it_was_made(
    package: dict[str, Any], expected: str
) -> None:
    assert read(**package).first_published == dates.moment(expected)


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ({"data_modified": "2024-05-31"}, "2024-05-31"),
        (
            {"resources": [{"created": "2020-01-02"}, {"created": "2021-01-02"}, {}]},
            "2021-01-02",
        ),
        ({}, ""),
    ],
)
def test_data_changed_when_stored_or_when_the_files_did(
    package: dict[str, Any], expected: str
) -> None:
    assert read(**package).data_changed == dates.moment(expected)
