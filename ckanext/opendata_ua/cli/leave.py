"""``ckan opendata-ua leave``: the last command before the extension is taken off."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import click

from ckanext.opendata_ua.logic.reader.leave import open_export


@click.command("leave", short_help="Export what the extension keeps.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder to write to, made if need be: one file of JSON lines per table.",
)
@click.option(
    "--anyway",
    is_flag=True,
    help="Go on although files of suspended datasets would open, or approved datasets "
    "would not become public.",
)
def leave(output: Path, anyway: bool) -> None:
    """Write down reviews, their history and all that waits; say what would change.

    Nothing is changed, and the command may be repeated. The exit code is 1 while
    something has to be settled first. The files hold letters and names of people:
    only the user who runs the command may read them.
    """
    told = tk.get_action("opendata_ua_leave_show")({"ignore_auth": True}, {})
    output.mkdir(mode=0o700, parents=True, exist_ok=True)
    for table, rows in open_export({"ignore_auth": True}):
        number = 0
        with _private(output / f"{table}.jsonl") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
                number += 1
        click.echo(f"{table}: {number} rows", file=sys.stderr)
    for state in ("submitted", "withdrawn", "approved", "suspended"):
        for dataset in told[state]:
            click.echo(f"{state}\t{dataset['name']}\t{dataset['title']}")
    waiting = told["waiting"]
    click.echo(
        f"Waiting: {waiting['jobs']} jobs, {waiting['messages']} messages; "
        "they go with the extension."
    )
    if (told["suspended"] or told["approved"]) and not anyway:
        raise click.ClickException(
            "Settle these first. Files of suspended datasets would open: resume or "
            "withdraw each. Approved datasets would stay drafts: let `ckan opendata-ua "
            "jobs run` publish them. Then repeat the command, or add --anyway."
        )


def _private(path: Path) -> Any:
    """Open a file anew that nobody else may read."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(handle, "w", encoding="utf-8")
