"""``ckan opendata-ua outbox``: letters and other messages that leave the portal."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import click

from ckanext.opendata_ua.cli.asking import call, print_rows


@click.group("outbox", short_help="Messages that leave the portal.")
def outbox() -> None:
    """Deliver messages, and look at those that did not leave."""


@outbox.command("deliver")
@click.option("--once", is_flag=True, help="Try one message only.")
def deliver(once: bool) -> None:
    """Deliver the messages that are due now, then end.

    The worker (ckan opendata-ua jobs run) does it all the time. Exit code 1: some
    were tried and did not leave.
    """
    tried = sent = 0
    while True:
        turn = call("opendata_ua_outbox_deliver", {})
        tried, sent = tried + turn["tried"], sent + turn["sent"]
        if once or not turn["tried"]:
            break
    click.echo(f"Messages: {sent} sent, {tried - sent} not.")
    if sent < tried:
        raise SystemExit(1)


@outbox.command("list")
@click.option("--dead", is_flag=True, help="Only messages that were given up.")
@click.option("--limit", default=100, show_default=True, help="How many at most.")
def list_messages(dead: bool, limit: int) -> None:
    """List messages, the newest first: id, state, attempts, channel, recipient, error.

    What a message says is not shown.
    """
    asked: dict[str, Any] = {"limit": limit, **({"state": "dead"} if dead else {})}
    found = call("opendata_ua_outbox_list", asked)
    print_rows(found, "id", "state", "attempts", "channel", "recipient", "last_error")


@outbox.command("retry")
@click.argument("id", required=False)
@click.option("--all", "every", is_flag=True, help="Every dead message.")
def retry(id: str | None, every: bool) -> None:
    """Let a dead message be tried again."""
    if bool(id) == every:
        raise click.UsageError("Give the id of a message, or --all.")
    asked = {"id": id} if id else {}
    try:
        done = call("opendata_ua_outbox_retry", asked)
    except tk.ObjectNotFound as refusal:
        raise click.ClickException(
            f"There is no dead message {id}. "
            "Dead messages: ckan opendata-ua outbox list --dead"
        ) from refusal
    click.echo(f"Messages that are tried again: {done['retried']}.")
