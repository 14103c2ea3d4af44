"""From findings of the domain to sentences in the reader's language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import i18n

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
    return tk._(finding.next_step).format(**finding.values) if finding.next_step else ""


def rule(finding: Finding) -> str:
    """Return the clause a finding stands on, in the language of the request."""
    return clauses.translated(finding.rule, _language())


def _language() -> str:
    try:
        return str(i18n.get_lang())
    except RuntimeError:  # no request: command line or background job
        return config.default_locale()


def finding_id(finding: Finding) -> str:
    """Return an id that survives re-checks: rule, resource and column decide it."""
    place = {
        key: finding.place[key]
        for key in ("element", "resource_id", "sheet", "column", "member")
        if key in finding.place
    }
    text = json.dumps([finding.code, place], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def finding_dict(finding: Finding) -> dict[str, Any]:
    """Return a finding as the Action API shows it (``design.md`` §4)."""
    return {
        "finding_id": finding_id(finding),
        "code": finding.code,
        "severity": finding.severity.value,
        "place": dict(finding.place),
        "message": message(finding),
        "next_step": next_step(finding),
        "rule": rule(finding),
        "acknowledged": False,
    }
