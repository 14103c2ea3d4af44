"""The sixteen elements of the passport, in the law's order, as read from the table."""

from collections.abc import Mapping
from dataclasses import dataclass

from .. import clauses, tables


@dataclass(frozen=True)
class Element:
    """One element of the passport.

    ``fields`` are the dataset fields that hold it (``resources.`` before those of a
    file). ``law_label_uk`` keeps the grammatical case of the law; ``form_label_uk``
    is empty for the element that the printed form lacks. ``max_length`` counts
    characters. ``required_at_submission`` is false for what the system sets and for
    what only a compressed file needs. ``rule`` is the clause of the element, in words;
    ``length_clause`` is the key of the clause that sets its limit.
    """

    number: int
    key: str
    fields: tuple[str, ...]
    label_uk: str
    label_en: str
    law_label_uk: str
    form_label_uk: str
    form_label_en: str
    max_length: int | None
    required_at_submission: bool
    rule: str
    length_clause: str
    version: str
    source: str

    def label(self, lang: str, *, form: bool = False) -> str:
        """Return the label of the page, or of the printed form."""
        if form:
            return self.form_label_uk if lang == "uk" else self.form_label_en
        return self.label_uk if lang == "uk" else self.label_en


def _element(row: Mapping[str, str]) -> Element:
    return Element(
        number=int(row["number"]),
        key=row["key"],
        fields=tuple(row["fields"].split()),
        label_uk=row["label_uk"],
        label_en=row["label_en"],
        law_label_uk=row["law_label_uk"],
        form_label_uk=row["form_label_uk"],
        form_label_en=row["form_label_en"],
        max_length=int(row["max_length"]) if row["max_length"] else None,
        required_at_submission=row["required_at_submission"] == "yes",
        rule=clauses.cite(row["clause"]),
        length_clause=row["length_clause"],
        version=row["version"],
        source=row["source"],
    )


ELEMENTS: tuple[Element, ...] = tuple(map(_element, tables.rows("passport_2020")))
BY_KEY: Mapping[str, Element] = {element.key: element for element in ELEMENTS}
