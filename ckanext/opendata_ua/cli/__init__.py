"""``ckan opendata-ua``: one file per command group."""

from __future__ import annotations

import click

from ckanext.opendata_ua.cli.demo import demo
from ckanext.opendata_ua.cli.search import search

__all__ = ["get_commands"]


@click.group("opendata-ua", short_help="Open data portal of a Ukrainian community.")
def opendata_ua() -> None:
    """Run the portal: demonstration data, search, and care of what is stored."""


opendata_ua.add_command(demo)
opendata_ua.add_command(search)


def get_commands() -> list[click.Command]:
    """Return the commands for CKAN's IClick."""
    return [opendata_ua]
