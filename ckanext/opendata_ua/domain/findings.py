"""What a rule found: a value, never an exception."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Severity(str, Enum):
    """How much a finding weighs before publication."""

    BLOCKING = "blocking"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True)
class Finding:
    """One fault, where it is, by which rule, and what to do next.

    ``code`` never changes (``passport.<key>.<fault>``). ``message`` and
    ``next_step`` are message ids whose named placeholders are filled from
    ``values``. ``rule`` is the clause in Ukrainian, see ``clauses``. ``place`` holds
    what applies of ``element``, ``resource_id`` and so on. With ``acknowledge`` it
    stands in the way until somebody answers for it by name, with a word why.
    """

    code: str
    severity: Severity
    message: str
    next_step: str
    rule: str
    place: Mapping[str, str | int] = field(default_factory=dict)
    values: Mapping[str, str | int] = field(default_factory=dict)
    acknowledge: bool = False

    def stops(self, acknowledged: bool) -> bool:
        """Tell whether nothing may be published because of this."""
        if self.acknowledge:
            return not acknowledged
        return self.severity is Severity.BLOCKING
