"""``ckan opendata-ua moderation``: terms of decisions, and what was only looked at."""

from __future__ import annotations

import click

from ckanext.opendata_ua.cli.asking import ask, call, print_rows


@click.group("moderation", short_help="Terms of decisions.")
def moderation() -> None:
    """Care that nothing waits for a moderator too long; see what it would change."""


@moderation.command("deadlines")
def deadlines() -> None:
    """Remind moderators of what is late. Run it every morning of a working day.

    Repeating it is safe, also on two nodes at once: nobody gets a letter twice.
    """
    told = call("opendata_ua_moderation_remind", {})
    click.echo(f"{told['late']} late, {told['long_late']} of them for long")


@moderation.command("observed")
@click.option("--rule", help="Only what went past this rule.")
@click.option("--organization", help="Only of this organization: its name.")
def observed(rule: str | None, organization: str | None) -> None:
    """List what moderation would have stopped while the portal only looked on.

    One line each: organization, dataset, what was done, rule, how often, when last.
    """
    asked = {"rule": rule or "", "organization": organization or "", "limit": 1000}
    while True:
        page = ask("opendata_ua_observation_list", **asked)
        print_rows(
            (
                {
                    **one,
                    "organization": (one["organization"] or {}).get("name"),
                    "dataset": one["dataset"]["name"] or one["dataset"]["id"],
                }
                for one in page["observations"]
            ),
            *("organization", "dataset", "what", "rule", "count", "last_seen"),
        )
        if page["next"] is None:
            return
        asked["after"] = page["next"]
