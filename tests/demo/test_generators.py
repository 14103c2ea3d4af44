"""The generators: what every table keeps, and what single tables promise."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from stdnum.ua import edrpou

from ckanext.opendata_ua.demo import catalogue, generators, words
from ckanext.opendata_ua.demo.city import build
from ckanext.opendata_ua.demo.tables import Cell, Column, Table, columns

TODAY = date(2026, 11, 21)
NAMES = sorted(generators.RECIPES)
KINDS = {
    "string": str,
    "integer": int,
    "decimal": (int, float),
    "boolean": bool,
    "date": date,
    "dateTime": datetime,
    "time": str,
    "anyURI": str,
}


def fits(column: Column, cell: Cell) -> bool:
    """Tell whether a cell is what its column says."""
    if cell is None:
        return not column.required
    if column.datatype == "anyURI":
        return str(cell).startswith("https://")
    if column.datatype != "boolean" and isinstance(cell, bool):
        return False
    return isinstance(cell, KINDS[column.datatype])


def cells(table: Table, name: str) -> list[Cell]:
    """Give one column of a table."""
    return [record[name] for record in table.records()]


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_is_what_its_column_says(name: str) -> None:
    table = generators.make(name, 300, TODAY)
    wrong = [
        (column.name, cell)
        for row in table.rows
        for column, cell in zip(table.columns, row, strict=True)
        if not fits(column, cell)
    ]
    assert not wrong[:5]
    assert table.rows


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_the_same_each_time(name: str) -> None:
    assert generators.make(name, 60, TODAY) == generators.make(name, 60, TODAY)


@pytest.mark.parametrize("name", NAMES)
def test_a_table_has_at_most_the_rows_that_were_asked(name: str) -> None:
    assert len(generators.make(name, 17, TODAY).rows) <= 17


@pytest.mark.parametrize("name", NAMES)
def test_column_names_are_latin_and_differ(name: str) -> None:
    names = [column.name for column in generators.RECIPES[name].columns]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][A-Za-z]+", column) for column in names)


@pytest.mark.parametrize("name", NAMES)
def test_no_day_of_the_past_lies_in_the_future(name: str) -> None:
    """What has happened has happened by the day of the data; plans may be later."""
    table = generators.make(name, 300, TODAY)
    past = re.compile(
        r"date(Time|Received|Created|Signed|Registered|Caught|Survey|Installed|"
        r"Accepted|Published|Inspected|Acquired|Approved)?|(order|document)Date"
    )
    for column in filter(lambda c: past.fullmatch(c.name), table.columns):
        days = [
            cell.date() if isinstance(cell, datetime) else cell
            for cell in cells(table, column.name)
        ]
        assert max((d for d in days if isinstance(d, date)), default=TODAY) <= TODAY


@pytest.mark.parametrize("name", NAMES)
def test_codes_have_a_right_check_digit_and_belong_to_nobody(name: str) -> None:
    table = generators.make(name, 300, TODAY)
    for column in table.columns:
        if "ЄДРПОУ" in column.title:
            for code in filter(None, cells(table, column.name)):
                assert edrpou.is_valid(str(code))
                assert str(code).startswith("99")


@pytest.mark.parametrize("name", NAMES)
def test_points_lie_in_the_invented_community(name: str) -> None:
    table = generators.make(name, 300, TODAY)
    for record in table.records():
        if "lat" in record:
            lat, lon = record["lat"], record["lon"]
            assert isinstance(lat, float)
            assert isinstance(lon, float)
            assert 48.7 < lat < 49.1
            assert 31.4 < lon < 31.85


@pytest.mark.parametrize("name", NAMES)
def test_words_are_ukrainian_with_the_modifier_apostrophe(name: str) -> None:
    """No typewriter apostrophe, no letters that Ukrainian has not."""
    table = generators.make(name, 300, TODAY)
    text = "\n".join(str(cell) for row in table.rows for cell in row)
    assert not re.search("[ыэъёЫЭЪЁ'’`]", text)


def test_votes_and_their_totals_speak_of_the_same_questions() -> None:
    votings = generators.make("votings", 40, TODAY)
    named = generators.make("vote", 40 * 34, TODAY)
    keys = ("session", "date", "motion")
    questions = {r["identifier"]: [r[k] for k in keys] for r in votings.records()}
    for record in named.records():
        found = [record[key] for key in keys]
        assert questions[record["votingIdentifier"]] == found


def test_stop_times_grow_along_a_trip_and_name_known_stops() -> None:
    known = set(cells(generators.make("stops", 500, TODAY), "stopId"))
    trips = set(cells(generators.make("trips", 5000, TODAY), "tripId"))
    before: dict[Cell, str] = {}
    for record in generators.make("stopTimes", 6000, TODAY).records():
        trip, arrival = record["tripId"], str(record["arrivalTime"])
        assert trip in trips
        assert record["stopId"] in known
        assert before.get(trip, "") < arrival <= str(record["departureTime"])
        before[trip] = arrival


def test_the_register_lists_every_public_dataset_of_the_council() -> None:
    public = [
        dataset.name
        for dataset in catalogue.read().datasets
        if dataset.organization == "miska-rada" and dataset.public
    ]
    assert cells(generators.make("register", 999, TODAY), "identifier") == public


def test_the_city_has_addresses_enough_for_its_register() -> None:
    assert len(build().addresses) >= 12_000
    assert len({str(address) for address in build().addresses}) == len(
        build().addresses
    )


def test_nobody_lives_in_a_town_with_another_name() -> None:
    for address in build().addresses:
        assert address.settlement in (words.POST_NAME, *words.VILLAGES)


def test_columns_are_read_with_their_blocks() -> None:
    found = columns("a | Перший | string!\n@point\nb | Останній | integer")
    assert [column.name for column in found] == ["a", "lat", "lon", "b"]
    assert [column.required for column in found] == [True, False, False, False]


def test_an_unknown_table_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        generators.make("немає", 1, TODAY)
