"""Names of file formats, as they are written and what they mean."""

import pytest

from ckanext.opendata_ua.domain import formats, tables

SEEN = tables.rows("dirty_format_values_2026")


@pytest.mark.parametrize("row", SEEN, ids=lambda row: row["seen_value"])
def test_a_dirty_value_means_what_the_table_says(row: dict[str, str]) -> None:
    read = formats.read(row["seen_value"])
    assert read == formats.Declared(row["name"], row["compress_format"])


@pytest.mark.parametrize("name", formats.FORMATS)
def test_a_name_means_itself_in_any_case(name: str) -> None:
    assert formats.name(f" .{name.lower()} ") == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("", ""),
        ("...", ""),
        ("parquet", "PARQUET"),
        ("таблиця", "ТАБЛИЦЯ"),
        ("ＣＳＶ", "CSV"),
    ],
)
def test_an_unknown_format_stays_in_upper_case(written: str, name: str) -> None:
    assert formats.name(written) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [("zip", "ZIP"), ("csv.zip", "ZIP"), ("gz", "GZIP"), ("rar", None), ("csv", None)],
)
def test_only_four_formats_of_compression_are_the_laws(
    written: str, name: str | None
) -> None:
    assert formats.compression(written) == name


@pytest.mark.parametrize(
    ("written", "expected"),
    [("csv", "text/csv"), ("xml", "application/xml"), ("api", None), ("xyz", None)],
)
def test_a_format_has_a_media_type(written: str, expected: str | None) -> None:
    assert formats.media_type(written) == expected


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://x.ua/a.csv", "CSV"),
        ("https://x.ua/A.JSON?download=1#top", "JSON"),
        ("stops.csv.gz", "CSV"),
        ("a.zip", "ZIP"),
        ("a.html", "HTML"),
        ("a.jsonld", "JSON-LD"),
        ("a.jpeg", "JPG"),
        ("a.gz", "GZIP"),
        ("a.unknown", ""),
        ("https://x.ua/csv", ""),
        ("", ""),
    ],
)
def test_the_end_of_a_name_says_the_format(url: str, name: str) -> None:
    assert formats.by_name(url) == name


@pytest.mark.parametrize(
    ("declared", "url", "packed"),
    [
        ("ZIP", "", "ZIP"),
        ("csv", "https://x/a.zip", "ZIP"),
        ("csv", "https://x/A.CSV.GZ?download=1#top", "GZIP"),
        ("", "https://x/a.7z", "7Z"),
        ("csv", "https://x/a.csv", None),
        ("GTFS", "https://x/a.zip", None),
        ("shp", "https://x/a.zip", None),
        ("unknown", "https://x/a", None),
    ],
)
def test_a_packed_file_is_recognised(
    declared: str, url: str, packed: str | None
) -> None:
    assert formats.packed_as(declared, url) == packed
