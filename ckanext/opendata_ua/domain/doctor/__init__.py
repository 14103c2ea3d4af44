"""What the doctor can find on a portal, and the words for it: data, no looking."""

from ckanext.opendata_ua.domain.doctor.ailments import (
    AILMENTS,
    EXAMPLES,
    Ailment,
    Finding,
    Weight,
    finding,
)
from ckanext.opendata_ua.domain.doctor.canary import (
    IDS,
    WORD,
    Canary,
    Watch,
    part_of,
    words,
)
from ckanext.opendata_ua.domain.doctor.crawl import Answer, Heard, broken, crawl
from ckanext.opendata_ua.domain.doctor.reads import Plan, Question, Rule, plan
from ckanext.opendata_ua.domain.doctor.settings import (
    PUBLIC_STORAGES,
    RULES,
    options,
    unsafe,
)

__all__ = [
    "AILMENTS",
    "EXAMPLES",
    "IDS",
    "PUBLIC_STORAGES",
    "RULES",
    "WORD",
    "Ailment",
    "Answer",
    "Canary",
    "Finding",
    "Heard",
    "Plan",
    "Question",
    "Rule",
    "Watch",
    "Weight",
    "broken",
    "crawl",
    "finding",
    "options",
    "part_of",
    "plan",
    "unsafe",
    "words",
]
