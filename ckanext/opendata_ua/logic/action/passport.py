"""The passport of a dataset: sixteen elements in the law's order."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import passport
from ckanext.opendata_ua.domain.findings import Severity
from ckanext.opendata_ua.logic import reading, schema, wording


@tk.side_effect_free
def opendata_ua_passport_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show the passport of a dataset (Regulation No 835, clause 7).

    :param id: id or name of the dataset
    :param form: ``true`` for the lines and order of the printed form
    :param lang: language of the labels, ``uk`` (default) or ``en``
    :returns: ``complete``; ``elements``, a list of dicts with ``number``, ``key``,
        ``label``, ``value`` and, where there is one, ``uri``; ``findings``
    """
    data, wrong = tk.navl_validate(data_dict, schema.passport(), context)
    if wrong:
        raise tk.ValidationError(wrong)
    tk.check_access("opendata_ua_passport_show", context, {"id": data["id"]})
    dataset = reading.shown_dataset(context, data["id"])
    record = reading.passport_record(dataset)
    findings = passport.findings(record, today=reading.today_date())
    complete = all(one.severity is not Severity.BLOCKING for one in findings)
    lines = passport.lines(
        record,
        data["lang"],
        form=data["form"],
        purpose=config.passport_purpose_line(),
    )
    return {
        "complete": complete,
        "elements": [_element(line) for line in lines],
        "findings": [wording.finding_dict(one, dataset["id"]) for one in findings],
    }


def _element(line: passport.Line) -> dict[str, Any]:
    element: dict[str, Any] = {
        "number": line.number,
        "key": line.key,
        "label": line.label,
        "value": line.value,
    }
    if line.uri:
        element["uri"] = line.uri
    return element
