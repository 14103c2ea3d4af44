"""Good files, near to the hostile ones: none of them may be refused."""

from __future__ import annotations

import bz2
import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import product

import docx
import openpyxl
import py7zr
from odf.opendocument import OpenDocumentSpreadsheet, OpenDocumentText
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from pypdf import PdfReader, PdfWriter

from ckanext.opendata_ua.domain import tables

from . import samples as s
from .hostile import Case

_TEXT = "Перелік шкіл та їхні адреси: вулиця, будинок, кількість учнів. "


def _case(
    name: str,
    kind: str,
    data: bytes | Callable[[], bytes],
    *codes: str,
    declared: str = "",
    ending: str = "",
    long: bool = False,
) -> Case:
    """Return a case; ``codes`` are findings that must be there and block nothing."""
    ending = ending or s.BASE[kind][1]
    make = data if callable(data) else lambda: data
    return Case(
        name, declared or kind, f"дані.{ending}", make, frozenset(codes), kind, long
    )


def every_format() -> Iterator[Case]:
    """Yield each format once, as samples make it."""
    for kind, (make, _) in s.BASE.items():
        yield _case(f"plain-{kind}", kind, make)


def tables_as_text() -> Iterator[Case]:
    """Yield CSV and TSV in the ways that programs save them."""
    for delimiter, newline, mark in product(";,|", ("\n", "\r\n"), ("", "\ufeff")):
        text = mark + s.table(delimiter, newline)
        yield _case(f"csv-{delimiter}-{len(newline)}-{len(mark)}", "CSV", text.encode())
    for newline in ("\n", "\r\n", "\r"):
        name = f"tsv-{newline.encode().hex()}"
        yield _case(name, "TSV", s.table("\t", newline).encode())
    old = ("cp1251", "koi8-u", "cp866", "mac-cyrillic", "iso8859-5")
    for encoding, rows in product((*old, "utf-16", "utf-16-le", "utf-16-be"), (4, 400)):
        text = s.table(rows=rows).replace("№", "N").replace("«", '"').replace("»", '"')
        data = text.encode(encoding, "replace")
        yield _case(f"csv-{encoding}-{rows}", "CSV", data, "content.encoding")
    yield _case(
        "csv-capitals-1251",
        "CSV",
        s.table(rows=40).upper().encode("cp1251"),
        "content.encoding",
    )
    for name, text in (
        ("one-row", "id;name\n"),
        ("numbers", "a,b\n1,2.5\n-3,4e5\n"),
        ("quoted-line-ends", 'id;note\n1;"first\nsecond"\n2;"a ""b"""\n'),
        ("title-above", "Перелік шкіл;;\nстаном на 2026;;\n" + s.table()),
        ("empty-cells", "a;b;c\n;;\n1;;3\n"),
        ("trailing-delimiters", "a;b;;\n1;2;;\n"),
        ("emoji", "a;b\n1;😀\n"),
        ("wide", ";".join(f"c{n}" for n in range(900)) + "\n" + ";" * 899 + "\n"),
        ("long-cell", "a;b\n1;" + "слово " * 20_000 + "\n"),
        ("urls", "id,url\n1,http://a/b?c=d&e=f\n2,https://b\n"),
        ("html-in-cell", "id;text\n1;<b>жирний</b>\n"),
        ("json-in-cell", 'id;json\n1;"{""a"": 1}"\n'),
        ("formula", "a;b\n=1+1;2\n"),
        ("yaml-like", "key: value;other: value\n1;2\n"),
        ("no-last-newline", "a;b\n1;2"),
        ("blank-lines", "a;b\n\n1;2\n\n"),
    ):
        yield _case(f"csv-{name}", "CSV", text.encode())
    yield _case(
        "csv-one-column",
        "TXT",
        "назва\nЛіцей\nШкола\n".encode(),
        declared="CSV",
        ending="csv",
    )
    yield _case(
        "csv-as-text", "CSV", s.CSV, "format.narrower", declared="TXT", ending="txt"
    )
    for rows in (3000, 60_000):
        yield _case(
            f"csv-{rows}-rows", "CSV", lambda rows=rows: s.table(rows=rows).encode()
        )
    yield _case(
        "csv-of-20-MB", "CSV", lambda: s.table(rows=400_000).encode(), long=True
    )


def objects() -> Iterator[Case]:
    """Yield JSON of all kinds."""
    nested: object = 1
    for _ in range(40):
        nested = [nested]
    for name, value in {
        "object": {"a": 1, "b": None, "c": True},
        "scalars": [1, 2.5, "три", None, False],
        "nested": {"a": nested},
        "empty-list-inside": [[], {}],
        "escapes": ["\\", '"', "\n", "\u2028", "{[("],
        "numbers": [1e300, -0.0, 10**30],
        "type-of-other": {"type": "school", "features": "many"},
        "one-record": [{"id": 1}],
    }.items():
        yield _case(
            f"json-{name}", "JSON", json.dumps(value, ensure_ascii=False).encode()
        )
    yield _case("json-spaces", "JSON", b'\r\n\t  [ { "a" : 1 } ]  \n\n')
    yield _case("json-mark", "JSON", b"\xef\xbb\xbf" + s.json_rows())
    yield _case(
        "json-utf-16",
        "JSON",
        s.json_rows().decode().encode("utf-16"),
        "content.encoding",
    )
    yield _case(
        "json-one-line", "JSON", json.dumps([{"a": "б" * 50}] * 40_000).encode()
    )
    yield _case(
        "json-indented", "JSON", json.dumps([{"a": 1}] * 5000, indent=2).encode()
    )
    point = {"type": "Point", "coordinates": [30.5, 50.4]}
    for kind, geometry in {
        "point": point,
        "line": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]},
        "polygon": {
            "type": "Polygon",
            "coordinates": [[[1, 2], [3, 4], [5, 6], [1, 2]]],
        },
        "several": {"type": "GeometryCollection", "geometries": [point]},
        "feature": {"type": "Feature", "geometry": point, "properties": {}},
        "type-last": {"features": [], "type": "FeatureCollection"},
        "with-name": {
            "type": "FeatureCollection",
            "name": "a",
            "crs": {},
            "features": [],
        },
    }.items():
        yield _case(f"geojson-{kind}", "GEOJSON", json.dumps(geometry).encode())
    collection = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": point}] * 9000,
    }
    yield _case("geojson-long", "GEOJSON", json.dumps(collection).encode())
    yield _case(
        "geojson-as-json", "GEOJSON", s.geojson(), declared="GeoJSON", ending="json"
    )
    yield _case(
        "geojson-declared-json",
        "GEOJSON",
        s.geojson(),
        "format.narrower",
        declared="JSON",
        ending="json",
    )
    for name, value in {
        "graph": {"@graph": [], "@context": {}},
        "late-context": {"name": "a", "@context": "http://schema.org"},
    }.items():
        yield _case(f"jsonld-{name}", "JSON-LD", json.dumps(value).encode())
    yield _case("jsonld-as-rdf", "JSON-LD", s.jsonld(), declared="RDF")
    lines = "".join(json.dumps({"id": n}) + "\n" for n in range(5000))
    yield _case("jsonl-long", "JSONL", lines.encode())
    yield _case("jsonl-lists", "JSONL", b"[1, 2]\n[3, 4]\n")
    for name, schema in (
        ("schema", "https://json-schema.org/draft/2020-12/schema"),
        ("table", "https://frictionlessdata.io/schemas/table-schema.json"),
    ):
        data = json.dumps({"$schema": schema, "fields": []}).encode()
        yield _case(f"json-{name}", "JSON-SCHEMA", data, ending="json")


def markup() -> Iterator[Case]:
    """Yield XML of all kinds, with harmless declarations."""
    for name, text in {
        "no-declaration": "<a><b>1</b></a>",
        "comment-first": "<!-- a --><a/>",
        "cdata": "<a><![CDATA[<b>&]]></a>",
        "namespaces": '<x:a xmlns:x="urn:x" x:b="1"/>',
        "instruction": '<?xml-stylesheet href="a.xsl"?><a>1</a>',
        "doctype": "<!DOCTYPE a><a>1</a>",
        "inner-doctype": "<!DOCTYPE a [<!ELEMENT a (#PCDATA)>]><a>1</a>",
        "short-entity": "<!DOCTYPE a [<!ENTITY x 'http://a/'>]><a>&x;b</a>",
        "known-entities": "<a>&lt;&amp;&#1071;&#x42F;</a>",
        "on-attribute": '<a once="1" one="2"/>',
        "spaces": "\n\n<a>1</a>\n\n",
        "spreadsheet-2003": '<Workbook xmlns="urn:schemas-microsoft-com:'
        'office:spreadsheet"/>',
        "deep": "<a>" * 60 + "</a>" * 60,
        "rss": '<rss version="2.0"><channel><title>a</title></channel></rss>',
    }.items():
        yield _case(f"xml-{name}", "XML", text.encode())
    long = "<rows>" + "".join(
        f"<r id='{n}'><n>Школа {n}</n></r>" for n in range(20_000)
    )
    yield _case("xml-long", "XML", (long + "</rows>").encode())
    old = '<?xml version="1.0" encoding="windows-1251"?><a>Школа</a>'
    yield _case("xml-1251", "XML", old.encode("cp1251"), "content.encoding")
    wide = '<?xml version="1.0" encoding="UTF-16"?><a>Школа</a>'
    yield _case("xml-utf-16", "XML", wide.encode("utf-16"), "content.encoding")
    yield _case("xml-mark", "XML", b"\xef\xbb\xbf" + s.xml())
    yield _case(
        "rdf-with-names",
        "RDF",
        s.rdf().replace(
            b"?>\n",
            b"?>\n<!DOCTYPE rdf:RDF [\n"
            b"<!ENTITY xsd 'http://www.w3.org/2001/XMLSchema#'>\n"
            b"<!ENTITY owl 'http://www.w3.org/2002/07/owl#'>]>\n",
        ),
    )
    yield _case(
        "kml-no-namespace", "KML", b"<kml><Document><name>a</name></Document></kml>"
    )
    yield _case(
        "kml-google",
        "KML",
        s.kml().replace(b"opengis.net/kml/2.2", b"google.com/kml/2.1"),
    )
    wfs = b'<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs" xmlns:gml="http://www.opengis.net/gml"><gml:a/></wfs:FeatureCollection>'
    yield _case("gml-of-wfs", "GML", wfs)
    yield _case(
        "gml-of-itself", "GML", b'<g:Envelope xmlns:g="http://www.opengis.net/gml"/>'
    )
    for kind in ("KML", "GML", "XSD", "RDF"):
        yield _case(
            f"{kind}-as-xml",
            kind,
            s.BASE[kind][0](),
            "format.narrower",
            declared="XML",
            ending="xml",
        )
    xhtml = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'
    yield _case("xhtml", "XHTML", xhtml, ending="xhtml")
    yield _case("xhtml-as-html", "XHTML", xhtml, declared="HTML", ending="html")
    for name, data in (
        ("no-doctype", b"<html><body>a</body></html>"),
        ("table", b"<table><tr><td>1</table>"),
        ("comment", b"<!-- saved -->\n<!DOCTYPE html><html></html>"),
        (
            "capitals",
            b"<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'><HTML></HTML>",
        ),
    ):
        yield _case(f"html-{name}", "HTML", data)
    rdfa = b'<!DOCTYPE html><html><body vocab="http://a/" typeof="B"></body></html>'
    yield _case("rdfa", "HTML", rdfa, declared="RDFA")
    svg = s.svg().replace(
        b"?>\n",
        b"?>\n<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>\n",
    )
    yield _case("svg-doctype", "SVG", svg)
    yield _case(
        "svg-link", "SVG", s.svg().replace(b"</svg>", b'<a href="http://a/"/></svg>')
    )


def statements() -> Iterator[Case]:
    """Yield RDF, YAML and plain texts."""
    for name, text in {
        "comment": "# дані\n@prefix a: <http://a/> .\na:b a:c a:d .\n",
        "sparql": "PREFIX a: <http://a/>\na:b a:c 5 .\n",
        "base": "@base <http://a/> .\n<b> <c> <d> .\n",
        "comment-last": "@prefix a: <http://a/> .\na:b a:c a:d .\n# end\n",
        "no-space": "@prefix : <http://a/>.\n:b :c :d.",
    }.items():
        yield _case(f"ttl-{name}", "TTL", text.encode())
    for name, text in {
        "blank": "_:a <http://b> _:c .\n",
        "typed": '<http://a> <http://b> "1"^^<http://c> .\n',
        "comment": "# first\n<http://a> <http://b> <http://c> .\n",
    }.items():
        yield _case(f"nt-{name}", "N-TRIPLES", text.encode())
    yield _case("nt-long", "N-TRIPLES", s.triples() * 900)
    for name, text in {
        "document": "---\na: 1\nb:\n  - c\n  - d\n...\n",
        "anchors": "a: &x {b: 1}\nc: *x\nd: *x\n",
        "comments": "# налаштування\nшкола: Ліцей\nучнів: 5\n",
    }.items():
        yield _case(f"yaml-{name}", "YAML", text.encode())
    for name, text in {
        "prose": _TEXT * 20,
        "lines": "\n".join(_TEXT[n % 9 :] * (n % 4 + 1) for n in range(50)),
        "brackets": "[note] this is a text\nand more of it\n",
        "braces": "{not json} but a text\nof two lines\n",
        "quotes": "“Лапки” – і тире…\nще рядок\n",
    }.items():
        yield _case(f"txt-{name}", "TXT", text.encode())
    yield _case("txt-1251", "TXT", (_TEXT * 9).encode("cp1251"), "content.encoding")


def _saved(thing: object) -> bytes:
    made = io.BytesIO()
    thing.save(made)  # type: ignore[attr-defined] # documents of three libraries
    return made.getvalue()


def _book(change: Callable[[openpyxl.Workbook], object]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in s.ROWS:
        page.append(row)  # type: ignore[union-attr] # a worksheet, not a chart
    change(book)
    return _saved(book)


def _dates(book: openpyxl.Workbook) -> None:
    book.worksheets[0]["E2"] = date(2026, 1, 2)


def _link(book: openpyxl.Workbook) -> None:
    book.worksheets[0]["A2"].hyperlink = "https://example.org/"


def _chart(book: openpyxl.Workbook) -> None:
    chart = BarChart()
    chart.add_data(Reference(book.worksheets[0], min_col=4, min_row=1, max_row=5))
    book.worksheets[0].add_chart(chart, "F1")


def _many(book: openpyxl.Workbook) -> None:
    for number in range(5000):
        book.worksheets[0].append([number, "Школа", number * 7 % 13])


def _note(book: openpyxl.Workbook) -> None:
    book.worksheets[0]["A1"].comment = Comment("примітка", "я")


BOOKS: Mapping[str, Callable[[openpyxl.Workbook], object]] = {
    "plain": lambda book: None,
    "dates": _dates,
    "link": _link,
    "chart": _chart,
    "many": _many,
    "note": _note,
    "sheets": lambda book: [book.create_sheet(f"Аркуш {n}") for n in range(20)],
    "formula": lambda book: book.worksheets[0].append(["=SUM(D2:D5)"]),
    "merged": lambda book: book.worksheets[0].merge_cells("A1:B1"),
    "hidden": lambda book: setattr(book.create_sheet("h"), "sheet_state", "hidden"),
    "sheet-locked": lambda book: setattr(book.worksheets[0].protection, "sheet", True),
}


def _ods(rows: int) -> bytes:
    document = OpenDocumentSpreadsheet()
    page = Table(name="Аркуш")
    for number in range(rows):
        row = TableRow()
        for value in s.ROWS[number % 5]:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=value))
            row.addElement(cell)
        page.addElement(row)
    document.spreadsheet.addElement(page)  # type: ignore[attr-defined] # made by kind
    return _saved(document)


def _odt() -> bytes:
    document = OpenDocumentText()
    document.text.addElement(P(text=_TEXT))  # type: ignore[attr-defined] # made by kind
    return _saved(document)


def _docx(change: Callable[..., object]) -> bytes:
    document = docx.Document()
    document.add_paragraph(_TEXT)
    change(document)
    return _saved(document)


def office() -> Iterator[Case]:
    """Yield office files as libraries and programs write them."""
    for name, change in BOOKS.items():
        yield _case(f"xlsx-{name}", "XLSX", partial(_book, change))
    for rows in (1, 5, 500):
        yield _case(f"ods-{rows}", "ODS", partial(_ods, rows))
    yield _case("odt", "ODT", _odt)
    yield _case("docx-plain", "DOCX", lambda: _docx(lambda document: None))
    yield _case(
        "docx-table", "DOCX", lambda: _docx(lambda document: document.add_table(3, 3))
    )
    yield _case(
        "docx-heading",
        "DOCX",
        lambda: _docx(lambda document: document.add_heading("Звіт")),
    )
    stored = s.members_of(s.xlsx())
    yield _case("xlsx-stored", "XLSX", s.zipped(stored, zipfile.ZIP_STORED))
    yield _case("xlsx-other-order", "XLSX", s.zipped(list(reversed(stored.items()))))
    template = s.content_types(
        "xl/workbook.xml",
        s._MAIN_TYPE["xl/workbook.xml"].replace("sheet.main", "template.main"),
    )
    yield _case(
        "xlsx-template",
        "XLSX",
        s.changed(s.xlsx(), **{"[Content_Types].xml": template}),
    )
    thumbnail = s.changed(s.open_document(), **{"Thumbnails/thumbnail.png": s.png()})
    yield _case("ods-thumbnail", "ODS", thumbnail)
    for name, streams in {
        "summary": {"\x05SummaryInformation": bytes(100)},
        "old": {},
    }.items():
        yield _case(f"xls-{name}", "XLS", lambda streams=streams: s.xls(**streams))
        yield _case(f"doc-{name}", "DOC", lambda streams=streams: s.doc(**streams))
    older = struct.pack("<HHHHHH", 0x0809, 8, 0x500, 5, 0, 0) + struct.pack(
        "<HH", 0x0A, 0
    )
    yield _case("xls-95", "XLS", lambda: s.compound({"Book": older}))


def _streamed(data: bytes) -> bytes:
    """Return a ZIP as a program writes it that cannot go back: sizes come after."""

    class Forward(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, piece: bytes) -> int:  # type: ignore[override] # bytes only
            self.data += bytes(piece)
            return len(piece)

    target = Forward()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type] # writes only
        archive.writestr(zipfile.ZipInfo("a.csv", s.WHEN), data)
    return target.data


def _zip64() -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(made, "w") as archive,
        archive.open(zipfile.ZipInfo("a.csv", s.WHEN), "w", force_zip64=True) as member,
    ):
        member.write(s.CSV)
    return made.getvalue()


def _noted(data: bytes) -> bytes:
    made = io.BytesIO(data)
    with zipfile.ZipFile(made, "a") as archive:
        archive.comment = "Відкриті дані".encode()
    return made.getvalue()


def _old_names() -> bytes:
    called = "школи.csv".encode("cp866")
    return s.zipped({"0" * len(called): s.CSV}).replace(b"0" * len(called), called)


def _seven(members: Mapping[str, bytes], *filters: dict[str, int]) -> bytes:
    made = io.BytesIO()
    with py7zr.SevenZipFile(made, "w", filters=list(filters) or None) as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    return made.getvalue()


def archives() -> Iterator[Case]:
    """Yield archives as people pack them."""
    long = s.table(rows=20_000).encode()
    for name, members in {
        "three": {"a.csv": s.CSV, "b.csv": s.CSV, "c.csv": s.CSV},
        "folders": {"2026/": b"", "2026/a.csv": s.CSV, "2025/a.csv": s.CSV},
        "notes": {"a.csv": s.CSV, "readme.txt": _TEXT.encode(), "звіт.pdf": s.pdf()},
        "book": {"a.xlsx": s.xlsx()},
        "books": {"a.xlsx": s.xlsx(), "b.ods": s.open_document(), "c.xls": s.xls()},
        "json": {"a.json": s.json_rows()},
        "macos": {"a.csv": s.CSV, "__MACOSX/._a.csv": b"\0\5\x16\7" + bytes(100)},
        "hidden": {"a.csv": s.CSV, ".DS_Store": b"\0\0\0\1Bud1", ".gitkeep": b""},
        "ukrainian": {"Перелік шкіл, 2026 р. (ост.).csv": s.CSV},
        "dots": {"a..b.csv": s.CSV, "..a.csv": s.CSV},
        "pictures": {"a.csv": s.CSV, "a.jpg": s.jpeg(), "b.png": s.png()},
        "long": {"a.csv": long},
        "even": {"a.csv": b"0;0;0\n" * 400_000},
        "map": {"maps/a.kml": s.kml(), "a.csv": s.CSV},
        "old": {"a.csv": s.table(rows=40).encode("cp1251")},
        "hundred": {f"{n}.csv": s.CSV for n in range(100)},
        "map-and-table": {"a.geojson": s.geojson(), "a.csv": s.CSV},
    }.items():
        yield _case(f"zip-{name}", "ZIP", s.zipped(members))
    rows = "".join(f"<r>{n * 7919 % 99_991}</r>" for n in range(40_000))
    large = s.zipped(
        {**s.members_of(s.xlsx()), "docProps/a.xml": s.xml(f"<a>{rows}</a>")}
    )
    yield _case("zip-0-large-book", "ZIP", s.zipped({"a.xlsx": large}))
    yield _case("zip-stored", "ZIP", s.zipped({"a.csv": s.CSV}, zipfile.ZIP_STORED))
    both = {"A.csv": s.CSV, "a.csv": s.CSV}
    yield _case("zip-two-cases", "ZIP", s.zipped(both), "content.duplicates")
    yield _case("zip-streamed", "ZIP", _streamed(s.CSV))
    yield _case("zip-64", "ZIP", _zip64())
    yield _case("zip-noted", "ZIP", _noted(s.zipped({"a.csv": s.CSV})))
    yield _case("zip-866", "ZIP", _old_names())
    yield _case("csv-in-zip", "ZIP", s.zipped({"a.csv": s.CSV}), declared="CSV")
    yield _case(
        "xlsx-in-zip", "ZIP", s.zipped({"a.xlsx": s.xlsx()}), declared="zip/xlsx"
    )
    yield _case("gz-two", "GZIP", s.gz(s.CSV) + s.gz(s.CSV))
    yield _case("gz-long", "GZIP", s.gz(long), declared="CSV", ending="csv.gz")
    yield _case(
        "gz-json", "GZIP", s.gz(s.json_rows()), declared="json.gz", ending="json.gz"
    )
    yield _case("gz-padded", "GZIP", s.gz(s.CSV) + bytes(512))
    yield _case("gz-xlsx", "GZIP", s.gz(s.xlsx()), declared="XLSX", ending="xlsx.gz")
    yield _case("bz2-long", "BZIP2", bz2.compress(long), declared="CSV")
    yield _case("bz2-two", "BZIP2", bz2.compress(s.CSV) * 2)
    for name, filters in {
        "lzma2": [],
        "lzma": [{"id": py7zr.FILTER_LZMA}],
        "bzip2": [{"id": py7zr.FILTER_BZIP2}],
        "deflate": [{"id": py7zr.FILTER_DEFLATE}],
        "copy": [{"id": py7zr.FILTER_COPY}],
        "delta": [{"id": py7zr.FILTER_DELTA}, {"id": py7zr.FILTER_LZMA2, "preset": 3}],
        "x86": [{"id": py7zr.FILTER_X86}, {"id": py7zr.FILTER_LZMA2, "preset": 3}],
    }.items():
        members = {"a.csv": s.CSV, "тека/б.csv": long}
        make = partial(_seven, members, *filters)
        yield _case(f"7z-{name}", "7Z", make, ending="7z")
    yield _case(
        "7z-one", "7Z", partial(_seven, {"a.csv": s.CSV}), declared="CSV", ending="7z"
    )
    yield _case(
        "7z-fifty",
        "7Z",
        partial(_seven, {f"{n}.csv": s.CSV for n in range(50)}),
        ending="7z",
    )
    for version, make_rar in (("4", s.rar_4), ("5", s.rar_5)):
        yield _case(f"rar-{version}", "RAR", make_rar(), ending="rar")
    yield _case(
        "tar-three", "TAR", s.tar({"a.csv": s.CSV, "b.csv": s.CSV, "ї.csv": s.CSV})
    )
    yield _case("tar-deep", "TAR", s.tar({"/".join(["тека"] * 30) + "/a.csv": s.CSV}))
    yield _case("tar-gz", "TAR", s.gz(s.tar({"a.csv": s.CSV})), ending="tar.gz")
    yield _case(
        "tgz", "TAR", s.gz(s.tar({"a.csv": s.CSV, "b.csv": s.CSV})), ending="tgz"
    )
    capital = {name.upper(): part for name, part in s.layer().items()}
    yield _case("shp-capitals", "SHP", s.zipped(capital))
    yield _case(
        "shp-folder", "SHP", s.zipped({f"l/{n}": p for n, p in s.layer().items()})
    )
    two = {n.replace("a.", "b."): p for n, p in s.layer().items()} | s.layer()
    yield _case("shp-two", "SHP", s.zipped(two), declared="shapefile")
    yield _case(
        "shp-as-zip", "SHP", s.zipped(s.layer()), "format.narrower", declared="ZIP"
    )
    yield _case(
        "gtfs-folder", "GTFS", s.zipped({f"g/{n}": p for n, p in s.timetable().items()})
    )
    pictures = {"doc.kml": s.kml(), "files/a.png": s.png()}
    yield _case("kmz-pictures", "KMZ", s.zipped(pictures))
    yield _case(
        "kmz-as-kml", "KMZ", s.zipped(pictures), "format.narrower", declared="KML"
    )


def _open_lock() -> bytes:
    """Return a PDF that anybody opens and only its owner changes."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(s.pdf())))
    writer.encrypt("", "owner", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def pictures() -> Iterator[Case]:
    """Yield documents, pictures, films and databases."""
    yield _case("pdf-pages", "PDF", s.pdf(pages=9))
    yield _case("pdf-both", "PDF", s.pdf(picture=True))
    yield _case("pdf-drawing", "PDF", s.pdf(""))
    yield _case("pdf-open-lock", "PDF", _open_lock)
    yield _case("pdf-destination", "PDF", s.pdf(catalog="/OpenAction [6 0 R /Fit]"))
    yield _case("png-text", "PNG", s.png(8, (b"tEXt", "Опис".encode())))
    yield _case("png-large", "PNG", s.png(300))
    yield _case("jpg-note", "JPG", s.jpeg(b"made by a camera"))
    yield _case("jpg-padded", "JPG", s.jpeg() + bytes(30))
    yield _case("jpg-trailer", "JPG", s.jpeg() + b"SEFT\0\1")
    yield _case("jpg-as-jpeg", "JPG", s.jpeg(), declared="jpeg", ending="jpeg")
    yield _case("gif-note", "GIF", s.gif(b"a note"))
    yield _case("gif-87", "GIF", s.gif().replace(b"89a", b"87a"))
    yield _case("tiff-big-end", "TIFF", s.tiff(order=">"))
    yield _case("geotiff-big-end", "GEOTIFF", s.tiff(34735, order=">"), ending="tiff")
    yield _case(
        "geotiff-as-tiff", "GEOTIFF", s.tiff(34735), "format.narrower", declared="TIFF"
    )
    yield _case("mka", "MKV", s.BASE["MKV"][0](), declared="MKA", ending="mka")
    yield _case("mp3-bare", "MP3", b"\xff\xfb\x90\0" + bytes(400))
    yield _case("wav-unfinished", "WAV", s.wav()[:4] + bytes(4) + s.wav()[8:])
    yield _case(
        "sqlite-rows",
        "SQLITE",
        lambda: s.database("CREATE TABLE a (b)", *["INSERT INTO a VALUES (1)"] * 900),
    )
    yield _case("gpkg-old", "GPKG", lambda: s.database(application=0x47503130))
    yield _case(
        "gpkg-as-sqlite",
        "GPKG",
        lambda: s.database(application=s.GEOPACKAGE),
        "format.narrower",
        declared="SQLITE",
        ending="gpkg",
    )
    yield _case("dbf-many", "DBF", s.dbf(900))
    yield _case("dbf-no-rows", "DBF", s.dbf(0))


#: what is written → what such a file is, where it is not the format itself
_OF_WRITTEN = {"API": "", "TAR": "TAR"}


def written() -> Iterator[Case]:
    """Yield good files under each of the dirty names that were met."""
    for row in tables.rows("dirty_format_values_2026"):
        name, packed = row["name"], row["compress_format"]
        if name not in s.BASE or packed in ("7Z",):
            continue
        make, ending = s.BASE[name]
        kind = name
        if packed == "ZIP":
            if name == "SHP":
                kind = name
            else:
                make, ending, kind = partial(_wrapped, make, ending), "zip", "ZIP"
        elif packed == "GZIP":
            make, ending, kind = (
                (lambda make=make: s.gz(make())),
                f"{ending}.gz",
                "GZIP",
            )
        yield _case(
            f"written-{row['seen_value']}",
            kind,
            make,
            declared=row["seen_value"],
            ending=ending,
        )


def _wrapped(make: Callable[[], bytes], ending: str) -> bytes:
    return s.zipped({f"a.{ending}": make()})


def cases() -> Iterator[Case]:
    """Yield the whole of it."""
    for family in (
        *(every_format, tables_as_text, objects, markup, statements, office, archives),
        *(pictures, written),
    ):
        yield from family()
