"""The data files: versions, sources, one apostrophe, both languages."""

from importlib.resources import files

import pytest

from ckanext.opendata_ua.domain import tables

DATA = files("ckanext.opendata_ua.domain") / "data"
NAMES = sorted(f.name[:-4] for f in DATA.iterdir() if f.name.endswith(".csv"))


@pytest.mark.parametrize("name", NAMES)
def test_every_record_names_its_source(name: str) -> None:
    assert all(row["source"] for row in tables.rows(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_record_has_a_cell_for_every_column(name: str) -> None:
    cells = [cell for row in tables.rows(name) for cell in row.values()]
    assert all(isinstance(cell, str) for cell in cells)


@pytest.mark.parametrize("name", NAMES)
def test_every_label_is_given_in_both_languages(name: str) -> None:
    labelled = [row for row in tables.rows(name) if "label_uk" in row]
    assert all(row["label_uk"] and row["label_en"] for row in labelled)


@pytest.mark.parametrize("name", NAMES)
def test_no_english_label_holds_a_cyrillic_letter(name: str) -> None:
    english = "".join(row.get("label_en", "") for row in tables.rows(name))
    assert not [letter for letter in english if "\u0400" <= letter <= "\u04ff"]


@pytest.mark.parametrize("name", NAMES)
def test_ukrainian_labels_have_one_apostrophe(name: str) -> None:
    labels = [
        cell
        for row in tables.rows(name)
        for column, cell in row.items()
        if column.endswith("_uk")
    ]
    assert not [label for label in labels if "'" in label or "\u02bc" in label]


def test_a_cell_of_several_values_is_split_at_bars() -> None:
    assert tables.several("а| б ||") == ("а", "б")
