"""What commands share: actions asked as the portal itself, refusals, rows of text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import click


def call(action: str, asked: Mapping[str, Any]) -> Any:
    """Call an action as the portal itself; refusals are the caller's."""
    return tk.get_action(action)({"ignore_auth": True}, dict(asked))


def ask(action: str, **asked: Any) -> Any:
    """Call an action as the portal itself; a refusal ends the command in words."""
    try:
        return call(action, asked)
    except tk.ValidationError as refusal:
        raise click.ClickException(words_of(refusal)) from refusal


def words_of(refusal: tk.ValidationError) -> str:
    """Return what an action refused, without its code and names of parameters."""
    return " ".join(
        str(text)
        for key, value in refusal.error_dict.items()
        if key != "code"
        for text in (value if isinstance(value, list) else [value])
    )


def print_rows(rows: Iterable[Mapping[str, Any]], *names: str) -> None:
    """Print one line a row, its values between tabs; what is not there is empty."""
    for row in rows:
        click.echo(
            "\t".join("" if row[one] is None else str(row[one]) for one in names)
        )
