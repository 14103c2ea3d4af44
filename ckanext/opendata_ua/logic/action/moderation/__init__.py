"""Moderation: submitting, deciding, publishing what was approved, looking on."""

from ckanext.opendata_ua.logic.action.moderation.apply import (
    opendata_ua_moderation_apply,
)
from ckanext.opendata_ua.logic.action.moderation.counts import (
    opendata_ua_moderation_case_count,
)
from ckanext.opendata_ua.logic.action.moderation.decide import (
    opendata_ua_moderation_approve,
    opendata_ua_moderation_assign,
    opendata_ua_moderation_decide_many,
    opendata_ua_moderation_reject,
    opendata_ua_moderation_return,
)
from ckanext.opendata_ua.logic.action.moderation.remind import (
    opendata_ua_moderation_remind,
)
from ckanext.opendata_ua.logic.action.moderation.show import (
    opendata_ua_moderation_case_list,
    opendata_ua_moderation_case_show,
    opendata_ua_moderation_history,
)
from ckanext.opendata_ua.logic.action.moderation.state import (
    opendata_ua_moderation_state_show,
)
from ckanext.opendata_ua.logic.action.moderation.submit import (
    opendata_ua_moderation_submit,
    opendata_ua_moderation_withdraw,
)
from ckanext.opendata_ua.logic.action.moderation.work import (
    opendata_ua_moderation_work_list,
)

__all__ = [
    "opendata_ua_moderation_apply",
    "opendata_ua_moderation_approve",
    "opendata_ua_moderation_assign",
    "opendata_ua_moderation_case_count",
    "opendata_ua_moderation_case_list",
    "opendata_ua_moderation_case_show",
    "opendata_ua_moderation_decide_many",
    "opendata_ua_moderation_history",
    "opendata_ua_moderation_reject",
    "opendata_ua_moderation_remind",
    "opendata_ua_moderation_return",
    "opendata_ua_moderation_state_show",
    "opendata_ua_moderation_submit",
    "opendata_ua_moderation_withdraw",
    "opendata_ua_moderation_work_list",
]
