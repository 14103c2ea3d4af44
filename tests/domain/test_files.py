"""Names, media types and headers of files."""

import re

import pytest

from ckanext.opendata_ua.domain import files


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("Зупинки транспорту_2024.csv", "zupynky-transportu_2024.csv"),
        ("Об'єкти.XLSX", "obiekty.xlsx"),
        ("рішення №5 (2).PDF", "rishennia-5-2.pdf"),
        ("файл а.tar.gz", "fail-a.tar.gz"),
        ("STOPS_2024.CSV", "stops_2024.csv"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\Олена\звіт.csv", "zvit.csv"),
        ("ь.csv", "file.csv"),
        ("....", "file"),
        ("", "file"),
        ("a", "a__"),
        ("дані.надто_довге-розширення", "dani.nadto_dovhe-rozshyrennia"),
    ],
)
def test_a_name_for_addresses_is_latin_and_keeps_its_extension(
    given: str, address: str
) -> None:
    assert files.address_name(given) == address
    assert files.address_name(address) == address


@pytest.mark.parametrize("given", ["щ" * 400 + ".csv", "x" * 99 + ".geojson", "щ" * 90])
def test_a_long_name_is_cut_before_its_extension(given: str) -> None:
    address = files.address_name(given)
    assert re.fullmatch("[a-z0-9_.-]{3,100}", address)
    assert address.rpartition(".")[2] == given.rpartition(".")[2] or "." not in given
    assert len(files.original_name(given)) <= files.MAX_NAME


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Зупинки 2024.csv", "Зупинки 2024.csv"),
        ("/tmp/Звіт\r\nSet-Cookie: a.csv", "ЗвітSet-Cookie: a.csv"),  # noqa: S108  # a name somebody sends
        ("і\u0308жак.csv".replace("і\u0308", "i\u0308"), "\u00efжак.csv"),
        (" . ", "file"),
    ],
)
def test_the_publishers_name_has_no_folders_and_no_controls(
    given: str, name: str
) -> None:
    assert files.original_name(given) == name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.csv", "text/csv"),
        ("a.CSV", "text/csv"),
        ("a.csv.gz", "application/gzip"),
        ("a.json", "application/json"),
        ("a.geojson", "application/geo+json"),
        ("a.zip", "application/zip"),
        ("a.html", "text/html"),
        ("a.svg", "image/svg+xml"),
        ("a.js", "text/javascript"),
        ("a.csv.br", "application/x-sniffed"),
        ("a", "application/x-sniffed"),
        ("a.unknown", "application/x-sniffed"),
    ],
)
def test_the_media_type_follows_from_the_extension_else_from_the_bytes(
    name: str, kind: str
) -> None:
    found = files.media_type(name, lambda: "application/x-sniffed")
    assert found.replace("application/javascript", "text/javascript") == kind


def test_bytes_that_look_like_nothing_are_bytes() -> None:
    assert files.media_type("a", lambda: "") == "application/octet-stream"


def test_both_names_travel_in_the_header() -> None:
    assert files.disposition('Звіт "1".csv', "text/csv") == (
        'inline; filename="zvit-1.csv"; '
        "filename*=UTF-8''%D0%97%D0%B2%D1%96%D1%82%20%221%22.csv"
    )


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/xml", "application/pdf", ""]
)
def test_what_is_not_known_to_be_passive_is_saved(kind: str) -> None:
    assert files.disposition("a", kind).startswith("attachment;")


def test_a_version_keeps_one_address() -> None:
    path = files.version_path("p-1", "r-1", "ab" * 32, "Зупинки міста.CSV")
    assert path == f"/dataset/p-1/resource/r-1/versions/{'ab' * 32}/zupynky-mista.csv"
