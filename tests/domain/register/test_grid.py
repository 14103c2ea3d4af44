"""Lines of cells: what a parser tells is looked at, objects become lines."""

from typing import Any

import pytest

from ckanext.opendata_ua.domain.register.grid import (
    COLUMNS,
    LETTERS,
    ROWS,
    cell,
    checked,
    of_objects,
)


def test_lines_of_a_table_are_counted_from_one() -> None:
    grid = checked({"lines": [["Назва"], []], "table": True})
    assert grid is not None
    assert (grid.first, grid.neutralised) == (1, True)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {"lines": []},
        {"lines": {}, "table": True},
        {"lines": [[]] * (ROWS + 2), "table": True},
        {"lines": ["Назва"], "table": True},
        {"lines": [[""] * (COLUMNS + 1)], "table": True},
        {"lines": [[1]], "table": True},
        {"lines": [["а" * (LETTERS + 1)]], "table": True},
    ],
)
def test_what_is_something_else_is_no_grid(value: Any) -> None:
    assert checked(value) is None


def test_objects_become_lines_under_all_their_keys() -> None:
    grid = of_objects([{"title": "А"}, {"keyword": ["б", "в"], "title": None}])
    assert grid.lines == [["title", "keyword"], ["А", ""], ["", "б, в"]]
    assert (grid.first, grid.neutralised) == (0, False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (360570.0, "360570"),
        (0.5, "0.5"),
        ({"uk": "так", "en": None}, "так"),
        ([1, None, "а"], "1, а"),
        ("а", "а"),
    ],
)
def test_a_value_is_a_text(value: Any, text: str) -> None:
    assert cell(value) == text
