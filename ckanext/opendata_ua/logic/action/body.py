"""The holder of information as the passport names it."""

from __future__ import annotations

import dataclasses
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain import passport
from ckanext.opendata_ua.logic import schema, wording
from ckanext.opendata_ua.model.body import body_of


@tk.side_effect_free
def opendata_ua_body_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show what a passport says about its holder (elements 15 and 16).

    :param id: id or name of the organization
    :returns: ``name``, ``title``, ``short_name``, ``edrpou``, ``katottg``, ``address``,
        ``site``, ``responsible_name``, ``responsible_email``, and ``findings`` on them
    """
    data, wrong = tk.navl_validate(data_dict, schema.one_object(), context)
    if wrong:
        raise tk.ValidationError(wrong)
    group = model.Group.get(data["id"])
    body = body_of(model.Session, group.id) if group else None
    if group is None or body is None or not group.is_organization:
        raise tk.ObjectNotFound(tk._("There is no such organization."))
    tk.check_access("opendata_ua_body_show", context, {"id": group.id})
    findings = passport.findings_of_body(body)
    return {
        **dataclasses.asdict(body),
        "findings": [wording.finding_dict(one, group.id) for one in findings],
    }
