"""Texts: their encoding, and which of the formats that are texts they are."""

from __future__ import annotations

import codecs
import re

import yaml

from . import letters, markup, objects, tabular
from .look import CHUNK, KILOBYTE, MEGABYTE, Look, Spent

#: Longer lines are read by no table program.
MAX_LINE = MEGABYTE
#: A text up to here is read whole; of a longer one samples are.
WHOLE_TEXT = 256 * MEGABYTE
_SAMPLES = 64
_YAML_WHOLE = 64 * KILOBYTE
_YAML_DEPTH = 100
_YAML_GROWTH = 100_000
_UTF8 = ("utf-8", "utf-8-sig")
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|table|script|meta|div)[\s>]",
    re.IGNORECASE,
)
_XML = re.compile(r"<(?:\?xml[\s-]|!DOCTYPE\s|!--|[A-Za-z_][\w:.-]*[\s/>])")
_TURTLE = re.compile(
    r"(?:\s*#[^\n]*\n)*\s*(?:@prefix\s+[\w.-]*:|@base\s*<|prefix\s+[\w.-]*:\s*<|base\s*<)",
    re.IGNORECASE,
)
_TRIPLE = re.compile(
    r"\s*(?:<[^<>\s]*>|_:\S+)\s+<[^<>\s]*>\s+"
    r'(?:<[^<>\s]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:\^\^<[^<>\s]*>|@[\w-]+)?)\s*'
    r"(?:<[^<>\s]*>\s*)?\.\s*(?:#.*)?$"
)
# a name of at most four words before a colon; sentences have more
_KEY = r"""(?:-\s+)?["']?[\w./-]+(?: [\w./-]+){0,3}["']?:(?:\s|$)"""
_YAML_LINE = re.compile(rf"\s*(?:-\s+\S|{_KEY}|#|---|\.\.\.|$)")
_YAML_KEY = re.compile(rf"(?m)^\s*{_KEY}")


def examine(look: Look) -> bool:
    """Say what a text is; False when the bytes are no text."""
    encoding = _encoding(look)
    if not encoding:
        return False
    if encoding == "unknown":
        encoding, known = "cp1251", False
    else:
        known = True
    look.encoding = encoding
    sample = look.head.decode(_python(encoding), "replace").removeprefix("\ufeff")
    if b"\0" in look.head and encoding not in letters.WIDE:
        look.fault("nul")
    if not sample.strip(" \t\r\n\0,;\"'") and look.size <= len(look.head):
        look.fault("empty")
    _kind(look, sample)
    if not known:
        look.encoding = ""
        look.fault("unknown_encoding")
    elif look.encoding not in (*_UTF8, ""):
        called = _NAMES.get(look.encoding, look.encoding.upper())
        look.fault("encoding", encoding=called)
    _read_on(look, encoding)
    return True


_NAMES = {"cp1251": "windows-1251", "cp866": "IBM866", "iso8859-5": "ISO-8859-5"}


def _python(encoding: str) -> str:
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _encoding(look: Look) -> str:
    """Return the encoding, ``unknown`` for a text in none of those, or ``""``."""
    head, tail = look.head, look.tail
    if marked := letters.by_mark(head):
        return marked
    if wide := letters.without_mark(head, look.size):
        return wide
    bare = head.replace(b"\0", b"")
    if len(bare) < 0.7 * len(head) or letters.looks_binary(bare):
        return ""
    end = look.size if not look.partial else None
    if letters.is_utf8(bare, cut_end=look.size > len(head) or end is None):
        far = look.size > len(head) + len(tail)
        if far and not letters.is_utf8(tail, cut_begin=True):
            return letters.eight_bit(tail) or "unknown"
        return "utf-8"
    if look.size <= len(head) and _ends_inside_a_letter(bare):
        look.fault("truncated")
        return "utf-8"
    return letters.eight_bit(bare) or "unknown"


def _ends_inside_a_letter(data: bytes) -> bool:
    return letters.is_utf8(data, cut_end=True) and not letters.is_utf8(
        data, cut_end=False
    )


def _kind(look: Look, sample: str) -> None:
    """Set the format by how the text begins, then by how it is laid out."""
    begin = sample.lstrip()
    if _HTML.match(_without_comments(begin)):
        _html(look, begin)
    elif _is_triples(look, begin):
        look.format = "N-TRIPLES"
        _ends_with_a_point(look)
    elif _XML.match(begin):
        declared = look.encoding
        markup.examine(look)
        look.encoding = look.encoding or declared
        if look.format == "XML" and not look.root and _looks_like_html(begin):
            _html(look, begin)
    elif objects.begins(begin) and not _TURTLE.match(begin):
        objects.examine(look, look.encoding)
    elif _TURTLE.match(begin):
        look.format = "TTL"
        _ends_with_a_point(look)
    else:
        _plain(look, sample)


def _without_comments(begin: str) -> str:
    """Return a text of markup from what comes after its first comments."""
    while begin.startswith("<!--"):
        _, _, begin = begin.partition("-->")
        begin = begin.lstrip()
    return begin


def _looks_like_html(begin: str) -> bool:
    return "<body" in begin[:4096].lower()


def _html(look: Look, begin: str) -> None:
    look.format = "HTML"
    if re.search(r"\s(?:typeof|vocab|itemscope)[\s=>]", begin):
        look.also.append("RDFA")
    if re.search(r"<html[^>]*xmlns=", begin[:4096], re.IGNORECASE):
        look.also.append("XHTML")


def _is_triples(look: Look, begin: str) -> bool:
    lines = [line for line in begin.splitlines() if line.strip()]
    if look.size > len(look.head):
        lines = lines[:-1]
    lines = [line for line in lines[:50] if not line.startswith("#")]
    return bool(lines) and all(_TRIPLE.match(line) for line in lines[:-1] or lines)


def _ends_with_a_point(look: Look) -> None:
    """A statement of RDF ends with a point; what does not, was cut."""
    if look.partial:
        return
    last = look.tail.rstrip().rpartition(b"\n")[2]
    if not last.lstrip().startswith(b"#") and not re.search(rb"[.>;}]\s*(#.*)?$", last):
        look.fault("truncated")


def _plain(look: Look, sample: str) -> None:
    longer = look.size > len(look.head)
    lines = sample.splitlines()
    complete = "\n".join(lines[:-1] if longer and len(lines) > 1 else lines)
    delimiter = tabular.delimiter_of(complete)
    if delimiter and not _is_yaml(lines, strict=True):
        look.format = "TSV" if delimiter == "\t" else "CSV"
        look.delimiter = delimiter
        _width(look, delimiter)
    elif _is_yaml(lines):
        look.format = "YAML"
        _yaml(look, sample)
    else:
        look.format = "TXT"
        # one column needs no delimiter, and a table may begin with a page of notes
        look.also += ["CSV", "TSV"]


def _width(look: Look, delimiter: str) -> None:
    first = look.at(0, MAX_LINE).split(b"\n", 1)[0]
    columns = tabular.columns_of(
        first.decode(_python(look.encoding), "replace"), delimiter
    )
    if columns > tabular.MAX_COLUMNS:
        look.fault("too_wide", columns=columns, limit=tabular.MAX_COLUMNS)


def _is_yaml(lines: list[str], *, strict: bool = False) -> bool:
    shown = [line for line in lines[:200] if line.strip()]
    if not shown:
        return False
    fitting = sum(bool(_YAML_LINE.match(line)) for line in shown)
    keys = sum(bool(_YAML_KEY.match(line)) for line in shown)
    if strict:
        return fitting == len(shown) and keys >= max(2, len(shown) / 3)
    return fitting >= 0.9 * len(shown) and keys >= max(1, len(shown) / 4)


def _yaml(look: Look, sample: str) -> None:
    """Read a short YAML as events: nothing is built, so nothing can grow."""
    if look.size > _YAML_WHOLE or look.partial or not look.deep:
        return
    sizes: dict[str, int] = {}
    stack: list[tuple[str, int]] = [("", 0)]
    try:
        for event in yaml.parse(sample, Loader=yaml.SafeLoader):
            count = 0
            if isinstance(event, yaml.AliasEvent):
                count = sizes.get(event.anchor, 1)
            elif isinstance(event, yaml.ScalarEvent):
                count = 1
                if event.anchor:
                    sizes[event.anchor] = 1
            elif isinstance(event, yaml.CollectionStartEvent):
                stack.append((event.anchor or "", 1))
            elif isinstance(event, yaml.CollectionEndEvent):
                anchor, count = stack.pop()
                if anchor:
                    sizes[anchor] = count
            if len(stack) > _YAML_DEPTH:
                look.fault("too_deep", limit=_YAML_DEPTH)
                return
            stack[-1] = (stack[-1][0], stack[-1][1] + count)
            if stack[-1][1] > _YAML_GROWTH:
                look.fault("bomb")
                return
    except (yaml.YAMLError, RecursionError, ValueError):
        # it was taken for YAML by its looks alone
        look.format, look.also = "TXT", ["CSV", "TSV", "YAML"]


def _read_on(look: Look, encoding: str) -> None:
    """Read the rest for what no beginning shows: zero bytes, letters, line ends."""
    if not look.deep or look.has("unknown_encoding", "nul", "too_deep"):
        return
    lines = look.format in ("CSV", "TSV", "TXT", "YAML", "N-TRIPLES", "JSONL")
    try:
        if look.size <= WHOLE_TEXT:
            _read_all(look, encoding, lines=lines)
        else:
            look.whole, look.sampled = False, True
            _read_samples(look, encoding, lines=lines)
    except Spent:
        look.whole = False


def _read_all(look: Look, encoding: str, *, lines: bool) -> None:
    decoder = codecs.getincrementaldecoder(_python(encoding))("strict")
    ahead = 0
    for chunk in look.chunks():
        if not _sound(look, chunk, encoding):
            return
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            look.fault("unknown_encoding")
            return
        if lines:
            ahead = _longest(look, chunk, ahead)
            if look.has("long_line"):
                return
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        look.fault("truncated")


def _read_samples(look: Look, encoding: str, *, lines: bool) -> None:
    step = look.size // _SAMPLES
    for number in range(_SAMPLES):
        start = number * step // 4 * 4
        chunk = b"".join(look.chunks(start, start + CHUNK))
        if not _sound(look, chunk, encoding):
            return
        utf8 = encoding in _UTF8
        if utf8 and not letters.is_utf8(chunk, cut_begin=True):
            look.fault("unknown_encoding")
            return
        # some line begins in every sample of an ordinary table
        if lines and b"\n" not in chunk:
            around = b"".join(look.chunks(start, start + MAX_LINE + CHUNK))
            if b"\n" not in around:
                look.fault("long_line", limit=MAX_LINE)
                return


def _sound(look: Look, chunk: bytes, encoding: str) -> bool:
    if encoding not in letters.WIDE and b"\0" in chunk:
        look.fault("nul")
        return False
    return True


def _longest(look: Look, chunk: bytes, ahead: int) -> int:
    """Note a line that is too long; return how long the last one already is."""
    parts = chunk.replace(b"\r", b"\n").split(b"\n")
    if len(parts) == 1:
        ahead += len(chunk)
        longest = ahead
    else:
        longest = max(ahead + len(parts[0]), *map(len, parts[1:]))
        ahead = len(parts[-1])
    if longest > MAX_LINE:
        look.fault("long_line", limit=MAX_LINE)
    return ahead
