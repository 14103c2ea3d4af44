"""Records for the tests of the domain; no CKAN and no services."""

from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from ckanext.opendata_ua.domain.passport import (
    BodyRecord,
    FileRecord,
    PassportRecord,
)

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 21, 6, 5, 4, tzinfo=timezone.utc)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Make every warning of a domain test an error."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("error"))


@pytest.fixture
def now() -> datetime:
    """Return the moment at which the tests happen: 08:05:04 in Kyiv."""
    return NOW


@pytest.fixture
def data_file() -> FileRecord:
    """Return a file with data that lacks nothing."""
    return FileRecord(
        id="f1",
        name="Захисні споруди",
        url="https://data.rada.ua/dataset/ukryttia/resource/f1/ukryttia.csv",
        format="csv",
        size=2048,
        actual_date=date(2026, 11, 1),
        changed=NOW,
    )


@pytest.fixture
def structure_file() -> FileRecord:
    """Return a file that describes the columns."""
    return FileRecord(
        id="s1",
        name="Структура",
        url="https://data.rada.ua/dataset/ukryttia/resource/s1/structure.json",
        format="JSON",
        kind="structure",
    )


@pytest.fixture
def body() -> BodyRecord:
    """Return an information holder that lacks nothing."""
    return BodyRecord(
        name="miska-rada",
        title="Міська рада",
        short_name="МР",
        edrpou="00032129",
        katottg="UA05020030010063857",
        address="площа Соборна, 1",
        site="https://rada.ua",
        responsible_name="Олена Коваль",
        responsible_email="data@rada.ua",
    )


@pytest.fixture
def full(
    data_file: FileRecord, structure_file: FileRecord, body: BodyRecord
) -> PassportRecord:
    """Return a passport that lacks nothing."""
    return PassportRecord(
        identifier="ukryttia",
        title="Дані про розташування захисних споруд",
        notes="Адреси, місткість.\n\nОновлюється щомісяця.",
        purpose="Кодекс цивільного захисту України",
        language="ua",
        frequency="once a month",
        theme="derzhava",
        licence="cc-by",
        version="2",
        mandated_item="2024-10/local_self_government/55",
        keywords=("укриття", "захисні споруди"),
        first_published=datetime(2024, 7, 1, 9, 0, tzinfo=timezone.utc),
        data_changed=NOW,
        page_url="https://data.rada.ua/dataset/ukryttia",
        files=(data_file, structure_file),
        body=body,
        responsible_name="Олена Коваль",
        responsible_email="data@rada.ua",
    )


@pytest.fixture
def nasty(full: PassportRecord, data_file: FileRecord) -> PassportRecord:
    """Return a passport full of what breaks careless writers."""
    file = replace(
        data_file,
        id='"><',
        name="=CMD()\x00",
        url="https://x.ua/файл з пробілом[1].csv?a=1&b=<>",
        compress_format="zip",
    )
    return replace(
        full,
        title='=HYPERLINK("http://x")\x0b & <b>Назва</b>\ud800',
        notes='+1\r\n-2; "лапки", кома\x1f\ufffe',
        responsible_name="@SUM(A1)",
        files=(file,),
    )
