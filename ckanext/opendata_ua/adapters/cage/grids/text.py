"""Lines of a table of text: any delimiter, and any encoding met in Ukraine."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from ..heads.text import delimiter_of
from .limits import Different, Most

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 64 * 1024  # letters by which the delimiter is chosen
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\r\n")
_TOLD = "sep="  # the first line of a file by which Excel knows the delimiter


def decoded(content: bytes) -> str:
    """Return bytes as text: UTF-8, UTF-16, else what Windows writes in Ukraine.

    :raises Different: when the bytes are no text
    """
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return content.decode(codec, "replace")
    if b"\0" in content[:_HEAD]:
        return _without_mark(content)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1251", "replace")


def _without_mark(content: bytes) -> str:
    """Return UTF-16 that has no mark: letters of a table have a zero byte each."""
    head = content[: _HEAD - _HEAD % 2]
    for codec, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        text = content.decode(codec, "replace") if zeros.count(0) else "\0"
        if _CONTROLS.isdisjoint(text[:_HEAD]):
            return text
    raise Different("the bytes are no text")


def lines(text: str, most: Most) -> Iterator[list[str]]:
    """Yield the lines of a table of text."""
    csv.field_size_limit(most.letters + 1)
    delimiter = None
    start = text[: len(_TOLD) + 1]
    if start[:-1].lower() == _TOLD and text[len(start) :][:1] in ("\r", "\n"):
        delimiter = start[-1]
        text = text[len(start) :].removeprefix("\r").removeprefix("\n")
    if delimiter is None:
        delimiter = delimiter_of(text[:_HEAD], ",")
    # a stray zero byte would end the reading
    stream = io.StringIO(text.replace("\0", ""), newline="")
    return most.held(csv.reader(stream, delimiter=delimiter))
