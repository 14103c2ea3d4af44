"""Files made to hurt or to deceive, and what has to be said of each."""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product

import py7zr
from pypdf import PdfReader, PdfWriter

from . import samples as s


@dataclass(frozen=True)
class Case:
    """One file and the verdict on it.

    :param codes: at least one of them must be found; blocking for a hostile file
    :param format: what a good file is
    :param long: too large for the short form of the proof
    """

    name: str
    declared: str
    file_name: str
    make: Callable[[], bytes]
    codes: frozenset[str] = frozenset()
    format: str = ""
    long: bool = False


def _case(
    name: str, kind: str, make: Callable[[], bytes], *codes: str, long: bool = False
) -> Case:
    """Return a case of a file that is called what ``kind`` is called."""
    ending = s.BASE[kind][1]
    return Case(name, kind, f"дані.{ending}", make, frozenset(codes), long=long)


def _bytes(data: bytes) -> Callable[[], bytes]:
    return lambda: data


TWELVE = (
    *("CSV", "JSON", "XML", "XLSX", "XLS", "ODS"),
    *("DOCX", "PDF", "PNG", "JPG", "ZIP", "HTML"),
)
_MISMATCH = ("format.mismatch", "format.extension")


def disguised() -> Iterator[Case]:
    """Yield each of twelve formats under the name of each other."""
    for what, called in product(TWELVE, TWELVE):
        if what == called:
            continue
        make, ending = s.BASE[what][0], s.BASE[called][1]
        yield Case(
            f"{what}-as-{called}", called, f"a.{ending}", make, frozenset(_MISMATCH)
        )
    for what, called in zip(TWELVE, (*TWELVE[5:], *TWELVE[:5]), strict=True):
        make, ending = s.BASE[what]
        other = s.BASE[called][1]
        yield Case(
            f"{what}-named-{called}",
            what,
            f"a.{other}",
            make,
            frozenset({_MISMATCH[1]}),
        )
        if what == "ZIP":
            continue
        yield Case(
            f"{what}-declared-{called}",
            called,
            f"a.{ending}",
            make,
            frozenset({_MISMATCH[0]}),
        )


_CUT = (
    *(
        "XLSX",
        "ODS",
        "DOCX",
        "PPTX",
        "ODT",
        "ZIP",
        "SHP",
        "GTFS",
        "KMZ",
        "GZIP",
        "BZIP2",
    ),
    *("PDF", "PNG", "JPG", "GIF", "TIFF", "XML", "KML", "GML", "RDF", "XSD", "JSON"),
    *("GEOJSON", "JSON-LD", "SVG", "XLS", "DOC", "SQLITE", "GPKG", "DBF", "PARQUET"),
    *("WAV", "AVI", "MPEG", "RTF", "TAR"),
)


def seven(data: bytes = s.CSV, **options: object) -> bytes:
    """Return a 7z with one file."""
    made = io.BytesIO()
    with py7zr.SevenZipFile(made, "w", **options) as archive:  # type: ignore[arg-type] # options of py7zr
        archive.writestr(data, "a.csv")
    return made.getvalue()


def cut() -> Iterator[Case]:
    """Yield files whose end is missing."""
    for kind, part in product(_CUT, (0.6, 0.9)):
        data = s.BASE[kind][0]()
        if kind == "TAR":
            data = s.tar({"a.csv": s.CSV * 40})[: len(s.CSV) * 30 + 512]
        short = data[: int(len(data) * part)]
        yield _case(
            f"cut-{kind}-{part}",
            kind,
            _bytes(short),
            "content.truncated",
            "content.damaged",
        )
    whole = seven()
    for part in (0.5, 0.95):
        yield Case(
            f"cut-7Z-{part}",
            "7Z",
            "a.7z",
            _bytes(whole[: int(len(whole) * part)]),
            frozenset({"content.truncated"}),
        )
    letter = "a;b\nї".encode()[:-1]
    yield _case("cut-CSV-inside-a-letter", "CSV", _bytes(letter), "content.truncated")
    long = (s.table(rows=3000) + "їжак").encode()[:-1]
    yield _case(
        "cut-long-CSV-inside-a-letter", "CSV", _bytes(long), "content.truncated"
    )


def _flipped(data: bytes, place: float) -> bytes:
    at = int(len(data) * place)
    return data[:at] + bytes(one ^ 0x5A for one in data[at : at + 8]) + data[at + 8 :]


def damaged() -> Iterator[Case]:
    """Yield files with wrong bytes in the middle."""
    broken = (
        "content.damaged",
        "content.ambiguous",
        "content.polyglot",
        "content.path",
    )
    broken += (
        "content.truncated",
        "content.protected",
        "content.method",
        "content.name",
    )
    sheets = s.members_of(s.xlsx())
    sheets["xl/worksheets/sheet1.xml"] = s.sheet(4000)
    book = s.zipped(sheets)
    for place in (0.3, 0.5, 0.7, 0.8):
        yield _case(
            f"flipped-XLSX-{place}", "XLSX", _bytes(_flipped(book, place)), *broken
        )
        packed = s.zipped({"a.csv": s.table(rows=4000).encode()})
        yield _case(
            f"flipped-ZIP-{place}", "ZIP", _bytes(_flipped(packed, place)), *broken
        )
        many = "".join(f"{n};{n * 7919 % 10007}\n" for n in range(9000)).encode()
        yield _case(
            f"flipped-GZIP-{place}",
            "GZIP",
            _bytes(_flipped(s.gz(many), place)),
            *broken,
        )
        squeezed = bz2.compress(many)
        yield _case(
            f"flipped-BZIP2-{place}",
            "BZIP2",
            _bytes(_flipped(squeezed, place)),
            *broken,
        )
        broken_seven = _flipped(seven(many), place)
        yield Case(
            f"flipped-7Z-{place}", "7Z", "a.7z", _bytes(broken_seven), frozenset(broken)
        )
    png = s.png(64)
    yield _case("broken-PNG", "PNG", _bytes(png[:8] + png[20:]), "content.damaged")
    yield _case(
        "broken-PNG-chunk",
        "PNG",
        _bytes(png.replace(b"IDAT", b"ID\0T")),
        "content.damaged",
    )
    yield _case(
        "open-brace", "JSON", _bytes(b'{"a": 1, "b": [1, 2}'), "content.damaged"
    )
    yield _case(
        "two-commas", "JSON", _bytes(b'[{"a": 1},, {"a": 2}]'), "content.damaged"
    )
    for kind in ("XML", "KML", "RDF", "GML", "SVG"):
        text = s.BASE[kind][0]().replace(b"</", b"</x", 1)
        yield _case(f"wrong-end-{kind}", kind, _bytes(text), "content.damaged")
    members = s.members_of(s.xlsx())
    for gone in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        less = s.zipped({name: part for name, part in members.items() if name != gone})
        yield _case(
            f"XLSX-without-{gone[-9:]}", "XLSX", _bytes(less), "content.damaged"
        )
    bad_sheet = s.changed(s.xlsx(), **{"xl__worksheets__sheet1.xml": b"<a><b></a>"})
    yield _case("XLSX-bad-sheet", "XLSX", _bytes(bad_sheet), "content.damaged")
    odf = s.members_of(s.open_document())
    del odf["content.xml"]
    yield _case("ODS-without-content", "ODS", _bytes(s.zipped(odf)), "content.damaged")
    yield _case(
        "XLS-bad-book",
        "XLS",
        lambda: s.compound({"Workbook": b"no book"}),
        "content.damaged",
    )
    yield _case(
        "DOC-bad-text",
        "DOC",
        lambda: s.compound({"WordDocument": b"no text"}),
        "content.damaged",
    )
    circle = bytearray(s.xls())
    circle[512 + 4 : 512 + 8] = struct.pack("<I", 1)
    yield _case("XLS-circle", "XLS", _bytes(bytes(circle)), "content.damaged")
    yield _case(
        "PDF-without-objects",
        "PDF",
        _bytes(b"%PDF-1.4\nnothing\nstartxref\n5\n%%EOF\n"),
        "content.damaged",
    )
    for missing in (".shx", ".dbf"):
        parts = {name: body for name, body in s.layer().items() if missing not in name}
        yield _case(
            f"SHP-without-{missing}",
            "SHP",
            _bytes(s.zipped(parts)),
            "content.incomplete",
        )
    alone = Case(
        "SHP-alone", "SHP", "a.shp", s.shape, frozenset({"content.incomplete"})
    )
    yield alone


def empty() -> Iterator[Case]:
    """Yield files with nothing in them."""
    for kind in sorted(s.BASE):
        yield _case(f"empty-{kind}", kind, _bytes(b""), "content.empty")
    nothing = {
        "space": b" \r\n\t\n",
        "mark": b"\xef\xbb\xbf",
        "commas": b";;;\r\n;;;\r\n",
    }
    for name, data in nothing.items():
        yield _case(f"empty-CSV-{name}", "CSV", _bytes(data), "content.empty")
    for kind in ("CSV", "XLSX", "PDF"):
        yield _case(f"zeros-{kind}", kind, _bytes(bytes(5000)), "content.damaged")
    yield _case("empty-archive", "ZIP", lambda: s.zipped({}), "content.empty")
    yield _case(
        "only-folders", "ZIP", lambda: s.zipped({"a/": b"", "b/": b""}), "content.empty"
    )
    yield _case(
        "empty-file-inside",
        "ZIP",
        lambda: s.zipped({"a.csv": b"", "b.csv": s.CSV}),
        "content.empty",
    )
    yield _case("gzip-of-nothing", "GZIP", lambda: s.gz(b""), "content.empty")
    yield _case("bzip2-of-nothing", "BZIP2", lambda: bz2.compress(b""), "content.empty")
    yield _case(
        "tar-of-nothing",
        "TAR",
        _bytes(b"a.csv".ljust(257, b"\0") + b"ustar" + bytes(10_000)),
        "content.damaged",
        "content.empty",
    )
    yield _case("PDF-without-pages", "PDF", lambda: s.pdf(pages=0), "content.empty")
    yield _case(
        "database-without-tables",
        "SQLITE",
        lambda: s.database("CREATE TABLE a (b)", "DROP TABLE a", "VACUUM"),
        "content.empty",
    )


def _locked_zip() -> bytes:
    data = bytearray(s.zipped({"a.csv": s.CSV}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


def _locked_pdf(algorithm: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(s.pdf())))
    writer.encrypt("secret", algorithm=algorithm)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def locked() -> Iterator[Case]:
    """Yield files that ask for a password."""
    code = "content.protected"
    yield _case("locked-ZIP", "ZIP", _locked_zip, code)
    package = {"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(100)}
    for kind in ("XLSX", "DOCX", "PPTX"):
        yield _case(f"locked-{kind}", kind, partial(s.compound, package), code)
    book = s.biff((0x2F, bytes(54)))
    yield _case("locked-XLS", "XLS", lambda: s.compound({"Workbook": book}), code)
    yield _case("locked-DOC", "DOC", lambda: s.doc(0x100), code)
    yield _case("locked-PDF-RC4", "PDF", partial(_locked_pdf, "RC4-128"), code)
    yield _case("locked-PDF-RC4-40", "PDF", partial(_locked_pdf, "RC4-40"), code)
    for kind, what in (("ODS", "spreadsheet"), ("ODT", "text")):
        manifest = s.xml("<m><encryption-data/></m>")
        yield _case(
            f"locked-{kind}",
            kind,
            partial(s.open_document, what, **{"META-INF__manifest.xml": manifest}),
            code,
        )
    for name, whole in (("contents", False), ("names", True)):
        yield Case(
            f"locked-7Z-{name}",
            "7Z",
            "a.7z",
            partial(seven, password="secret", header_encryption=whole),
            frozenset({code}),
        )
    for name, data in s.LOCKED_RAR.items():
        yield Case(
            f"locked-RAR-{name}", "RAR", "a.rar", _bytes(data), frozenset({code})
        )
    yield _case(
        "locked-PARQUET", "PARQUET", _bytes(b"PAR1" + bytes(60) + b"PARE"), code
    )


def _zeros(megabytes: int) -> bytes:
    """Return some megabytes of zeros as a ZIP, without ever holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece, crc = bytes(1 << 20), 0
    packed = b""
    for _ in range(megabytes):
        packed += packer.compress(piece)
        crc = zlib.crc32(piece, crc)
    packed += packer.flush()
    return _raw_zip([("a.csv", packed, megabytes << 20, crc)])


def _raw_zip(
    files: list[tuple[str, bytes, int, int]], method: int = 8, shared: bool = False
) -> bytes:
    """Return an archive of bytes that are packed already.

    :param shared: all rows of the list lead to the first file
    """
    made, listed = b"", b""
    for number, (name, packed, size, crc) in enumerate(files):
        called = name.encode()
        common = struct.pack(
            "<HHHHHIIIHH",
            20,
            0x800,
            method,
            0,
            0x21,
            crc,
            len(packed),
            size,
            len(called),
            0,
        )
        place = 0 if shared else len(made)
        if not (shared and number):
            made += b"PK\x03\x04" + common + called + packed
        listed += b"PK\x01\x02" + struct.pack("<H", 20) + common
        listed += struct.pack("<HHHII", 0, 0, 0, 0, place) + called
    end = struct.pack(
        "<HHHHIIH", 0, 0, len(files), len(files), len(listed), len(made), 0
    )
    return made + listed + b"PK\x05\x06" + end


def _lying() -> bytes:
    """Return a ZIP that says to be small and is not."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(40 << 20)) + packer.flush()
    return _raw_zip([("a.csv", packed, 100, 0)])


def _large_part(make: Callable[[], bytes], part: str, megabytes: int = 60) -> bytes:
    members = s.members_of(make())
    members[part] = s.xml("<a>" + " " * (megabytes << 20) + "</a>")
    return s.zipped(members)


def _gzip_zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    made = b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes))
    return made + packer.flush()


def _bzip2_zeros(megabytes: int) -> bytes:
    packer = bz2.BZ2Compressor()
    made = b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes))
    return made + packer.flush()


def _nested(depth: int) -> bytes:
    data = s.zipped({"a.csv": s.CSV})
    for _ in range(depth):
        data = s.zipped({f"{n}.zip": data for n in range(4)})
    return data


def _yaml_bomb() -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    return "\n".join(lines).encode() + b"\n"


def bombs() -> Iterator[Case]:
    """Yield files that grow."""
    grown = ("content.bomb", "content.too_large")
    for megabytes in (64, 200):
        yield _case(f"zip-of-{megabytes}-MB", "ZIP", partial(_zeros, megabytes), *grown)
        yield _case(
            f"gzip-of-{megabytes}-MB", "GZIP", partial(_gzip_zeros, megabytes), *grown
        )
    yield _case("zip-of-1-GB", "ZIP", partial(_zeros, 1024), *grown, long=True)
    yield _case("gzip-of-1-GB", "GZIP", partial(_gzip_zeros, 1024), *grown, long=True)
    yield _case("bzip2-of-100-MB", "BZIP2", partial(_bzip2_zeros, 100), *grown)
    yield _case(
        "bzip2-of-900-MB", "BZIP2", partial(_bzip2_zeros, 900), *grown, long=True
    )
    yield _case("zip-that-lies", "ZIP", _lying, "content.ambiguous", *grown)
    packed = zlib.compress(bytes(100_000), 9)[2:-4]
    crc = zlib.crc32(bytes(100_000))
    shared = [(f"{n}.csv", packed, 100_000, crc) for n in range(500)]
    yield _case(
        "one-for-many",
        "ZIP",
        lambda: _raw_zip(shared, shared=True),
        *grown,
        "content.ambiguous",
    )
    for kind, part in (
        ("XLSX", "xl/worksheets/sheet1.xml"),
        ("XLSX", "xl/sharedStrings.xml"),
        ("ODS", "content.xml"),
        ("ODT", "content.xml"),
        ("DOCX", "word/document.xml"),
        ("PPTX", "ppt/presentation.xml"),
        ("KMZ", "doc.kml"),
    ):
        yield _case(
            f"{kind}-bomb-{part}",
            kind,
            partial(_large_part, s.BASE[kind][0], part),
            *grown,
        )
    crowd = [(f"{n}.csv", b"a", 1, zlib.crc32(b"a")) for n in range(20_000)]
    yield _case(
        "20-000-files", "ZIP", lambda: _raw_zip(crowd, method=0), "content.too_many"
    )
    yield _case("zip-in-zip", "ZIP", partial(_nested, 1), "content.nested")
    yield _case("zip-in-zip-in-zip", "ZIP", partial(_nested, 3), "content.nested")
    yield _case(
        "gzip-in-zip", "ZIP", lambda: s.zipped({"a.gz": s.gz(s.CSV)}), "content.nested"
    )
    yield _case(
        "zip-in-gzip",
        "GZIP",
        lambda: s.gz(s.zipped({"a.csv": s.CSV})),
        "content.nested",
    )
    yield _case(
        "xz-in-zip",
        "ZIP",
        lambda: s.zipped({"a.xz": lzma.compress(s.CSV)}),
        "content.nested",
    )
    seven_zeros = partial(seven, bytes(80 << 20))
    yield Case("7z-of-80-MB", "7Z", "a.7z", seven_zeros, frozenset(grown), long=True)
    yield Case(
        "7z-in-7z",
        "7Z",
        "a.7z",
        lambda: seven(seven()),
        frozenset({"content.nested"}),
    )
    yield _case("yaml-laughs", "YAML", _yaml_bomb, "content.bomb")
    yield _case(
        "bomb-in-zip",
        "ZIP",
        lambda: s.zipped({"a.gz": _gzip_zeros(64)}),
        "content.nested",
        *grown,
    )
    tarred = lambda: s.gz(s.tar({"a.csv": bytes(64 << 20)}))  # noqa: E731 one line says it
    yield Case("tar-gz-of-64-MB", "TAR", "a.tar.gz", tarred, frozenset(grown))


_WAYS_OUT = (
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\Windows\\win.ini",
    "..\\..\\evil.bat",
    "\\\\server\\share\\a.csv",
    "a/../../b.csv",
)


def _seven_named(name: str) -> bytes:
    marker = "@" * len(name)
    made = io.BytesIO()
    with py7zr.SevenZipFile(
        made, "w", header_encryption=False, filters=[{"id": py7zr.FILTER_COPY}]
    ) as archive:
        archive.set_encoded_header_mode(False)
        archive.writestr(s.CSV, marker)
    data = made.getvalue().replace(marker.encode("utf-16-le"), name.encode("utf-16-le"))
    offset, size, _ = struct.unpack_from("<QQI", data, 12)
    crc = zlib.crc32(data[32 + offset : 32 + offset + size])
    start = struct.pack("<QQI", offset, size, crc)
    return data[:8] + struct.pack("<I", zlib.crc32(start)) + start + data[32:]


def _linked_zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        info = zipfile.ZipInfo("a.csv", s.WHEN)
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return made.getvalue()


def _special_tar(kind: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        info = tarfile.TarInfo("a.csv")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
    return made.getvalue()


def ways_out() -> Iterator[Case]:
    """Yield archives whose files would land elsewhere, or are none."""
    for number, name in enumerate(_WAYS_OUT):
        inside = {name: s.CSV}
        crc = zlib.crc32(s.CSV)
        raw = _raw_zip([(name, s.CSV, len(s.CSV), crc)], method=0)
        yield _case(f"zip-way-out-{number}", "ZIP", _bytes(raw), "content.path")
        yield _case(
            f"tar-way-out-{number}", "TAR", partial(s.tar, inside), "content.path"
        )
        yield Case(
            f"7z-way-out-{number}",
            "7Z",
            "a.7z",
            partial(_seven_named, name),
            frozenset({"content.path"}),
        )
        book = {**s.members_of(s.xlsx()), name.replace("\\", "/") + ".xml": b"<a/>"}
        if not name.startswith("\\"):
            yield _case(
                f"xlsx-way-out-{number}",
                "XLSX",
                partial(s.zipped, book),
                "content.path",
            )
    yield _case("zip-link", "ZIP", _linked_zip, "content.link")
    for name, kind in (
        ("symlink", tarfile.SYMTYPE),
        ("hardlink", tarfile.LNKTYPE),
        ("device", tarfile.CHRTYPE),
        ("block", tarfile.BLKTYPE),
        ("pipe", tarfile.FIFOTYPE),
    ):
        yield _case(f"tar-{name}", "TAR", partial(_special_tar, kind), "content.link")


_LAUGHS = "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" if n else "<!ENTITY a0 'ha'>"
    for n in range(10)
)
_ENTITIES = {
    "file": "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
    "http": "<!DOCTYPE r [<!ENTITY x SYSTEM 'http://169.254.169.254/latest'>]>",
    "public": "<!DOCTYPE r [<!ENTITY x PUBLIC 'x' 'http://127.0.0.1:9/x'>]>",
    "parameter": "<!DOCTYPE r [<!ENTITY % x SYSTEM 'http://127.0.0.1/e.dtd'> %x;]>",
    "laughs": f"<!DOCTYPE r [{_LAUGHS}]>",
    "quadratic": f"<!DOCTYPE r [<!ENTITY x '{'A' * 50_000}'>]>",
}


def _with_entity(data: bytes, declared: str) -> bytes:
    head, _, rest = data.partition(b"?>\n")
    # the entity is used in the first text of the first element
    place = rest.index(b">", rest.index(b"<")) + 1
    use = b"&a9;" if "a9" in declared else b"" if "%" in declared else b"&x;"
    if rest[place - 2 : place] == b"/>":
        return head + b"?>\n" + declared.encode() + rest
    return head + b"?>\n" + declared.encode() + rest[:place] + use + rest[place:]


def entities() -> Iterator[Case]:
    """Yield XML that reads other files or grows by its entities."""
    code = "content.entities"
    for what, declared in _ENTITIES.items():
        for kind in ("XML", "SVG", "KML", "RDF", "GML", "XSD"):
            data = _with_entity(s.BASE[kind][0](), declared)
            yield _case(f"{what}-in-{kind}", kind, _bytes(data), code)
        for kind, part in (
            ("XLSX", "xl/workbook.xml"),
            ("XLSX", "xl/worksheets/sheet1.xml"),
            ("DOCX", "word/document.xml"),
            ("ODS", "content.xml"),
            ("KMZ", "doc.kml"),
        ):
            members = s.members_of(s.BASE[kind][0]())
            members[part] = _with_entity(members[part], declared)
            yield _case(
                f"{what}-in-{kind}-{part}", kind, partial(s.zipped, members), code
            )


def macros() -> Iterator[Case]:
    """Yield files that run something when they are opened."""
    code = "content.macros"
    for kind, part in (("XLSX", "xl"), ("DOCX", "word"), ("PPTX", "ppt")):
        data = s.changed(s.BASE[kind][0](), **{f"{part}__vbaProject.bin": b"vba"})
        yield _case(f"vba-in-{kind}", kind, _bytes(data), code)
    for kind, main, said in (
        (
            "XLSX",
            "xl/workbook.xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ),
        (
            "DOCX",
            "word/document.xml",
            "application/vnd.ms-word.document.macroEnabled.main+xml",
        ),
    ):
        types = s.content_types(main, said)
        data = s.changed(s.BASE[kind][0](), **{"[Content_Types].xml": types})
        yield _case(f"macro-type-{kind}", kind, _bytes(data), code)
        yield Case(
            f"macro-type-{kind}-m",
            kind,
            f"a.{kind.lower()[:-1]}m",
            _bytes(data),
            frozenset({code}),
        )
    yield _case(
        "macros-in-XLS", "XLS", lambda: s.xls(**{"_VBA_PROJECT_CUR/": b""}), code
    )
    yield _case(
        "macros-in-DOC", "DOC", lambda: s.doc(0, **{"Macros/": b"", "VBA/": b""}), code
    )
    for part in ("Basic/Standard/Module1.xml", "Scripts/python/a.py"):
        for kind, what in (("ODS", "spreadsheet"), ("ODT", "text")):
            make = partial(s.open_document, what, **{part: b"<a/>"})
            yield _case(f"{part[:5]}-in-{kind}", kind, make, code)
    away = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    for kind, place, name in (
        ("DOCX", "word/_rels/settings.xml.rels", "attachedTemplate"),
        ("DOCX", "word/_rels/document.xml.rels", "oleObject"),
        ("DOCX", "word/_rels/footer.xml.rels", "frame"),
        ("XLSX", "xl/externalLinks/_rels/externalLink1.xml.rels", "oleObject"),
    ):
        calls = s.relations(
            f'<Relationship Id="r9" Type="{away}{name}" Target="http://a/" '
            'TargetMode="External"/>'
        )
        data = s.changed(s.BASE[kind][0](), **{place: calls})
        yield _case(f"{name}-in-{kind}", kind, _bytes(data), "content.active")
    dde = s.xml(
        '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    )
    linked = s.changed(s.xlsx(), **{"xl/externalLinks/externalLink1.xml": dde})
    yield _case("dde-in-XLSX", "XLSX", _bytes(linked), "content.active")
    for name, part in (
        ("script", b"<script>alert(1)</script>"),
        ("onload", b'<g onload="alert(1)"/>'),
        ("foreign", b"<foreignObject><p/></foreignObject>"),
        ("href", b'<a href="javascript:alert(1)"/>'),
        (
            "xlink",
            b'<a xmlns:x="http://www.w3.org/1999/xlink" x:href="JavaScript:a()"/>',
        ),
    ):
        data = s.svg().replace(b"</svg>", part + b"</svg>")
        yield _case(f"svg-{name}", "SVG", _bytes(data), "content.active")
    for name, catalog in (
        ("javascript", "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"),
        ("launch", "/OpenAction << /S /Launch /F (cmd.exe) >>"),
        ("names", "/Names << /JavaScript << /Names [] >> >>"),
        ("closing", "/AA << /WC << /S /JavaScript /JS (a) >> >>"),
        ("submit", "/OpenAction << /S /SubmitForm /F (http://a/) >>"),
    ):
        yield _case(
            f"pdf-{name}", "PDF", partial(s.pdf, catalog=catalog), "content.active"
        )
    yield _case(
        "rtf-object",
        "RTF",
        _bytes(b"{\\rtf1 {\\object\\objdata 01}}"),
        "content.active",
    )


def _deep(opening: bytes, closing: bytes, depth: int = 100_000) -> bytes:
    return opening * depth + b"1" + closing * depth


def shapes() -> Iterator[Case]:
    """Yield texts of shapes that no program stands."""
    for name, data in (
        ("begin", b"\0a;b\n1;2\n" * 3),
        ("middle", s.CSV + b"\0\0" + s.CSV),
        ("far", s.table(rows=9000).encode() + b"\0" + s.CSV),
    ):
        yield _case(f"nul-{name}", "CSV", _bytes(data), "content.nul")
    yield _case(
        "nul-in-JSON", "JSON", _bytes(b'{"a": "b\0"}'), "content.nul", "content.damaged"
    )
    yield _case(
        "nul-in-XML", "XML", _bytes(b"<a>b\0</a>"), "content.nul", "content.damaged"
    )
    for megabytes in (2, 20):
        yield _case(
            f"line-of-{megabytes}-MB",
            "CSV",
            partial(lambda n: b"a;b\n" + b"x" * (n << 20), megabytes),
            "content.long_line",
        )
    yield _case(
        "line-of-1-GB",
        "CSV",
        lambda: b"a;b\n" + b"x" * (1 << 30),
        "content.long_line",
        long=True,
    )
    for kind, delimiter in (("CSV", b";"), ("CSV", b","), ("TSV", b"\t")):
        line = delimiter.join(b"c%d" % n for n in range(100_000)) + b"\n"
        yield _case(
            f"100-000-columns-{delimiter!r}", kind, _bytes(line * 3), "content.too_wide"
        )
    yield _case("deep-list", "JSON", lambda: _deep(b"[", b"]"), "content.too_deep")
    yield _case(
        "deep-object", "JSON", lambda: _deep(b'{"a":', b"}"), "content.too_deep"
    )
    yield _case(
        "deep-geometry",
        "GEOJSON",
        lambda: b'{"type": "Point", "coordinates": ' + _deep(b"[", b"]") + b"}",
        "content.too_deep",
    )
    yield _case("deep-open-list", "JSON", lambda: b"[" * 200_000, "content.too_deep")
    yield _case("deep-XML", "XML", lambda: _deep(b"<a>", b"</a>"), "content.too_deep")
    yield _case(
        "deep-KML",
        "KML",
        lambda: s.kml().replace(b"<Placemark>", b"<Folder>" * 5000 + b"<Placemark>"),
        "content.too_deep",
    )
    sheet = _deep(b"<a>", b"</a>", 5000)
    yield _case(
        "deep-sheet",
        "XLSX",
        lambda: s.changed(s.xlsx(), **{"xl__worksheets__sheet1.xml": sheet}),
        "content.too_deep",
    )
    yield _case(
        "deep-YAML",
        "YAML",
        lambda: b"a:\n" + b"".join(b" " * n + b"- b:\n" for n in range(1, 400)),
        "content.too_deep",
        "format.mismatch",
    )
    yield _case(
        "noise",
        "CSV",
        lambda: bytes((n * 7919 + n // 251) % 256 for n in range(20_000)),
        "format.mismatch",
    )
    wrong = "Café Zürich;señor\n".encode("latin-1") * 20
    yield _case("latin-letters", "CSV", _bytes(wrong), "content.unknown_encoding")
    mixed = (
        s.table(rows=9000).encode()
        + s.table(rows=500).encode("cp1251")
        + s.table(rows=9000).encode()
    )
    yield _case("two-encodings", "CSV", _bytes(mixed), "content.unknown_encoding")


_NAMES = {
    "turned": "звіт\u202evsc.exe.csv",
    "lines": "a\r\nSet-Cookie: a=b.csv",
    "nul": "a.exe\0.csv",
    "invisible": "a\u200b.csv",
    "isolated": "\u2067a\u2069.csv",
}


def names() -> Iterator[Case]:
    """Yield good files under names that deceive."""
    for what, name in _NAMES.items():
        for kind in ("CSV", "JSON", "XLSX"):
            make, ending = s.BASE[kind]
            called = name.replace(".csv", f".{ending}")
            yield Case(
                f"name-{what}-{kind}", kind, called, make, frozenset({"content.name"})
            )
        if what != "nul":
            inside = [(name, s.CSV, len(s.CSV), zlib.crc32(s.CSV))]
            data = _raw_zip(inside, method=0)
            yield _case(f"name-{what}-in-ZIP", "ZIP", _bytes(data), "content.name")
    for ending in ("exe", "js", "bat", "scr", "vbs", "ps1", "hta", "php", "lnk", "cmd"):
        yield Case(
            f"name-csv-{ending}",
            "CSV",
            f"звіт.csv.{ending}",
            _bytes(s.CSV),
            frozenset({"content.executable"}),
        )


_PROGRAMS = {
    "windows": b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + bytes(200),
    "linux": b"\x7fELF\x02\x01\x01" + bytes(100),
    "macos": b"\xcf\xfa\xed\xfe" + bytes(100),
    "java": b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(50),
    "android": b"dex\n035\0" + bytes(100),
    "shell": b"#!/bin/sh\nrm -rf /\n",
    "php": b"<?php system($_GET['c']); ?>",
    "asp": b'<%@ Page Language="C#" %>',
    "batch": b"@echo off\r\nformat c:\r\n",
    "link": b"L\0\0\0\x01\x14\x02\0" + bytes(100),
    "cabinet": b"MSCF\0\0\0\0" + bytes(60),
    "wasm": b"\0asm\x01\0\0\0" + bytes(20),
    "package": b"!<arch>\ndebian-binary   " + bytes(50),
}


def programs() -> Iterator[Case]:
    """Yield programs that pretend to be data."""
    code = "content.executable"
    for name, data in _PROGRAMS.items():
        yield _case(f"{name}-as-CSV", "CSV", _bytes(data), code)
        yield _case(
            f"{name}-in-ZIP",
            "ZIP",
            partial(s.zipped, {"a.csv": s.CSV, "b.csv": data}),
            code,
        )
    java = {"META-INF/MANIFEST.MF": b"a: b\n", "A.class": _PROGRAMS["java"]}
    yield _case("jar-as-ZIP", "ZIP", partial(s.zipped, java), code)
    phone = {"classes.dex": _PROGRAMS["android"], "AndroidManifest.xml": b"\x03\0"}
    yield _case("apk-as-ZIP", "ZIP", partial(s.zipped, phone), code)
    installer = bytes.fromhex("84100c0000000000c000000000000046")
    yield _case(
        "msi-as-XLS", "XLS", lambda: s.compound({"a": b"b"}, owner=installer), code
    )
    yield _case("windows-in-GZIP", "GZIP", lambda: s.gz(_PROGRAMS["windows"]), code)
    yield Case(
        "linux-in-7Z",
        "7Z",
        "a.7z",
        lambda: seven(_PROGRAMS["linux"]),
        frozenset({code}),
    )


def polyglots() -> Iterator[Case]:
    """Yield files that are two at once."""
    code, hidden = "content.polyglot", s.zipped({"a.csv": s.CSV})
    for kind in ("PDF", "PNG", "JPG", "GIF", "XML", "HTML", "XLS"):
        data = s.BASE[kind][0]() + hidden
        yield _case(f"{kind}-and-ZIP", kind, _bytes(data), code)
    yield _case("CSV-and-ZIP", "CSV", _bytes(s.CSV + hidden), code, "format.mismatch")
    yield _case(
        "something-before-ZIP",
        "ZIP",
        _bytes(b"PK\x03\x04" + bytes(60) + hidden),
        code,
        "content.damaged",
        "content.ambiguous",
    )
    yield _case("something-after-ZIP", "ZIP", _bytes(hidden + b"more" * 50), code)
    yield _case(
        "something-after-XLSX", "XLSX", _bytes(s.xlsx() + b"%PDF-1.4" * 50), code
    )
    yield _case(
        "something-after-GZIP", "GZIP", _bytes(s.gz(s.CSV) + b"MZ" + bytes(60)), code
    )
    yield _case(
        "something-after-BZIP2", "BZIP2", _bytes(bz2.compress(s.CSV) + b"MZ more"), code
    )
    yield Case(
        "something-after-7Z",
        "7Z",
        "a.7z",
        lambda: seven() + b"MZ more",
        frozenset({code}),
    )
    for kind, make in (
        ("PNG", lambda said: s.png(8, (b"tEXt", said))),
        ("JPG", s.jpeg),
        ("GIF", s.gif),
    ):
        for said in (b"<?php system('id');?>", b"<script>alert(1)</script>"):
            yield _case(
                f"{said[:5].decode()}-in-{kind}", kind, partial(make, said), code
            )
    yield _case("PDF-after-text", "TXT", _bytes(b"a note\n" + s.pdf()), code)
    yield _case("exe-after-PNG", "PNG", _bytes(s.png() + _PROGRAMS["windows"]), code)
    both = {**s.members_of(s.xlsx()), **s.members_of(s.open_document())}
    yield _case("XLSX-and-ODS", "XLSX", partial(s.zipped, both), code)
    twice = [("a.csv", s.CSV), ("a.csv", b"other")]
    crcs = [(name, data, len(data), zlib.crc32(data)) for name, data in twice]
    yield _case(
        "two-of-one-name", "ZIP", lambda: _raw_zip(crcs, method=0), "content.ambiguous"
    )
    renamed = hidden.replace(b"schools", b"schools", 1).replace(b"a.csv", b"b.exe", 1)
    yield _case("two-names-of-one", "ZIP", _bytes(renamed), "content.ambiguous")


def forbidden() -> Iterator[Case]:
    """Yield what the rules do not take, by whatever name."""
    code = "format.forbidden"
    for pages in (1, 3, 12):
        make = partial(s.pdf, "", picture=True, pages=pages)
        yield _case(f"scan-of-{pages}", "PDF", make, code)
    djvu = b"AT&TFORM" + bytes(40)
    yield Case("djvu", "DJVU", "a.djvu", _bytes(djvu), frozenset({code}))
    yield _case("djvu-as-PDF", "PDF", _bytes(djvu), code)
    yield _case(
        "djvu-in-ZIP", "ZIP", partial(s.zipped, {"a.csv": s.CSV, "b.djvu": djvu}), code
    )
    flash = b"CWS\x0a" + bytes(60)
    yield Case("flash", "SWF", "a.swf", _bytes(flash), frozenset({code}))
    yield _case(
        "scan-in-ZIP", "ZIP", lambda: s.zipped({"a.pdf": s.pdf("", picture=True)}), code
    )


def cases() -> Iterator[Case]:
    """Yield the whole of it."""
    for family in (
        *(disguised, cut, damaged, empty, locked, bombs, ways_out, entities, macros),
        *(shapes, names, programs, polyglots, forbidden),
    ):
        yield from family()
