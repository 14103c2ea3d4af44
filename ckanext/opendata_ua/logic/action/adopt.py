"""Entering a portal that lives: what is public stays public, and gets a baseline."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain import passport
from ckanext.opendata_ua.domain.content import content_hash
from ckanext.opendata_ua.domain.findings import Severity
from ckanext.opendata_ua.domain.moderation import State
from ckanext.opendata_ua.logic import reading, review, wording
from ckanext.opendata_ua.logic.schema import adopt as schema
from ckanext.opendata_ua.model.case import Case


def opendata_ua_adopt_some(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Give public datasets that were never reviewed a baseline; change none of them.

    The baseline is an applied case with the hash of the contents: the history of the
    dataset begins there, and says that it was public before moderation.

    :param after: id of the dataset that the call before ended with (optional)
    :param limit: at most so many datasets, by default 50; one transaction
    :returns: ``adopted``: list of dicts with ``organization``, ``name``, ``title`` and
        ``gaps`` (blocking findings: ``code`` and ``message``); ``next``: ``after`` of
        the next call, None when none is left; ``left``: how many are left
    """
    tk.check_access("opendata_ua_adopt_some", context, data_dict)
    data = review.validated(context, data_dict, schema.some())
    packages = Case.never_reviewed(model.Session, data.get("after"), data["limit"])
    adopted = [_adopt(package) for package in packages]
    model.Session.commit()
    last = packages[-1].id if packages else None
    left = Case.count_never_reviewed(model.Session, last) if last else 0
    return {"adopted": adopted, "next": last if left else None, "left": left}


def _adopt(package: Any) -> dict[str, Any]:
    dataset = review.stored_dict(package.id)
    findings = passport.findings(
        reading.passport_record(dataset), today=reading.today_date()
    )
    gaps = [one for one in findings if one.severity is Severity.BLOCKING]
    case = Case.begin(model.Session, package.id, package.creator_user_id or "")
    case.organization_id = package.owner_org
    case.content_hash = content_hash(dataset)
    case.applied = reading.now()
    case.enter(
        model.Session,
        "adopt",
        State.APPLIED,
        None,
        details={"gaps": [one.code for one in gaps]},
    )
    return {
        "organization": (dataset.get("organization") or {}).get("title") or "",
        "name": package.name,
        "title": package.title or package.name,
        "gaps": [{"code": one.code, "message": wording.message(one)} for one in gaps],
    }
