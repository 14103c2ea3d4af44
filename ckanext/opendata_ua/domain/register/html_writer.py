"""Rows of the register as HTML that carries RDFa (DCAT) and Microdata (schema.org).

Local order No. 107, clause 6.4, names both among the formats of a register. The page of
the portal and the document for print are made of the same rows.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape

from . import terms
from .heading import Heading
from .layouts import LAYOUTS
from .records import JOINT, RegisterRow

#: What the cells are, in the order of a row: fields of ``RegisterRow``.
SHOWN = ("title", "publisher", "frequency", "formats", "keywords", "purpose", "contact")
#: Attributes of the table around the rows.
PREFIXES = " ".join(f"{prefix}: {iri}" for prefix, iri in terms.PREFIXES.items())

_STYLE = (
    "body{margin:1rem;font:1rem/1.4 sans-serif;color:#111;background:#fff}"
    "table{width:100%;border-collapse:collapse}"
    "th,td{padding:.25rem .5rem;border:1px solid #767676;text-align:left;"
    "vertical-align:top;overflow-wrap:break-word;hyphens:auto}"
    "code,[itemprop=email]{overflow-wrap:anywhere}"
    ".opendata-ua-words{white-space:pre-line;font-weight:400}"
    "@page{size:A4 landscape;margin:1cm}"
    "@media print{body{margin:0;font-size:8pt}tr{break-inside:avoid}"
    "thead{display:table-header-group}}"
    "@media(max-width:767px){thead{position:absolute;clip-path:inset(50%)}"
    "tr,th,td{display:block;border:0}tr{border-bottom:2px solid #767676}"
    "[data-label]::before{content:attr(data-label) ': '}}"
)


def headings() -> dict[str, str]:
    """Return the Ukrainian headings of what is shown, by field."""
    names = {column.field: column.title for column in LAYOUTS["2019"].columns}
    return {field: names[field] for field in SHOWN}


def row_writer(page_url: str, labels: dict[str, str]) -> Callable[[RegisterRow], str]:
    """Return what makes a ``<tr>`` of a row.

    :param page_url: address of the register, which has all these datasets
    :param labels: headings by field, in the language of the page around
    """
    named = {field: escape(label) for field, label in labels.items()}

    def write(row: RegisterRow) -> str:
        one = [escape(cell) if type(cell) is str else "" for cell in row]
        page, keywords, purpose = one[6], one[4], one[5]
        code, contact, email = one[9], one[10], one[11]
        return (
            f'<tr property="dcat:dataset" resource="{page}" '
            'typeof="dcat:Dataset foaf:Document" '
            f'itemscope itemtype="https://schema.org/Dataset" itemid="{page}">'
            f'<th scope="row"><a property="dcat:landingPage" itemprop="url" '
            f'href="{page}"><span lang="uk" property="dct:title" itemprop="name">'
            f"{one[1]}</span></a>"
            f'<div><code property="dct:identifier" itemprop="identifier">{one[0]}'
            "</code></div>"
            + (
                '<div class="opendata-ua-words" lang="uk" property="dct:description" '
                f'itemprop="description">{one[2]}</div>'
                if one[2]
                else ""
            )
            + f'</th><td data-label="{named["publisher"]}">'
            + (_holder(one[13], one[8], code) if one[8] else "")
            + f'</td><td data-label="{named["frequency"]}">{_frequency(row[3])}</td>'
            f'<td data-label="{named["formats"]}">'
            f"{_formats(row[7]).replace(terms.PAGE, page)}</td>"
            f'<td data-label="{named["keywords"]}">{_keywords(keywords)}</td>'
            f'<td data-label="{named["purpose"]}">'
            + (
                '<span property="dct:provenance" typeof="dct:ProvenanceStatement">'
                '<span lang="uk" class="opendata-ua-words" property="rdfs:label" '
                f'itemprop="{terms.PROVENANCE}">{purpose}</span></span>'
                if purpose
                else ""
            )
            + f'</td><td data-label="{named["contact"]}">'
            + (_contact(contact, email, row.email) if contact or email else "")
            + "</td></tr>\n"
        )

    return write


def _keywords(joined: str) -> str:
    return JOINT.join(
        f'<span lang="uk" property="dcat:keyword" itemprop="keywords">{one}</span>'
        for one in filter(None, joined.split(JOINT))
    )


@lru_cache(maxsize=1024)
def _holder(page: str, title: str, code: str) -> str:
    name = f'<span lang="uk" property="foaf:name" itemprop="name">{title}</span>'
    link = f'<a href="{page}">{name}</a>' if page else name
    about = f' resource="{page}"' if page else ""
    digits = (
        '<div><span property="dct:identifier" itemprop="identifier">'
        f"{code}</span></div>"
    )
    return (
        f'<span property="dct:publisher"{about} typeof="foaf:Agent" '
        'itemprop="publisher" itemscope itemtype="https://schema.org/Organization">'
        f"{link}{digits if code else ''}</span>"
    )


@lru_cache(maxsize=64)
def _frequency(label: str) -> str:
    if not label:
        return ""
    iri = terms.frequency(label)
    about = f' resource="{escape(iri)}"' if iri else ""
    return (
        f'<span property="dct:accrualPeriodicity"{about} typeof="dct:Frequency">'
        f'<span lang="uk" property="skos:prefLabel" itemprop="{terms.FREQUENCY}">'
        f"{escape(label)}</span></span>"
    )


@lru_cache(maxsize=4096)
def _formats(joined: str) -> str:
    return JOINT.join(_format(one) for one in filter(None, joined.split(JOINT)))


def _format(name: str) -> str:
    iri = terms.format_of(name)
    about = f' resource="{escape(iri)}"' if iri else ""
    return (
        '<span property="dcat:distribution" typeof="dcat:Distribution">'
        f'<link property="dcat:accessURL" href="{terms.PAGE}">'
        f'<span property="dct:format"{about} typeof="dct:MediaTypeOrExtent">'
        f'<span property="skos:prefLabel" itemprop="encodingFormat">{escape(name)}'
        "</span></span></span>"
    )


def _contact(name: str, email: str, plain: str) -> str:
    said = f'<span lang="uk" property="vcard:fn" itemprop="name">{name}</span>'
    link = (
        f'<div><a property="vcard:hasEmail" href="{escape(terms.mailto(plain))}">'
        f'<span itemprop="email">{email}</span></a></div>'
    )
    return (
        '<span property="dcat:contactPoint" typeof="vcard:Kind" '
        'itemprop="maintainer" itemscope itemtype="https://schema.org/Person">'
        f"{said if name else ''}{link if email else ''}</span>"
    )


class HtmlWriter:
    """Write a document of one table, for print and for keeping."""

    def __init__(self, heading: Heading) -> None:
        self._heading = heading
        self._labels = headings()
        self._row = row_writer(heading.page_url, self._labels)

    def begin(self) -> bytes:
        """Return what stands before the rows."""
        heading = self._heading
        title, page = escape(heading.title), escape(heading.page_url)
        names = "".join(
            f'<th scope="col">{escape(label)}</th>' for label in self._labels.values()
        )
        return (
            '<!DOCTYPE html>\n<html lang="uk"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{title}</title><style>{_STYLE}</style></head>\n"
            f'<body prefix="{PREFIXES}" resource="{page}" typeof="dcat:Catalog">'
            f'<h1 lang="uk" property="dct:title">{title}</h1>\n'
            f'<p lang="uk" property="dct:description">{escape(heading.description)}</p>'
            '<p lang="uk" property="dct:publisher" typeof="foaf:Agent">'
            f'<span property="foaf:name">{escape(heading.publisher)}</span></p>\n'
            f"<table><thead><tr>{names}</tr></thead><tbody>\n"
        ).encode()

    def rows(self, rows: Sequence[RegisterRow]) -> bytes:
        """Return the next rows."""
        return "".join(map(self._row, rows)).encode()

    def end(self) -> bytes:
        """Return what stands after the rows."""
        return b"</tbody></table></body></html>\n"
