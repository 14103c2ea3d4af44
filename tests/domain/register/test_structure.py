"""The structure of the register as a table of five columns."""

import csv
import io

import pytest

from ckanext.opendata_ua.domain.register import LAYOUTS
from ckanext.opendata_ua.domain.register.structure import structure


@pytest.mark.parametrize("name", LAYOUTS)
def test_it_describes_every_column_of_the_layout(name: str) -> None:
    rows = list(csv.DictReader(io.StringIO(structure(LAYOUTS[name]).decode())))
    assert [row["name"] for row in rows] == list(LAYOUTS[name].keys)
    assert all(row["title"] and row["description"] for row in rows)


@pytest.mark.parametrize(("name", "words"), [("2019", "true"), ("2025", "True")])
def test_booleans_are_written_as_in_the_source(name: str, words: str) -> None:
    assert f",{words}\n" in structure(LAYOUTS[name]).decode()
