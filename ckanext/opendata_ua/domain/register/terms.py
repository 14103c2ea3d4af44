"""The register in the terms of DCAT-AP: what is an address, and what a word.

A dataset is its page. Frequencies and formats of the EU authority tables have their
addresses; what is in no table has a label only. The page is also where every file is
to be had: the register names no addresses of files, and then DCAT wants the page.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from ..formats import FORMATS
from ..vocabularies import FREQUENCIES

PREFIXES: Mapping[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
PROVENANCE = PREFIXES["dct"] + "provenance"
FREQUENCY = PREFIXES["dct"] + "accrualPeriodicity"
#: Stands for the page of a dataset in what is kept for many of them.
PAGE = "\x00"
#: Of a dataset whose publication has ended.
WITHDRAWN = "http://publications.europa.eu/resource/authority/dataset-status/WITHDRAWN"

_FREQUENCIES = {term.label_uk: term.uri for term in FREQUENCIES.terms if term.uri}
# an address that several formats share is that of the first: a name must not be lost
_FORMATS = {
    name: iri
    for iri, name in {
        one.uri: one.name for one in reversed([*FORMATS.values()]) if one.uri
    }.items()
}


def frequency(label: str) -> str | None:
    """Return the address of a frequency by its label."""
    return _FREQUENCIES.get(label)


def format_of(name: str) -> str | None:
    """Return the address of a format by its canonical name."""
    return _FORMATS.get(name)


@lru_cache(maxsize=1024)
def mailto(email: str) -> str:
    """Return the address at which a letter is begun; any text makes a lawful one."""
    return f"mailto:{quote(email, safe='@+')}"


class Labelled(NamedTuple):
    """A term that has an address; ``lang`` of the label is empty for names."""

    iri: str
    kind: str
    label: str
    lang: str


#: What DCAT-AP wants frequencies and formats to be, known ones and others.
FREQUENCY_KIND, FORMAT_KIND = "dct:Frequency", "dct:MediaTypeOrExtent"


def labelled() -> list[Labelled]:
    """Return all terms that have an address: the tables are not in the file."""
    return [
        *(
            Labelled(iri, FREQUENCY_KIND, label, "uk")
            for label, iri in _FREQUENCIES.items()
        ),
        *(Labelled(iri, FORMAT_KIND, name, "") for name, iri in _FORMATS.items()),
    ]
