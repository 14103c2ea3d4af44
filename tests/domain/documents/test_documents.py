"""What all writers promise."""

import pytest

from ckanext.opendata_ua.domain.documents import WRITERS
from ckanext.opendata_ua.domain.passport import PassportRecord


def test_the_passport_is_offered_in_four_formats() -> None:
    assert list(WRITERS) == ["json", "csv", "xml", "docx"]


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_is_called_by_its_extension(name: str) -> None:
    assert WRITERS[name].extension == name


@pytest.mark.parametrize("name", WRITERS)
def test_equal_records_give_equal_bytes(name: str, full: PassportRecord) -> None:
    write = WRITERS[name].write
    assert write(full, "uk") == write(full, "uk")


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("lang", ["uk", "en"])
def test_an_empty_passport_can_be_written(name: str, lang: str) -> None:
    assert WRITERS[name].write(PassportRecord(), lang)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("lang", ["uk", "en"])
def test_no_character_breaks_a_writer(
    name: str, lang: str, nasty: PassportRecord
) -> None:
    assert WRITERS[name].write(nasty, lang)
