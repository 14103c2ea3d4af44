"""Errors that stop a piece of work."""

from ckanext.opendata_ua.domain.errors import InvalidValue


def test_an_error_reads_as_its_message_with_values() -> None:
    error = InvalidValue("edrpou", "“{value}” is not a code.", {"value": "12"})
    assert str(error) == "“12” is not a code."
