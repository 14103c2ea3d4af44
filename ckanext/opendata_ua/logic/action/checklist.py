"""What a dataset still lacks before it may be submitted."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain import passport
from ckanext.opendata_ua.domain.findings import Severity
from ckanext.opendata_ua.logic import reading, schema, wording


@tk.side_effect_free
def opendata_ua_checklist_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show everything that stands between a dataset and its submission.

    :param id: id or name of the dataset
    :returns: ``ready`` and ``findings``, a list of dicts with ``finding_id``,
        ``code``, ``severity``, ``place``, ``message``, ``next_step``, ``rule``,
        ``acknowledged``
    """
    data, wrong = tk.navl_validate(data_dict, schema.one_object(), context)
    if wrong:
        raise tk.ValidationError(wrong)
    tk.check_access("opendata_ua_checklist_show", context, {"id": data["id"]})
    record = reading.passport_record(reading.shown_dataset(context, data["id"]))
    findings = passport.findings(record, today=reading.today_date())
    return {
        "ready": all(one.severity is not Severity.BLOCKING for one in findings),
        "findings": [wording.finding_dict(finding) for finding in findings],
    }
