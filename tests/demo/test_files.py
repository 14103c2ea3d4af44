"""The writers: independent readers find in the bytes what the table holds."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import json
import sys
from datetime import date, datetime
from xml.etree import ElementTree

import openpyxl
import pytest
from odf import teletype
from odf.opendocument import load
from odf.table import TableCell, TableRow

from ckanext.opendata_ua.demo import files, generators
from ckanext.opendata_ua.demo.tables import Table, columns

TODAY = date(2026, 11, 21)
SMALL = Table(
    "small",
    columns(
        """
        uid | Номер | string!
        title | Назва | string!
        seats | Місць | integer
        area | Площа | decimal
        open | Працює | boolean
        day | День | date
        moment | Час | dateTime
        @point
        """
    ),
    (
        ("001", "Обʼєкт, «перший»", 5, 2.5, True, date(2026, 1, 2),
         datetime.fromisoformat("2026-01-02T09:30"), 48.5, 31.25),
        ("002", "Другий", None, None, False, None, None, 48.75, 31.5),
    ),
)  # fmt: skip


def rows_of(data: bytes, encoding: str = "utf-8", **options: str) -> list[list[str]]:
    """Read CSV with the standard reader."""
    return list(csv.reader(io.StringIO(data.decode(encoding)), **options))  # type: ignore[arg-type]  # options are those of csv


def test_csv_holds_iso_dates_dots_and_true_false() -> None:
    head, first, second = rows_of(files.write_csv(SMALL))
    assert head[:3] == ["uid", "title", "seats"]
    assert first == [
        "001", "Обʼєкт, «перший»", "5", "2.5", "True",
        "2026-01-02", "2026-01-02T09:30", "48.5", "31.25",
    ]  # fmt: skip
    assert second[2:7] == ["", "", "False", "", ""]


def test_csv_with_faults_has_them() -> None:
    made = files.write_csv(SMALL, delimiter=";", encoding="cp1251", decimal=",")
    with pytest.raises(UnicodeDecodeError):
        made.decode("utf-8")
    first = rows_of(made, "cp1251", delimiter=";")[1]
    assert first[1] == "Об'єкт, «перший»"
    assert first[3] == "2,5"
    assert first[-2:] == ["48.5", "31.25"]


def test_csv_of_2019_repeats_the_header_in_ukrainian_and_says_null() -> None:
    made = rows_of(files.write_csv(SMALL, titles=True, null="null"))
    assert made[1][:2] == ["Номер", "Назва"]
    assert made[3][2] == "null"


def test_gzip_holds_the_csv() -> None:
    assert gzip.decompress(files.write_gzip(SMALL)) == files.write_csv(SMALL)


def test_xlsx_keeps_numbers_dates_and_leading_zeros() -> None:
    book = openpyxl.load_workbook(io.BytesIO(files.write_xlsx(SMALL)))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:2] == ("uid", "title")
    assert rows[1][:6] == (
        "001", "Обʼєкт, «перший»", 5, 2.5, True,
        datetime.fromisoformat("2026-01-02"),
    )  # fmt: skip
    assert rows[2][2] is None


def test_ods_keeps_types_and_text() -> None:
    document = load(io.BytesIO(files.write_ods(SMALL)))
    rows = document.getElementsByType(TableRow)
    cells = rows[1].getElementsByType(TableCell)
    assert [teletype.extractText(cell) for cell in cells[:4]] == [
        "001", "Обʼєкт, «перший»", "5", "2.5",
    ]  # fmt: skip
    kinds = [cell.getAttribute("valuetype") for cell in cells[:7]]
    assert kinds == ["string", "string", "float", "float", "boolean", "date", "date"]
    assert len(rows[2].getElementsByType(TableCell)) == len(SMALL.columns)


def test_json_is_a_list_of_objects() -> None:
    first, second = json.loads(files.write_json(SMALL))
    assert first["day"] == "2026-01-02"
    assert first["open"] is True
    assert second["seats"] is None


def test_xml_leaves_absent_values_out() -> None:
    first, second = ElementTree.fromstring(files.write_xml(SMALL))  # noqa: S314  # ours
    assert first.findtext("title") == "Обʼєкт, «перший»"
    assert second.find("seats") is None


def test_geojson_puts_longitude_first() -> None:
    made = json.loads(files.write_geojson(SMALL))
    assert made["type"] == "FeatureCollection"
    assert made["features"][0]["geometry"]["coordinates"] == [31.25, 48.5]
    assert "lat" not in made["features"][0]["properties"]


@pytest.mark.parametrize(
    ("layout", "kinds", "required"),
    [("2019", ["string", "date"], "true"), ("2025", ["boolean", "date"], "True")],
)
def test_structure_csv_follows_its_layout(
    layout: str, kinds: list[str], required: str
) -> None:
    made = rows_of(files.write_structure_csv(SMALL, layout=layout))
    assert made[0] == ["name", "title", "description", "datatype", "required"]
    assert made[1] == ["uid", "Номер", "Номер. Наприклад: 001", "string", required]
    assert [made[5][3], made[6][3]] == kinds


def test_structure_json_of_2019_has_its_context_and_titles() -> None:
    made = json.loads(files.write_structure_json(SMALL, layout="2019"))
    assert made["@context"][1] == {"@language": "uk"}
    assert made["tableSchema"]["primaryKey"] == "uid"
    first = made["tableSchema"]["columns"][0]
    assert set(first) == {"name", "titles", "dc:description", "datatype", "required"}


def test_structure_json_of_2025_keeps_the_key_on_top() -> None:
    made = json.loads(files.write_structure_json(SMALL, layout="2025"))
    assert made["primaryKey"] == "uid"
    assert made["context"]["@language"] == "uk"
    assert made["tableSchema"]["columns"][0]["title"] == "Номер"


def test_a_column_without_values_is_described_by_its_title() -> None:
    empty = Table("empty", columns("a | Порожньо | string"), ((None,),))
    made = rows_of(files.write_structure_csv(empty, layout="2025"))
    assert made[1][2] == "Порожньо"


@pytest.mark.parametrize("name", ["csv", "xlsx", "ods", "json", "xml", "geojson"])
def test_equal_tables_give_equal_bytes(name: str) -> None:
    table = generators.make("shelters", 30, TODAY)
    assert files.WRITERS[name](table) == files.WRITERS[name](table)


def test_a_missing_extra_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second copy of the module, imported as if openpyxl were not installed."""
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    monkeypatch.delitem(sys.modules, "ckanext.opendata_ua.demo.spreadsheets")
    spec = importlib.util.spec_from_file_location("files_without_extra", files.__file__)
    assert spec
    assert spec.loader
    bare = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bare)
    assert bare.write_csv(SMALL) == files.write_csv(SMALL)
    for refuse in (bare.check_extra, lambda: bare.WRITERS["ods"](SMALL)):
        with pytest.raises(bare.ExtraMissing, match="pip install"):
            refuse()
