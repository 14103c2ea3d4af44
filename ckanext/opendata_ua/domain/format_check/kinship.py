"""Which formats are kinds of others: GeoJSON is JSON, and a CSV is a text."""

from collections.abc import Mapping

from .. import formats
from .detection import Detection

#: A format → the wider ones that the same bytes are, too.
WIDER: Mapping[str, tuple[str, ...]] = {
    "GEOJSON": ("JSON",),
    "JSON-LD": ("JSON", "RDF"),
    "JSON-SCHEMA": ("JSON",),
    "JSON": ("TXT", "YAML"),
    "JSONL": ("JSON", "TXT"),
    "YAML": ("TXT",),
    "RDF": ("XML",),
    "KML": ("XML",),
    "GML": ("XML",),
    "XSD": ("XML",),
    "SVG": ("XML",),
    "XML": ("TXT",),
    "XHTML": ("XML", "HTML"),
    "HTML": ("TXT",),
    "RDFA": ("HTML",),
    "KMZ": ("KML", "ZIP"),
    "SHP": ("ZIP",),
    "GTFS": ("ZIP",),
    "N-TRIPLES": ("TTL", "RDF"),
    "TTL": ("RDF", "TXT"),
    "CSV": ("TXT",),
    "TSV": ("CSV", "TXT"),
    "GEOTIFF": ("TIFF",),
    "PDF-SCAN": ("PDF",),
    "GPKG": ("SQLITE",),
}


def wider(name: str) -> set[str]:
    """Return a format and everything it also is."""
    found = {name}
    for one in WIDER.get(name, ()):
        found |= wider(one)
    return found


def names_of(found: Detection) -> set[str]:
    """Return every format that a file may rightly be called."""
    names: set[str] = set()
    for one in (found.format, *found.also):
        names |= wider(one)
    return names - {""}


def by_extension(extension: str) -> set[str]:
    """Return the formats whose files end so; none for an unknown extension."""
    return {
        known.name
        for known in formats.FORMATS.values()
        if extension.lower() in known.extensions
    }
