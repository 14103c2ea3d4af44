"""Bytes of files: CSV, XLSX, ODS, JSON, XML, GeoJSON, structure documents.

XLSX and ODS (`spreadsheets.py`) need the extra `demo`, the rest only the standard
library.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from xml.etree import ElementTree

from ckanext.opendata_ua.demo.tables import Cell, Column, Table, text

try:
    from ckanext.opendata_ua.demo.spreadsheets import write_ods, write_xlsx
except ImportError as absent:  # the extra is optional: said in words when it is needed
    missing: ImportError | None = absent

    def write_xlsx(table: Table) -> bytes:
        """Refuse: openpyxl is absent."""
        raise ExtraMissing

    write_ods = write_xlsx
else:
    missing = None

Writer = Callable[..., bytes]


class ExtraMissing(Exception):
    """The libraries that write spreadsheets are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "The demo writes XLSX and ODS files and needs openpyxl and odfpy. "
            "Install them: pip install 'ckanext-opendata-ua[demo]'"
        )


def check_extra() -> None:
    """Raise ExtraMissing unless every writer can work."""
    if missing is not None:
        raise ExtraMissing from missing


def write_csv(
    table: Table,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    decimal: str = ".",
    null: str = "",
    titles: bool = False,
) -> bytes:
    """Write a table as CSV.

    :param titles: whether a second header row gives the Ukrainian titles, as the
        templates of 2019 do
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    if titles:
        writer.writerow([column.title for column in table.columns])
    # Coordinates keep the dot even where sums have a comma.
    marks = [
        "." if column.name in ("lat", "lon") else decimal for column in table.columns
    ]
    for row in table.rows:
        writer.writerow(
            [text(c, null, mark) for c, mark in zip(row, marks, strict=True)]
        )
    # cp1251 has no U+02BC: old files carry the typewriter apostrophe.
    found = out.getvalue()
    if encoding != "utf-8":
        found = found.replace("ʼ", "'")
    return found.encode(encoding)


def _plain(cell: Cell) -> Cell:
    """Give a cell that JSON can hold."""
    return text(cell) if isinstance(cell, date) else cell


def _json(value: object) -> bytes:
    """Serialise with readable Ukrainian letters."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def write_json(table: Table) -> bytes:
    """Write a table as a list of objects."""
    return _json(
        [{key: _plain(v) for key, v in record.items()} for record in table.records()]
    )


def write_xml(table: Table) -> bytes:
    """Write a table as `<table><record><column>…`; an absent value is left out."""
    root = ElementTree.Element(table.name)
    for record in table.records():
        line = ElementTree.SubElement(root, "record")
        for key, cell in record.items():
            if cell is not None:
                ElementTree.SubElement(line, key).text = text(cell)
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, "utf-8", xml_declaration=True)


def write_geojson(table: Table) -> bytes:
    """Write a table with `lat` and `lon` as points (RFC 7946: longitude first)."""
    features = []
    for record in table.records():
        lat, lon = record.pop("lat"), record.pop("lon")
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": {key: _plain(v) for key, v in record.items()},
            }
        )
    return _json({"type": "FeatureCollection", "features": features})


def write_gzip(table: Table) -> bytes:
    """Write a table as gzipped CSV."""
    return gzip.compress(write_csv(table), mtime=0)


def _described(table: Table) -> list[tuple[Column, str]]:
    """Give each column with a description that holds an example of the table."""
    found = []
    for place, column in enumerate(table.columns):
        values = (row[place] for row in table.rows)
        sample = next((text(cell) for cell in values if cell is not None), "")
        words = f"{column.title}. Наприклад: {sample}" if sample else column.title
        found.append((column, words))
    return found


def write_structure_csv(table: Table, *, layout: str) -> bytes:
    """Write the structure of a table in the layout of 2019 or of 2025."""
    marks = {"2019": ("false", "true"), "2025": ("False", "True")}[layout]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("name", "title", "description", "datatype", "required"))
    for column, words in _described(table):
        kind = _datatype(column, layout)
        row = column.name, column.title, words, kind, marks[column.required]
        writer.writerow(row)
    return out.getvalue().encode()


def _datatype(column: Column, layout: str) -> str:
    """Name a datatype as the layout does: 2019 knows no boolean, 2025 has anyURL."""
    renamed = {
        "2019": {"boolean": "string", "dateTime": "string", "time": "string"},
        "2025": {"anyURI": "anyURL"},
    }
    return renamed[layout].get(column.datatype, column.datatype)


def write_structure_json(table: Table, *, layout: str) -> bytes:
    """Write the structure of a table as JSON in the layout of 2019 or of 2025."""
    base, language = "http://www.w3.org/ns/csvw", {"@language": "uk"}
    old = layout == "2019"
    title, about = ("titles", "dc:description") if old else ("title", "description")
    columns = [
        {
            "name": column.name,
            title: column.title,
            about: words,
            "datatype": _datatype(column, layout),
            "required": column.required,
        }
        for column, words in _described(table)
    ]
    key = table.columns[0].name
    if old:
        schema = {"columns": columns, "primaryKey": key}
        return _json({"@context": [base, language], "tableSchema": schema})
    return _json(
        {
            "context": {"@context": base, **language},
            "primaryKey": key,
            "tableSchema": {"columns": columns},
        }
    )


#: Writers by the name that a file of the catalogue asks for.
WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "csv": write_csv,
        "xlsx": write_xlsx,
        "ods": write_ods,
        "json": write_json,
        "xml": write_xml,
        "geojson": write_geojson,
        "gzip": write_gzip,
        "structure-csv": write_structure_csv,
        "structure-json": write_structure_json,
    }
)
