"""Mistakes of typing: which word was meant. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping

WORDS_LOOKED_AT = 6
WORDS_COMPARED = 5000
#: Shorter words have too many neighbours to guess among.
SHORTEST = 4
#: From this length on two mistakes in a word are believed.
LONG = 6

_WORD = re.compile(r"[а-яіїєґ'’ʼ]+", re.IGNORECASE)
_APOSTROPHES = str.maketrans(dict.fromkeys("'’ʼ"))
_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_UKRAINIAN = "йцукенгшщзхїфівапролджєячсмитьбю"
# Marks have no capitals: small letters come last and win over them.
_KEYS = str.maketrans(_LATIN.upper() + _LATIN, _UKRAINIAN.upper() + _UKRAINIAN)


def may_be_mistyped(word: str) -> bool:
    """Tell whether a word is one that may be replaced: Cyrillic and not short.

    Numbers, codes and names of files are never replaced by something similar.
    """
    return len(word) >= SHORTEST and _WORD.fullmatch(word) is not None


def tolerance(word: str) -> int:
    """Return how many letters of a word may be wrong."""
    return 2 if len(word) >= LONG else 1


def nearest(word: str, known: Mapping[str, int]) -> str | None:
    """Return the known word that was most likely meant, or None.

    Fewer mistakes win, then a right first letter, then the more frequent word.

    :param word: what was typed, in lower case
    :param known: word → how often it occurs
    """
    ranked = sorted(
        (distance(word, other), word[0] != other[0], -count, other)
        for other, count in known.items()
        if abs(len(other) - len(word)) <= tolerance(word) and may_be_mistyped(other)
    )
    if not ranked or ranked[0][0] > tolerance(word):
        return None
    return ranked[0][-1]


def distance(one: str, other: str) -> int:
    """Return how many letters were left out, added, replaced or swapped.

    The optimal string alignment distance; apostrophes do not count.
    """
    one, other = one.translate(_APOSTROPHES), other.translate(_APOSTROPHES)
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = letter != wanted
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + cost)
            swapped = i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]
            row.append(min(best, earlier[j - 2] + 1) if swapped else best)
    return row[-1]


def on_ukrainian_keyboard(text: str) -> str:
    """Return what these keys write with the Ukrainian layout, or an empty text.

    Only for a text of Latin letters: «irjkf» is «школа» typed with the wrong layout.
    """
    if not re.fullmatch(r"[a-z\[\];',.\s]{3,}", text, re.IGNORECASE):
        return ""
    return text.translate(_KEYS)
