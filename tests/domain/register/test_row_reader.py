"""Rows of somebody's register as drafts: what is understood, left out, or refused."""

from __future__ import annotations

import pytest

from ckanext.opendata_ua.domain.register.row_reader import (
    File,
    ReadRow,
    own_name,
    row_reader,
)
from ckanext.opendata_ua.domain.vocabularies import FREQUENCIES

SITE = "https://data.rada.example"


def read(code: str = "", *, table: bool = False, **cells: str) -> ReadRow:
    said = {"title": ["Перелік зупинок"], **{key: [cells[key]] for key in cells}}
    return row_reader(SITE, code, {"title": "Назва"}, neutralised=table)(7, said)


def codes(row: ReadRow) -> list[str]:
    return [one.code for one in row.findings]


def test_a_row_is_a_draft() -> None:
    row = read(
        identifier="Zupynky",
        description="Місця\r\nзупинок",
        frequency="ЩОМІСЯЦЯ",
        keywords="транспорт, «зупинки»",
        purpose="Закон",
        contact="Коваль",
        email="mailto:koval@rada.example",
        links="https://rada.example/a.csv",
    )
    assert row.valid
    assert row.name == "zupynky"
    assert row.fields == {
        "title": "Перелік зупинок",
        "notes": "Місця\nзупинок",
        "update_frequency": "once a month",
        "tag_string": "транспорт, зупинки",
        "purpose_of_collecting_information": "Закон",
        "maintainer": "Коваль",
        "maintainer_email": "koval@rada.example",
    }
    assert row.files == (File("https://rada.example/a.csv", "CSV"),)
    assert row.says["frequency"] == "Щомісяця"
    assert codes(row) == []


@pytest.mark.parametrize(
    "said",
    [
        spelling
        for term in FREQUENCIES.terms
        for spelling in (term.code, term.label_uk, *term.other_labels)
    ],
)
def test_every_spelling_of_a_frequency_is_understood(said: str) -> None:
    assert "update_frequency" in read(frequency=said).fields


def test_an_unknown_frequency_is_left_out_and_told() -> None:
    row = read(frequency="коли буде час")
    assert row.valid
    assert codes(row) == ["register.frequency_unknown"]
    assert "update_frequency" not in row.fields


def test_a_row_without_a_title_is_invalid_and_the_column_is_named() -> None:
    row = read(title="null")
    assert not row.valid
    assert codes(row) == ["register.title_missing"]
    assert row.findings[0].place == {"row": 7, "column": "Назва"}


@pytest.mark.parametrize(
    ("column", "limit"), [("title", 254), ("description", 4000), ("purpose", 512)]
)
def test_what_is_too_long_is_refused_and_not_cut(column: str, limit: int) -> None:
    assert read("", table=False, **{column: "а" * limit}).valid
    row = read("", table=False, **{column: "а" * (limit + 1)})
    assert codes(row) == [f"register.{column}_too_long"]
    assert not row.valid


@pytest.mark.parametrize("nothing", ["null", "NULL", " - ", "—", ""])
def test_what_stands_for_nothing_is_nothing(nothing: str) -> None:
    assert "description" not in read(description=nothing, table=True).says


def test_formulas_of_tables_are_as_they_were() -> None:
    assert read(title="'=1+1", table=True).title == "=1+1"
    assert read(title="''=1+1", table=True).title == "'=1+1"
    assert read(title="'=1+1").title == "'=1+1"
    assert read(description="'-", table=True).says["description"] == "-"


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("12", None),
        ("№ 5", None),
        ("x" * 101, None),
        ("Search", None),
        ("00360570", "00360570"),
    ],
)
def test_what_can_be_no_address_is_left(identifier: str, name: str | None) -> None:
    row = read(identifier=identifier)
    assert row.name == name
    assert row.valid
    assert codes(row) == ([] if name else ["register.identifier_replaced"])


def test_a_page_of_this_portal_names_the_dataset() -> None:
    assert read(page=f"{SITE}/dataset/zupynky").name == "zupynky"
    row = read(identifier="2026", page=f"{SITE}/dataset/2026")
    assert (row.name, codes(row)) == ("2026", [])


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (f"{SITE}/dataset/abc", "abc"),
        ("http://DATA.rada.example/uk/dataset/abc/", "abc"),
        ("/dataset/abc?x=1", "abc"),
        (f"{SITE}/dataset/abc/resource/1", None),
        ("https://data.gov.ua/dataset/abc", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_only_pages_of_this_portal_name_datasets(page: str, name: str | None) -> None:
    assert own_name(page, SITE) == name


def test_a_portal_may_lie_below_its_host() -> None:
    assert own_name("https://a.example/od/dataset/b", "https://a.example/od") == "b"


@pytest.mark.parametrize(
    ("code", "holder", "invalid"),
    [
        ("360570", "00360570", False),
        ("00360570", "", False),
        ("null", "00360570", False),
        ("14360570", "00360570", True),
    ],
)
def test_a_row_of_another_holder_is_refused(
    code: str, holder: str, invalid: bool
) -> None:
    row = read(publisher_code=code, code=holder)
    assert row.valid is not invalid
    assert codes(row) == (["register.other_holder"] if invalid else [])


def test_files_have_the_formats_in_their_order() -> None:
    row = read(links="https://a.example/1; https://a.example/2", formats="csv, xlsx")
    assert [file.format for file in row.files] == ["CSV", "XLSX"]


@pytest.mark.parametrize("between", [" ", ", ", ";", "\n", "|", ","])
def test_addresses_of_files_are_parted(between: str) -> None:
    first, second = "https://a.example/1?bbox=1,2", "https://a.example/2;v=1"
    row = read(links=between.join((first, second)))
    assert [file.url for file in row.files] == [first, second]


def test_one_format_is_that_of_all_files() -> None:
    row = read(links="https://a.example/1 https://a.example/2", formats="csv")
    assert [file.format for file in row.files] == ["CSV", "CSV"]


def test_a_file_without_a_format_has_that_of_its_name() -> None:
    row = read(links="https://a.example/1.json", formats="")
    assert row.files == (File("https://a.example/1.json", "JSON"),)


def test_formats_without_files_lead_to_the_page() -> None:
    row = read(page="https://data.gov.ua/dataset/1", formats="CSV, XLSX, csv")
    assert row.files == (
        File("https://data.gov.ua/dataset/1", "CSV"),
        File("https://data.gov.ua/dataset/1", "XLSX"),
    )
    assert codes(row) == ["register.files_elsewhere"]


def test_formats_without_any_address_are_told() -> None:
    row = read(formats="CSV")
    assert row.files == ()
    assert "formats" not in row.says
    assert codes(row) == ["register.files_missing"]
    assert row.valid


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "http://", "http://[", "stops"]
)
def test_what_is_no_address_is_no_file(link: str) -> None:
    row = read(links=link)
    assert row.files == ()
    assert codes(row) == ["register.link_invalid"]


def test_a_wrong_email_and_keyword_are_left_out() -> None:
    row = read(email="Коваль", keywords="a, зупинки")
    assert codes(row) == ["register.keyword_refused", "register.email_invalid"]
    assert row.valid
    assert row.fields["tag_string"] == "зупинки"


def test_what_a_register_says_of_stopped_datasets_is_no_title() -> None:
    row = read(title="Зупинки (оприлюднення призупинено)")
    assert (row.title, row.ended) == ("Зупинки", False)
    assert read(title="Зупинки (оприлюднення припинено)").ended
