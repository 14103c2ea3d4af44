"""What is said of the files of a dataset: refusals at once, findings of the checklist.

A verdict follows from what the bytes are, what is declared, and the rules in force. It
is made anew whenever it is asked for; only what the bytes are is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import clauses, format_check, link_check
from ckanext.opendata_ua.domain.findings import Finding, Severity
from ckanext.opendata_ua.domain.format_check import Detection, Policy
from ckanext.opendata_ua.domain.words import N_
from ckanext.opendata_ua.logic import checks, format_rules, wording
from ckanext.opendata_ua.logic.sent_files import StoredFiles
from ckanext.opendata_ua.logic.upload import AcceptedFile
from ckanext.opendata_ua.model.check import Check
from ckanext.opendata_ua.model.file_version import FileVersion, VersionRow
from ckanext.opendata_ua.model.link import Link, LinkRow

Resource = Mapping[str, Any]

#: Seconds that a submission spends on looking at files nobody has looked at yet.
AT_SUBMISSION = 10.0
_STRUCTURE = "structure"

_WAITS = N_("The file “{file}” has not been checked yet: it waits for its turn.")
_RUNS = N_("The file “{file}” is being checked right now.")
_FAILS = N_("The file “{file}” could not be checked: the checker does not answer.")
_LATER = N_("Look again in a minute; nothing has to be done.")
_TELL = N_("Tell the administrator of the portal; it is tried again by itself.")


@dataclass(frozen=True)
class Sent:
    """Files that somebody sends with a dataset.

    :param resources: dicts that were settled
    :param owner: id or name of the organization whose rules hold
    :param public: whether readers would have the files at once
    """

    resources: Sequence[Resource]
    stored: StoredFiles
    owner: str | None
    public: bool

    def refusals(self) -> Iterator[_Refusal | None]:
        """Yield for each file why it may never be published here, or None.

        Only what is sent or declared anew is judged: what lies there already stays,
        with a finding.
        """
        new = [_is_new(one, self.stored) for one in self.resources]
        rules = format_rules.rules_of(self.owner) if any(new) else None
        for one, judged in zip(self.resources, new, strict=True):
            yield self._refusal(one, rules) if judged and rules is not None else None

    def _refusal(self, resource: Resource, rules: Policy) -> _Refusal | None:
        sent = resource.get("upload")
        id_ = str(resource.get("id") or "")
        version, row = self.stored.versions.get(id_), self.stored.rows.get(id_)
        if isinstance(sent, AcceptedFile):
            field, name, found = "upload", sent.file.name, sent.file.found
            if found is None and self.public:
                return _Refusal("upload")
        elif resource.get("url_type") == "upload" and row is not None:
            key = version.sha256 if version else _old_key(row)
            known = checks.known([key]).get(key, checks.Known())
            name = version.name if version else str(row.url or "")
            field, found = "format", known.found
        else:
            field, name, found = "url", str(resource.get("url") or ""), None
        findings = format_check.judge(
            str(resource.get("format") or ""),
            name,
            "",
            found,
            rules,
            uploaded=field != "url",
            accompanying=resource.get("resource_type") == _STRUCTURE,
        )
        wrong = format_check.forbidden(findings)
        return _Refusal(field, tuple(wrong)) if wrong else None


@dataclass(frozen=True)
class _Refusal:
    """Why a file is refused; without findings because nobody could look at it."""

    field: str
    findings: tuple[Finding, ...] = ()

    def as_error(self) -> dict[str, list[str]]:
        if not self.findings:
            return {self.field: [_not_checked()], "code": ["check_unavailable"]}
        words = list(dict.fromkeys(wording.sentence(one) for one in self.findings))
        return {self.field: words, "code": ["forbidden_format"]}


def refuse_forbidden(sent: Sent) -> None:
    """Refuse files that may never be published here; nothing has been stored yet.

    :raises ValidationError: at ``resources``, all refusals at once, with the code
        ``forbidden_format``; CKAN's transaction is rolled back
    """
    errors = [one.as_error() if one else {} for one in sent.refusals()]
    if any(errors):
        model.Session.rollback()
        codes = list(
            dict.fromkeys(code for one in errors for code in one.get("code", ()))
        )
        refused: Any = {"code": codes, "resources": errors}
        raise tk.ValidationError(refused)


def forbidden_codes(sent: Sent) -> list[str]:
    """Return the codes of what would be refused, for a portal that only looks on."""
    return [
        code
        for refusal in sent.refusals()
        if refusal
        for code in [one.code for one in refusal.findings] or ["door.unchecked"]
    ]


def _is_new(resource: Resource, stored: StoredFiles) -> bool:
    if isinstance(resource.get("upload"), AcceptedFile):
        return True
    row = stored.rows.get(str(resource.get("id") or ""))
    if row is None:
        return True
    if resource.get("format") and resource["format"] != row.format:
        return True
    return resource.get("url_type") != "upload" and resource.get("url") != row.url


def _old_key(row: Any) -> str:
    return Check.old_files(model.Session, row.package_id).get(row.id, "")


def _not_checked() -> str:
    return tk._(
        "The file was not saved: readers would have it at once, and the checker of "
        "files does not answer. Try again later; if it repeats, tell the administrator."
    )


@dataclass(frozen=True)
class _Files:
    """What is known of all files of a dataset, read by a few statements.

    ``old`` are keys of the files that CKAN stored before the extension came.
    """

    versions: Mapping[str, VersionRow]
    old: Mapping[str, str]
    known: Mapping[str, checks.Known]
    left: Mapping[str, tuple[str, int]]
    links: Mapping[str, LinkRow]

    @classmethod
    def of(cls, dataset: Mapping[str, Any]) -> _Files:
        versions = FileVersion.current_of_package(model.Session, dataset["id"])
        old = Check.old_files(model.Session, dataset["id"])
        hashes = {*(one.sha256 for one in versions.values()), *old.values()}
        known = checks.known(hashes)
        open_ = [one for one in hashes if not known.get(one, checks.Known()).whole]
        addresses = [
            str(one.get("url") or "")
            for one in dataset.get("resources") or ()
            if one.get("url_type") != "upload"
        ]
        links = Link.of(model.Session, addresses) if config.links_are_checked() else {}
        return cls(versions, old, known, checks.progress(open_), links)


def findings(dataset: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is to be said of the files of a dataset: a provider of the checklist.

    Warnings have to be answered for.
    """
    files = _Files.of(dataset)
    rules = format_rules.rules_of(dataset.get("owner_org"))
    for resource in dataset.get("resources") or ():
        for finding in _of_one(resource, files, rules):
            warns = finding.severity is Severity.WARNING
            yield replace(finding, acknowledge=True) if warns else finding


def _of_one(resource: Resource, files: _Files, rules: Policy) -> Iterator[Finding]:
    version = files.versions.get(str(resource.get("id") or ""))
    place = {"resource_id": str(resource.get("id") or "")}
    found: Detection | None = None
    media_type = ""
    if resource.get("url_type") == "upload":
        name = version.name if version else str(resource.get("url") or "")
        key = version.sha256 if version else files.old.get(place["resource_id"])
        if key is not None:
            known = files.known.get(key, checks.Known())
            found = known.found
            if not known.whole:
                yield _pending(files.left.get(key), name, place)
    else:
        name = str(resource.get("url") or "")
        if config.links_are_checked() and name:
            link = files.links.get(name)
            if link is None:
                yield _pending(None, name, place)
            else:
                yield from link_check.findings(link.fault, link.facts, name, place)
                media_type = str(link.facts.get("media_type") or "")
                detected = link.facts.get("detected")
                found = format_check.read_detection(detected) if detected else None
    yield from format_check.judge(
        str(resource.get("format") or ""),
        name,
        media_type,
        found,
        rules,
        uploaded=resource.get("url_type") == "upload",
        accompanying=resource.get("resource_type") == _STRUCTURE,
        place=place,
    )


def _pending(
    job: tuple[str, int] | None, name: str, place: Mapping[str, str]
) -> Finding:
    """Return that a file is not checked yet: nobody calls that clean."""
    state, attempts = job or ("waiting", 0)
    message = _FAILS if attempts > 1 or state == "dead" else _WAITS
    if state == "running" and attempts <= 1:
        message = _RUNS
    return Finding(
        "check.pending",
        Severity.BLOCKING,
        message,
        _TELL if message is _FAILS else _LATER,
        clauses.cite("own"),
        place,
        {"file": name.rpartition("/")[2] or name},
    )


def finish(named: str) -> None:
    """Look at the files of a dataset that nobody has looked at, as far as time goes.

    :param named: id or name of a dataset
    """
    package = model.Package.get(named)
    if package is None:
        return
    versions = FileVersion.current_of_package(model.Session, package.id).values()
    hashes = [one.sha256 for one in sorted(versions, key=lambda one: one.size)]
    hashes += sorted(Check.old_files(model.Session, package.id).values())
    known = checks.known(hashes)
    checks.finish(
        [one for one in hashes if not known.get(one, checks.Known()).whole],
        AT_SUBMISSION,
    )
