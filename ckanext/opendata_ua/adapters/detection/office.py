"""Office files that are a ZIP: what their parts say of them."""

from __future__ import annotations

from . import directory, markup
from .directory import Broken, Entry
from .look import KILOBYTE, Look, Spent

_SMALL = 256 * KILOBYTE
_OOXML = (
    (b"spreadsheetml.sheet.main+xml", "XLSX", False),
    (b"spreadsheetml.template.main+xml", "XLSX", False),
    (b"ms-excel.sheet.macroEnabled.main+xml", "XLSX", True),
    (b"ms-excel.template.macroEnabled.main+xml", "XLSX", True),
    (b"ms-excel.sheet.binary.macroEnabled.main", "XLSB", False),
    (b"wordprocessingml.document.main+xml", "DOCX", False),
    (b"wordprocessingml.template.main+xml", "DOCX", False),
    (b"ms-word.document.macroEnabled.main+xml", "DOCX", True),
    (b"ms-word.template.macroEnabledTemplate.main+xml", "DOCX", True),
    (b"presentationml.presentation.main+xml", "PPTX", False),
    (b"presentationml.slideshow.main+xml", "PPTX", False),
    (b"ms-powerpoint.presentation.macroEnabled.main+xml", "PPTX", True),
)
_MAIN = {
    "XLSX": "xl/workbook.xml",
    "XLSB": "xl/workbook.bin",
    "DOCX": "word/document.xml",
    "PPTX": "ppt/presentation.xml",
}
_ODF = {
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.oasis.opendocument.spreadsheet-template": "ODS",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.oasis.opendocument.text-template": "ODT",
    "application/vnd.oasis.opendocument.presentation": "ODP",
    "application/epub+zip": "EPUB",
}
_XML = (".xml", ".rels", ".kml", ".rdf")


def _small(look: Look, entry: Entry) -> bytes:
    """Return the beginning of a part; what is broken is found with the others."""
    try:
        return b"".join(directory.unpacked(look, entry, _SMALL))
    except (Broken, Spent):
        return b""


def ooxml(look: Look, by_name: dict[str, Entry]) -> bool:
    """Recognise XLSX, DOCX and PPTX by the list of the types of their parts."""
    types = by_name.get("[Content_Types].xml")
    if types is None:
        return False
    said = _small(look, types)
    found = [row for row in _OOXML if row[0] in said]
    if not found:
        if look.has("protected") or any(name.startswith("xl/") for name in by_name):
            look.format = "XLSX"
            if not look.has("protected"):
                look.fault("damaged")
            return True
        return False
    _, look.format, with_macros = found[0]
    if "mimetype" in by_name:
        look.fault("polyglot")
    if with_macros or any(name.lower().endswith("vbaproject.bin") for name in by_name):
        look.fault("macros")
    parts_of = any(name.startswith("xl/worksheets/") for name in by_name)
    if _MAIN[look.format] not in _plain(by_name) or (
        look.format == "XLSX" and not parts_of
    ):
        look.fault("damaged")
    return True


def _plain(by_name: dict[str, Entry]) -> set[str]:
    # some programs begin names with a slash, others write capitals
    return {name.lstrip("/") for name in by_name}


def open_document(look: Look, by_name: dict[str, Entry]) -> bool:
    """Recognise ODS and ODT by the part named mimetype."""
    entry = by_name.get("mimetype")
    if entry is None or entry.size > 200:
        return False
    kind = _ODF.get(_small(look, entry).decode("ascii", "replace").strip())
    if kind is None:
        return False
    look.format = kind
    manifest = by_name.get("META-INF/manifest.xml")
    if manifest and b"encryption-data" in _small(look, manifest):
        look.fault("protected")
    if any(name.startswith(("Basic/", "Scripts/")) for name in by_name):
        look.fault("macros")
    if kind != "EPUB" and "content.xml" not in by_name:
        look.fault("damaged")
    return True


def part(look: Look, entry: Entry) -> None:
    """Unpack one part and read it if it is XML.

    :raises Broken: when it is not what the list says
    :raises Spent: when the budget is used up
    """
    if not entry.name.lower().endswith(_XML):
        for _ in directory.unpacked(look, entry):
            pass
        return
    # parts of office files declare nothing; a KML may name its own addresses
    reader = markup.Reader(any_entity=look.format in ("KMZ", "ZIP", "EPUB"))
    reader.feed(directory.unpacked(look, entry), whole=True)
    if reader.fault == "too_deep":
        look.fault("too_deep", limit=markup.MAX_DEPTH)
    elif reader.fault in ("truncated", "damaged"):
        look.fault("damaged")
    elif reader.fault:
        look.fault(reader.fault)
    if reader.calls_out:
        look.fault("active")
