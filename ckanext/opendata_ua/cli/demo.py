"""`ckan opendata-ua demo`: the invented city that fills a new portal."""

from __future__ import annotations

import sys
from datetime import date, datetime
from zoneinfo import ZoneInfo

import ckan.plugins.toolkit as tk
import click

from ckanext.opendata_ua.demo import loader


@click.group("demo", short_help="Demonstration data.")
def demo() -> None:
    """Fill a portal with the data of an invented city."""


@demo.command("load")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day from which the ages of data are counted. Default: today in Kyiv.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="NAME",
    help="Load only this dataset, with all people and bodies. May be repeated.",
)
def load(today: datetime | None, only: tuple[str, ...]) -> None:
    """Create people, organizations and datasets; what is there is left alone.

    Repeating it is safe: a load that was cut short goes on where it stopped.
    """
    day: date = (today or datetime.now(ZoneInfo("Europe/Kyiv"))).date()
    done, label = 0, "The load"
    try:
        todo = loader.steps(day, only)
        with (
            loader.one_at_a_time(_waiting) as renew,
            click.progressbar(
                todo,
                label="Demo data",
                file=sys.stderr,
                item_show_func=lambda step: step.label if step else "",
            ) as bar,
        ):
            for step in bar:
                label = step.label
                done += step.run()
                renew()
    except loader.DemoError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except tk.ValidationError as refusal:
        raise click.ClickException(
            f"{label} was refused: {refusal.error_summary or refusal.error_dict}. "
            "Check that the plugins opendata_ua, scheming_datasets and "
            "scheming_organizations are on, then repeat the command."
        ) from refusal
    click.echo(f"Demo data: {done} created, {len(todo) - done} were there already.")


def _waiting() -> None:
    """Say that another load holds the lock."""
    click.echo("Another load is under way: waiting for it to end.", err=True)
