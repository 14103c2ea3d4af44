"""Template helpers: thin, they ask actions and the domain."""

from ckanext.opendata_ua.helpers.checklist import opendata_ua_checklist_parts
from ckanext.opendata_ua.helpers.dataset import (
    opendata_ua_body,
    opendata_ua_checklist,
    opendata_ua_choices,
    opendata_ua_day,
    opendata_ua_format,
    opendata_ua_formats,
    opendata_ua_organizations,
    opendata_ua_passport,
    opendata_ua_reuse_notice,
    opendata_ua_sections,
    opendata_ua_size,
    opendata_ua_sorting,
    opendata_ua_term,
    opendata_ua_today,
)
from ckanext.opendata_ua.helpers.file_rows import opendata_ua_rows_facts
from ckanext.opendata_ua.helpers.formats import (
    opendata_ua_foreign_items,
    opendata_ua_format_policy,
    opendata_ua_format_reasons,
    opendata_ua_why_readable,
)
from ckanext.opendata_ua.helpers.gaps import opendata_ua_element
from ckanext.opendata_ua.helpers.moderation import (
    opendata_ua_changes,
    opendata_ua_event,
    opendata_ua_finding_link,
    opendata_ua_is_moderated,
    opendata_ua_moment,
    opendata_ua_reasons,
    opendata_ua_review,
    opendata_ua_severity,
    opendata_ua_state,
    opendata_ua_waiting,
)
from ckanext.opendata_ua.helpers.proposal import (
    opendata_ua_pieces,
    opendata_ua_proposal_form,
    opendata_ua_proposal_kinds,
    opendata_ua_proposal_notice,
    opendata_ua_proposal_word,
)
from ckanext.opendata_ua.helpers.publication import opendata_ua_publication

__all__ = [
    "opendata_ua_body",
    "opendata_ua_changes",
    "opendata_ua_checklist",
    "opendata_ua_checklist_parts",
    "opendata_ua_choices",
    "opendata_ua_day",
    "opendata_ua_element",
    "opendata_ua_event",
    "opendata_ua_finding_link",
    "opendata_ua_foreign_items",
    "opendata_ua_format",
    "opendata_ua_format_policy",
    "opendata_ua_format_reasons",
    "opendata_ua_formats",
    "opendata_ua_is_moderated",
    "opendata_ua_moment",
    "opendata_ua_organizations",
    "opendata_ua_passport",
    "opendata_ua_pieces",
    "opendata_ua_proposal_form",
    "opendata_ua_proposal_kinds",
    "opendata_ua_proposal_notice",
    "opendata_ua_proposal_word",
    "opendata_ua_publication",
    "opendata_ua_reasons",
    "opendata_ua_reuse_notice",
    "opendata_ua_review",
    "opendata_ua_rows_facts",
    "opendata_ua_sections",
    "opendata_ua_severity",
    "opendata_ua_size",
    "opendata_ua_sorting",
    "opendata_ua_state",
    "opendata_ua_term",
    "opendata_ua_today",
    "opendata_ua_waiting",
    "opendata_ua_why_readable",
]
