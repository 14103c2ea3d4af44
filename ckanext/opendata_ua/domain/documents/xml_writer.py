"""The passport as XML in a small vocabulary of its own, fixed by passport.xsd."""

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] no types in lxml

from .. import dates, formats, passport
from ..text import printable

NAMESPACE = "urn:opendata-ua:passport:1"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write(record: passport.PassportRecord, lang: str, *, purpose: bool = True) -> bytes:
    """Return a UTF-8 document: sixteen elements in the law's order, then the files."""
    lang = "uk" if lang == "uk" else "en"
    root = etree.Element(_name("passport"), {_LANG: lang}, {None: NAMESPACE})
    for line in passport.lines(record, lang):
        element = _add(root, "element", number=str(line.number), key=line.key)
        _add(element, "label", line.label)
        _add(element, "value", line.value, code=line.code, uri=line.uri or "")
    for file in record.files:
        _add_file(root, file)
    return etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", pretty_print=True
    )


def _add_file(root: etree._Element, file: passport.FileRecord) -> None:
    kind = "structure" if file.is_structure else "data"
    node = _add(root, "file", id=file.id, kind=kind)
    texts = {
        "name": file.name,
        "url": file.url,
        "format": formats.name(file.format),
        "compressFormat": file.compress_format,
        "size": "" if file.size is None else str(file.size),
        "dataActualDate": file.actual_date.isoformat() if file.actual_date else "",
        "lastModified": dates.iso(file.changed) if file.changed else "",
    }
    for name, text in texts.items():
        if text:
            _add(node, name, text)


def _add(
    parent: etree._Element, name: str, text: str = "", **attributes: str
) -> etree._Element:
    node = etree.SubElement(parent, _name(name))
    node.text = printable(text)
    for attribute, value in attributes.items():
        if value:
            node.set(attribute, printable(value))
    return node


def _name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"
