"""``ckan opendata-ua checks``: look at files and links nobody has looked at."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import click

from ckanext.opendata_ua.cli.asking import ask, call, words_of


@click.group("checks", short_help="Checks of files and links.")
def checks() -> None:
    """Look at files and links; workers do so by themselves when something arrives."""


@checks.command("run")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Look at everything again, at versions of the past too.",
)
def run(everything: bool) -> None:
    """Look at files that this version of the checker does not know, and at due links.

    Meant for the day on which the extension comes or is upgraded. It may be
    interrupted and repeated, and run twice at once. The exit code is 1 when something
    could not be looked at.
    """
    files = _each(
        "Files",
        "opendata_ua_check_list",
        "files",
        lambda one: call("opendata_ua_check_run", {"id": one, "again": everything}),
        everything,
    )
    links = _each(
        "Links",
        "opendata_ua_link_due",
        "links",
        lambda one: call("opendata_ua_link_check", {"address": one}),
        everything,
    )
    click.echo(f"Looked at {files['done']} files and {links['done']} links.")
    if files["failed"] or links["failed"]:
        raise click.ClickException(
            f"{files['failed']} files and {links['failed']} links could not be looked "
            "at: see the lines above, and ckan opendata-ua doctor. Repeat the command."
        )


def _each(
    label: str,
    listing: str,
    key: str,
    look: Callable[[str], Any],
    everything: bool,
) -> Counter[str]:
    counts: Counter[str] = Counter(done=0, failed=0)
    after = ""
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:
        while True:
            page = ask(listing, all=everything, after=after)
            bar.length = max(1, bar.pos + page["left"])
            for one in page[key]:
                counts[_tried(one, look)] += 1
                bar.update(1)
            if page["next"] is None:
                return counts
            after = page["next"]


def _tried(one: str, look: Callable[[str], Any]) -> str:
    """Look at one; what fails must not stop the others."""
    try:
        look(one)
    except tk.ValidationError as refusal:
        click.echo(f"{one} failed: {words_of(refusal)}")
    except Exception as error:  # the checker or the store may fail in any way
        click.echo(f"{one} failed: {type(error).__name__}")
    else:
        return "done"
    return "failed"
