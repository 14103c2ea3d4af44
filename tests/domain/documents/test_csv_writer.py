"""The passport as CSV, read by the csv module."""

import csv
import dataclasses
from io import StringIO

import pytest

from ckanext.opendata_ua.domain.documents import csv_writer
from ckanext.opendata_ua.domain.passport import PassportRecord, lines


def read(record: PassportRecord, lang: str = "uk") -> list[dict[str, str]]:
    """Write the record and read it back."""
    text = csv_writer.write(record, lang).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def test_excel_is_told_that_it_is_utf8(full: PassportRecord) -> None:
    assert csv_writer.write(full, "uk").startswith(b"\xef\xbb\xbfnumber,")


def test_lines_end_as_rfc_4180_wants(full: PassportRecord) -> None:
    head = csv_writer.write(full, "uk").partition(b"\n")[0]
    assert head.endswith(b"\r")


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_labels_and_values_come_in_the_laws_order(
    full: PassportRecord, lang: str
) -> None:
    rows = [(row["label"], row["value"]) for row in read(full, lang)]
    assert rows == [(line.label, line.value) for line in lines(full, lang)]


def test_machines_find_the_code_beside_the_words(full: PassportRecord) -> None:
    row = next(row for row in read(full) if row["key"] == "update_frequency")
    assert (row["value"], row["code"]) == ("Щомісяця", "once a month")


@pytest.mark.parametrize(("title", "shown"), [("=1+1", "'=1+1"), ("\x00=1", "'=1")])
def test_a_title_that_begins_like_a_formula_is_text(
    full: PassportRecord, title: str, shown: str
) -> None:
    rows = read(dataclasses.replace(full, title=title))
    assert next(row for row in rows if row["key"] == "title")["value"] == shown
