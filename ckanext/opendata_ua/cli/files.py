"""``ckan opendata-ua files``: check, clean and move the bytes of the portal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import click

from ckanext.opendata_ua.cli.asking import ask, call, words_of

PARTS = [f"{number:02x}" for number in range(256)]
READ_AT_ONCE = 10  # files between two steps of the bar


@click.group("files", short_help="Files of resources.")
def files() -> None:
    """Check, clean and move the files of resources.

    Each command may be interrupted and repeated, and may run while people work.
    """


@files.command("verify")
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    metavar="N",
    help="Read only N files, chosen by chance.",
)
@click.option("--after", default="", metavar="HASH", help="Go on after this hash.")
def verify(sample: int | None, after: str) -> None:
    """Read every stored file and compare it with its hash.

    The exit code is 1 when a file is missing or damaged.
    """
    faults = 0
    asked = {"sample": sample} if sample else {"after": after, "limit": READ_AT_ONCE}
    with _bar("Files read") as bar:
        for answer in _pages("opendata_ua_files_verify", asked):
            bar.length = bar.pos + answer["checked"] + answer["left"]
            bar.update(answer["checked"])
            faults += len(answer["faults"])
            for fault in answer["faults"]:
                owners = " ".join(fault["resources"])
                click.echo(f"{fault['problem']} {fault['sha256']} {owners}")
            if answer["next"]:
                bar.label = f"Files read (go on: --after {answer['next'][:8]})"
    if faults:
        raise click.ClickException(
            f"{faults} files are missing or damaged: the lines above name them and "
            "their resources. Bring them back from a backup, or send them again."
        )
    click.echo("All files that were read are whole.")


@files.command("collect")
@click.option(
    "--older-than",
    type=click.IntRange(min=0),
    default=30,
    show_default=True,
    metavar="DAYS",
    help="Leave alone what is newer.",
)
@click.option(
    "--unpublished-older-than",
    type=click.IntRange(min=0),
    default=365,
    show_default=True,
    metavar="DAYS",
    help="Forget versions this old that were replaced before anybody could take them.",
)
@click.option("--dry-run", is_flag=True, help="Remove nothing, only tell.")
def collect(older_than: int, unpublished_older_than: int, dry_run: bool) -> None:
    """Remove files that no resource needs any more, and what broken uploads left.

    Published versions of a resource that exists are never removed.
    """
    forgotten = ask(
        "opendata_ua_files_forget",
        older_than=older_than,
        unpublished_older_than=unpublished_older_than,
        dry_run=dry_run,
    )
    swept = ask("opendata_ua_files_sweep", dry_run=dry_run)
    count, size, busy = 0, 0, 0
    with _bar("Store searched", len(PARTS)) as bar:
        for part in PARTS:
            answer = ask(
                "opendata_ua_files_collect",
                part=part,
                older_than=older_than,
                dry_run=dry_run,
            )
            count += len(answer["removed"])
            size += sum(blob["size"] for blob in answer["removed"])
            busy += answer["busy"]
            bar.update(1)
    click.echo(
        f"{'To remove' if dry_run else 'Removed'}: {count} files ({_mib(size)}), "
        f"{forgotten['purged']} versions of purged resources, "
        f"{forgotten['unpublished']} versions nobody could take, "
        f"{swept['leftovers']} leftovers of uploads, {swept['copies']} local copies."
    )
    if busy:
        click.echo(f"{busy} files stay: they are being uploaded again now.")


@files.command("move")
@click.option(
    "--to",
    type=click.Choice(["store", "ckan"]),
    required=True,
    help="store: CKAN's own files become versions. ckan: back to CKAN's own layout.",
)
@click.option("--keep", is_flag=True, help="With store: leave the originals.")
@click.option(
    "--forget",
    is_flag=True,
    help="With ckan: forget all versions. Do it last, before the extension leaves.",
)
@click.option("--dry-run", is_flag=True, help="Move nothing, only tell.")
def move(to: str, keep: bool, forget: bool, dry_run: bool) -> None:
    """Move the files of all resources into the store, or back to CKAN's own layout.

    One resource after the other, each with one commit. The exit code is 1 when a file
    could not be moved or has no bytes.
    """
    if (keep and to != "store") or (forget and to != "ckan"):
        raise click.UsageError("--keep goes with --to store, --forget with --to ckan.")
    how = {"to": to, "keep": keep, "forget": forget, "dry_run": dry_run}
    counts, size = {"moved": 0, "done": 0, "missing": 0, "failed": 0}, 0
    with _bar("Files moved") as bar:
        for page in _pages("opendata_ua_files_movable", {"limit": 100}):
            bar.length = page["total"]
            for resource_id in page["resources"]:
                outcome, moved = _move_one(resource_id, how)
                counts[outcome] += 1
                size += moved
                bar.update(1)
    click.echo(
        f"{'To move' if dry_run else 'Moved'}: {counts['moved']} files ({_mib(size)}). "
        f"Nothing to do: {counts['done']}. Without bytes: {counts['missing']}. "
        f"Failed: {counts['failed']}."
    )
    if counts["missing"] or counts["failed"]:
        raise click.ClickException(
            "Not every file was moved: see the lines above. Mend what they say, and "
            "repeat the command."
        )


def _move_one(resource_id: str, how: dict[str, Any]) -> tuple[str, int]:
    try:
        answer = call("opendata_ua_files_move", {"resource_id": resource_id, **how})
    except tk.ValidationError as refusal:
        click.echo(f"{resource_id} failed: {words_of(refusal)}")
        return "failed", 0
    if answer["outcome"] == "missing":
        click.echo(f"{resource_id} has no bytes")
    return answer["outcome"], answer["size"] if answer["outcome"] == "moved" else 0


def _pages(action: str, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the answers of an action that lists by pages."""
    while True:
        answer = ask(action, **asked)
        yield answer
        if answer["next"] is None:
            return
        asked = {**asked, "after": answer["next"]}


def _bar(label: str, length: int = 1) -> Any:
    return click.progressbar(length=length, label=label, file=sys.stderr)


def _mib(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MiB"
