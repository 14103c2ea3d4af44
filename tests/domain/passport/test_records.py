"""What a record tells about its files."""

from dataclasses import replace
from datetime import date

import pytest

from ckanext.opendata_ua.domain.passport import BodyRecord, FileRecord, PassportRecord


def test_a_structure_document_is_not_data(
    full: PassportRecord, data_file: FileRecord
) -> None:
    assert full.data_files == (data_file,)


def test_the_structure_is_at_the_given_address(full: PassportRecord) -> None:
    given = replace(full, structure_url="https://x.ua/structure")
    assert given.structure_address == "https://x.ua/structure"


def test_else_the_structure_is_the_structure_file(
    full: PassportRecord, structure_file: FileRecord
) -> None:
    assert full.structure_address == structure_file.url


def test_without_both_there_is_no_structure(data_file: FileRecord) -> None:
    assert PassportRecord(files=(data_file,)).structure_address == ""


@pytest.mark.parametrize(
    ("title", "called"), [("Міська рада", "Міська рада"), (" ", "miska-rada")]
)
def test_a_body_without_a_title_is_called_by_its_name(title: str, called: str) -> None:
    assert BodyRecord(name="miska-rada", title=title).called == called


def test_a_dataset_is_as_actual_as_its_latest_file(data_file: FileRecord) -> None:
    older = replace(data_file, actual_date=date(2020, 1, 1))
    undated = replace(data_file, actual_date=None)
    record = PassportRecord(files=(older, data_file, undated))
    assert record.actual_date == date(2026, 11, 1)


def test_without_dates_nothing_is_actual(structure_file: FileRecord) -> None:
    assert PassportRecord(files=(structure_file,)).actual_date is None
