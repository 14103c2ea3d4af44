"""``ckan opendata-ua search``: what search needs outside CKAN."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import ckan
import click

# No action stands between: the command turns one file into others before there is a
# portal to ask, and reads nothing that belongs to anybody.
from ckanext.opendata_ua.adapters import solr_schema
from ckanext.opendata_ua.domain.errors import DomainError

# It starts processes, which has no place in a web server: no action either.
from ckanext.opendata_ua.logic import reindex

#: Name of the schema in Solr's own default configuration, without a suffix.
MANAGED = "managed-schema"
INSTALLED = Path(ckan.__file__).parent / "config" / "solr" / "schema.xml"


@click.group("search", short_help="Ukrainian search.")
def search() -> None:
    """Prepare Solr for Ukrainian texts."""


@search.command("schema")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Folder for schema.xml and its lists, or the path of the schema itself; "
    "the lists are written beside it. Default: this folder.",
)
@click.option(
    "--source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=INSTALLED,
    help="CKAN's own schema.xml. Default: that of the installed CKAN.",
)
@click.option(
    "--synonyms",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="More groups of synonyms, one a line, names separated by commas.",
)
def schema(output: Path, source: Path, synonyms: Path | None) -> None:
    """Write a Solr schema with Ukrainian morphology, made from CKAN's own.

    Repeating it is safe: the files are written anew. The index must be rebuilt after
    the new files are in place: ckan opendata-ua search rebuild.
    """
    is_folder = output.is_dir() or not (output.suffix or output.name == MANAGED)
    target = output / "schema.xml" if is_folder else output
    own = synonyms.read_text(encoding="utf-8") if synonyms else ""
    try:
        made = solr_schema.build(source.read_text(encoding="utf-8"), own)
    except solr_schema.SchemaError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    written = {target.name: made.schema, **made.extra}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for name, text in written.items():
            (target.parent / name).write_text(text, encoding="utf-8")
    except OSError as refusal:
        raise click.ClickException(f"Cannot write the schema: {refusal}") from refusal
    for name in written:
        click.echo(target.parent / name)


@search.command("rebuild")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=lambda: len(os.sched_getaffinity(0)),
    show_default="number of processors",
    help="How many processes make documents.",
)
def rebuild(workers: int) -> None:
    """Index every dataset anew, by several processes.

    Search goes on: old documents are found until new ones replace them, and what has
    no dataset is removed at the end. It may be interrupted and repeated. Exit code: 0
    all is indexed, 1 something failed, with the names.
    """
    with _Bars() as bars:
        try:
            done = reindex.rebuild(workers, bars.show)
        except DomainError as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except KeyboardInterrupt:
            raise click.ClickException(
                "Interrupted. Search works with what is indexed so far: repeat the "
                "command to finish."
            ) from None
    click.echo(
        f"Indexed: {done.indexed}. Entries without a dataset removed: {done.removed}. "
        f"Changed by others on the way and indexed again: {done.changed}."
    )
    if done.deaths:
        click.echo(f"Workers that ended before their work: {done.deaths}.", err=True)
    if done.failed:
        click.echo(f"Not indexed: {len(done.failed)}.", err=True)
        for name, reason in sorted(done.failed.items()):
            click.echo(f"  {name}: {reason}", err=True)
        sys.exit(1)


#: Steps of a rebuild, as they are shown.
LABELS = {"index": "Indexing", "compare": "Comparing"}


class _Bars:
    """A progress bar for each step, on standard error."""

    def __init__(self) -> None:
        self._step = ""
        self._bar: Any = None

    def __enter__(self) -> _Bars:
        return self

    def __exit__(self, *_error: object) -> None:
        self._close()

    def show(self, step: str, done: int, whole: int) -> None:
        """Show how far a step is; a new step begins a new line."""
        if step != self._step:
            self._close()
            self._step = step
            self._bar = click.progressbar(
                length=whole, label=LABELS[step], file=sys.stderr
            ).__enter__()
        self._bar.update(done - self._bar.pos)

    def _close(self) -> None:
        if self._bar:
            self._bar.__exit__(None, None, None)
