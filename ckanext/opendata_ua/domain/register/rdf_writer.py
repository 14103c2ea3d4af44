"""The register as RDF/XML, in the terms of DCAT-AP."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape

from . import terms
from .heading import Heading
from .records import JOINT, RegisterRow
from .terms import mailto

_DOCUMENT = f'<rdf:type rdf:resource="{terms.PREFIXES["foaf"]}Document"/>'
_UK = ' xml:lang="uk"'


class RdfWriter:
    """Write the labels of known terms, then the catalogue with its datasets."""

    def __init__(self, heading: Heading) -> None:
        self._heading = heading

    def begin(self) -> bytes:
        """Return what stands before the rows."""
        spaces = " ".join(
            f'xmlns:{prefix}="{iri}"' for prefix, iri in terms.PREFIXES.items()
        )
        labels = "".join(
            f'<{one.kind} rdf:about="{one.iri}"><skos:prefLabel'
            f"{_UK if one.lang else ''}>{escape(one.label)}</skos:prefLabel>"
            f"</{one.kind}>\n"
            for one in terms.labelled()
        )
        heading = self._heading
        name = _said("foaf:name", heading.publisher)
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF {spaces}>\n{labels}'
            f'<dcat:Catalog rdf:about="{escape(heading.page_url)}">'
            f"{_said('dct:title', heading.title)}"
            f"{_said('dct:description', heading.description)}"
            f"<dct:publisher><foaf:Agent>{name}</foaf:Agent></dct:publisher>\n"
        ).encode()

    def rows(self, rows: Sequence[RegisterRow]) -> bytes:
        """Return the next rows."""
        return "".join(map(_row, rows)).encode()

    def end(self) -> bytes:
        """Return what stands after the rows."""
        return b"</dcat:Catalog>\n</rdf:RDF>\n"


def _row(row: RegisterRow) -> str:
    page = escape(row.page)
    parts = [
        f'<dcat:dataset><dcat:Dataset rdf:about="{page}">{_DOCUMENT}<dcat:landingPage '
        f'rdf:resource="{page}"/><dct:identifier>{escape(row.identifier)}'
        f"</dct:identifier>{_said('dct:title', row.title)}"
    ]
    if row.description:
        parts.append(_said("dct:description", row.description))
    if row.frequency:
        parts.append(_frequency(row.frequency))
    if row.keywords:
        words = row.keywords.split(JOINT)
        parts.extend(_said("dcat:keyword", word) for word in words)
    if row.purpose:
        label = _said("rdfs:label", row.purpose)
        parts.append(
            "<dct:provenance><dct:ProvenanceStatement>"
            f"{label}</dct:ProvenanceStatement></dct:provenance>"
        )
    if row.formats:
        parts.append(_formats(row.formats).replace(terms.PAGE, page))
    if row.contact or row.email:
        parts.append(_contact(row.contact, row.email))
    if row.stop.value == "withdrawn":
        parts.append(f'<adms:status rdf:resource="{terms.WITHDRAWN}"/>')
    if row.publisher:
        parts.append(_holder(row.holder_page, row.publisher, row.publisher_code))
    return "".join(parts) + "</dcat:Dataset></dcat:dataset>\n"


def _said(name: str, words: str) -> str:
    return f"<{name}{_UK}>{escape(words, quote=False)}</{name}>"


@lru_cache(maxsize=64)
def _frequency(label: str) -> str:
    iri = terms.frequency(label)
    if iri:
        return f'<dct:accrualPeriodicity rdf:resource="{iri}"/>'
    return (
        "<dct:accrualPeriodicity><dct:Frequency>"
        f"{_said('skos:prefLabel', label)}</dct:Frequency></dct:accrualPeriodicity>"
    )


@lru_cache(maxsize=4096)
def _formats(joined: str) -> str:
    return "".join(
        "<dcat:distribution><dcat:Distribution>"
        f'<dcat:accessURL rdf:resource="{terms.PAGE}"/>{_format(name)}'
        "</dcat:Distribution></dcat:distribution>"
        for name in joined.split(JOINT)
    )


def _format(name: str) -> str:
    iri = terms.format_of(name)
    if iri:
        return f'<dct:format rdf:resource="{iri}"/>'
    return (
        "<dct:format><dct:MediaTypeOrExtent><skos:prefLabel>"
        f"{escape(name)}</skos:prefLabel></dct:MediaTypeOrExtent></dct:format>"
    )


@lru_cache(maxsize=1024)
def _contact(name: str, email: str) -> str:
    said = _said("vcard:fn", name) if name else ""
    link = f'<vcard:hasEmail rdf:resource="{escape(mailto(email))}"/>' if email else ""
    return (
        f"<dcat:contactPoint><vcard:Kind>{said}{link}</vcard:Kind></dcat:contactPoint>"
    )


@lru_cache(maxsize=1024)
def _holder(page: str, title: str, code: str | None) -> str:
    about = f' rdf:about="{escape(page)}"' if page else ""
    digits = f"<dct:identifier>{escape(code)}</dct:identifier>" if code else ""
    return (
        f"<dct:publisher><foaf:Agent{about}>{_said('foaf:name', title)}{digits}"
        "</foaf:Agent></dct:publisher>"
    )
