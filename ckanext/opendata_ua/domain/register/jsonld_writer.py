"""The register as JSON-LD, in the terms of DCAT-AP."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from . import terms
from .heading import Heading
from .records import JOINT, RegisterRow
from .terms import mailto

_ENCODER = msgspec.json.Encoder()
_IRI = {"@type": "@id"}
_WORDS = {"@language": "uk"}
#: Prefixes, and which keys hold addresses or Ukrainian words.
CONTEXT: dict[str, Any] = {
    **terms.PREFIXES,
    "dcat:landingPage": _IRI,
    "dcat:accessURL": _IRI,
    "vcard:hasEmail": _IRI,
    "adms:status": _IRI,
    "dct:title": _WORDS,
    "dct:description": _WORDS,
    "dcat:keyword": _WORDS,
    "rdfs:label": _WORDS,
    "foaf:name": _WORDS,
    "vcard:fn": _WORDS,
}


class JsonLdWriter:
    """Write the labels of known terms, then the catalogue with a dataset a line."""

    def __init__(self, heading: Heading) -> None:
        self._heading = heading
        self._first = True

    def begin(self) -> bytes:
        """Return what stands before the rows."""
        labels = [
            {
                "@id": one.iri,
                "@type": one.kind,
                "skos:prefLabel": _label(one.label, one.lang),
            }
            for one in terms.labelled()
        ]
        catalogue = {
            "@id": self._heading.page_url,
            "@type": "dcat:Catalog",
            "dct:title": self._heading.title,
            "dct:description": self._heading.description,
            "dct:publisher": {
                "@type": "foaf:Agent",
                "foaf:name": self._heading.publisher,
            },
        }
        whole = {"@context": CONTEXT, "@graph": [*labels, catalogue]}
        return _ENCODER.encode(whole)[:-3] + b',"dcat:dataset":['

    def rows(self, rows: Sequence[RegisterRow]) -> bytes:
        """Return the next rows."""
        if not rows:
            return b""
        start, self._first = b"\n" if self._first else b",\n", False
        # as in JSON: line ends are between rows only; a list, since msgspec 0.20 never
        # lets go of what an iterator gives it
        lines = _ENCODER.encode_lines([_row(row) for row in rows])
        return start + lines[:-1].replace(b"\n", b",\n")

    def end(self) -> bytes:
        """Return what stands after the rows."""
        return b"\n]}]}\n"


def _row(row: RegisterRow) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@id": row.page,
        "@type": ["dcat:Dataset", "foaf:Document"],
        "dcat:landingPage": row.page,
        "dct:identifier": row.identifier,
        "dct:title": row.title,
    }
    if row.description:
        told["dct:description"] = row.description
    if row.frequency:
        told["dct:accrualPeriodicity"] = _frequency(row.frequency)
    if row.keywords:
        told["dcat:keyword"] = row.keywords.split(JOINT)
    if row.purpose:
        told["dct:provenance"] = {
            "@type": "dct:ProvenanceStatement",
            "rdfs:label": row.purpose,
        }
    if row.formats:
        told["dcat:distribution"] = [
            {
                "@type": "dcat:Distribution",
                "dcat:accessURL": row.page,
                "dct:format": one,
            }
            for one in _formats(row.formats)
        ]
    if row.contact or row.email:
        told["dcat:contactPoint"] = _contact(row.contact, row.email)
    if row.stop.value == "withdrawn":
        told["adms:status"] = terms.WITHDRAWN
    if row.publisher:
        told["dct:publisher"] = _holder(
            row.holder_page, row.publisher, row.publisher_code
        )
    return told


def _label(label: str, lang: str) -> Any:
    return {"@value": label, "@language": lang} if lang else label


@lru_cache(maxsize=64)
def _frequency(label: str) -> dict[str, Any]:
    iri = terms.frequency(label)
    if iri:
        return {"@id": iri}
    return {"@type": terms.FREQUENCY_KIND, "skos:prefLabel": _label(label, "uk")}


@lru_cache(maxsize=4096)
def _formats(joined: str) -> list[dict[str, Any]]:
    return [_format(name) for name in joined.split(JOINT)]


def _format(name: str) -> dict[str, str]:
    iri = terms.format_of(name)
    return {"@id": iri} if iri else {"@type": terms.FORMAT_KIND, "skos:prefLabel": name}


@lru_cache(maxsize=1024)
def _contact(name: str, email: str) -> dict[str, str]:
    told = {"@type": "vcard:Kind"}
    if name:
        told["vcard:fn"] = name
    if email:
        told["vcard:hasEmail"] = mailto(email)
    return told


@lru_cache(maxsize=1024)
def _holder(page: str, title: str, code: str | None) -> dict[str, str]:
    told = {"@type": "foaf:Agent", "foaf:name": title}
    if page:
        told["@id"] = page
    if code:
        told["dct:identifier"] = code
    return told
