"""Which formats are accepted, for publishers and programs."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain import clauses, format_check
from ckanext.opendata_ua.domain.format_check import Rule
from ckanext.opendata_ua.logic import format_rules, review, wording
from ckanext.opendata_ua.logic.schema import format_policy as schemas


@tk.side_effect_free
def opendata_ua_format_policy_show(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Show which formats are recommended, allowed, warned of and forbidden, and why.

    :param organization: id or name, whose own rules count too (optional)
    :returns: ``formats``, a list of dicts with ``format``, ``verdict``, ``reason``,
        ``next_step``, ``instead``, ``why`` (why it counts as machine-readable),
        ``rule`` (the clause), ``source`` (``default``, ``site`` or ``organization``)
    """
    data = review.validated(context, data_dict, schemas.show())
    tk.check_access("opendata_ua_format_policy_show", context, data)
    named = data.get("organization")
    group = model.Group.get(named) if named else None
    if named and (group is None or not group.is_organization):
        raise tk.ObjectNotFound(tk._("There is no such organization."))
    rules = format_rules.rules_of(group.id if group else None)
    return {"formats": [_shown(name, rule) for name, rule in rules.items()]}


def _shown(name: str, rule: Rule) -> dict[str, Any]:
    values = {"format": name, "instead": ", ".join(rule.instead)}
    reason = rule.reason
    if reason and not rule.own_words:
        reason = tk._(reason).format(**values)
    why = format_check.why_machine_readable(name)
    return {
        "format": name,
        "verdict": rule.verdict.value,
        "reason": reason,
        "next_step": tk._(rule.next_step).format(**values) if rule.next_step else "",
        "instead": list(rule.instead),
        "why": tk._(why) if why else "",
        "rule": clauses.translated(rule.clause, wording.language()),
        "source": rule.source,
    }
