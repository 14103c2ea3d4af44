"""``ckan opendata-ua proposals``: terms, and what is kept of who sent them."""

from __future__ import annotations

import json

import click

from ckanext.opendata_ua.cli.asking import ask


@click.group("proposals", short_help="Proposals of readers.")
def proposals() -> None:
    """Remind of answers that are owed; remove what is kept of people."""


@proposals.command("remind")
def remind() -> None:
    """Write to those who owe answers. Run it daily: one letter a week to each."""
    told = ask("opendata_ua_proposal_remind")
    click.echo(
        f"{told['owed']} wait for an answer, {told['late']} of them late; "
        f"{told['held']} held as posts of robots; {told['letters']} letters"
    )


@proposals.command("purge")
@click.option(
    "--days", type=int, help="Ended so many days ago. Default: as configured."
)
def purge(days: int | None) -> None:
    """Remove names and addresses of proposals that ended long ago. Run it daily.

    What was held as the post of a robot, and nobody has looked at in time, is hidden.
    """
    told = ask("opendata_ua_proposal_purge", days=days)
    click.echo(
        f"Removed: {told['authors']} authors, {told['texts']} hidden texts; "
        f"hidden unseen: {told['unseen']}"
    )


@proposals.command("person")
@click.argument("email")
@click.option("--delete", is_flag=True, help="Remove the name and the address.")
@click.option("--texts", is_flag=True, help="With --delete: empty the texts, too.")
def person(email: str, delete: bool, texts: bool) -> None:
    """Print everything kept about the person with EMAIL as JSON, or remove it."""
    if texts and not delete:
        raise click.UsageError("--texts goes with --delete only.")
    if delete:
        told = ask("opendata_ua_proposal_person_delete", email=email, texts=texts)
        click.echo(f"Removed: {told['authors']} authors, {told['texts']} texts")
        return
    found = ask("opendata_ua_proposal_person_show", email=email)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))
