"""Make the Solr schema of a Ukrainian portal from the schema of the installed CKAN.

Text in, text out: nothing is read from disk or network except the data files of
``ckanext/opendata_ua/solr``. The schema keeps its name (``ckan-2.11``), its fields and
their meaning, so CKAN accepts it and a portal can go back to the stock schema.

Order of the analysis, and why:

1. characters that are read the same become one (apostrophes, ґ, broken й and ї);
2. words are cut by Unicode rules; a full stop or underscore inside ends a word
   («вул.Шевченка», ``school_list.csv``);
3. Latin look-alikes inside Cyrillic words become Cyrillic («шкoлa»), then a lost
   apostrophe comes back where Ukrainian spelling demands it («обєкт»), because the
   dictionary knows only the right spelling;
4. the dictionary gives the dictionary form of any case, number and gender, with
   alternations (Ріг, Рогу); words with several readings are settled before by
   ``lemmas_uk.txt``; then English words are stemmed as in the stock schema;
5. while indexing, synonyms are added. Not in the query: there names of several words
   would depend on how Solr's dismax parser counts a graph of alternatives against
   ``mm``, while a plain query against an enriched index has nothing to count wrong.

Source of the components: Solr Reference Guide 9.8, "Filters" and "Language Analysis";
the mapping of ґ follows Lucene's ``UkrainianMorfologikAnalyzer``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] no types in lxml

DATA = Path(__file__).parent.parent / "solr"
CHARACTERS_FILE = "opendata_ua_characters.txt"
LEMMAS_FILE = "opendata_ua_lemmas.txt"
STOPWORDS_FILE = "opendata_ua_stopwords.txt"
SYNONYMS_FILE = "opendata_ua_synonyms.txt"

#: Words of titles, keywords and files as people wrote them: what a mistyped word is
#: compared with. A dynamic field of the same name exists in the stock schema (``*``),
#: so that asking for it there finds nothing and breaks nothing.
WORDS_FIELD = "opendata_ua_words"
WORDS_SOURCES = ("title", "tags", "res_name")

#: Fields of the stock type ``text_general`` that hold words, not names of people.
DESCRIPTIVE_FIELDS = ("res_name", "res_description")

CYRILLIC = "а-яіїєґ"
#: Latin letters in lower case (after lowering) with their Cyrillic twins; B, H, K, M
#: and T are twins as capitals.
TWINS = {
    "a": "а", "b": "в", "c": "с", "e": "е", "h": "н", "i": "і", "k": "к",
    "m": "м", "o": "о", "p": "р", "t": "т", "x": "х", "y": "у",
}  # fmt: skip

#: Where the orthography of 2019 (§ 7) puts an apostrophe that is easily left out.
#: Measured on the dictionary: 78 % of its words with an apostrophe are restored, and
#: nearly all of the ordinary ones; 0.1 % of words without one are touched, surnames.
LOST_APOSTROPHE = "|".join(
    (
        "[бвгджзйклмнпрстфхцчшщ](?=ї)",
        "(?:^|[аеиіоуєїюя])[бпвмф](?=[яє])",
        "р(?=є)",
        "ір(?=я(?:м|ми|х)?$)",
        "^(?:об|від|під|без|роз|між)(?=[єя])",
        "^(?:з|над)(?=є)",
        "зв(?=яз)",
        "^комп(?=ю)",
        "^інтерв(?=ю)",
    )
)


class SchemaError(Exception):
    """The schema given is not one of CKAN's, or a group of synonyms is malformed."""


@dataclass(frozen=True)
class SolrFiles:
    """A schema and the files that must lie beside it, by name."""

    schema: str
    extra: Mapping[str, str]


@dataclass(frozen=True)
class _Part:
    """One component of an analysis; ``tag`` is charFilter, tokenizer or filter."""

    tag: str
    factory: str
    options: Mapping[str, str]


def build(schema: str, own_synonyms: str = "") -> SolrFiles:
    """Return CKAN's schema with Ukrainian analysis, and its files.

    :param schema: text of CKAN's ``schema.xml``
    :param own_synonyms: more groups, in the format of ``synonyms_uk.txt``
    :raises SchemaError: if the text is not a CKAN schema, or a group is malformed
    """
    return SolrFiles(
        schema=_schema(schema),
        extra={
            CHARACTERS_FILE: _data("characters_uk.txt"),
            LEMMAS_FILE: _lemmas_file(),
            STOPWORDS_FILE: "".join(f"{word}\n" for word in stopwords()),
            SYNONYMS_FILE: _synonyms_file(own_synonyms),
        },
    )


def _data(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


# The schema


def _schema(text: str) -> str:
    try:
        root = etree.fromstring(text.encode())
    except etree.XMLSyntaxError as refusal:
        message = f"The Solr schema is not well-formed XML: {refusal}"
        raise SchemaError(message) from refusal
    name = root.get("name", "")
    if root.tag != "schema" or not re.fullmatch(r"ckan-\d+\.\d+", name):
        raise SchemaError(
            "This is not the Solr schema of CKAN 2.10 or later: its name must look "
            f"like ckan-2.11, and it is {name!r}",
        )
    _replace(root, "text", _text(indexing=True), _text(indexing=False))
    _replace(root, "text_ngram", _ngram(indexing=True), _ngram(indexing=False))
    for field in DESCRIPTIVE_FIELDS:
        _one(root, f".//field[@name='{field}']").set("type", "text")
    _add_words_field(root)
    return etree.tostring(
        root.getroottree(), encoding="UTF-8", xml_declaration=True
    ).decode()


def _one(root: etree._Element, path: str) -> etree._Element:
    found = root.find(path)
    if found is None:
        message = f"CKAN's Solr schema has no {path.removeprefix('.//')}"
        raise SchemaError(message)
    return found


def _replace(
    root: etree._Element, name: str, index: list[_Part], query: list[_Part]
) -> None:
    kind = _one(root, f".//fieldType[@name='{name}']")
    for child in list(kind):
        kind.remove(child)
    _fill(kind, index, query)


def _fill(kind: etree._Element, index: list[_Part], query: list[_Part]) -> None:
    depth = 2
    kind.text = _margin(depth)
    for moment, parts in (("index", index), ("query", query)):
        analyzer = etree.SubElement(kind, "analyzer", {"type": moment})
        analyzer.text = _margin(depth + 1)
        for part in parts:
            options = {"class": f"solr.{part.factory}", **part.options}
            etree.SubElement(analyzer, part.tag, options).tail = _margin(depth + 1)
        analyzer[-1].tail = analyzer.tail = _margin(depth)
    kind[-1].tail = _margin(depth - 1)


def _margin(depth: int) -> str:
    return "\n" + "    " * depth


def _add_words_field(root: etree._Element) -> None:
    kind = etree.Element(
        "fieldType",
        {"name": WORDS_FIELD, "class": "solr.TextField", "positionIncrementGap": "100"},
    )
    _fill(kind, _words(), _words())
    last = root.findall(".//fieldType")[-1]
    kind.tail, last.tail = last.tail, "\n" + _margin(1)
    last.addnext(kind)
    field = etree.Element(
        "field",
        {
            "name": WORDS_FIELD,
            "type": WORDS_FIELD,
            "indexed": "true",
            "stored": "false",
            "multiValued": "true",
            # The words of one search answer are counted: CKAN's own facets do that.
            "uninvertible": "true",
        },
    )
    text = _one(root, ".//field[@name='text']")
    field.tail = _margin(1)
    text.addprevious(field)
    first = _one(root, ".//copyField")
    for source in WORDS_SOURCES:
        copy = etree.Element("copyField", {"source": source, "dest": WORDS_FIELD})
        copy.tail = "\n"
        first.addprevious(copy)


# The analysis


def _characters() -> list[_Part]:
    options = {"mapping": CHARACTERS_FILE}
    return [_Part("charFilter", "MappingCharFilterFactory", options)]


def _words() -> list[_Part]:
    """Cut a text into words in lower case and mend how they are typed."""
    return [
        *_characters(),
        _Part(
            "charFilter",
            "PatternReplaceCharFilterFactory",
            {"pattern": r"(?<=\p{L})[.:](?=\p{L})|_", "replacement": " "},
        ),
        _Part("tokenizer", "StandardTokenizerFactory", {}),
        _Part("filter", "LowerCaseFilterFactory", {}),
        *(_pattern(_twin_in_cyrillic(latin), twin) for latin, twin in TWINS.items()),
        _pattern(LOST_APOSTROPHE, "$0'"),
        # «проект» until the orthography of 2019, «проєкт» since (§ 126)
        _pattern("прое(?=к[тц])", "проє"),
    ]


def _text(*, indexing: bool) -> list[_Part]:
    """The words of a text as dictionary forms, with synonyms while indexing."""
    parts = [
        *_words(),
        _Part("filter", "StopFilterFactory", {"words": STOPWORDS_FILE}),
        _Part("filter", "StemmerOverrideFilterFactory", {"dictionary": LEMMAS_FILE}),
        _Part(
            "filter",
            "MorfologikFilterFactory",
            # no leading slash: it is looked up by the class loader of the module
            {"dictionary": "ua/net/nlp/ukrainian.dict"},
        ),
        # the dictionary gives proper names with a capital
        _Part("filter", "LowerCaseFilterFactory", {}),
        _Part("filter", "SnowballPorterFilterFactory", {"language": "English"}),
        _Part("filter", "ASCIIFoldingFilterFactory", {}),
        # a word outside the dictionary is found with or without its apostrophe
        _pattern("'", ""),
        _Part("filter", "RemoveDuplicatesTokenFilterFactory", {}),
    ]
    if indexing:
        parts += [
            _Part(
                "filter",
                "SynonymGraphFilterFactory",
                {
                    "synonyms": SYNONYMS_FILE,
                    "ignoreCase": "false",
                    "expand": "true",
                    "tokenizerFactory": "solr.WhitespaceTokenizerFactory",
                },
            ),
            _Part("filter", "FlattenGraphFilterFactory", {}),
            _Part("filter", "RemoveDuplicatesTokenFilterFactory", {}),
        ]
    return parts


WORD = r"[\w'’ʼ]+"
NGRAM = {"minGramSize": "2", "maxGramSize": "10"}  # as in CKAN's schema


def _ngram(*, indexing: bool) -> list[_Part]:
    """Parts of names for suggestions while typing.

    CKAN asks for whole words here, and a word longer than the longest part is never
    found: Ukrainian words often are, so the query is cut to that length.
    """
    if indexing:
        cut = [_Part("tokenizer", "NGramTokenizerFactory", NGRAM)]
    else:
        cut = [
            _Part("tokenizer", "WhitespaceTokenizerFactory", {}),
            _Part(
                "filter",
                "TruncateTokenFilterFactory",
                {"prefixLength": NGRAM["maxGramSize"]},
            ),
        ]
    return [*_characters(), *cut, _Part("filter", "LowerCaseFilterFactory", {})]


def _pattern(pattern: str, replacement: str) -> _Part:
    return _Part(
        "filter",
        "PatternReplaceFilterFactory",
        {"pattern": pattern, "replacement": replacement, "replace": "all"},
    )


def _twin_in_cyrillic(latin: str) -> str:
    """Match a Latin letter in a word whose other letters are Cyrillic or twins.

    One letter at least must be Cyrillic: English words stay as they are. Java wants
    a bound for what it looks back at. The letter itself comes first: looking back at
    every place of every word would cost Solr milliseconds a dataset.
    """
    letter = f"[{CYRILLIC}'{''.join(TWINS)}]"
    before, after = f"(?<=^{letter}{{1,41}})", f"(?={letter}*$)"
    cyrillic_after = f"(?={letter}*[{CYRILLIC}])"
    cyrillic_before = f"(?<=[{CYRILLIC}]{letter}{{0,40}})"
    return f"{latin}{before}{after}(?:{cyrillic_after}|{cyrillic_before})"


# The lists


def lemmas() -> dict[str, str]:
    """Return word → its one dictionary form, apostrophes as ``'``."""
    table: dict[str, str] = {}
    for line in _lines(_data("lemmas_uk.txt")):
        lemma, _, forms = line.partition(":")
        table.update(dict.fromkeys(forms.split(), lemma))
    return table


def _lines(text: str) -> Iterable[str]:
    return (
        line.strip()
        for line in text.splitlines()
        if line.strip() and not line.startswith("#")
    )


def _lemmas_file() -> str:
    rows = sorted(lemmas().items())
    return "".join(f"{form}\t{lemma}\n" for form, lemma in rows)


def stopwords() -> tuple[str, ...]:
    """Return the words that are left out of texts and queries."""
    return tuple(" ".join(_lines(_data("stopwords_uk.txt"))).split())


def _synonyms_file(own: str) -> str:
    table = lemmas()
    # What is left out of the text must be left out of the names looked for in it.
    table.update(dict.fromkeys(stopwords(), ""))
    groups = [*_lines(_data("synonyms_uk.txt")), *_lines(own)]
    return "".join(synonym_line(group, table) + "\n" for group in groups)


def synonym_line(group: str, table: Mapping[str, str]) -> str:
    """Return one group as Solr reads it: dictionary forms, no apostrophes.

    >>> synonym_line("ЗДО, черга на житло", {"черги": "черга", "на": ""})
    'здо,черга житло'

    :param table: word → dictionary form, or nothing if the word is left out

    :raises SchemaError: if the group has fewer than two names or an empty one
    """
    left, arrow, right = group.partition("=>")
    sides = [_names(side, table) for side in ((left, right) if arrow else (group,))]
    names = [name for side in sides for name in side]
    if len(names) < 2 or not all(names):
        message = f"A group of synonyms needs two names at least: {group}"
        raise SchemaError(message)
    return " => ".join(",".join(side) for side in sides)


def _names(side: str, table: Mapping[str, str]) -> list[str]:
    return [
        " ".join(
            filter(None, (_indexed(word, table) for word in re.findall(WORD, name)))
        )
        for name in side.split(",")
    ]


def _indexed(word: str, table: Mapping[str, str]) -> str:
    plain = re.sub("[’ʼ]", "'", word.lower()).replace("ґ", "г")
    return table.get(plain, plain).replace("'", "")
