"""``ckan opendata-ua adopt``: the first command on a portal that lives."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from typing import Any, TextIO

import ckan.plugins.toolkit as tk
import click


@click.command("adopt", short_help="Enter a portal that lives.")
@click.option(
    "--report",
    type=click.File("w", encoding="utf-8-sig"),
    help="Write each gap as a row of CSV: organization, dataset, title, code, words.",
)
def adopt(report: TextIO | None) -> None:
    """Give every public dataset a baseline, and tell which passports have gaps.

    Nothing is changed or hidden: what is public stays public. Repeating it is safe; a
    run that was cut short goes on where it stopped.
    """
    rows = csv.writer(report) if report else None
    if rows:
        rows.writerow(["organization", "dataset", "title", "code", "message"])
    datasets: Counter[str] = Counter()
    gaps: Counter[str] = Counter()
    first = _some(None)
    total = len(first["adopted"]) + first["left"]
    with click.progressbar(length=total, label="Datasets", file=sys.stderr) as bar:
        portion = first
        while True:
            for one in portion["adopted"]:
                datasets[one["organization"]] += 1
                gaps[one["organization"]] += bool(one["gaps"])
                for gap in one["gaps"] if rows else ():
                    rows.writerow(  # type: ignore[union-attr]  # it is asked above
                        [
                            one["organization"],
                            one["name"],
                            one["title"],
                            gap["code"],
                            gap["message"],
                        ]
                    )
            bar.update(len(portion["adopted"]))
            if portion["next"] is None:
                break
            portion = _some(portion["next"])
    for organization, number in sorted(datasets.items()):
        click.echo(f"{organization}\t{number} adopted, {gaps[organization]} with gaps")
    click.echo(f"{sum(datasets.values())} adopted, {sum(gaps.values())} with gaps")


def _some(after: str | None) -> dict[str, Any]:
    return tk.get_action("opendata_ua_adopt_some")(
        {"ignore_auth": True}, {"after": after or ""}
    )
