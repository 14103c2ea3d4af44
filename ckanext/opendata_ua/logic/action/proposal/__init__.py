"""Proposals of readers: taking in, showing, dealing with, forgetting who sent them."""

from ckanext.opendata_ua.logic.action.proposal.care import (
    opendata_ua_proposal_person_delete,
    opendata_ua_proposal_person_show,
    opendata_ua_proposal_purge,
    opendata_ua_proposal_remind,
)
from ckanext.opendata_ua.logic.action.proposal.create import (
    opendata_ua_proposal_confirm,
    opendata_ua_proposal_create,
    opendata_ua_proposal_form_show,
)
from ckanext.opendata_ua.logic.action.proposal.decide import (
    opendata_ua_proposal_answer,
    opendata_ua_proposal_close,
    opendata_ua_proposal_decide_many,
    opendata_ua_proposal_hide,
    opendata_ua_proposal_publish,
)
from ckanext.opendata_ua.logic.action.proposal.show import (
    opendata_ua_proposal_list,
    opendata_ua_proposal_show,
    opendata_ua_proposal_stats,
)

__all__ = [
    "opendata_ua_proposal_answer",
    "opendata_ua_proposal_close",
    "opendata_ua_proposal_confirm",
    "opendata_ua_proposal_create",
    "opendata_ua_proposal_decide_many",
    "opendata_ua_proposal_form_show",
    "opendata_ua_proposal_hide",
    "opendata_ua_proposal_list",
    "opendata_ua_proposal_person_delete",
    "opendata_ua_proposal_person_show",
    "opendata_ua_proposal_publish",
    "opendata_ua_proposal_purge",
    "opendata_ua_proposal_remind",
    "opendata_ua_proposal_show",
    "opendata_ua_proposal_stats",
]
