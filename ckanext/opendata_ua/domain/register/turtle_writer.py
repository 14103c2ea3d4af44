"""The register as Turtle, in the terms of DCAT-AP."""

from collections.abc import Sequence
from functools import lru_cache
from json.encoder import encode_basestring as text

from . import terms
from .heading import Heading
from .records import JOINT, RegisterRow
from .terms import mailto

# A string of JSON without escaped letters is one of Turtle, too.


class TurtleWriter:
    """Write the catalogue, the labels of known terms, then a block a dataset."""

    def __init__(self, heading: Heading) -> None:
        self._heading = heading
        self._catalogue = f"<{heading.page_url}>"

    def begin(self) -> bytes:
        """Return what stands before the rows."""
        prefixes = "".join(
            f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in terms.PREFIXES.items()
        )
        labels = "".join(
            f"<{one.iri}> a {one.kind} ; skos:prefLabel {text(one.label)}"
            f"{'@' + one.lang if one.lang else ''} .\n"
            for one in terms.labelled()
        )
        heading = self._heading
        about = (
            f"{self._catalogue} a dcat:Catalog ; dct:title {text(heading.title)}@uk ;\n"
            f"  dct:description {text(heading.description)}@uk ;\n"
            f"  dct:publisher [ a foaf:Agent ; "
            f"foaf:name {text(heading.publisher)}@uk ] .\n"
        )
        return f"{prefixes}{labels}{about}".encode()

    def rows(self, rows: Sequence[RegisterRow]) -> bytes:
        """Return the next rows."""
        return "".join(map(self._row, rows)).encode()

    def end(self) -> bytes:
        """Return what stands after the rows."""
        return b""

    def _row(self, row: RegisterRow) -> str:
        page = f"<{row.page}>"
        parts = [
            f"{self._catalogue} dcat:dataset {page} .\n{page} a dcat:Dataset, "
            "foaf:Document ; "
            f"dcat:landingPage {page} ; dct:identifier {text(row.identifier)} ; "
            f"dct:title {text(row.title)}@uk"
        ]
        if row.description:
            parts.append(f"dct:description {text(row.description)}@uk")
        if row.frequency:
            parts.append(f"dct:accrualPeriodicity {_frequency(row.frequency)}")
        if row.keywords:
            words = "@uk, ".join(map(text, row.keywords.split(JOINT)))
            parts.append(f"dcat:keyword {words}@uk")
        if row.purpose:
            parts.append(
                "dct:provenance [ a dct:ProvenanceStatement ; "
                f"rdfs:label {text(row.purpose)}@uk ]"
            )
        if row.formats:
            parts.append(_formats(row.formats).replace(terms.PAGE, row.page))
        if row.contact or row.email:
            parts.append(_contact(row.contact, row.email))
        if row.stop.value == "withdrawn":
            parts.append(f"adms:status <{terms.WITHDRAWN}>")
        if row.publisher:
            parts.append(_holder(row.holder_page, row.publisher, row.publisher_code))
        return " ;\n  ".join(parts) + " .\n"


@lru_cache(maxsize=64)
def _frequency(label: str) -> str:
    iri = terms.frequency(label)
    return f"<{iri}>" if iri else f"[ a {terms.FREQUENCY_KIND} ; {_called(label)}@uk ]"


@lru_cache(maxsize=4096)
def _formats(joined: str) -> str:
    distributions = ", ".join(
        f"[ a dcat:Distribution ; dcat:accessURL <{terms.PAGE}> ; "
        f"dct:format {_format(name)} ]"
        for name in joined.split(JOINT)
    )
    return f"dcat:distribution {distributions}"


def _format(name: str) -> str:
    iri = terms.format_of(name)
    return f"<{iri}>" if iri else f"[ a {terms.FORMAT_KIND} ; {_called(name)} ]"


def _called(label: str) -> str:
    return f"skos:prefLabel {text(label)}"


@lru_cache(maxsize=1024)
def _contact(name: str, email: str) -> str:
    said = f" ; vcard:fn {text(name)}@uk" if name else ""
    link = f" ; vcard:hasEmail <{mailto(email)}>" if email else ""
    return f"dcat:contactPoint [ a vcard:Kind{said}{link} ]"


@lru_cache(maxsize=1024)
def _holder(page: str, title: str, code: str | None) -> str:
    digits = f" ; dct:identifier {text(code)}" if code else ""
    about = f"a foaf:Agent ; foaf:name {text(title)}@uk{digits}"
    if not page:
        return f"dct:publisher [ {about} ]"
    return f"dct:publisher <{page}> .\n<{page}> {about}"
