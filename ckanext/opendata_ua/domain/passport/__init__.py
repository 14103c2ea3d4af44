"""The passport of a dataset: sixteen elements of clause 7, judged and shown."""

from .completeness import complete, faults, findings, findings_of_body, missing
from .elements import ELEMENTS, Element
from .lines import Line, lines
from .records import BodyRecord, FileRecord, PassportRecord
from .values import RULES, check_value

__all__ = [
    "ELEMENTS",
    "RULES",
    "BodyRecord",
    "Element",
    "FileRecord",
    "Line",
    "PassportRecord",
    "check_value",
    "complete",
    "faults",
    "findings",
    "findings_of_body",
    "lines",
    "missing",
]
