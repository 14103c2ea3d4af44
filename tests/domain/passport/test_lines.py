"""The passport as people read it."""

from dataclasses import replace

import pytest

from ckanext.opendata_ua.domain.passport import (
    BodyRecord,
    FileRecord,
    Line,
    PassportRecord,
    lines,
)

FORM = [
    "Ідентифікаційний номер",
    "Найменування набору даних",
    "Опис змісту",
    "Мова",
    "Формати",
    "Формат стиснення набору даних",
    "Дата і час першого оприлюднення набору даних",
    "Дата і час внесення останніх змін до набору даних",
    "Дата актуальності даних у наборі даних",
    "Періодичність оновлення набору даних",
    "Ключові слова",
    "Гіперпосилання на набір даних",
    "Гіперпосилання на структуру набору даних",
    "Розпорядник інформації",
    "Відповідальна особа",
    "Електронна адреса відповідальної особи",
]


def line(record: PassportRecord, key: str, lang: str = "uk", **how: bool) -> Line:
    """Return the line of one element."""
    return next(line for line in lines(record, lang, **how) if line.key == key)


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_in_the_laws_order_each_element_has_one_line(
    full: PassportRecord, lang: str
) -> None:
    assert [line.number for line in lines(full, lang)] == list(range(1, 17))


def test_the_form_has_the_lines_of_the_approved_sheet(full: PassportRecord) -> None:
    printed = lines(full, "uk", form=True, purpose=False, version=False)
    assert [line.label for line in printed] == FORM


def test_the_purpose_is_printed_after_the_frequency(full: PassportRecord) -> None:
    labels = [line.label for line in lines(full, "uk", form=True, version=False)]
    assert labels == [
        *FORM[:10],
        "Підстава та призначення збору інформації",
        *FORM[10:],
    ]


def test_the_version_is_printed_last(full: PassportRecord) -> None:
    assert lines(full, "uk", form=True)[-1] == Line(
        0, "version", "Номер версії набору даних", "2"
    )


def test_no_version_makes_no_line(full: PassportRecord) -> None:
    printed = lines(replace(full, version=""), "uk", form=True)
    assert printed[-1].key == "maintainer_email"


def test_nothing_is_printed_as_a_dash() -> None:
    printed = lines(PassportRecord(), "uk", form=True)
    assert {line.value for line in printed} == {"—"}


def test_nothing_is_empty_in_the_laws_order() -> None:
    read = lines(PassportRecord(), "uk")
    assert {(line.value, line.uri, line.code) for line in read} == {("", None, "")}


@pytest.mark.parametrize(
    ("key", "value", "uri", "code"),
    [
        ("name", "ukryttia", None, ""),
        ("title", "Дані про розташування захисних споруд", None, ""),
        (
            "purpose_of_collecting_information",
            "Кодекс цивільного захисту України",
            None,
            "",
        ),
        (
            "language",
            "Українська",
            "http://publications.europa.eu/resource/authority/language/UKR",
            "ua",
        ),
        ("format", "CSV", None, ""),
        ("compress_format", "", None, ""),
        ("date_first_published", "01.07.2024 12:00", None, "2024-07-01T12:00:00+03:00"),
        ("data_modified", "21.11.2026 08:05", None, "2026-11-21T08:05:04+02:00"),
        ("data_actual_date", "01.11.2026", None, "2026-11-01"),
        (
            "update_frequency",
            "Щомісяця",
            "http://publications.europa.eu/resource/authority/frequency/MONTHLY",
            "once a month",
        ),
        ("tags", "укриття, захисні споруди", None, ""),
        (
            "url",
            "https://data.rada.ua/dataset/ukryttia\n"
            "https://data.rada.ua/dataset/ukryttia/resource/f1/ukryttia.csv",
            "https://data.rada.ua/dataset/ukryttia",
            "",
        ),
        (
            "structure",
            "https://data.rada.ua/dataset/ukryttia/resource/s1/structure.json",
            "https://data.rada.ua/dataset/ukryttia/resource/s1/structure.json",
            "",
        ),
        (
            "organization",
            "Міська рада, код ЄДРПОУ 00032129",
            "https://rada.ua",
            "00032129",
        ),
        ("maintainer", "Олена Коваль, data@rada.ua", None, ""),
    ],
)
def test_an_element_is_shown_in_words_and_told_in_codes(
    full: PassportRecord, key: str, value: str, uri: str | None, code: str
) -> None:
    shown = line(full, key)
    assert (shown.value, shown.uri, shown.code) == (value, uri, code)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("language", "Ukrainian"),
        ("update_frequency", "Monthly"),
        ("organization", "Міська рада, EDRPOU code 00032129"),
    ],
)
def test_labels_of_values_follow_the_language(
    full: PassportRecord, key: str, value: str
) -> None:
    assert line(full, key, "en").value == value


def test_the_form_parts_the_person_from_the_address(full: PassportRecord) -> None:
    person = line(full, "maintainer", form=True).value
    address = line(full, "maintainer_email", form=True).value
    assert (person, address) == ("Олена Коваль", "data@rada.ua")


def test_formats_are_canonical_and_named_once(data_file: FileRecord) -> None:
    files = tuple(
        replace(data_file, format=name) for name in ("csv", ".СSV", "xlxs", "", "odd")
    )
    assert line(PassportRecord(files=files), "format").value == "CSV, XLSX, ODD"


def test_compressions_are_canonical_and_named_once(data_file: FileRecord) -> None:
    files = tuple(
        replace(data_file, compress_format=name) for name in ("zip", "ZIP", "", "rar")
    )
    assert line(PassportRecord(files=files), "compress_format").value == "ZIP, RAR"


def test_an_unknown_old_code_is_shown_as_it_is(full: PassportRecord) -> None:
    shown = line(replace(full, frequency="інколи"), "update_frequency")
    assert (shown.value, shown.uri, shown.code) == ("інколи", None, "інколи")


def test_a_holder_without_a_code_is_shown_by_name(full: PassportRecord) -> None:
    shown = line(replace(full, body=BodyRecord(title="Рада")), "organization")
    assert (shown.value, shown.uri, shown.code) == ("Рада", None, "")


def test_the_form_is_labelled_in_english_too(full: PassportRecord) -> None:
    printed = lines(full, "en", form=True)
    assert [line.label for line in printed][-2:] == [
        "E-mail address of the responsible person",
        "Version of the dataset",
    ]
