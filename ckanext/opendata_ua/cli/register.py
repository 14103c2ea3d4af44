"""``ckan opendata-ua register``: the register of datasets as a file."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import ckan.plugins.toolkit as tk
import click

from ckanext.opendata_ua.cli.asking import words_of
from ckanext.opendata_ua.domain.formulas import harmless
from ckanext.opendata_ua.domain.register import DEFAULT, LAYOUTS, OFFERS
from ckanext.opendata_ua.domain.register.matching import Outcome
from ckanext.opendata_ua.logic.reader.register import Busy, open_register
from ckanext.opendata_ua.logic.reader.register_import import (
    Import,
    open_comparison,
    open_import,
)

#: Columns of a comparison.
DIFFERENCES = ("kind", "row", "name", "title", "field", "file", "portal")


@click.group("register", short_help="The register of datasets.")
def register() -> None:
    """Write the register of datasets to a file, or bring one."""


@register.command("export")
@click.option(
    "--format",
    "extension",
    type=click.Choice(list(OFFERS)),
    default="csv",
    show_default=True,
    help="Of the file.",
)
@click.option(
    "--layout",
    type=click.Choice(list(LAYOUTS)),
    default=DEFAULT,
    show_default=True,
    help="Names of the columns.",
)
@click.option("--organization", help="Id or name; without it, of the whole portal.")
@click.option(
    "--titles-row/--no-titles-row",
    default=None,
    help="With the second row of headings; as the configuration says by default.",
)
@click.option(
    "--output",
    type=click.File("wb", atomic=True),
    default="-",
    help="File to write; without it, standard output.",
)
def export(
    extension: str,
    layout: str,
    organization: str | None,
    titles_row: bool | None,
    output: BinaryIO,
) -> None:
    """Write the register: the same bytes that its page offers."""
    asked: dict[str, Any] = {"format": extension, "layout": layout}
    if organization:
        asked["organization"] = organization
    if titles_row is not None:
        asked["titles_row"] = titles_row
    try:
        reading = open_register({"ignore_auth": True}, asked)
        for piece in reading.start():
            output.write(piece)
    except tk.ObjectNotFound as absent:
        raise click.ClickException(str(absent)) from absent
    except Busy as busy:
        raise click.ClickException(
            "Too many registers are being read now: repeat the command in a minute."
        ) from busy
    click.echo(f"Written: {reading.name}", file=sys.stderr)


@register.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organization", required=True, help="Id or name: whose drafts.")
@click.option("--apply", is_flag=True, help="Make the drafts; without it, only tell.")
@click.option("--user", help="Name of whom the drafts are by; the portal by default.")
def load(file: Path, organization: str, apply: bool, user: str | None) -> None:
    """Make drafts of the rows of a register: CSV, XLSX, XLS, ODS, JSON or XML.

    Without --apply it writes nothing and tells what would become of each row. Nothing
    is overwritten or published; repeating it makes nothing twice, and goes on with
    what was cut short. Exit code 1: some rows are in conflict or invalid.
    """
    asked = {"upload": file, "organization": organization}
    importing = _opened(open_import, asked, user)
    for field, heading in importing.table.head.names.items():
        click.echo(f"{heading}: {field}", file=sys.stderr)
    for heading in importing.table.head.unknown:
        click.echo(f"{heading}: not understood, left out", file=sys.stderr)
    rows = importing.become() if apply else importing.would()
    counts: Counter[str] = Counter()
    total = len(importing.rows)
    with click.progressbar(length=total, label="Rows", file=sys.stderr) as bar:
        for row in rows:
            counts[row["outcome"]] += 1
            click.echo(_line(row))
            bar.update(1)
    words = ", ".join(f"{one.value} {counts[one.value]}" for one in Outcome)
    click.echo(f"{words if apply else f'would be: {words}'}", file=sys.stderr)
    if counts[Outcome.CONFLICT.value] or counts[Outcome.INVALID.value]:
        sys.exit(1)


@register.command("compare")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organization", help="Id or name; without it, the whole portal.")
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8-sig", atomic=True),
    default="-",
    help="File to write; without it, standard output.",
)
def compare(file: Path, organization: str | None, output: TextIO) -> None:
    """Write as CSV where a register differs from the portal; change nothing.

    Exit code 1: there are differences.
    """
    asked: dict[str, Any] = {"upload": file, "organization": organization}
    comparing = _opened(open_comparison, asked, None)
    lines = csv.writer(output)
    lines.writerow(DIFFERENCES)
    counts: Counter[str] = Counter()
    for one in comparing.compared():
        counts[one["kind"]] += 1
        cells = (one[key] for key in DIFFERENCES)
        lines.writerow("" if cell is None else harmless(str(cell)) for cell in cells)
    words = ", ".join(f"{kind} {number}" for kind, number in sorted(counts.items()))
    click.echo(words or "no differences", file=sys.stderr)
    if counts:
        sys.exit(1)


def _opened(
    opening: Callable[..., Import], asked: dict[str, Any], user: str | None
) -> Import:
    name = user or tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context: Any = {"user": name, "ignore_auth": user is None}
    try:
        return opening(context, asked)
    except (tk.ObjectNotFound, tk.NotAuthorized) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except tk.ValidationError as refusal:
        raise click.ClickException(words_of(refusal)) from refusal


def _line(row: dict[str, Any]) -> str:
    """Return what became of a row, its values between tabs."""
    why = [f"{one['code']}: {one['message']}" for one in row["findings"]]
    cells = (row["row"], row["outcome"], row["name"] or "", row["title"], *why)
    return "\t".join(" ".join(str(cell).split()) for cell in cells)
