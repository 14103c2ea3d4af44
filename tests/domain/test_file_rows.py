"""First rows of files: which formats have them, and what a reader may say."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.opendata_ua.domain import file_rows, formats

MOST = {"rows": 2, "columns": 2, "letters": 3}


def test_only_known_formats_are_read() -> None:
    assert set(file_rows.KINDS) <= set(formats.FORMATS)


@pytest.mark.parametrize(
    ("declared", "name", "kind"),
    [
        ("CSV", "stops.csv", "csv"),
        ("CSV", "stops.xlsx", "xlsx"),  # the end of the name says what the bytes are
        (".xlsx", "stops", "xlsx"),
        ("GeoJSON", "stops.geojson", "json"),
        ("PDF", "stops.pdf", None),
        ("", "stops", None),
    ],
)
def test_the_name_of_a_file_says_how_it_is_read(
    declared: str, name: str, kind: str | None
) -> None:
    assert file_rows.kind_of(declared, name) == kind


@pytest.mark.parametrize(
    ("declared", "name", "packed"),
    [
        ("CSV", "stops.csv", False),
        ("ZIP", "stops.csv", False),  # the name says what is expected of the bytes
        ("CSV", "stops.csv.zip", True),
        ("CSV", "stops.zip", True),
        ("ZIP", "stops", True),
        ("CSV", "stops", False),
    ],
)
def test_a_packed_file_is_known_by_its_name(
    declared: str, name: str, packed: bool
) -> None:
    assert file_rows.is_packed(declared, name) is packed


def test_what_a_reader_says_is_cut_to_the_promised_size() -> None:
    told = {
        "rows": [["abcdef", "b", "c"], ["d"], ["e"]],
        "columns": 3,
        "more_rows": True,
        "uneven": "yes",
        "encoding": "UTF-8",
        "sheets": None,
        "own": "words",
    }
    assert file_rows.checked(told, **MOST) == {
        "rows": [["abcd", "b"], ["d"]],
        "columns": 3,
        "more_rows": True,
        "uneven": False,
        "encoding": "UTF",
    }
    assert file_rows.checked({"lines": ["abcdef", "", "c"]}, **MOST) == {
        "lines": ["abcd", ""]
    }


@pytest.mark.parametrize(
    "told",
    [None, [], {}, {"rows": "a"}, {"rows": ["a"]}, {"rows": [[1]]}, {"lines": [1]}],
)
def test_what_has_another_shape_is_nothing(told: Any) -> None:
    assert file_rows.checked(told, **MOST) is None
