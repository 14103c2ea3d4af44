"""The four layouts of the register."""

import pytest

from ckanext.opendata_ua.domain.register import LAYOUTS

KEYS = {
    "law": "identifier title distributionFormat landingPage",
    "2019": (
        "identifier title description accrualPeriodicity keyword purpose landingPage "
        "distributionFormat publisherPrefLabel publisherIdentifier contactPointFn "
        "contactPointHasEmail"
    ),
    "2019-page": (
        "identifier title description accrualPeriodicity keyword purpose landingPage "
        "distributionFormat publisherName publisherIdentifier contactPointFn "
        "contactPointHasEmail"
    ),
    "2025": (
        "uid title description accrualPeriodicity keywords purpose url "
        "distributionFormat publisherName publisherId contactPointName "
        "contactPointEmail"
    ),
}


@pytest.mark.parametrize("name", KEYS)
def test_columns_have_the_names_of_their_source(name: str) -> None:
    assert LAYOUTS[name].keys == tuple(KEYS[name].split())


def test_there_are_no_other_layouts() -> None:
    assert LAYOUTS.keys() == KEYS.keys()


def test_only_the_code_of_the_holder_may_be_absent() -> None:
    optional = [one.field for one in LAYOUTS["2019"].columns if not one.required]
    assert optional == ["publisher_code"]


def test_headings_are_in_two_languages() -> None:
    column = LAYOUTS["law"].columns[1]
    assert (column.label("uk"), column.label("en")) == ("Назва", "Title")
