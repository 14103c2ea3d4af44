"""Keywords as the national portal and CKAN accept them.

The national harvester drops a tag that does not match ``[\\w \\-.]*$`` and CKAN
refuses it, so words are repaired where that is safe, and each repair is told.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .text import APOSTROPHE, clean, with_apostrophe

MIN_LENGTH, MAX_LENGTH = 2, 100  # CKAN's own rule
TOO_SHORT, TOO_LONG, FORBIDDEN = "too_short", "too_long", "forbidden_character"

# Marks of quotation, brackets and «№» go; slashes part words; dashes become hyphens.
_REPAIRS = str.maketrans(
    {
        **dict.fromkeys("№\"'`´«»„“”‟‘’‚‛‹›＂＇()[]{}<>⟨⟩（）［］｛｝", ""),
        **dict.fromkeys("/\\", " "),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "\u0301": "",  # the stress mark of dictionaries
    }
)
_ALLOWED = re.compile(r"[\w \-.]")


@dataclass(frozen=True)
class Keywords:
    """Keywords that can be stored, and what happened to the others.

    ``changes`` holds (written, stored) where the two differ; ``refused`` holds
    (written, code), the code being one of ``too_short``, ``too_long`` and
    ``forbidden_character`` (``forbidden_characters`` names them).
    """

    kept: tuple[str, ...]
    changes: tuple[tuple[str, str], ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


def split(text: str) -> list[str]:
    """Split what was typed into one box: commas, semicolons and new lines part."""
    return [word for word in map(clean, re.split(r"[,;\n\r]", text)) if word]


def normalise(words: Iterable[str]) -> Keywords:
    """Repair the words, drop repeated ones, and tell all that was done."""
    kept: dict[str, str] = {}
    changes, refused = [], []
    for written in filter(None, map(clean, words)):
        word = _repaired(written)
        if fault := _fault(word):
            refused.append((written, fault))
            continue
        stored = kept.setdefault(word.casefold(), word)
        if stored != written:
            changes.append((written, stored))
    return Keywords(tuple(kept.values()), tuple(changes), tuple(refused))


def forbidden_characters(word: str) -> str:
    """Return the characters that no keyword may hold, each once."""
    return "".join(dict.fromkeys(_ALLOWED.sub("", _repaired(clean(word)))))


def _repaired(word: str) -> str:
    marked = with_apostrophe(word, APOSTROPHE)
    return " ".join(marked.translate(_REPAIRS).split())


def _fault(word: str) -> str | None:
    if _ALLOWED.sub("", word):
        return FORBIDDEN
    if len(word) < MIN_LENGTH:
        return TOO_SHORT
    return TOO_LONG if len(word) > MAX_LENGTH else None
