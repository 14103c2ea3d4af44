"""Which formats are recommended, allowed, warned of and forbidden, and why.

The default is data (``format_policy_2026.csv``); a portal and an organization lay
their own rules over it. Nothing here looks at a file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .. import clauses, formats, tables
from ..errors import InvalidValue
from ..words import N_

FIELD = "format_policy"


class Verdict(str, Enum):
    """What a format is to the portal, from the best to the worst."""

    RECOMMENDED = "recommended"
    ALLOWED = "allowed"
    WARNED = "warned"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True)
class Rule:
    """What holds for one format.

    :param reason: message id, or the words of whoever laid a rule of their own
    :param next_step: message id; ``{instead}`` stands for the formats to use
    :param instead: names of formats to use instead
    :param clause: the clause in Ukrainian, see ``clauses``
    :param source: ``default``, ``site`` or ``organization``: who says so
    :param own_words: the reason is nobody's message id, but somebody's words
    """

    verdict: Verdict
    reason: str = ""
    next_step: str = ""
    instead: tuple[str, ...] = ()
    clause: str = ""
    source: str = "default"
    own_words: bool = False


@dataclass(frozen=True)
class Change:
    """What a portal or an organization says of one format."""

    verdict: Verdict
    reason: str = ""
    instead: tuple[str, ...] = ()
    source: str = "site"


Policy = Mapping[str, Rule]
Changes = Mapping[str, Change]

_SAVE_AS = N_("Save the data in another format: {instead}.")
#: The clause of whoever laid a rule of their own over the default.
_OWN = clauses.cite("own")

# reason in the data → what is wrong, and what to do.
REASONS: Mapping[str, tuple[str, str]] = {
    "old_office": (
        N_("{format} is an old closed format: few programs read all of it."),
        _SAVE_AS,
    ),
    "text": (
        N_("{format} holds a text, which programs cannot process as data."),
        N_("Add the same data in another format: {instead}."),
    ),
    "word": (
        N_("A text document ({format}) is neither open nor machine-readable."),
        N_("Give tables as CSV or XLSX, and texts as HTML or ODT."),
    ),
    "slides": (
        N_("Slides ({format}) are not machine-readable."),
        N_("Give tables as CSV or XLSX, and texts as HTML or ODT."),
    ),
    "pdf": (
        N_("{format} is not machine-readable: programs cannot process its data."),
        N_(
            "Add the same data in another format: {instead}. The PDF may stay as an "
            "accompanying document."
        ),
    ),
    "scan": (
        N_("A scanned picture of a document is not allowed: it holds no text."),
        N_("Give the data themselves in another format: {instead}."),
    ),
    "picture": (
        N_("A picture ({format}) is not machine-readable data."),
        N_(
            "Give tables in another format: {instead}. Pictures are only for graphic "
            "material such as plans and schemes."
        ),
    ),
    "flash": (
        N_("{format} is an old format of Flash, which today's programs do not play."),
        _SAVE_AS,
    ),
    "flash_program": (
        N_("{format} is a program of Flash, which no browser runs any more."),
        N_("Publish the data behind it, for example as CSV or JSON."),
    ),
    "closed_archive": (
        N_("{format} is a closed format of archives and not in the list of the law."),
        N_("Pack the files in another format: {instead}."),
    ),
    "database": (
        N_("{format} is a database file, which readers cannot open without a program."),
        N_("Save each table in another format: {instead}."),
    ),
    "unknown": (
        N_("{format} is not in the list of formats."),
        _SAVE_AS,
    ),
    "own": (
        N_("{format} is restricted by the policy of this portal."),
        _SAVE_AS,
    ),
}
#: What a format outside the list gets.
UNKNOWN = Rule(
    Verdict.WARNED, *REASONS["unknown"], instead=("CSV", "JSON", "XML"), clause=_OWN
)


def _rule(row: Mapping[str, str]) -> Rule:
    reason, next_step = REASONS.get(row["reason"], ("", ""))
    return Rule(
        Verdict(row["verdict"]),
        reason,
        next_step,
        tables.several(row["instead"]),
        clauses.cite(row["clause"]),
    )


DEFAULT: Policy = {row["name"]: _rule(row) for row in tables.rows("format_policy_2026")}


def policy(*changes: Changes) -> Policy:
    """Return the rules in force: the default, and each of ``changes`` over it.

    :param changes: the least special first: of the site, then of the organization
    """
    merged = dict(DEFAULT)
    for one in changes:
        for name, change in one.items():
            merged[name] = _changed(merged.get(name, UNKNOWN), change)
    return merged


def _changed(before: Rule, change: Change) -> Rule:
    if change.verdict in (Verdict.RECOMMENDED, Verdict.ALLOWED):
        return Rule(change.verdict, clause=_OWN, source=change.source)
    reason, next_step = REASONS["own"]
    # a milder or stricter verdict for the same fault keeps the words for it
    if before.reason and before is not UNKNOWN:
        reason, next_step = before.reason, before.next_step
    return Rule(
        change.verdict,
        change.reason or reason,
        REASONS["own"][1] if change.instead else next_step,
        change.instead or before.instead or UNKNOWN.instead,
        _OWN,
        change.source,
        own_words=bool(change.reason),
    )


def rule_of(rules: Policy, name: str) -> Rule:
    """Return the rule of a format by its canonical name."""
    return rules.get(name, UNKNOWN)


def read_changes(text: str, source: str) -> Changes:
    """Read what a portal or an organization wrote: a JSON object, or nothing.

    ``{"PDF": "forbidden", "TXT": {"verdict": "warned", "reason": "…",
    "instead": ["CSV"]}}``; formats may be written in any way that ``formats`` knows.

    :param source: ``site`` or ``organization``
    :raises InvalidValue: with the first fault
    """
    if not text.strip():
        return {}
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _invalid(N_("The policy of formats is no valid JSON.")) from error
    if not isinstance(read, dict):
        raise _invalid(N_("The policy of formats must be a JSON object."))
    return {_name(key): _change(key, value, source) for key, value in read.items()}


def _invalid(message: str, **values: str) -> InvalidValue:
    return InvalidValue(FIELD, message, values)


def _name(written: str) -> str:
    if not (name := formats.name(written)):
        raise _invalid(N_("The policy of formats has a rule without a format."))
    return name


def _change(name: str, value: Any, source: str) -> Change:
    told = {"verdict": value} if isinstance(value, str) else value
    if not isinstance(told, dict) or not set(told) <= {"verdict", "reason", "instead"}:
        raise _invalid(
            N_("The rule for {format} may have a verdict, a reason and formats."),
            format=name,
        )
    try:
        verdict = Verdict(told.get("verdict"))
    except ValueError as error:
        raise _invalid(
            N_("The verdict for {format} must be one of: {verdicts}."),
            format=name,
            verdicts=", ".join(one.value for one in Verdict),
        ) from error
    reason, instead = told.get("reason", ""), told.get("instead", [])
    if not isinstance(reason, str) or not _texts(instead):
        raise _invalid(
            N_("The reason for {format} must be a text, its formats a list of texts."),
            format=name,
        )
    names = tuple(formats.name(one) for one in instead)
    return Change(verdict, reason.strip(), names, source)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


_WHY_BY_FAMILY: Mapping[str, str] = {
    "tabular": N_("A table: programs read its rows and columns without a person."),
    "hierarchical": N_("Structured data: each value stands under its own name."),
    "linked": N_("Linked data: each statement is a triple with permanent addresses."),
    "geo": N_("Geographic data: map programs read its objects with their places."),
    "transport": N_("Timetables in the layout that journey planners read."),
    "structure": N_("A description of structure that programs check data against."),
    "api": N_("A programming interface: programs ask for the data they need."),
    "database": N_("A database: programs read its tables row by row."),
}
_WHY_ARCHIVE = N_("An archive counts as what it holds: the files inside are judged.")


def why_machine_readable(name: str) -> str | None:
    """Return why a format counts as machine-readable: a message id, or None."""
    known = formats.FORMATS.get(name)
    if known is None or not known.machine_readable:
        return None
    return _WHY_BY_FAMILY.get(known.family, _WHY_ARCHIVE)
