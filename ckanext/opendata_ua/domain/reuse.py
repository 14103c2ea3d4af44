"""The notice on further use, shown on the page of every dataset (clause 17)."""

from dataclasses import dataclass

from . import clauses, tables


@dataclass(frozen=True)
class Notice:
    """Three paragraphs of the law, in one language.

    Only the Ukrainian text is ``official``; a translation carries a ``remark`` that
    says so and must be shown with it.
    """

    paragraphs: tuple[str, ...]
    official: bool
    remark: str
    version: str
    rule: str
    source: str
    lang: str


def notice(lang: str) -> Notice:
    """Return the notice: in English for ``en``, in Ukrainian for all others."""
    data = tables.document("reuse_notice_2015")
    lang = "en" if lang == "en" else "uk"
    text = data[lang]
    return Notice(
        paragraphs=tuple(text["paragraphs"]),
        official=text["official"],
        remark=text["remark"],
        version=data["version"],
        rule=clauses.cite(data["clause"]),
        source=data["source"],
        lang=lang,
    )
