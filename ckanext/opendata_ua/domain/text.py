"""What people type and paste, made into text that can be stored and printed."""

import re
import unicodedata

APOSTROPHE = "\u02bc"
# Marks seen in place of the Ukrainian apostrophe inside words: quotation marks,
# accents and primes, and modifier letters that look alike.
APOSTROPHES = (
    "'`\u00b4\u2018\u2019\u201b\u2032\uff07\u02b9\u02bb\u02bc\u02bd\u02be\u02c8\u02ca"
)
_BETWEEN_LETTERS = re.compile(rf"(?<=[^\W\d_])[{APOSTROPHES}](?=[^\W\d_])")
_QUOTES = "\"'`«»„“”‟‘’‚‹›"
# Invisible marks that office programs paste along: soft hyphen, zero-width space,
# word joiner, byte order mark, and the marks that turn the direction of writing.
_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e")
)
_INVISIBLE.update(dict.fromkeys(range(0x2066, 0x206A)))
_LINE_ENDS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
# Control characters and halves of pairs (Cc, Cs) apart from tab and line end.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Characters that XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(value: str, *, keep_lines: bool = False) -> str:
    """Return the text composed (NFC), without control marks and outer spaces.

    Line ends become LF. Unless ``keep_lines``, every run of white space becomes
    one space. The length of the result is the length that limits are about.
    """
    # most texts hold nothing of all this; a table of gaps cleans a million of them
    if not (value.isprintable() and unicodedata.is_normalized("NFC", value)):
        value = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", value))
        value = value.translate(_INVISIBLE)
        value = _CONTROL.sub("", value)
    return value.strip() if keep_lines else " ".join(value.split())


def printable(value: str) -> str:
    """Return the text without the characters that XML forbids."""
    return _NOT_XML.sub("", value)


def with_apostrophe(value: str, mark: str = APOSTROPHE) -> str:
    """Return the text with one apostrophe mark inside words."""
    return _BETWEEN_LETTERS.sub(mark, value)


def folded(value: str) -> str:
    """Return a key under which spellings of one label meet.

    Case, apostrophes, quotation marks at the ends and white space do not count.
    """
    value = unicodedata.normalize("NFKC", clean(value)).strip(_QUOTES + " ")
    return " ".join(with_apostrophe(value).casefold().split())


def shortened(value: str, limit: int = 80) -> str:
    """Return the text cut for use inside a message."""
    return value if len(value) <= limit else value[: limit - 1].rstrip() + "…"
