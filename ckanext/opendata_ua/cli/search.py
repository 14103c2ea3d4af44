"""``ckan opendata-ua search``: what search needs outside CKAN."""

from __future__ import annotations

from pathlib import Path

import ckan
import click

# No action stands between: the command turns one file into others before there is a
# portal to ask, and reads nothing that belongs to anybody.
from ckanext.opendata_ua.adapters import solr_schema

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
    the new files are in place: ckan search-index rebuild.
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
