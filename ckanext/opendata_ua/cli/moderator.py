"""``ckan opendata-ua moderator``: who moderates what."""

from __future__ import annotations

import click

from ckanext.opendata_ua.cli.asking import ask

ALL = "all organizations"


@click.group("moderator", short_help="Who moderates what.")
def moderator() -> None:
    """Name moderators of one organization, or of all of them."""


@moderator.command("add")
@click.argument("user")
@click.option("--organization", help="Name of one organization. Default: all of them.")
def add(user: str, organization: str | None) -> None:
    """Name USER a moderator. Repeating it is safe."""
    told = ask("opendata_ua_moderator_add", user=user, organization=organization)
    done = "is now" if told["added"] else "was already"
    click.echo(f"{told['user']} {done} a moderator of {told['organization'] or ALL}")


@moderator.command("remove")
@click.argument("user")
@click.option("--organization", help="Name of one organization. Default: all of them.")
def remove(user: str, organization: str | None) -> None:
    """Take the duty from USER. Repeating it is safe."""
    told = ask("opendata_ua_moderator_remove", user=user, organization=organization)
    done = "is no longer" if told["removed"] else "was not"
    click.echo(f"{told['user']} {done} a moderator of {told['organization'] or ALL}")


@moderator.command("list")
def list_all() -> None:
    """Print all moderators, one a line: person, then organization."""
    for one in ask("opendata_ua_moderator_list"):
        click.echo(f"{one['user']}\t{one['organization'] or ALL}")
