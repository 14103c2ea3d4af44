"""Judge one file: its name, what is declared, what it is, and the rules in force."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .. import clauses, formats
from ..findings import Finding, Severity
from ..text import shortened
from . import declared, kinds
from .detection import Detection
from .detection import Fault as FaultFound
from .faults import FAULTS, Kind
from .kinship import by_extension, names_of, wider
from .policy import Policy, Rule, Verdict, rule_of

#: Extensions of what a system runs; content cannot always tell.
RUNS = frozenset(
    {
        *("app", "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "jar", "jnlp", "js"),
        *("jse", "lnk", "msi", "php", "phtml", "pif", "ps1", "reg", "scr", "sh", "vb"),
        *("vbe", "vbs", "wsf"),
    }
)
#: Media types that say nothing.
_VAGUE = frozenset(
    {
        "",
        "application/octet-stream",
        "binary/octet-stream",
        "text/plain",
        "application/zip",
        "application/x-download",
        "application/force-download",
    }
)
_HIDING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_NAMED = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class _Case:
    """One file under judgement.

    :param file: its name for messages
    """

    declared: declared.Reading
    file: str
    ending: str
    media_type: str
    found: Detection | None
    rules: Policy
    uploaded: bool
    accompanying: bool
    place: Mapping[str, str | int] = field(default_factory=dict)

    def finding(
        self, code: str, kind: Kind, member: str = "", **values: str | int
    ) -> Finding:
        """Return one finding with its file and place."""
        file = f"{self.file} → {shortened(member)}" if member else self.file
        return Finding(
            code,
            kind.severity,
            kind.message,
            kind.next_step,
            clauses.cite("own"),
            {**self.place, **({"member": member} if member else {})},
            {"file": file, **values},
        )


def judge(
    written: str,
    name: str,
    media_type: str,
    found: Detection | None,
    rules: Policy,
    *,
    uploaded: bool = True,
    accompanying: bool = False,
    place: Mapping[str, str | int] | None = None,
) -> list[Finding]:
    """Return everything that is to be said of one file, worst first.

    :param written: the declared format, as it was written; ``""`` when it is not
    :param name: file name as its publisher sent it, or the address of a link
    :param media_type: what a sender or a server claims, ``""`` for nothing
    :param found: what the bytes are; None when there are none to look at
    :param rules: from ``policy``
    :param uploaded: the file is ours: a link to ``data.php`` may well give a CSV
    :param accompanying: the file describes the data (their structure, a document)
    :param place: what each finding says of its place, for example ``resource_id``
    """
    case = _Case(
        declared.read(written),
        shortened(_HIDING.sub("�", _last(name))) or "file",
        _ending(name),
        media_type.partition(";")[0].strip().lower(),
        found,
        rules,
        uploaded,
        accompanying,
        place or {},
    )
    findings = [finding for rule in _RULES for finding in rule(case, name)]
    order = list(Severity)
    return sorted(findings, key=lambda finding: order.index(finding.severity))


def forbidden(findings: list[Finding]) -> list[Finding]:
    """Return the findings for which a file is refused at once, never stored."""
    return [one for one in findings if one.code in REFUSED_AT_ONCE]


REFUSED_AT_ONCE = frozenset({"format.forbidden", "content.executable"})


def _last(name: str) -> str:
    return re.split(r"[\\/]", name.split("?")[0].split("#")[0])[-1]


def _ending(name: str) -> str:
    stem, point, ending = _last(name).rpartition(".")
    return _HIDING.sub("", ending).strip().lower() if stem and point else ""


def _name(case: _Case, name: str) -> Iterator[Finding]:
    if case.uploaded and _HIDING.search(name):
        yield case.finding("content.name", FAULTS["name"])
    if case.uploaded and case.ending in RUNS:
        yield case.finding("content.executable", FAULTS["executable"])


def _written(case: _Case, name: str) -> Iterator[Finding]:
    reading = case.declared
    if reading.change:
        yield case.finding(
            f"format.{reading.change}",
            declared.CHANGES[reading.change],
            written=shortened(reading.written),
            format=reading.format,
        )


def _contents(case: _Case, name: str) -> Iterator[Finding]:
    for fault in case.found.faults if case.found else ():
        yield case.finding(
            f"content.{fault.code}", FAULTS[fault.code], fault.member, **_values(fault)
        )


def _values(fault: FaultFound) -> dict[str, str | int]:
    """Return what the words of a fault name, whatever its finder told or did not."""
    kind = FAULTS[fault.code]
    named = _NAMED.findall(kind.message + kind.next_step)
    return {name: fault.values.get(name, "–") for name in named if name != "file"}


def _agreement(case: _Case, name: str) -> Iterator[Finding]:
    found, reading = case.found, case.declared
    if found is None or not reading.format or _is_hopeless(found):
        return
    what = found.format
    values = {"declared": reading.format, "format": what}
    names = names_of(found)
    if what in formats.ARCHIVES:
        yield from _agreement_of_archive(case, found)
    elif reading.compress_format and reading.compress_format not in names:
        # declared as packed, but it is not: the passport would say what is not true
        values["declared"] = f"{reading.format} ({reading.compress_format})"
        yield case.finding(
            "format.mismatch", kinds.MISMATCH if what else kinds.UNLIKE, **values
        )
    elif not names:
        if reading.format in formats.FORMATS:
            yield case.finding("format.mismatch", kinds.UNLIKE, **values)
    elif reading.format not in names:
        known = reading.format in formats.FORMATS
        yield (
            case.finding("format.mismatch", kinds.MISMATCH, **values)
            if known
            else (case.finding("format.narrower", kinds.NARROWER, **values))
        )
    elif reading.format not in {what, *found.also} and reading.format != "RDF":
        yield case.finding("format.narrower", kinds.NARROWER, **values)


def _agreement_of_archive(case: _Case, found: Detection) -> Iterator[Finding]:
    """Judge what is declared of an archive: how it is packed, and what is inside."""
    reading, inner = case.declared, found.inner
    packed = formats.ARCHIVES
    values = {"declared": reading.format, "format": ", ".join(filter(None, inner))}
    claims_packing = reading.compress_format or (
        reading.format if reading.format in packed else ""
    )
    if claims_packing and claims_packing != found.format:
        values = {"declared": claims_packing, "format": found.format}
        yield case.finding("format.mismatch", kinds.MISMATCH, **values)
    elif reading.format in packed:
        if len(inner) == 1 and inner[0]:
            yield case.finding("format.packed", kinds.PACKED, **values)
    elif inner and not any(reading.format in wider(one) for one in inner):
        yield case.finding(
            "format.mismatch",
            kinds.MISMATCH if values["format"] else kinds.UNLIKE,
            **values,
        )


def _is_hopeless(found: Detection) -> bool:
    """Tell whether the fault of the bytes says all: nothing can agree with them."""
    return any(
        fault.code in ("empty", "unreadable", "executable") and not fault.member
        for fault in found.faults
    )


def _extension(case: _Case, name: str) -> Iterator[Finding]:
    found = case.found
    if found is None or not case.uploaded or _is_hopeless(found):
        return
    claimed = by_extension(case.ending)
    if not claimed or claimed & names_of(found):
        return
    values = {"extension": case.ending, "format": found.format}
    kind = kinds.EXTENSION if found.format else kinds.UNLIKE_EXTENSION
    yield case.finding("format.extension", kind, **values)


def _media_type(case: _Case, name: str) -> Iterator[Finding]:
    """Compare with what a server says; of an upload the portal sets it itself."""
    found = case.found
    if found is None or case.uploaded or case.media_type in _VAGUE:
        return
    names = names_of(found)
    rightly = {
        one
        for known in names & set(formats.FORMATS)
        for one in formats.FORMATS[known].media_types
    }
    if rightly and case.media_type not in rightly | {found.media_type}:
        yield case.finding(
            "format.media_type",
            kinds.MEDIA_TYPE,
            media_type=shortened(case.media_type),
            format=found.format,
            right=found.media_type,
        )


def _verdicts(case: _Case, name: str) -> Iterator[Finding]:
    found = case.found
    if found is None or not (found.format or found.faults):
        if found is not None:
            yield case.finding("format.unknown", kinds.UNKNOWN)
        told = case.declared.format or formats.by_name(name)
        if told:
            yield from _verdict(case, told)
        return
    if _is_hopeless(found):
        return
    if found.format:
        yield from _verdict(case, found.format)
    useful = any(_is_data(case, member.format) for member in found.members)
    told_of: set[str] = set()
    for member in found.members:
        # one finding for each format inside: a hundred pictures are one fault
        if member.format not in told_of and found.format in formats.ARCHIVES:
            told_of.add(member.format)
            yield from _verdict(case, member.format, member.name, beside_data=useful)
    told = case.declared.format
    strict = rule_of(case.rules, told).verdict is Verdict.FORBIDDEN
    # what is declared forbidden stays so, whatever the bytes are
    if told and strict and told not in names_of(found):
        yield from _verdict(case, told)


def _is_data(case: _Case, name: str) -> bool:
    good = (Verdict.RECOMMENDED, Verdict.ALLOWED)
    return bool(name) and rule_of(case.rules, name).verdict in good


def _verdict(
    case: _Case, name: str, member: str = "", *, beside_data: bool = False
) -> Iterator[Finding]:
    if not name:
        yield case.finding("format.unknown", kinds.UNKNOWN, member)
        return
    rule = rule_of(case.rules, name)
    if rule.verdict is Verdict.FORBIDDEN:
        yield _of_rule(case, "format.forbidden", Severity.BLOCKING, rule, name, member)
    elif rule.verdict is Verdict.WARNED:
        mild = case.accompanying or beside_data
        severity = Severity.ADVICE if mild else Severity.WARNING
        yield _of_rule(case, "format.warned", severity, rule, name, member)


def _of_rule(
    case: _Case, code: str, severity: Severity, rule: Rule, name: str, member: str
) -> Finding:
    message = kinds.OWN_REASON if rule.own_words else rule.reason
    kind = Kind(severity, message, rule.next_step)
    finding = case.finding(
        code,
        kind,
        member,
        format=name,
        reason=rule.reason if rule.own_words else "",
        instead=", ".join(rule.instead),
        source=rule.source,
    )
    return Finding(**{**vars(finding), "rule": rule.clause})


_RULES = (_name, _written, _contents, _agreement, _extension, _media_type, _verdicts)
