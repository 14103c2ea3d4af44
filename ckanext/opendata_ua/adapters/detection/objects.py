"""JSON and its kinds, read as a stream: memory does not grow with the file."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Any

import ijson
import ijson.backends.python  # where there is no compiled one
from ijson.common import IncompleteJSONError, JSONError

from .letters import WIDE
from .look import Look, Spent

MAX_DEPTH = 100
_KEYS = 200
_GEO = frozenset(
    {
        *("FeatureCollection", "Feature", "GeometryCollection", "Point", "MultiPoint"),
        *("LineString", "MultiLineString", "Polygon", "MultiPolygon"),
    }
)
_GEO_PARTS = frozenset({"features", "geometry", "geometries", "coordinates"})
#: How the next value of JSON lines begins.
_ANOTHER = re.compile(r"\s*[\[{]")
_BEGINS = re.compile(r'\s*(?:\{\s*(?:["}]|$)|\[\s*(?:[\[\]{"\d-]|true|false|null|$))')


def begins(text: str) -> bool:
    """Tell whether a text begins as an object or a list of JSON does."""
    return bool(_BEGINS.match(text))


class _Pieces:
    """Pieces of bytes as a file that ijson reads."""

    def __init__(self, chunks: Iterable[bytes], encoding: str) -> None:
        self._chunks: Iterator[bytes] = iter(chunks)
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._plain = encoding == "utf-8"
        self._first = True
        self.spent = False

    def read(self, count: int) -> bytes:
        if count == 0:
            return b""
        while True:
            try:
                chunk = next(self._chunks, b"")
            except Spent:
                # the parser would take an exception for its own, and the end for a cut
                self.spent = True
                return b""
            if not chunk:
                return b""
            given = chunk if self._plain else self._recoded(chunk)
            if given:
                return given

    def _recoded(self, chunk: bytes) -> bytes:
        text = self._decoder.decode(chunk)
        if self._first:
            text, self._first = text.removeprefix("\ufeff"), False
        return text.encode()


class Reader:
    """What the outermost level says, and what is wrong.

    :ivar top: keys of the outermost object with their texts, ``None`` for other values
    :ivar values: how many values stand one after another
    :ivar fault: code of a fault, ``""`` for none
    """

    def __init__(self) -> None:
        self.top: dict[str, str | None] = {}
        self.values = 0
        self.fault = ""
        self.is_list = False
        self.records = False
        self._depth = 0
        self._key = ""

    def feed(self, pieces: _Pieces) -> None:
        """Read all of the pieces, or to the first fault."""
        try:
            for event, value in ijson.basic_parse(
                pieces, multiple_values=True, buf_size=64 * 1024
            ):
                self._take(event, value)
                if self._depth > MAX_DEPTH:
                    self.fault = "too_deep"
                    return
        except IncompleteJSONError as error:
            self.fault = "truncated" if _is_cut(error, self._depth) else "damaged"
        except (JSONError, ValueError, OverflowError):
            self.fault = "damaged"

    def _take(self, event: str, value: Any) -> None:
        if event in ("start_map", "start_array"):
            if self._depth == 0:
                self.values += 1
                self.is_list = event == "start_array"
            elif self._depth == 1 and self._key and len(self.top) < _KEYS:
                self.top.setdefault(self._key, None)
            self.records |= event == "start_map" and self.is_list
            self._depth += 1
        elif event in ("end_map", "end_array"):
            self._depth -= 1
        elif event == "map_key":
            if self._depth == 1:
                self._key = value
        elif self._depth == 1 and self._key and len(self.top) < _KEYS:
            self.top[self._key] = value if isinstance(value, str) else None
        elif self._depth == 0:
            self.values += 1


def _is_cut(error: Exception, depth: int) -> bool:
    words = str(error)
    return depth > 0 and any(one in words for one in ("premature EOF", "Incomplete"))


def kind_of(reader: Reader) -> str:
    """Return the format by the keys of the outermost object."""
    top = reader.top
    if reader.values > 1:
        return "JSONL"
    if top.get("type") in _GEO and _GEO_PARTS & set(top):
        return "GEOJSON"
    schema = top.get("$schema") or ""
    if "json-schema.org" in schema or "frictionlessdata.io" in schema:
        return "JSON-SCHEMA"
    if "@context" in top or "@graph" in top:
        return "JSON-LD"
    return "JSON"


def examine(look: Look, encoding: str) -> None:
    """Say which JSON it is, and what is wrong with it."""
    whole_in_head = look.size <= len(look.head) and not look.partial
    chunks = look.chunks() if look.deep else [look.head]
    reader = Reader()
    pieces = _Pieces(chunks, "utf-8" if encoding in ("utf-8", "") else encoding)
    reader.feed(pieces)
    look.format = kind_of(reader)
    if pieces.spent:
        look.whole = False
    read_to_end = (look.deep and not pieces.spent) or whole_in_head
    if reader.fault in ("truncated", "damaged") and not read_to_end:
        return  # a cut may fall inside an escape, which looks like damage
    if reader.fault == "too_deep":
        look.fault("too_deep", limit=MAX_DEPTH)
    elif reader.fault:
        look.fault(reader.fault)
    elif read_to_end and not reader.values:
        look.fault("empty")


__all__ = ["MAX_DEPTH", "WIDE", "begins", "examine"]
