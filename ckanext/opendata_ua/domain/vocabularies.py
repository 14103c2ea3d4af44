"""The closed lists: one code is stored, many spellings are understood."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from . import tables
from .text import folded

_OWN_COLUMNS = {"code", "label_uk", "label_en", "other_labels", "uri", "offered"}


@dataclass(frozen=True)
class Term:
    """One value of a list.

    ``uri`` is the full address in the EU authority table, if there is one.
    ``offered`` terms appear in forms; the others are only accepted. ``extra`` holds
    the further columns of the file, ``version`` and ``source`` among them.
    """

    code: str
    label_uk: str
    label_en: str
    other_labels: tuple[str, ...] = ()
    uri: str | None = None
    offered: bool = True
    extra: Mapping[str, str] = field(default_factory=dict)

    def label(self, lang: str) -> str:
        """Return the label: Ukrainian for ``uk``, English for all others."""
        return self.label_uk if lang == "uk" else self.label_en

    def spellings(self) -> Iterator[str]:
        """Yield all that may stand for the term on input, the surest first."""
        yield self.code
        yield from (self.label_uk, self.label_en, *self.other_labels)
        yield self.extra.get("iso_639_1", "")
        # Several national themes share one EU theme; only one of them answers to it.
        if self.uri and self.extra.get("resolves_uri", "yes") == "yes":
            yield from (self.uri, self.uri.rpartition("/")[2])


class Vocabulary:
    """A closed list, read from one data file."""

    def __init__(self, name: str, terms: tuple[Term, ...]) -> None:
        self.name = name
        self.terms = terms
        self._by_code = {term.code: term for term in terms}
        self._by_spelling: dict[str, Term] = {}
        for term in terms:
            for spelling in filter(None, term.spellings()):
                self._by_spelling.setdefault(_key(spelling), term)
        # A code means its own term, whatever other terms are also called.
        self._by_spelling.update((_key(term.code), term) for term in terms)

    def get(self, code: str) -> Term | None:
        """Return the term with exactly this code."""
        return self._by_code.get(code)

    def resolve(self, text: str) -> Term | None:
        """Return the term that the text stands for, or None; never guess.

        Understood are the code, a label in any case and with any apostrophe, another
        known label, the EU address (http or https) and its last part.
        """
        return self._by_spelling.get(_key(text))

    def offered(self) -> tuple[Term, ...]:
        """Return the terms that a form offers, in the order of the list."""
        return tuple(term for term in self.terms if term.offered)


def _key(text: str) -> str:
    return folded(text).removeprefix("https://").removeprefix("http://").rstrip("/")


def _read(name: str, file: str) -> Vocabulary:
    return Vocabulary(name, tuple(_term(row) for row in tables.rows(file)))


def _term(row: Mapping[str, str]) -> Term:
    return Term(
        code=row["code"],
        label_uk=row["label_uk"],
        label_en=row["label_en"],
        other_labels=tables.several(row["other_labels"]),
        uri=row["uri"] or None,
        offered=row["offered"] == "yes",
        extra={key: row[key] for key in row if key not in _OWN_COLUMNS},
    )


FREQUENCIES = _read("frequencies", "frequencies_2020")
LANGUAGES = _read("languages", "languages_2018")
THEMES = _read("themes", "themes_2026")
LICENCES = _read("licences", "licences_2026")
MANDATED = _read("mandated", "mandated_2024_10")
RESOURCE_KINDS = _read("resource_kinds", "resource_kinds_2026")
