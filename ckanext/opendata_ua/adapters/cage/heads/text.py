"""The first rows of CSV and TSV, and the first lines of JSON, XML and plain text."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from .shape import Different, Most, lines, shaped

#: Bytes of a file that are looked at, however large it is.
HEAD = 256 * 1024
DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 20  # rows by which the delimiter is chosen
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
#: How ZIP, PDF, old Office files, GZIP and pictures begin.
_NO_TEXT = (b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"\x89PNG")


@dataclass(frozen=True)
class _Text:
    text: str
    encoding: str
    whole: bool  # whether the head is all there is


def csv_rows(file: BinaryIO, most: Most, preferred: str = ",") -> dict[str, Any]:
    """Return the first rows of a table of text.

    :param preferred: delimiter to take where the rows do not tell it
    :returns: as ``shaped``, with ``encoding`` and ``delimiter``
    :raises Different: when the bytes are no text
    """
    read = _decoded(file)
    delimiter = delimiter_of(read.text, preferred)
    found = _rows(read, delimiter)
    return {
        **shaped(found, most),
        "encoding": read.encoding,
        "delimiter": delimiter,
    }


def tsv_rows(file: BinaryIO, most: Most) -> dict[str, Any]:
    """Return the first rows of a table whose cells are parted by tabs."""
    return csv_rows(file, most, "\t")


def text_lines(file: BinaryIO, most: Most) -> dict[str, Any]:
    """Return the first lines of a text: as ``lines``, with ``encoding``.

    :raises Different: when the bytes are no text
    """
    read = _decoded(file)
    return {**lines(read.text, most), "encoding": read.encoding}


def json_lines(file: BinaryIO, most: Most) -> dict[str, Any]:
    """Return the first lines of JSON; of a small file in the usual lines of people.

    :raises Different: when the bytes are no text
    :raises ValueError: when a small file is no JSON
    """
    read = _decoded(file)
    text = read.text
    if read.whole:
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    return {**lines(text, most), "encoding": read.encoding}


def _decoded(file: BinaryIO) -> _Text:
    """Return the head of a file as text: UTF-8, else what Windows wrote in Ukraine."""
    head = file.read(HEAD + 1)
    whole, head = len(head) <= HEAD, head[:HEAD]
    for mark, codec, name in _MARKS:
        if head.startswith(mark):
            return _Text(_read_as(codec, head, "replace"), name, whole)
    if head.startswith(_NO_TEXT) or b"\0" in head:
        raise Different("the bytes are no text")
    try:
        return _Text(_read_as("utf-8", head, "strict"), "UTF-8", whole)
    except UnicodeDecodeError:
        return _Text(_read_as("cp1251", head, "replace"), "windows-1251", whole)


def _read_as(codec: str, head: bytes, errors: str) -> str:
    # a letter that the end of the head divides is left out
    return codecs.getincrementaldecoder(codec)(errors).decode(head)


def delimiter_of(text: str, preferred: str) -> str:
    """Return the delimiter that parts the first rows into columns the most evenly."""

    def score(delimiter: str) -> tuple[float, int, bool]:
        widths = Counter(
            len(row)
            for row, _ in zip(_parsed(text, delimiter), range(SAMPLE), strict=False)
            if row
        )
        # not `most_common`: it imports a module late
        width, times = max(widths.items(), key=lambda one: one[1], default=(0, 0))
        even = times / widths.total() if width > 1 else 0.0
        return even, width, delimiter == preferred

    best = max((preferred, *DELIMITERS), key=score)
    return best if score(best)[0] else preferred


def _rows(read: _Text, delimiter: str) -> Iterator[list[str]]:
    """Yield rows; the last one of a head may be cut, and is left out unless alone."""
    held: list[str] | None = None
    number = 0
    for row in _parsed(read.text, delimiter):
        if held is not None:
            number += 1
            yield held
        held = row
    if held is not None and (read.whole or not number):
        yield held


def _parsed(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(2 * HEAD)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
