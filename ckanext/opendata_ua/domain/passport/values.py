"""What one value must be like: a table of fields, then one short interpreter."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

from .. import clauses, dates, formats, identifiers, keywords, vocabularies
from ..errors import InvalidValue
from ..findings import Finding, Severity
from ..text import clean, shortened
from ..words import N_
from .elements import BY_KEY

# Pragmatic: one @, no spaces, a domain with a dot; letters of any alphabet.
_EMAIL = re.compile(
    r"[^\s@,;:<>()\[\]\"\\.]+(?:\.[^\s@,;:<>()\[\]\"\\.]+)*"
    r"@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_](?:[\w-]*[^\W_])?"
)
_NAME = re.compile("[a-z0-9_-]{2,100}")
_EMAIL_LIMIT, _VERSION_LIMIT, _TEXT_LIMIT, _URL_LIMIT = 254, 100, 254, 2000


@dataclass(frozen=True)
class Fault:
    """What is wrong with a value, before it is known which field it stands in."""

    code: str
    message: str
    next_step: str
    values: Mapping[str, str | int] = field(default_factory=dict)


Reading = tuple[str, tuple[Fault, ...]]
Reader = Callable[[str, date], Reading]


def _as_it_is(text: str, today: date) -> Reading:
    return text, ()


def _from(vocabulary: vocabularies.Vocabulary) -> Reader:
    """Make a reader that takes any spelling of a term and gives its code."""

    def read(text: str, today: date) -> Reading:
        if term := vocabulary.resolve(text):
            return term.code, ()
        return text, (
            Fault(
                "unknown",
                N_("“{value}” is not in the list of values."),
                N_("Choose a value from the list."),
                {"value": shortened(text)},
            ),
        )

    return read


def _email(text: str, today: date) -> Reading:
    if _EMAIL.fullmatch(text):
        return text, ()
    return text, (
        Fault(
            "invalid",
            N_("“{value}” is not an e-mail address."),
            N_("Write one address, for example open.data@example.ua."),
            {"value": shortened(text)},
        ),
    )


def _day(text: str, today: date) -> Reading:
    day = dates.day(text)
    if day is None:
        fault = Fault(
            "invalid",
            N_("“{value}” is not a date."),
            N_("Write day, month and year, for example 31.05.2024 or 2024-05-31."),
            {"value": shortened(text)},
        )
        return text, (fault,)
    if day > today:
        fault = Fault(
            "in_future",
            N_("The date {value} has not come yet."),
            N_("Give the day on which the data were true: today or earlier."),
            {"value": dates.printed_day(day)},
        )
        return day.isoformat(), (fault,)
    return day.isoformat(), ()


def _edrpou(text: str, today: date) -> Reading:
    try:
        return identifiers.edrpou(text), ()
    except InvalidValue as refusal:
        step = N_("Write all eight digits, leading zeros too.")
        return text, (Fault("invalid", refusal.message, step, refusal.values),)


def _katottg(text: str, today: date) -> Reading:
    try:
        return identifiers.katottg(text), ()
    except InvalidValue as refusal:
        step = N_("Copy the code from the KATOTTH codifier, UA included.")
        return text, (Fault("invalid", refusal.message, step, refusal.values),)


def _web_address(text: str, today: date) -> Reading:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port  # a port that is no number raises
    except ValueError:
        parts, host = None, None
    if parts and parts.scheme in ("http", "https") and host and " " not in text:
        return text, ()
    return text, (
        Fault(
            "invalid",
            N_("“{value}” is not a web address."),
            N_("Write the full address, beginning with https:// or http://."),
            {"value": shortened(text)},
        ),
    )


def _name(text: str, today: date) -> Reading:
    if text in identifiers.RESERVED:
        return text, (
            Fault(
                "reserved",
                N_("“{value}” is the address of a page of the portal itself."),
                N_("Write a short name such as budget-2024."),
                {"value": text},
            ),
        )
    if _NAME.fullmatch(text):
        return text, ()
    return text, (
        Fault(
            "invalid",
            N_(
                "“{value}” cannot be an identifier: only small Latin letters, digits, "
                "hyphens and underscores, 2 to 100 of them."
            ),
            N_("Write a short name such as budget-2024."),
            {"value": shortened(text)},
        ),
    )


def _format(text: str, today: date) -> Reading:
    return formats.name(text), ()


def _compression(text: str, today: date) -> Reading:
    if name := formats.compression(text):
        return name, ()
    return text, (
        Fault(
            "unknown",
            N_("“{value}” is not a format of compression that the law names."),
            N_("Pack the file as ZIP, 7Z, GZIP or BZIP2."),
            {"value": shortened(text)},
        ),
    )


# How each refusal of a keyword is told.
_KEYWORD_FAULTS: Mapping[str, tuple[str, str]] = {
    keywords.TOO_SHORT: (
        N_("The keyword “{value}” is too short."),
        N_("Write a keyword of at least {minimum} letters or digits."),
    ),
    keywords.TOO_LONG: (
        N_("The keyword is too long: “{value}”. The limit is {maximum} characters."),
        N_("Shorten it, or part it into several keywords with commas."),
    ),
    keywords.FORBIDDEN: (
        N_("The keyword “{value}” holds characters that are not allowed: {characters}"),
        N_("Leave letters, digits, spaces, hyphens, dots and underscores only."),
    ),
}


def _tags(text: str, today: date) -> Reading:
    read = keywords.normalise(keywords.split(text))
    faults = tuple(_keyword_fault(word, code) for word, code in read.refused)
    if faults:
        return text, faults
    return ", ".join(read.kept), ()


def _keyword_fault(word: str, code: str) -> Fault:
    message, next_step = _KEYWORD_FAULTS[code]
    values: dict[str, str | int] = {
        "value": shortened(word),
        "minimum": keywords.MIN_LENGTH,
        "maximum": keywords.MAX_LENGTH,
        "characters": " ".join(keywords.forbidden_characters(word)),
    }
    return Fault(code, message, next_step, values)


@dataclass(frozen=True)
class Rule:
    """How a field is read, and by which clauses it is judged."""

    read: Reader = _as_it_is
    max_length: int | None = None
    keep_lines: bool = False
    clause: str = "own"
    length_clause: str = "own"


def _element_rule(key: str, read: Reader = _as_it_is, **options: bool | str) -> Rule:
    """Make the rule of an element: limits and their clause come from its table."""
    return Rule(
        read=read,
        max_length=BY_KEY[key].max_length,
        keep_lines=bool(options.get("keep_lines")),
        clause=str(options.get("clause", "own")),
        length_clause=BY_KEY[key].length_clause,
    )


_EMAIL_RULE = Rule(_email, _EMAIL_LIMIT)
_TAGS_RULE = Rule(_tags, clause="national")
RULES: Mapping[str, Rule] = {
    # elements of the passport
    "name": _element_rule("name", _name),
    "title": _element_rule("title"),
    "notes": _element_rule("notes", keep_lines=True),
    "purpose_of_collecting_information": _element_rule(
        "purpose_of_collecting_information", keep_lines=True
    ),
    "language": Rule(_from(vocabularies.LANGUAGES), clause="national"),
    "update_frequency": Rule(_from(vocabularies.FREQUENCIES), clause="national"),
    "tags": _TAGS_RULE,
    "tag_string": _TAGS_RULE,
    "maintainer": Rule(max_length=_TEXT_LIMIT),
    "maintainer_email": _EMAIL_RULE,
    # further fields of a dataset
    "theme": Rule(_from(vocabularies.THEMES), clause="national"),
    "license_id": Rule(_from(vocabularies.LICENCES)),
    "mandated_item": Rule(_from(vocabularies.MANDATED)),
    "version": Rule(max_length=_VERSION_LIMIT),
    # a file
    "format": Rule(_format, max_length=_TEXT_LIMIT),
    "compress_format": Rule(_compression, clause="formats"),
    "data_actual_date": Rule(_day),
    "resource_type": Rule(_from(vocabularies.RESOURCE_KINDS)),
    # an organization
    "short_name": Rule(max_length=_TEXT_LIMIT),
    "edrpou": Rule(_edrpou),
    "katottg": Rule(_katottg),
    "address": Rule(max_length=_TEXT_LIMIT),
    "site_url": Rule(_web_address, _URL_LIMIT),
    "responsible_name": Rule(max_length=_TEXT_LIMIT),
    "responsible_email": _EMAIL_RULE,
}
_FINDING_KEYS = {"tag_string": "tags"}  # two fields of one element
#: Letters of a value whose judgement is remembered: 4096 of them are few megabytes.
_SHORT = 256


def check_value(
    key: str, value: str, *, today: date
) -> tuple[str, tuple[Finding, ...]]:
    """Return the value as it is stored, and all that is wrong with it.

    ``key`` is a dataset, file or organization field of ``RULES``. Nothing given is
    never wrong here: completeness is another question. Every finding is blocking; a
    refused value comes back as it was written, only cleaned.
    """
    judge = _judged_before if len(value) <= _SHORT else _judged
    return judge(key, value, today)


def _judged(key: str, value: str, today: date) -> tuple[str, tuple[Finding, ...]]:
    rule = RULES[key]
    text = clean(value, keep_lines=rule.keep_lines)
    if not text:
        return "", ()
    canonical, faults = rule.read(text, today)
    key = _FINDING_KEYS.get(key, key)
    found = [*_too_long(key, text, rule), *_findings(key, faults, rule)]
    return canonical, tuple(found)


# Whoever looks at many datasets meets the same terms, people and addresses again.
_judged_before = lru_cache(maxsize=4096)(_judged)


def _too_long(key: str, text: str, rule: Rule) -> Iterable[Finding]:
    if rule.max_length and len(text) > rule.max_length:
        fault = Fault(
            "too_long",
            N_("The text is too long: {length} characters, the limit is {limit}."),
            N_("Shorten the text. Characters to take away: {excess}."),
            {
                "length": len(text),
                "limit": rule.max_length,
                "excess": len(text) - rule.max_length,
            },
        )
        yield finding(key, fault, rule.length_clause)


def _findings(key: str, faults: Iterable[Fault], rule: Rule) -> Iterable[Finding]:
    return (finding(key, fault, rule.clause) for fault in faults)


def finding(
    key: str,
    fault: Fault,
    clause: str,
    severity: Severity = Severity.BLOCKING,
    place: Mapping[str, str | int] | None = None,
) -> Finding:
    """Make the finding of a fault in a field."""
    return Finding(
        code=f"passport.{key}.{fault.code}",
        severity=severity,
        message=fault.message,
        next_step=fault.next_step,
        rule=clauses.cite(clause),
        place={"element": key, **(place or {})},
        values=fault.values,
    )
