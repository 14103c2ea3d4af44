"""The cage as the configuration of a portal makes it."""

from __future__ import annotations

import io

import pytest

from ckanext.opendata_ua.adapters.cage import MEGABYTE, Limits
from ckanext.opendata_ua.logic import cage


def test_a_file_is_read_with_the_limits_of_the_declaration() -> None:
    assert cage.limits() == Limits()
    assert cage.parse("sniff.media_type", io.BytesIO(b"%PDF-1.7")).value == (
        "application/pdf"
    )


@pytest.mark.ckan_config("ckanext.opendata_ua.cage.memory", "16")
@pytest.mark.ckan_config("ckanext.opendata_ua.cage.output", "1")
@pytest.mark.ckan_config("ckanext.opendata_ua.cage.seconds", "7")
@pytest.mark.ckan_config("ckanext.opendata_ua.cage.cpu_seconds", "3")
def test_options_are_its_limits() -> None:
    assert cage.limits() == Limits(
        memory=16 * MEGABYTE, output=MEGABYTE, seconds=7, cpu_seconds=3
    )


@pytest.mark.ckan_config("ckanext.opendata_ua.cage.memory", "1")
def test_too_little_memory_for_any_parser_is_an_error_of_the_administrator() -> None:
    with pytest.raises(ValueError, match="memory"):
        cage.limits()


def test_the_report_finds_no_way_out() -> None:
    report = cage.report()
    assert not report.holes
    assert not report.broken
    assert not report.unavailable
