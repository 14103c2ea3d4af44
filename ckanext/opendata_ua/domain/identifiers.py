"""Codes of bodies and places, and the readable part of an address."""

import re
import unicodedata
from collections.abc import Iterator

from stdnum.exceptions import ValidationError as CheckFailed
from stdnum.ua import edrpou as stdnum_edrpou

from . import tables
from .errors import InvalidValue
from .text import APOSTROPHES, clean
from .words import N_

MAX_SLUG, _SLUG_BORDER, _MIN_SLUG = 100, 80, 2
_LETTERS = {
    row["letter"]: (row["initial"], row["elsewhere"])
    for row in tables.rows("transliteration_2010")
}
_APOSTROPHES = frozenset(APOSTROPHES)


def edrpou(text: str) -> str:
    """Return the ЄДРПОУ code as eight digits, or raise ``InvalidValue``.

    Spaces and hyphens between digits are forgiven; a lost leading zero is not
    guessed. The check digit is another question: see ``edrpou_check_digit_ok``.
    """
    digits = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", clean(text)))
    if not re.fullmatch("[0-9]{8}", digits):
        raise InvalidValue(
            "edrpou",
            N_("“{value}” is not an EDRPOU code: the code has exactly 8 digits."),
            {"value": clean(text)},
        )
    return digits


def edrpou_check_digit_ok(text: str) -> bool:
    """Tell whether the last digit agrees with the others.

    Codes of real bodies fail this, so it may only ever warn.
    """
    try:
        stdnum_edrpou.validate(edrpou(text))
    except (InvalidValue, CheckFailed):
        return False
    return True


def katottg(text: str) -> str:
    """Return the КАТОТТГ code, ``UA`` and 17 digits, or raise ``InvalidValue``."""
    code = re.sub(r"\s", "", unicodedata.normalize("NFKC", clean(text))).upper()
    code = code.replace("А", "A", 1)  # a Cyrillic letter looks the same
    if not re.fullmatch("UA[0-9]{17}", code):
        raise InvalidValue(
            "katottg",
            N_("“{value}” is not a KATOTTH code: the code is UA and 17 digits."),
            {"value": clean(text)},
        )
    return code


#: Addresses under ``/dataset/`` that are pages of CKAN: no dataset can have them.
RESERVED = frozenset({"edit", "new", "search"})


def slug(title: str) -> str:
    """Return the title in Latin letters for an address: ``[a-z0-9-]``, 2 to 100.

    Transliteration is that of CMU resolution No. 55 of 2010. Long titles end at a
    word near 80 characters. A title that leaves nothing gives ``""``: the caller
    takes a UUID then.
    """
    latin = latin_words(title)
    if len(latin) > _SLUG_BORDER:
        border = latin.rfind("-", 0, _SLUG_BORDER + 1)
        latin = latin[: border if border > 0 else _SLUG_BORDER]
    return latin if len(latin) >= _MIN_SLUG else ""


def latin_words(text: str) -> str:
    """Return the words of a text in lower-case Latin letters, joined by hyphens.

    Transliteration is that of CMU resolution No. 55 of 2010; of any length, maybe "".
    """
    latin = "-".join(map(_latin, _words(unicodedata.normalize("NFC", text).lower())))
    return "-".join(filter(None, latin.split("-")))


def _words(text: str) -> Iterator[str]:
    """Yield the words: letters and digits, an apostrophe inside does not part them."""
    marks = re.escape(APOSTROPHES)
    return (found[0] for found in re.finditer(rf"\w+(?:[{marks}]\w+)*", text))


def _latin(word: str) -> str:
    parts, place = [], 0
    while place < len(word):
        letter = "зг" if word.startswith("зг", place) else word[place]
        initial, elsewhere = _LETTERS.get(letter) or (_ascii(letter),) * 2
        parts.append(elsewhere if place else initial)
        place += len(letter)
    return "".join(parts)


def _ascii(letter: str) -> str:
    """Return a letter of another alphabet without its marks, or a parting hyphen."""
    if letter in _APOSTROPHES:
        return ""
    plain = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return plain if plain.isalnum() else "-"
