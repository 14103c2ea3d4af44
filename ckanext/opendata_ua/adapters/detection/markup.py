"""XML, read from its beginning with entities off; nothing else is ever opened."""

from __future__ import annotations

from collections.abc import Iterable
from xml.parsers import expat  # bounded: entities stop it before they are used

from .look import Look, Spent

MAX_DEPTH = 200
_NAMESPACE = "}"
#: Outermost elements inside which more than levels counts.
_WATCHED = ("svg", "relationships", "externallink")
#: Kinds of relations that an office program follows when it opens a file.
_FETCHED = frozenset({"attachedTemplate", "oleObject", "frame", "subDocument"})
_MAX_ENTITIES = 100
_MAX_ENTITY = 1000
#: Errors that say "it ends too early": xmlparse.c, enum XML_Error.
_CUT = {
    expat.errors.codes[one]
    for one in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XHTML = "http://www.w3.org/1999/xhtml"
_GML = "http://www.opengis.net/gml"
_XSD = "http://www.w3.org/2001/XMLSchema"
_SVG = "http://www.w3.org/2000/svg"


class Stopped(Exception):
    """Nothing more has to be read: what was found is enough."""


class Reader:
    """Feed XML piece by piece; what is wrong with it is in ``fault``.

    :ivar fault: code of a fault, ``""`` for none
    :ivar root: name of the outermost element, its namespace in braces
    :ivar active: it would run something in a browser
    :ivar calls_out: it would fetch or run something in an office program
    :ivar encoding: as the declaration says, ``""`` when it says nothing
    """

    def __init__(self, *, any_entity: bool = True) -> None:
        self.fault = ""
        self.root = ""
        self.encoding = ""
        self.namespaces: set[str] = set()
        self.active = self.calls_out = False
        self._depth = self._entities = 0
        self._any_entity = any_entity
        self._parser = parser = expat.ParserCreate(namespace_separator=_NAMESPACE)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._entity
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ExternalEntityRefHandler = self._external
        parser.XmlDeclHandler = self._declaration
        parser.StartNamespaceDeclHandler = self._namespace

    def feed(self, chunks: Iterable[bytes], *, whole: bool) -> None:
        """Read all pieces.

        :param whole: the end of the pieces is the end of the file
        :raises Spent: when the budget of the pieces is used up
        """
        try:
            for chunk in chunks:
                self._parser.Parse(chunk, False)
            if whole:
                self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            at_end = whole and error.code in _CUT
            self.fault = "truncated" if at_end else "damaged"
        except (LookupError, ValueError):  # the declaration names no known encoding
            self.fault = "unknown_encoding"
        except Stopped:
            pass

    def _stop(self, fault: str) -> None:
        self.fault = fault
        raise Stopped

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        namespace, _, local = name.rpartition(_NAMESPACE)
        if not self.root:
            self.root = f"{{{namespace}}}{local}" if namespace else local
            if local.lower() not in _WATCHED:
                self._parser.StartElementHandler = self._start_quickly
        if self._depth > MAX_DEPTH:
            self._stop("too_deep")
        if local in ("Relationship", "ddeLink"):
            kind = attributes.get("Type", "").rpartition("/")[2]
            away = attributes.get("TargetMode", "").lower() == "external"
            self.calls_out |= local == "ddeLink" or (away and kind in _FETCHED)
        if local.lower() in ("script", "foreignobject"):
            self.active = True
        for key, value in attributes.items():
            called = key.rpartition(_NAMESPACE)[2].lower()
            jumps = called == "href" and value.strip().lower().startswith("javascript:")
            if jumps or (called.startswith("on") and len(called) > 4):
                self.active = True

    def _start_quickly(self, name: str, attributes: dict[str, str]) -> None:
        """Count levels alone: tables have millions of elements."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._stop("too_deep")

    def _end(self, name: str) -> None:
        self._depth -= 1

    def _entity(
        self,
        name: str,
        is_parameter: bool,
        value: str | None,
        base: str | None,
        system: str | None,
        public: str | None,
        notation: str | None,
    ) -> None:
        """Let through short names of addresses, which RDF of editors is full of."""
        self._entities += 1
        harmless = (
            self._any_entity
            and not is_parameter
            and value is not None
            and len(value) <= _MAX_ENTITY
            and not set("&%<") & set(value)
            and self._entities <= _MAX_ENTITIES
        )
        if not harmless:
            self._stop("entities")

    def _doctype(
        self, name: str, system: str | None, public: str | None, internal: bool
    ) -> None:
        if not self._any_entity:
            self._stop("entities")

    def _external(self, *_: object) -> int:
        self._stop("entities")
        return 0

    def _declaration(self, version: str, encoding: str | None, alone: int) -> None:
        self.encoding = (encoding or "").lower()

    def _namespace(self, prefix: str | None, uri: str) -> None:
        if len(self.namespaces) < 100:
            self.namespaces.add(uri)


def kind_of(reader: Reader) -> str:
    """Return the format by the outermost element."""
    namespace, _, local = reader.root.lstrip("{").rpartition("}")
    if local == "kml":
        return "KML"
    if namespace == _RDF and local == "RDF":
        return "RDF"
    if namespace == _XSD and local == "schema":
        return "XSD"
    if local == "html" and namespace in (_XHTML, ""):
        return "XHTML" if namespace else "HTML"
    if local == "svg" and namespace in (_SVG, ""):
        return "SVG"
    of_gml = any(one.startswith(_GML) for one in reader.namespaces)
    if namespace.startswith(_GML) or (of_gml and local.endswith("FeatureCollection")):
        return "GML"
    return "XML"


def examine(look: Look) -> None:
    """Say which XML it is, and what is wrong with it."""
    reader = Reader()
    try:
        reader.feed(
            look.chunks() if look.deep else [look.head],
            whole=not look.partial and (look.deep or look.size <= len(look.head)),
        )
    except Spent:
        look.whole = False
        if not reader.root:
            look.fault("unreadable")
    look.format = kind_of(reader)
    look.root = reader.root
    look.encoding = _encoding(look, reader.encoding)
    if look.format == "HTML" and not reader.fault:
        look.also.append("XHTML")
    if reader.fault == "too_deep":
        look.fault("too_deep", limit=MAX_DEPTH)
    elif reader.fault:
        look.fault(reader.fault)
    if look.format == "SVG" and reader.active:
        look.fault("active")


_NAMES = {
    "": "utf-8",
    "utf-8": "utf-8",
    "us-ascii": "utf-8",
    "windows-1251": "cp1251",
    "koi8-u": "koi8-u",
    "ibm866": "cp866",
    "iso-8859-5": "iso8859-5",
}


def _encoding(look: Look, declared: str) -> str:
    if look.head.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if look.head.startswith(b"\xfe\xff"):
        return "utf-16-be"
    if look.head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    return _NAMES.get(declared, "")
