"""``ckan opendata-ua doctor``: what is wrong with the portal, and what to do."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import click

HEALTHY, SICK, NOT_LOOKED = 0, 1, 2
SIGNS = {
    "error": ("ERROR", "red"),
    "warning": ("WARNING", "yellow"),
    "advice": ("ADVICE", "cyan"),
}
INDENT, WIDTH = " " * 9, 96


@click.command("doctor", short_help="Say what is wrong with the portal.")
@click.option("--repair", is_flag=True, help="Mend what can be mended.")
@click.option(
    "--leaks",
    is_flag=True,
    help="Plant a draft, and see whether readers see any of it.",
)
@click.option("--over-http", is_flag=True, help="With --leaks: ask at ckan.site_url.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--only",
    multiple=True,
    metavar="PART",
    help="Look at this part only. May be repeated.",
)
@click.pass_context
def doctor(
    ctx: click.Context,
    repair: bool,
    leaks: bool,
    over_http: bool,
    as_json: bool,
    only: tuple[str, ...],
) -> None:
    """Examine database, search index, files, jobs, messages and settings.

    Without --repair nothing is changed; --leaks plants a draft and removes it again.
    Exit code: 0 healthy (there may be advice), 1 something is wrong, 2 the doctor could
    not look at a part.
    """
    context: Any = {
        "ignore_auth": True,
        "opendata_ua_progress": _progress,
        "opendata_ua_portal": _portal(ctx),
    }
    asked = {
        "repair": repair,
        "leaks": leaks,
        "over_http": over_http,
        "only": list(only),
    }
    try:
        report = tk.get_action("opendata_ua_doctor_run")(context, asked)
    except tk.ValidationError as refusal:
        raise click.ClickException(str(refusal.error_summary)) from refusal
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(report)
    if report["not_looked"]:
        sys.exit(NOT_LOOKED)
    sys.exit(HEALTHY if report["healthy"] else SICK)


def _portal(ctx: click.Context) -> tuple[Any, Any] | None:
    """Return what answers requests, and the Flask application within, as CKAN has them.

    None where the command was not started by ``ckan``.
    """
    inner = ctx.meta.get("flask_app")
    return (ctx.find_root().obj.app, inner) if inner else None


def _progress(part: str, done: int, whole: int) -> None:
    """Keep one line on the terminal up to date; say nothing to a file."""
    if sys.stderr.isatty():
        end = "\n" if done >= whole else ""
        click.echo(f"\r{part}: {done} of {whole}{end}", err=True, nl=False)


def _print(report: Mapping[str, Any]) -> None:
    for one in report["repaired"]:
        _headline("MENDED", "green", one["code"])
        _lines(one["message"], _examples(one))
    for one in report["findings"]:
        _headline(*SIGNS[one["severity"]], one["code"])
        _lines(one["message"], _examples(one), one["reason"], one["remedy"])
    for one in report["not_looked"]:
        _headline("UNSEEN", "red", one["part"])
        _lines(one["reason"])
    if report["healthy"]:
        click.echo("The portal is healthy.")
    elif report["not_looked"]:
        click.echo("The doctor could not look everywhere.")


def _headline(sign: str, colour: str, code: str) -> None:
    click.echo(f"{click.style(f'{sign:<8}', fg=colour, bold=True)} {code}")


def _lines(*texts: str) -> None:
    for text in filter(None, texts):
        click.echo(
            textwrap.fill(
                text,
                WIDTH,
                initial_indent=INDENT,
                subsequent_indent=INDENT,
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
    click.echo()


def _examples(one: Mapping[str, Any]) -> str:
    more = ", …" if one["count"] > len(one["examples"]) else ""
    return ", ".join(one["examples"]) + more if one["examples"] else ""
