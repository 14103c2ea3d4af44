"""What the pages of moderation share: the form of a decision, words of a refusal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua.domain import moderation
from ckanext.opendata_ua.domain.errors import DomainError, InvalidValue
from ckanext.opendata_ua.domain.publication import day_begins

DECISIONS = ("approve", "return", "reject")


def code_of(refusal: tk.ValidationError) -> str:
    """Return the stable code of a refusal, or an empty text."""
    codes: Any = refusal.error_dict.get("code") or [""]
    return str(codes[0])


@dataclass
class Decision:
    """A decision as the form sends it."""

    decision: str = ""
    reasons: list[str] = field(default_factory=list)
    comment: str = ""
    publish_on: str = ""

    @classmethod
    def sent(cls) -> Decision:
        """Return what the form of this request holds."""
        form = tk.request.form
        return cls(
            form.get("decision", ""),
            form.getlist("reasons"),
            form.get("comment", ""),
            form.get("publish_on", ""),
        )

    def faults(self) -> dict[str, list[str]]:
        """Return what the form lacks, all at once, by field."""
        if self.decision not in DECISIONS:
            words = tk._("No decision is chosen: approve, return or reject.")
            return {"decision": [words]}
        found: list[DomainError] = [
            *moderation.faults(self.decision, self.reasons, self.comment)
        ]
        if self.decision == "approve":
            try:
                day_begins(self.publish_on, "publish_on", datetime.now(timezone.utc))
            except InvalidValue as fault:
                found.append(fault)
        return {
            fault.field: [tk._(fault.message).format(**fault.values)] for fault in found
        }

    def as_data(self) -> dict[str, Any]:
        """Return what an action takes: an approval has a day, others have reasons."""
        if self.decision == "approve":
            return {"comment": self.comment, "publish_on": self.publish_on}
        return {"comment": self.comment, "reasons": self.reasons}
