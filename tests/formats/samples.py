"""Good bytes of each format, made here: small, plain and the same every time.

Office files by hand and by the libraries that publishers' programs resemble; both
kinds are in the corpus.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import sqlite3
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing

WHEN = (2026, 1, 2, 3, 4, 6)
ROWS = [
    ("id", "назва", "адреса", "кількість"),
    ("1", "Школа № 5", "вул. Шевченка, 12", "430"),
    ("2", "Ліцей «Надія»", "просп. Свободи, 3", "512"),
    ("3", "Бібліотека ім. Лесі Українки", "пл. Ринок, 1", "18"),
    ("4", "Дитячий садок «Їжачок»", "вул. Зелена, 44", "97"),
]


def table(delimiter: str = ";", newline: str = "\r\n", rows: int = 4) -> str:
    """Return a table as text; cells that hold a delimiter are quoted."""
    lines = []
    for number in range(rows + 1):
        row = ROWS[0] if number == 0 else ROWS[1 + (number - 1) % 4]
        cells = [f'"{one}"' if delimiter in one else one for one in row]
        lines.append(delimiter.join(cells))
    return newline.join(lines) + newline


def zipped(
    members: Mapping[str, bytes] | Sequence[tuple[str, bytes]],
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return an archive whose bytes depend on nothing but its contents."""
    made = io.BytesIO()
    pairs = list(members.items()) if isinstance(members, Mapping) else members
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in pairs:
            info = zipfile.ZipInfo(name, WHEN)
            info.compress_type = method
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return made.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    """Return the files of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(data: bytes, **parts: bytes) -> bytes:
    """Return an archive with parts replaced or added; ``__`` stands for a slash."""
    members = members_of(data)
    members.update({name.replace("__", "/"): part for name, part in parts.items()})
    return zipped(members)


_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def xml(body: str = "<каталог><школа id='1'>Ліцей</школа></каталог>") -> bytes:
    return (_DECLARATION + body).encode()


def kml() -> bytes:
    return xml(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
        "<name>Парк</name><Point><coordinates>30.5,50.4</coordinates></Point>"
        "</Placemark></Document></kml>"
    )


def gml() -> bytes:
    return xml(
        '<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" '
        'xmlns:gml="http://www.opengis.net/gml/3.2"><gml:featureMember>'
        "<ogr:a><gml:Point><gml:pos>50 30</gml:pos></gml:Point></ogr:a>"
        "</gml:featureMember></ogr:FeatureCollection>"
    )


def xsd() -> bytes:
    return xml(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        '<xs:element name="a" type="xs:string"/></xs:schema>'
    )


def rdf() -> bytes:
    return xml(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dct="http://purl.org/dc/terms/"><rdf:Description rdf:about="http://a/1">'
        "<dct:title>Школи</dct:title></rdf:Description></rdf:RDF>"
    )


def svg() -> bytes:
    return xml(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        '<rect width="9" height="9" fill="#05a"/></svg>'
    )


def html() -> bytes:
    return (
        "<!DOCTYPE html>\n<html lang='uk'><head><title>Школи</title></head>"
        "<body><table><tr><td>1</td></tr></table></body></html>\n"
    ).encode()


def json_rows() -> bytes:
    names, *rows = ROWS
    return json.dumps(
        [dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False
    ).encode()


def geojson() -> bytes:
    point = {"type": "Point", "coordinates": [30.5, 50.4]}
    one = {"type": "Feature", "properties": {"назва": "Парк"}, "geometry": point}
    return json.dumps({"type": "FeatureCollection", "features": [one] * 3}).encode()


def jsonld() -> bytes:
    return b'{"@context": "https://schema.org", "@type": "Dataset", "name": "a"}'


def turtle() -> bytes:
    return (
        "@prefix dct: <http://purl.org/dc/terms/> .\n\n"
        '<http://a/1> dct:title "Школи"@uk ;\n    dct:language "uk" .\n'
    ).encode()


def triples() -> bytes:
    return b"".join(
        b'<http://a/%d> <http://purl.org/dc/terms/title> "a %d"@en .\n' % (n, n)
        for n in range(5)
    )


_OFFICE = "application/vnd.openxmlformats-officedocument"
_MAIN_TYPE = {
    "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet.main+xml",
    "word/document.xml": f"{_OFFICE}.wordprocessingml.document.main+xml",
    "ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation.main+xml",
}


def content_types(main: str, kind: str = "") -> bytes:
    return xml(
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{kind or _MAIN_TYPE[main]}"/>'
        "</Types>"
    )


_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(*more: str, target: str = "") -> bytes:
    first = (
        f'<Relationship Id="r1" Type="{_RELATION}/officeDocument" Target="{target}"/>'
        if target
        else ""
    )
    return xml(
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships">{first}{"".join(more)}</Relationships>'
    )


def _ooxml(main: str, **parts: bytes) -> bytes:
    return zipped(
        {
            "[Content_Types].xml": content_types(main),
            "_rels/.rels": relations(target=main),
            **{name.replace("__", "/"): part for name, part in parts.items()},
        }
    )


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData></worksheet>"
)


def sheet(rows: int = 5) -> bytes:
    cell = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>Школа {0}</t></is></c></row>'
    return xml(SHEET.format(rows="".join(cell.format(n + 1) for n in range(rows))))


def xlsx() -> bytes:
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        f'xmlns:r="{_RELATION}"><sheets><sheet name="1" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>"
    )
    to_sheet = (
        f'<Relationship Id="r1" Type="{_RELATION}/worksheet" '
        'Target="worksheets/sheet1.xml"/>'
    )
    made = _ooxml("xl/workbook.xml", xl__workbook=b"")
    members = members_of(made)
    del members["xl/workbook"]
    members["xl/workbook.xml"] = xml(book)
    members["xl/_rels/workbook.xml.rels"] = relations(to_sheet)
    members["xl/worksheets/sheet1.xml"] = sheet()
    return zipped(members)


def docx() -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    members = members_of(_ooxml("word/document.xml"))
    members["word/document.xml"] = xml(
        f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>Звіт</w:t></w:r></w:p>'
        "</w:body></w:document>"
    )
    return zipped(members)


def pptx() -> bytes:
    slides = "http://schemas.openxmlformats.org/presentationml/2006/main"
    members = members_of(_ooxml("ppt/presentation.xml"))
    members["ppt/presentation.xml"] = xml(f'<p:presentation xmlns:p="{slides}"/>')
    return zipped(members)


def open_document(kind: str = "spreadsheet", **parts: bytes) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    content = xml(
        f'<office:document-content xmlns:office="{office}" office:version="1.3">'
        "<office:body><office:text/></office:body></office:document-content>"
    )
    manifest = xml(
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
        'manifest:1.0"><manifest:file-entry manifest:full-path="/"/>'
        "</manifest:manifest>"
    )
    media_type = f"application/vnd.oasis.opendocument.{kind}".encode()
    members = {
        "mimetype": media_type,
        "content.xml": content,
        "META-INF/manifest.xml": manifest,
    }
    members.update({name.replace("__", "/"): part for name, part in parts.items()})
    return zipped(members)


def compound(streams: Mapping[str, bytes], owner: bytes = bytes(16)) -> bytes:
    """Return a compound file ([MS-CFB], version 3); folders end with a slash."""
    sector = 512
    free, last, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    entries = [_entry("Root Entry", 5, last, 0, owner, child=1)]
    names = list(streams)
    entry_sectors = (1 + len(names) + 3) // 4
    fat = [table] + [n + 2 for n in range(entry_sectors - 1)] + [last]
    data = b""
    for number, name in enumerate(names):
        body = streams[name].ljust(4096, b"\0")
        count = (len(body) + sector - 1) // sector
        start = len(fat)
        fat += [start + n + 1 for n in range(count - 1)] + [last]
        data += body.ljust(count * sector, b"\0")
        kind = 1 if name.endswith("/") else 2
        after = number + 2 if number + 1 < len(names) else free
        entries.append(
            _entry(name.rstrip("/"), kind, start, len(body), bytes(16), right=after)
        )
    assert len(fat) <= 128, "one sector of the table"
    fat += [free] * (128 - len(fat))
    listed = b"".join(entries).ljust(entry_sectors * sector, b"\0")
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, last, 0, last, 0),
    )
    header += struct.pack("<109I", 0, *([free] * 108))
    return header + struct.pack("<128I", *fat) + listed + data


def _entry(
    name: str,
    kind: int,
    start: int,
    size: int,
    owner: bytes,
    child: int = 0xFFFFFFFF,
    right: int = 0xFFFFFFFF,
) -> bytes:
    called = (name + "\0").encode("utf-16-le")
    return (
        called.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(called), kind, 1, 0xFFFFFFFF, right, child)
        + owner
        + bytes(20)
        + struct.pack("<IQ", start, size)
    )


def biff(*records: tuple[int, bytes]) -> bytes:
    begin = (0x0809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    end = [(0x85, bytes(10)), (0x0A, b"")]
    return b"".join(
        struct.pack("<HH", kind, len(body)) + body
        for kind, body in (begin, *records, *end)
    )


def xls(**more: bytes) -> bytes:
    return compound({"Workbook": biff(), **more})


def doc(flags: int = 0, **more: bytes) -> bytes:
    begin = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0x422, 0, flags)
    return compound({"WordDocument": begin, "1Table": b"t", **more})


def ppt() -> bytes:
    return compound({"PowerPoint Document": b"\x0f\0\xe8\x03"})


def pdf(
    text: str = "Report of the council for the year 2026, all schools",
    *,
    picture: bool = False,
    catalog: str = "",
    pages: int = 1,
) -> bytes:
    """Return a PDF with text on its pages, or with a picture alone."""
    drawing = "q 100 0 0 100 0 0 cm /I Do Q" if picture else ""
    words = f"BT /F 12 Tf 50 700 Td ({text}) Tj ET" if text else ""
    stream = f"{words} {drawing}".strip()
    numbers = [6 + n for n in range(pages)]
    kids = " ".join(f"{n} 0 R" for n in numbers)
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    image = (
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
        "/BitsPerComponent 8 /Length 1 >>\nstream\n0\nendstream"
    )
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        font,
        image,
    ]
    use = "/Font << /F 4 0 R >> " + ("/XObject << /I 5 0 R >>" if picture else "")
    objects += [
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 3 0 R "
        f"/Resources << {use} >> >>"
    ] * pages
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(made)
    made += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    made += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    size = len(objects) + 1
    made += f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n".encode()
    return made + b"%%EOF\n"


def png(side: int = 16, *more: tuple[bytes, bytes]) -> bytes:
    pixels = zlib.compress(b"".join(b"\0" + bytes(side * 3) for _ in range(side)))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        *more,
        (b"IDAT", pixels),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body))
        + kind
        + body
        + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def jpeg(comment: bytes = b"") -> bytes:
    said = (
        b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment if comment else b""
    )
    return (
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
        + said
        + b"\xff\xdb\0\x43\0"
        + bytes(range(1, 65))
        + b"\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0"
        + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0"
        + bytes(range(0x20, 0x7F)) * 8
        + b"\xff\xd9"
    )


def gif(comment: bytes = b"") -> bytes:
    said = b"!\xfe" + bytes([len(comment)]) + comment + b"\0" if comment else b""
    return (
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff"
        + said
        + b",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
    )


def tiff(*tags: int, order: str = "<") -> bytes:
    """Return a TIFF of one strip; further tags make it a map."""
    strip = bytes(64)
    fields = [(256, 8), (257, 8), (273, 8), (277, 1), (278, 8), (279, len(strip))]
    fields += [(tag, 1) for tag in tags]
    mark = b"II*\0" if order == "<" else b"MM\0*"
    made = mark + struct.pack(order + "I", 8 + len(strip)) + strip
    made += struct.pack(order + "H", len(fields))
    for tag, value in fields:
        made += struct.pack(order + "HHII", tag, 4, 1, value)
    return made + bytes(4)


def database(*statements: str, application: int = 0) -> bytes:
    with closing(sqlite3.connect(":memory:")) as made:
        for one in statements or (
            "CREATE TABLE a (b TEXT)",
            "INSERT INTO a VALUES (1)",
        ):
            made.execute(one)
        made.execute(f"PRAGMA application_id = {application}")
        made.commit()
        with tempfile.NamedTemporaryFile() as file:
            with closing(sqlite3.connect(file.name)) as copy:
                made.backup(copy)
            return file.read()


GEOPACKAGE = 0x47504B47


def dbf(rows: int = 5) -> bytes:
    header = struct.pack("<BBBBIHH20x", 3, 126, 1, 2, rows, 65, 11)
    column = b"NAME".ljust(11, b"\0") + b"C" + bytes(4) + bytes([10, 0]) + bytes(14)
    return header + column + b"\r" + b" ABCDEFGHIJ" * rows + b"\x1a"


def shape(points: int = 3) -> bytes:
    body = b"".join(
        struct.pack(">II", n + 1, 10) + struct.pack("<Idd", 1, 30.5, 50.4)
        for n in range(points)
    )
    words = (100 + len(body)) // 2
    return struct.pack(">I20xI", 9994, words) + struct.pack("<II64x", 1000, 1) + body


def layer(**more: bytes) -> dict[str, bytes]:
    return {"a.shp": shape(), "a.shx": shape(0), "a.dbf": dbf(), "a.prj": b"GEOGCS[]"}


def timetable() -> dict[str, bytes]:
    return {
        "agency.txt": b"agency_id,agency_name\n1,A\n",
        "stops.txt": "stop_id,stop_name\n1,Ринок\n".encode(),
        "routes.txt": b"route_id,route_type\n1,3\n",
        "trips.txt": b"route_id,trip_id\n1,1\n",
        "stop_times.txt": b"trip_id,stop_id\n1,1\n",
    }


def tar(members: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return made.getvalue()


def gz(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def wav() -> bytes:
    body = bytes(400)
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    data = form + b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(data) + 4) + b"WAVE" + data


def mp4() -> bytes:
    box = struct.pack(">I4s", 24, b"ftyp") + b"isom\0\0\0\1isomavc1"
    return box + struct.pack(">I4s", 208, b"mdat") + bytes(range(200))


CSV = table().encode()
#: format → bytes, and the ending of its files
BASE: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "CSV": (lambda: CSV, "csv"),
    "TSV": (lambda: table("\t").encode(), "tsv"),
    "JSON": (json_rows, "json"),
    "XML": (xml, "xml"),
    "XLSX": (xlsx, "xlsx"),
    "XLS": (xls, "xls"),
    "ODS": (open_document, "ods"),
    "DOCX": (docx, "docx"),
    "PDF": (pdf, "pdf"),
    "PNG": (png, "png"),
    "JPG": (jpeg, "jpg"),
    "ZIP": (lambda: zipped({"schools.csv": CSV}), "zip"),
    "HTML": (html, "html"),
    "GEOJSON": (geojson, "geojson"),
    "JSON-LD": (jsonld, "jsonld"),
    "KML": (kml, "kml"),
    "GML": (gml, "gml"),
    "XSD": (xsd, "xsd"),
    "RDF": (rdf, "rdf"),
    "SVG": (svg, "svg"),
    "TTL": (turtle, "ttl"),
    "N-TRIPLES": (triples, "nt"),
    "DOC": (doc, "doc"),
    "PPT": (ppt, "ppt"),
    "PPTX": (pptx, "pptx"),
    "ODT": (lambda: open_document("text"), "odt"),
    "GIF": (gif, "gif"),
    "TIFF": (tiff, "tif"),
    "GEOTIFF": (lambda: tiff(33550, 33922), "tif"),
    "SQLITE": (database, "sqlite"),
    "GPKG": (lambda: database(application=GEOPACKAGE), "gpkg"),
    "DBF": (dbf, "dbf"),
    "SHP": (lambda: zipped(layer()), "zip"),
    "GTFS": (lambda: zipped(timetable()), "zip"),
    "KMZ": (lambda: zipped({"doc.kml": kml()}), "kmz"),
    "GZIP": (lambda: gz(CSV), "gz"),
    "BZIP2": (lambda: bz2.compress(CSV), "bz2"),
    "TAR": (lambda: tar({"a.csv": CSV}), "tar"),
    "WAV": (wav, "wav"),
    "MPEG": (mp4, "mp4"),
    "MP3": (
        lambda: b"ID3\x03\0\0\0\0\0\x0a" + bytes(10) + b"\xff\xfb\x90\0" * 50,
        "mp3",
    ),
    "MKV": (lambda: b"\x1aE\xdf\xa3\x93B\x82\x88matroska" + bytes(50), "mkv"),
    "AVI": (lambda: b"RIFF" + struct.pack("<I", 104) + b"AVI " + bytes(100), "avi"),
    "FLV": (lambda: b"FLV\x01\x05\0\0\0\x09\0\0\0\0" + bytes(20), "flv"),
    "YAML": (lambda: "школи:\n  - назва: Ліцей\n    учнів: 5\n".encode(), "yaml"),
    "TXT": (lambda: "Звіт про роботу. Усе добре.\nДалі буде.\n".encode(), "txt"),
    "RTF": (lambda: b"{\\rtf1\\ansi Report of 2026\\par}", "rtf"),
    "PARQUET": (
        lambda: b"PAR1" + bytes(60) + struct.pack("<I", 40) + b"PAR1",
        "parquet",
    ),
    "JSONL": (lambda: b'{"a": 1}\n{"a": 2}\n{"a": 3}\n', "jsonl"),
}


def rar_4(*, list_locked: bool = False, file_locked: bool = False) -> bytes:
    """Return an archive of WinRAR 2.9-4.x with a stored file."""
    name, data = b"shkoly.csv", table().encode()
    archive = _block_4(0x73, 0x80 if list_locked else 0, bytes(6))
    about = struct.pack(
        *("<IBIIBBHI", len(data), 3, zlib.crc32(data), 0, 29, 0x30),
        *(len(name), 0o100644),
    )
    about += name
    file = _block_4(
        0x74, 0x8000 | (4 if file_locked else 0), struct.pack("<I", len(data)) + about
    )
    return b"Rar!\x1a\x07\0" + archive + file + data + _block_4(0x7B, 0x4000, b"")


def _block_4(kind: int, flags: int, rest: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def rar_5(*, list_locked: bool = False, file_locked: bool = False) -> bytes:
    """Return an archive of WinRAR 5 and later with a stored file."""
    name, data = b"shkoly.csv", table().encode()
    lock = bytes([1, 0, 0, 15]) + bytes(32)  # AES-256; a salt and a vector of zeros
    extra = bytes([len(lock)]) + lock if file_locked else b""
    blocks = _block_5(1, 0, bytes([0]))
    if list_locked:
        blocks = _block_5(4, 0, bytes([0, 0, 15]) + bytes(16)) + blocks
    about = _number(4) + _number(len(data)) + _number(0o100644)
    about += struct.pack("<I", zlib.crc32(data)) + bytes([0, 1, len(name)]) + name
    sizes = (_number(len(extra)) if extra else b"") + _number(len(data))
    flags = 2 | (1 if extra else 0)
    blocks += _block_5(2, flags, sizes + about + extra) + data
    return b"Rar!\x1a\x07\x01\0" + blocks + _block_5(5, 0, bytes([0]))


def _block_5(kind: int, flags: int, rest: bytes) -> bytes:
    head = _number(kind) + _number(flags) + rest
    head = _number(len(head)) + head
    return struct.pack("<I", zlib.crc32(head)) + head


def _number(value: int) -> bytes:
    """Return a number of seven bits a byte, the lowest first."""
    found = []
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


LOCKED_RAR = {
    f"{version}-{what}": make(**{f"{what}_locked": True})
    for version, make in (("4", rar_4), ("5", rar_5))
    for what in ("list", "file")
}
