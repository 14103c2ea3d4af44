"""``ckan opendata-ua search``: what search needs outside CKAN."""

from __future__ import annotations

from pathlib import Path

import ckan
import click

from ckanext.opendata_ua.adapters import solr_schema

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
    target = output / "schema.xml" if output.suffix != ".xml" else output
    own = synonyms.read_text(encoding="utf-8") if synonyms else ""
    try:
        files = solr_schema.build(source.read_text(encoding="utf-8"), own)
        target.parent.mkdir(parents=True, exist_ok=True)
        written = {target.name: files.schema, **files.extra}
        for name, text in written.items():
            (target.parent / name).write_text(text, encoding="utf-8")
    except (solr_schema.SchemaError, OSError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for name in written:
        click.echo(target.parent / name)
