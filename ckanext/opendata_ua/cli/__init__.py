"""``ckan opendata-ua``: one file per command group."""

from __future__ import annotations

import click

from ckanext.opendata_ua.cli.adopt import adopt
from ckanext.opendata_ua.cli.checks import checks
from ckanext.opendata_ua.cli.demo import demo
from ckanext.opendata_ua.cli.doctor import doctor
from ckanext.opendata_ua.cli.files import files
from ckanext.opendata_ua.cli.jobs import jobs
from ckanext.opendata_ua.cli.leave import leave
from ckanext.opendata_ua.cli.moderation import moderation
from ckanext.opendata_ua.cli.moderator import moderator
from ckanext.opendata_ua.cli.outbox import outbox
from ckanext.opendata_ua.cli.proposals import proposals
from ckanext.opendata_ua.cli.register import register
from ckanext.opendata_ua.cli.search import search

__all__ = ["get_commands"]


@click.group("opendata-ua", short_help="Open data portal of a Ukrainian community.")
@click.pass_context
def opendata_ua(context: click.Context) -> None:
    """Run the portal: demonstration data, search, and care of what is stored."""
    # a language, and so the words of letters, belongs to a request
    application = context.meta.get("flask_app")
    if application is not None:
        context.with_resource(application.test_request_context())


opendata_ua.add_command(adopt)
opendata_ua.add_command(checks)
opendata_ua.add_command(demo)
opendata_ua.add_command(files)
opendata_ua.add_command(doctor)
opendata_ua.add_command(jobs)
opendata_ua.add_command(outbox)
opendata_ua.add_command(leave)
opendata_ua.add_command(moderation)
opendata_ua.add_command(moderator)
opendata_ua.add_command(proposals)
opendata_ua.add_command(register)
opendata_ua.add_command(search)


def get_commands() -> list[click.Command]:
    """Return the commands for CKAN's IClick."""
    return [opendata_ua]
