"""``ckan opendata-ua``: one file per command group."""

from __future__ import annotations

import contextlib
import importlib

import click

__all__ = ["get_commands"]


@click.group("opendata-ua", short_help="Open data portal of a Ukrainian community.")
def opendata_ua() -> None:
    """Run the portal: demonstration data, search, and care of what is stored."""


for _name in ("demo", "search"):
    with contextlib.suppress(ImportError):
        opendata_ua.add_command(getattr(importlib.import_module(f"{__name__}.{_name}"), _name))


def get_commands() -> list[click.Command]:
    """Return the commands for CKAN's IClick."""
    return [opendata_ua]
