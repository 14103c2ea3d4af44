"""In which encoding the letters of a text are written."""

from __future__ import annotations

import codecs
import re

#: Marks at the beginning of a text, the longer ones first.
_MARKS = (
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_EIGHT_BIT = ("cp1251", "koi8-u", "cp866", "mac-cyrillic", "iso8859-5")
# the most common letters of Ukrainian, some nine of ten in a text
_COMMON = frozenset("оанивітрескдлпумязьгчбхйжшюцєїщф")
# a small letter before a capital one, letters of two scripts in one word, and letters
# of neither language
_ODD = re.compile(
    "[а-яґєії][А-ЯҐЄІЇ]|[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]"
    "|[ЂЃЉЊЌЋЏђѓљњќћџЎўЅѕ]"
)
_OUTSIDE = re.compile("[^\x00-\x7f\u0400-\u04ff«»“”„’‘–—…№°©®§±·\u00a0•€×²³]")
_SAMPLE = 32 * 1024
_SHOWN = 8 * 1024  # letters enough to tell one encoding from another
_HIGH = re.compile(b"[\x80-\xff]")
_CONTROLS = re.compile(b"[\x01-\x08\x0e-\x1a\x1c-\x1f]")


def by_mark(head: bytes) -> str:
    """Return the encoding that a mark at the beginning names, or ``""``."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), "")


def without_mark(head: bytes, size: int) -> str:
    """Return UTF-16 that lacks its mark, ``""`` for anything else.

    Every second byte of Ukrainian or English there is 0, 4 or 32.
    """
    if size % 2 or len(head) < 8:
        return ""
    sample = head[:_SAMPLE]
    for high, name in ((sample[1::2], "utf-16-le"), (sample[0::2], "utf-16-be")):
        low = sample[0::2] if high == sample[1::2] else sample[1::2]
        narrow = sum(high.count(one) for one in (0, 4, 0x20))
        if narrow > 0.95 * len(high) and low.count(0) < 0.05 * len(low):
            return name
    return ""


def is_utf8(sample: bytes, *, cut_begin: bool = False, cut_end: bool = True) -> bool:
    """Tell whether bytes are UTF-8; a letter at an end that is cut does not count."""
    if cut_begin:
        # at most three bytes can belong to a letter that began before
        skip = next((n for n, one in enumerate(sample[:4]) if one & 0xC0 != 0x80), 4)
        sample = sample[skip:]
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(sample, final=not cut_end)
    except UnicodeDecodeError:
        return False
    return True


def looks_binary(sample: bytes) -> bool:
    """Tell whether there are more control characters than any text has."""
    return len(_CONTROLS.findall(sample)) > len(sample) / 100


def eight_bit(sample: bytes) -> str:
    """Return the Cyrillic encoding that makes the best Ukrainian, ``""`` for none."""
    best, best_score = "", 0.5
    begin = next((match.start() for match in _HIGH.finditer(sample)), 0)
    shown = sample[begin : begin + _SHOWN]
    for name in _EIGHT_BIT:
        if (score := _score(shown.decode(name, "replace"))) > best_score:
            best, best_score = name, score
    return best


def _score(text: str) -> float:
    """Return how much of what is not ASCII reads as Ukrainian, at most 1."""
    foreign = sum(not one.isascii() for one in text)
    if not foreign:
        return 0.0
    good = sum(one in _COMMON for one in text)
    # titles are written in capitals: they count, but less, or KOI8 turned over wins
    good_capitals = sum(one.lower() in _COMMON for one in text) - good
    odd = len(_ODD.findall(text)) + len(_OUTSIDE.findall(text))
    return (good + 0.8 * good_capitals - 2 * odd) / foreign
