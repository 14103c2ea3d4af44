"""The register read back by programs that know nothing of how it was written.

Every reader returns a list of dicts by field of a row; what has no order in its format
(datasets of RDF, keywords and formats) is sorted.
"""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import extruct
import openpyxl
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] no types in lxml
from odf import table as odf_table
from odf import teletype
from odf import text as odf_text
from odf.opendocument import load as load_odf
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, Namespace

from ckanext.opendata_ua.domain.formulas import restored
from ckanext.opendata_ua.domain.register import LAYOUTS, NULL

Rows = list[dict[str, "str | None"]]
XSD = Path("ckanext/opendata_ua/domain/data/register.xsd")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def _by_field(layout: str, lines: list[list[str]]) -> Rows:
    """Return lines of a table as dicts; the first has the keys."""
    columns = LAYOUTS[layout].columns
    assert tuple(lines[0]) == LAYOUTS[layout].keys
    found: Rows = []
    for line in lines[1:]:
        row: dict[str, str | None] = {}
        for column, cell in zip(columns, line, strict=True):
            absent = cell == NULL and not column.required
            row[column.field] = None if absent else restored(cell)
        found.append(row)
    return found


def read_csv(content: bytes, layout: str) -> Rows:
    text = io.StringIO(content.decode("utf-8"), newline="")
    return _by_field(layout, list(csv.reader(text)))


def xlsx_lines(content: bytes) -> list[list[str]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type in ("inlineStr", "s", "n"), cell.data_type
            assert cell.value is None or isinstance(cell.value, str)
            assert cell.number_format == "@"
    return [
        [str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)
    ]


def read_xlsx(content: bytes, layout: str) -> Rows:
    return _by_field(layout, xlsx_lines(content))


def ods_lines(content: bytes) -> list[list[str]]:
    document = load_odf(io.BytesIO(content))
    body: Any = document.body
    (sheet,) = body.getElementsByType(odf_table.Table)
    return [
        [
            "\n".join(
                teletype.extractText(paragraph)
                for paragraph in cell.getElementsByType(odf_text.P)
            )
            for cell in row.getElementsByType(odf_table.TableCell)
        ]
        for row in sheet.getElementsByType(odf_table.TableRow)
    ]


def read_ods(content: bytes, layout: str) -> Rows:
    return _by_field(layout, ods_lines(content))


def read_json(content: bytes, layout: str) -> Rows:
    told = json.loads(content)
    assert told["layout"] == layout
    columns = LAYOUTS[layout].columns
    assert [one["key"] for one in told["columns"]] == [one.key for one in columns]
    return [{one.field: row[one.key] for one in columns} for row in told["rows"]]


def read_xml(content: bytes, layout: str) -> Rows:
    document = etree.fromstring(content)
    etree.XMLSchema(etree.parse(str(XSD))).assertValid(document)
    assert document.get("layout") == layout
    columns = LAYOUTS[layout].columns
    found: Rows = []
    for dataset in document.findall("{*}dataset"):
        elements = list(dataset)
        keys = [etree.QName(one).localname for one in elements]
        assert tuple(keys) == LAYOUTS[layout].keys
        found.append(
            {
                column.field: None if one.get(XSI_NIL) == "true" else one.text or ""
                for column, one in zip(columns, elements, strict=True)
            }
        )
    return found


def _graph_rows(graph: Graph) -> Rows:
    """Return the datasets of the catalogue of a graph, by identifier."""
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)

    def label(node: Any) -> str:
        return str(graph.value(node, SKOS.prefLabel))

    found: Rows = []
    for page in graph.objects(catalogue, DCAT.dataset):
        assert (page, RDF.type, DCAT.Dataset) in graph

        def word(term: URIRef, of: Any = page) -> str:
            values = list(graph.objects(of, term))
            assert len(values) < 2, (of, term, values)
            return str(values[0]) if values else ""

        frequency = graph.value(page, DCTERMS.accrualPeriodicity)
        purpose = graph.value(page, DCTERMS.provenance)
        publisher = graph.value(page, DCTERMS.publisher)
        contact = graph.value(page, DCAT.contactPoint)
        files = graph.objects(page, DCAT.distribution)
        formats = (label(graph.value(file, DCTERMS.format)) for file in files)
        found.append(
            {
                "identifier": word(DCTERMS.identifier),
                "title": word(DCTERMS.title),
                "description": word(DCTERMS.description),
                "frequency": label(frequency) if frequency else "",
                "keywords": ", ".join(
                    sorted(map(str, graph.objects(page, DCAT.keyword)))
                ),
                "purpose": word(RDFS.label, purpose) if purpose else "",
                "page": word(DCAT.landingPage),
                "formats": ", ".join(sorted(formats)),
                "publisher": word(FOAF.name, publisher) if publisher else "",
                "publisher_code": (word(DCTERMS.identifier, publisher) or None)
                if publisher
                else None,
                "contact": word(VCARD.fn, contact) if contact else "",
                "email": unquote(word(VCARD.hasEmail, contact)).removeprefix("mailto:")
                if contact
                else "",
            }
        )
    return sorted(found, key=lambda row: str(row["identifier"]))


def _parsed(content: bytes | str, format_: str) -> Graph:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib warns of its own insides
        return Graph().parse(data=content, format=format_)


def graph(name: str, content: bytes) -> Graph:
    """Return what a file says in RDF: of ``rdf``, ``ttl``, ``jsonld``, or RDFa."""
    if name == "rdfa":
        return _parsed(json.dumps(_extracted(content, name)), "json-ld")
    return _parsed(content, {"rdf": "xml", "ttl": "turtle", "jsonld": "json-ld"}[name])


def _rdf(name: str) -> Callable[[bytes, str], Rows]:
    def read(content: bytes, layout: str = "") -> Rows:
        return _graph_rows(graph(name, content))

    return read


def _extracted(content: bytes, syntax: str) -> list[dict[str, Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyrdfa3 and html5lib, of their own insides
        found = extruct.extract(
            content.decode(), base_url="https://x.example/", syntaxes=[syntax]
        )
    return found[syntax]


def read_microdata(content: bytes, layout: str = "") -> Rows:
    rows: Rows = []
    for item in _extracted(content, "microdata"):
        if item["type"] != "https://schema.org/Dataset":
            continue
        told: Mapping[str, Any] = item["properties"]
        publisher = told.get("publisher", {"properties": {}})["properties"]
        contact = told.get("maintainer", {"properties": {}})["properties"]
        rows.append(
            {
                "identifier": told["identifier"],
                "title": told["name"],
                "description": told.get("description", ""),
                "frequency": told.get(str(DCTERMS.accrualPeriodicity), ""),
                "keywords": ", ".join(sorted(_several(told.get("keywords")))),
                "purpose": told.get(str(DCTERMS.provenance), ""),
                "page": told["url"],
                "formats": ", ".join(sorted(_several(told.get("encodingFormat")))),
                "publisher": publisher.get("name", ""),
                "publisher_code": publisher.get("identifier"),
                "contact": contact.get("name", ""),
                "email": contact.get("email", ""),
            }
        )
    return sorted(rows, key=lambda row: str(row["identifier"]))


def _several(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


#: Reader by format; the two of HTML are named after what it carries.
READERS: Mapping[str, Callable[[bytes, str], Rows]] = {
    "csv": read_csv,
    "xlsx": read_xlsx,
    "ods": read_ods,
    "json": read_json,
    "xml": read_xml,
    "rdf": _rdf("rdf"),
    "ttl": _rdf("ttl"),
    "jsonld": _rdf("jsonld"),
    "rdfa": _rdf("rdfa"),
    "microdata": read_microdata,
}
TABLES = ("csv", "xlsx", "ods", "json", "xml")
GRAPHS = ("rdf", "ttl", "jsonld", "rdfa", "microdata")


def unordered(rows: Rows) -> Rows:
    """Return rows of a table as graphs have them."""
    return sorted(
        (
            {
                field: ", ".join(sorted(value.split(", ")))
                if value and field in ("keywords", "formats")
                else value
                for field, value in row.items()
            }
            for row in rows
        ),
        key=lambda row: str(row["identifier"]),
    )
