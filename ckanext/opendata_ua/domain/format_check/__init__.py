"""Formats of files: what the rules say, what the bytes are, and what follows.

``policy``     the rules in force, as data
``declared``   how a written format is read
``detection``  what the bytes of a file are: a record
``judge``      all of it together, as findings
"""

from .declared import Reading
from .declared import read as read_declared
from .detection import (
    ENGINE,
    Detection,
    Fault,
    Member,
    Properties,
    as_value,
    properties,
    unreadable,
)
from .detection import read as read_detection
from .faults import FAULTS
from .judge import REFUSED_AT_ONCE, forbidden, judge
from .policy import (
    DEFAULT,
    Change,
    Policy,
    Rule,
    Verdict,
    policy,
    read_changes,
    rule_of,
    why_machine_readable,
)
from .recode import utf8_copy

__all__ = [
    "DEFAULT",
    "ENGINE",
    "FAULTS",
    "REFUSED_AT_ONCE",
    "Change",
    "Detection",
    "Fault",
    "Member",
    "Policy",
    "Properties",
    "Reading",
    "Rule",
    "Verdict",
    "as_value",
    "forbidden",
    "judge",
    "policy",
    "properties",
    "read_changes",
    "read_declared",
    "read_detection",
    "rule_of",
    "unreadable",
    "utf8_copy",
    "why_machine_readable",
]
