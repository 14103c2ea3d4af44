"""From findings of the domain to sentences in the reader's language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import i18n
from flask_babel import force_locale

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import clauses
from ckanext.opendata_ua.domain.findings import Finding, Severity


def sentence(finding: Finding) -> str:
    """Return one text that says what is wrong, what to do next, and by which rule."""
    words = [message(finding), next_step(finding)]
    if finding.rule:
        words.append(f"({rule(finding)})")
    return " ".join(word for word in words if word)


def refusals(findings: Iterable[Finding]) -> list[str]:
    """Return the sentences of what must be refused; warnings are shown elsewhere."""
    return [sentence(one) for one in findings if one.severity is Severity.BLOCKING]


def message(finding: Finding) -> str:
    """Return what is wrong."""
    return tk._(finding.message).format(**finding.values)


def next_step(finding: Finding) -> str:
    """Return what to do about it, or an empty text."""
    words = []
    if finding.next_step:
        words.append(tk._(finding.next_step).format(**finding.values))
    if finding.acknowledge:
        words.append(
            tk._(
                "If it has to stay as it is, acknowledge it on the checklist and say "
                "why: the moderator reads that."
            )
        )
    return " ".join(words)


def rule(finding: Finding) -> str:
    """Return the clause a finding stands on, in the language of the request."""
    return clauses.translated(finding.rule, language())


def language() -> str:
    """Return the language of the request; without one, that of the portal."""
    try:
        return str(i18n.get_lang())
    except RuntimeError:  # no request: command line or background job
        return config.default_locale()


def portal_language() -> AbstractContextManager[None]:
    """Speak the language of the portal, whatever the request's: for letters.

    Where no application runs (a bare command line), words stay as they are.
    """
    return force_locale(config.default_locale())


def language_of(lang: str) -> AbstractContextManager[None]:
    """Speak the language a person chose, that of the portal if they chose none."""
    return force_locale(lang or config.default_locale())


def finding_id(finding: Finding, owner: str) -> str:
    """Return an id that survives re-checks: rule, resource and column decide it.

    :param owner: id of the dataset or organization; the id begins with it, so that
        whoever has a finding's id knows whose it is
    """
    place = {
        key: finding.place[key]
        for key in ("element", "resource_id", "sheet", "column", "member")
        if key in finding.place
    }
    text = json.dumps([finding.code, place], sort_keys=True)
    return f"{owner}.{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def finding_dict(finding: Finding, owner: str) -> dict[str, Any]:
    """Return a finding as the Action API shows it (``design.md`` §4).

    :param owner: id of the dataset or organization it is about
    """
    return {
        "finding_id": finding_id(finding, owner),
        "code": finding.code,
        "severity": finding.severity.value,
        "place": dict(finding.place),
        "message": message(finding),
        "next_step": next_step(finding),
        "rule": rule(finding),
        "acknowledged": False,
    }
