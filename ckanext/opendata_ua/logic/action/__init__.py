"""Actions: everything listed here becomes part of the Action API."""

from typing import Any

from ckanext.opendata_ua.logic.action import door, publication
from ckanext.opendata_ua.logic.action.adopt import opendata_ua_adopt_some
from ckanext.opendata_ua.logic.action.body import opendata_ua_body_show
from ckanext.opendata_ua.logic.action.check import (
    opendata_ua_check_list,
    opendata_ua_check_run,
    opendata_ua_link_check,
    opendata_ua_link_due,
    opendata_ua_link_tell,
)
from ckanext.opendata_ua.logic.action.checklist import (
    opendata_ua_checklist_show,
    opendata_ua_finding_acknowledge,
)
from ckanext.opendata_ua.logic.action.dataset import (
    package_create,
    package_patch,
    package_update,
)
from ckanext.opendata_ua.logic.action.doctor import opendata_ua_doctor_run
from ckanext.opendata_ua.logic.action.file import (
    dataset_purge,
    opendata_ua_file_version_list,
)
from ckanext.opendata_ua.logic.action.file_recode import opendata_ua_file_recode
from ckanext.opendata_ua.logic.action.file_rows import opendata_ua_file_rows_show
from ckanext.opendata_ua.logic.action.files_care import (
    opendata_ua_files_collect,
    opendata_ua_files_forget,
    opendata_ua_files_sweep,
    opendata_ua_files_verify,
)
from ckanext.opendata_ua.logic.action.files_move import (
    opendata_ua_files_movable,
    opendata_ua_files_move,
)
from ckanext.opendata_ua.logic.action.format_policy import (
    opendata_ua_format_policy_show,
)
from ckanext.opendata_ua.logic.action.gaps import (
    opendata_ua_gaps_count,
    opendata_ua_gaps_fill,
    opendata_ua_gaps_list,
)
from ckanext.opendata_ua.logic.action.health import opendata_ua_health_show
from ckanext.opendata_ua.logic.action.job import (
    opendata_ua_job_list,
    opendata_ua_job_retry,
    opendata_ua_job_run,
)
from ckanext.opendata_ua.logic.action.leave import opendata_ua_leave_show
from ckanext.opendata_ua.logic.action.moderation import (
    opendata_ua_moderation_apply,
    opendata_ua_moderation_approve,
    opendata_ua_moderation_assign,
    opendata_ua_moderation_case_count,
    opendata_ua_moderation_case_list,
    opendata_ua_moderation_case_show,
    opendata_ua_moderation_decide_many,
    opendata_ua_moderation_history,
    opendata_ua_moderation_reject,
    opendata_ua_moderation_remind,
    opendata_ua_moderation_return,
    opendata_ua_moderation_state_show,
    opendata_ua_moderation_submit,
    opendata_ua_moderation_withdraw,
    opendata_ua_moderation_work_list,
)
from ckanext.opendata_ua.logic.action.moderator import (
    opendata_ua_moderator_add,
    opendata_ua_moderator_list,
    opendata_ua_moderator_remove,
)
from ckanext.opendata_ua.logic.action.observation import (
    opendata_ua_observation_count,
    opendata_ua_observation_list,
)
from ckanext.opendata_ua.logic.action.outbox import (
    opendata_ua_outbox_deliver,
    opendata_ua_outbox_list,
    opendata_ua_outbox_retry,
)
from ckanext.opendata_ua.logic.action.passport import opendata_ua_passport_show
from ckanext.opendata_ua.logic.action.proposal import (
    opendata_ua_proposal_answer,
    opendata_ua_proposal_close,
    opendata_ua_proposal_confirm,
    opendata_ua_proposal_create,
    opendata_ua_proposal_decide_many,
    opendata_ua_proposal_form_show,
    opendata_ua_proposal_hide,
    opendata_ua_proposal_list,
    opendata_ua_proposal_person_delete,
    opendata_ua_proposal_person_show,
    opendata_ua_proposal_publish,
    opendata_ua_proposal_purge,
    opendata_ua_proposal_remind,
    opendata_ua_proposal_show,
    opendata_ua_proposal_stats,
)
from ckanext.opendata_ua.logic.action.publication import (
    opendata_ua_moderation_preview_create,
    opendata_ua_moderation_preview_list,
    opendata_ua_moderation_preview_revoke,
    opendata_ua_moderation_preview_show,
    opendata_ua_publication_decline,
    opendata_ua_publication_due,
    opendata_ua_publication_erase,
    opendata_ua_publication_list,
    opendata_ua_publication_plan,
    opendata_ua_publication_resume,
    opendata_ua_publication_show,
    opendata_ua_publication_suspend,
    opendata_ua_publication_withdraw,
    package_show,
    resource_search,
)
from ckanext.opendata_ua.logic.action.register import (
    opendata_ua_register_changed,
    opendata_ua_register_compare,
    opendata_ua_register_import,
    opendata_ua_register_import_apply,
    opendata_ua_register_import_keep,
    opendata_ua_register_import_run,
    opendata_ua_register_import_show,
    opendata_ua_register_list,
    opendata_ua_register_publish,
    opendata_ua_register_refresh,
)
from ckanext.opendata_ua.logic.action.rows import (
    opendata_ua_rows_changed,
    opendata_ua_rows_note,
)
from ckanext.opendata_ua.logic.action.search import (
    opendata_ua_search_did_you_mean,
    package_search,
)

__all__ = [
    "dataset_purge",
    "opendata_ua_adopt_some",
    "opendata_ua_body_show",
    "opendata_ua_check_list",
    "opendata_ua_check_run",
    "opendata_ua_checklist_show",
    "opendata_ua_doctor_run",
    "opendata_ua_file_recode",
    "opendata_ua_file_rows_show",
    "opendata_ua_file_version_list",
    "opendata_ua_files_collect",
    "opendata_ua_files_forget",
    "opendata_ua_files_movable",
    "opendata_ua_files_move",
    "opendata_ua_files_sweep",
    "opendata_ua_files_verify",
    "opendata_ua_finding_acknowledge",
    "opendata_ua_format_policy_show",
    "opendata_ua_gaps_count",
    "opendata_ua_gaps_fill",
    "opendata_ua_gaps_list",
    "opendata_ua_health_show",
    "opendata_ua_job_list",
    "opendata_ua_job_retry",
    "opendata_ua_job_run",
    "opendata_ua_leave_show",
    "opendata_ua_link_check",
    "opendata_ua_link_due",
    "opendata_ua_link_tell",
    "opendata_ua_moderation_apply",
    "opendata_ua_moderation_approve",
    "opendata_ua_moderation_assign",
    "opendata_ua_moderation_case_count",
    "opendata_ua_moderation_case_list",
    "opendata_ua_moderation_case_show",
    "opendata_ua_moderation_decide_many",
    "opendata_ua_moderation_history",
    "opendata_ua_moderation_preview_create",
    "opendata_ua_moderation_preview_list",
    "opendata_ua_moderation_preview_revoke",
    "opendata_ua_moderation_preview_show",
    "opendata_ua_moderation_reject",
    "opendata_ua_moderation_remind",
    "opendata_ua_moderation_return",
    "opendata_ua_moderation_state_show",
    "opendata_ua_moderation_submit",
    "opendata_ua_moderation_withdraw",
    "opendata_ua_moderation_work_list",
    "opendata_ua_moderator_add",
    "opendata_ua_moderator_list",
    "opendata_ua_moderator_remove",
    "opendata_ua_observation_count",
    "opendata_ua_observation_list",
    "opendata_ua_outbox_deliver",
    "opendata_ua_outbox_list",
    "opendata_ua_outbox_retry",
    "opendata_ua_passport_show",
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
    "opendata_ua_publication_decline",
    "opendata_ua_publication_due",
    "opendata_ua_publication_erase",
    "opendata_ua_publication_list",
    "opendata_ua_publication_plan",
    "opendata_ua_publication_resume",
    "opendata_ua_publication_show",
    "opendata_ua_publication_suspend",
    "opendata_ua_publication_withdraw",
    "opendata_ua_register_changed",
    "opendata_ua_register_compare",
    "opendata_ua_register_import",
    "opendata_ua_register_import_apply",
    "opendata_ua_register_import_keep",
    "opendata_ua_register_import_run",
    "opendata_ua_register_import_show",
    "opendata_ua_register_list",
    "opendata_ua_register_publish",
    "opendata_ua_register_refresh",
    "opendata_ua_rows_changed",
    "opendata_ua_rows_note",
    "opendata_ua_search_did_you_mean",
    "package_create",
    "package_patch",
    "package_search",
    "package_show",
    "package_update",
    "resource_search",
]


def get_actions() -> dict[str, Any]:
    """Return these actions, and those of CKAN that the door stands before."""
    own = {name: globals()[name] for name in __all__}
    return {**own, **door.chained(), **publication.chained()}
