"""What a dataset still lacks before it may be submitted, and who answers for it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.logic import (
    checklist,
    file_verdicts,
    reading,
    review,
    rights,
)
from ckanext.opendata_ua.logic.schema import checklist as schemas
from ckanext.opendata_ua.model.acknowledgement import Acknowledgement


@tk.side_effect_free
def opendata_ua_checklist_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show everything that stands between a dataset and its submission.

    :param id: id or name of the dataset
    :param look: whether to look first, for some seconds at most, at files that no
        background job has looked at yet (optional)
    :returns: ``ready`` and ``findings``, a list of dicts with ``finding_id``,
        ``code``, ``severity``, ``place``, ``message``, ``next_step``, ``rule``,
        ``acknowledged``, ``stops``: whether it stands in the way now. Findings that
        somebody may answer for have ``acknowledgement``: None, or ``ground``,
        ``comment``, ``person``, ``moment``
    """
    data, wrong = tk.navl_validate(data_dict, schemas.show(), context)
    if wrong:
        raise tk.ValidationError(wrong)
    tk.check_access("opendata_ua_checklist_show", context, {"id": data["id"]})
    if data["look"]:
        file_verdicts.finish(data["id"])
    return checklist.of_dataset(reading.shown_dataset(context, data["id"]))


def opendata_ua_finding_acknowledge(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Answer for a finding: it stays, it stands in the way no longer, and it is shown.

    :param finding_id: id of a finding of a checklist
    :param ground: why it may stay, in words
    :param comment: more words (optional)
    :returns: the finding
    :raises ValidationError: code ``invalid``, or ``wrong_state`` for a finding that
        has to be mended, or needs no answer
    """
    data = review.validated(context, data_dict, schemas.acknowledge())
    tk.check_access("opendata_ua_finding_acknowledge", context, data)
    finding = _find(data["finding_id"])
    if "acknowledgement" not in finding:
        raise tk.ValidationError(
            {"code": ["wrong_state"], "finding_id": [_refusal(finding)]}
        )
    Acknowledgement.record(
        model.Session,
        package_id=_owner(finding["finding_id"]),
        finding_id=finding["finding_id"],
        code=finding["code"],
        ground=data["ground"],
        comment=data["comment"],
        person=rights.user_id(context),
    )
    if not context.get("defer_commit"):
        model.Session.commit()
    return _find(data["finding_id"])


def _find(finding_id: str) -> dict[str, Any]:
    """Return a finding of the checklist of the dataset its id begins with."""
    dataset = review.stored_dict(_owner(finding_id))
    for one in checklist.of_dataset(dataset)["findings"]:
        if one["finding_id"] == finding_id:
            return one
    raise tk.ObjectNotFound(
        tk._("There is no such finding any more: look at the checklist again.")
    )


def _owner(finding_id: str) -> str:
    return finding_id.partition(".")[0]


def _refusal(finding: dict[str, Any]) -> str:
    if finding["stops"]:
        return tk._(
            "Nobody can answer for this finding, it has to be mended: {next_step}"
        ).format(next_step=finding["next_step"])
    return tk._("This finding does not stand in the way: it needs no answer.")
