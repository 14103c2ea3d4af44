"""The clauses that findings cite; own defaults are named as such, never as law."""

from collections.abc import Mapping
from dataclasses import dataclass

from . import tables


@dataclass(frozen=True)
class Clause:
    """One clause: its citation in both languages, and its standing.

    ``status`` is ``law``, ``national`` (observed on data.gov.ua) or ``own`` (a
    default of this portal).
    """

    key: str
    text_uk: str
    text_en: str
    status: str
    source: str


CLAUSES: Mapping[str, Clause] = {
    row["key"]: Clause(**row) for row in tables.rows("clauses")
}
_BY_TEXT = {clause.text_uk: clause for clause in CLAUSES.values()}


def cite(key: str) -> str:
    """Return the Ukrainian citation that goes into ``Finding.rule``."""
    return CLAUSES[key].text_uk


def translated(rule: str, lang: str) -> str:
    """Return a citation from ``Finding.rule`` in another language, if known."""
    clause = _BY_TEXT.get(rule)
    return clause.text_en if clause and lang != "uk" else rule
