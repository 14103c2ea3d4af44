"""Columns of somebody's register, whatever they are called and wherever they begin."""

import pytest

from ckanext.opendata_ua.domain.register import LAYOUTS
from ckanext.opendata_ua.domain.register.headings import (
    READ,
    field_of,
    find_head,
    records,
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_keys_and_titles_of_every_layout_are_known_in_any_capitals(layout: str) -> None:
    for column in LAYOUTS[layout].columns:
        for said in (column.key, column.key.upper(), column.title, column.title_en):
            assert field_of(said) == column.field


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Identifier ", "identifier"),
        ("НАЗВА НАБОРУ ДАНИХ", "title"),
        ("Ключові слова, які відображають основний зміст набору даних", "keywords"),
        ("Прізвище, ім'я та по батькові відповідальної особи", "contact"),
        ("Код ЄДРПОУ", "publisher_code"),
        ("dcat:downloadURL", "links"),
        ("E-mail", "email"),
        ("update_frequency", "frequency"),
        ("Примітка", None),
        ("", None),
    ],
)
def test_a_heading_names_a_field(heading: str, field: str | None) -> None:
    assert field_of(heading) == field


def test_every_field_can_be_named() -> None:
    assert {field_of(one) for one in (*LAYOUTS["2019"].keys, "links")} == set(READ)


def test_the_head_may_have_two_rows_and_one_of_numbers() -> None:
    layout = LAYOUTS["2019"]
    titles = [column.title for column in layout.columns]
    numbers = [str(at + 1) for at in range(len(titles))]
    head = find_head([list(layout.keys), titles, numbers, ["a", "Назва набору"]])
    assert head is not None
    assert head.first == 3
    assert head.names["title"] == "title"


def test_a_second_row_of_headings_completes_the_first() -> None:
    grid = [["№", "Набір даних", ""], ["", "Назва", "Опис"], ["1", "А", "Б"]]
    head = find_head(grid)
    assert head is not None
    assert (head.first, dict(head.columns)) == (2, {1: "title", 2: "description"})
    grid = [["Назва", "Опис", "Інше"], ["Назва", "Опис", "Формат"], ["А", "Б", "CSV"]]
    head = find_head(grid)
    assert head is not None
    assert head.names["formats"] == "Формат"


def test_what_stands_above_the_head_is_passed_by() -> None:
    grid = [["Реєстр наборів даних"], [], ["Назва", "Формат", "Коментар"], ["А", "CSV"]]
    head = find_head(grid)
    assert head is not None
    assert (head.first, head.unknown) == (3, ("Коментар",))


@pytest.mark.parametrize(
    "grid", [[], [["а", "б"], ["1", "2"]], [["Опис", "Формат"], ["А", "CSV"]]]
)
def test_without_titles_it_is_no_register(grid: list[list[str]]) -> None:
    assert find_head(grid) is None


def test_rows_keep_their_numbers_and_empty_ones_are_passed_by() -> None:
    grid = [["Назва", "Файл", "Файл"], [], ["А", "", "б"], ["", "в", "г", "зайве"]]
    head = find_head(grid)
    assert head is not None
    assert list(records(grid, head)) == [
        (3, {"title": ["А"], "links": ["б"]}),
        (4, {"links": ["в", "г"]}),
    ]
    assert next(iter(records(grid, head, number=0)))[0] == 2
