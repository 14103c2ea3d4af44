"""Keeping a published register up to date: changes are gathered, then compared."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.model.meta import create_local_session
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.adapters.file_store import digest
from ckanext.opendata_ua.logic import door, reading, review, schema
from ckanext.opendata_ua.logic.register_file import register_file
from ckanext.opendata_ua.logic.schema import register as own_schema
from ckanext.opendata_ua.model.file_version import FileVersion
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.register_set import RegisterSet

log = logging.getLogger(__name__)

REFRESH = "register_refresh"
#: What no signal tells of (a purge, a statement in the database) is seen after a day.
SURELY = timedelta(days=1)


def opendata_ua_register_changed(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Promise that the published register of an organization will be compared.

    In a transaction of its own: whatever the caller has open stays open. Most
    organizations have published none, which costs one statement.

    :param id: id or name of a dataset that has changed
    :param organization: or id or name of an organization that has
    :returns: ``job_id``, None when there is nothing to keep up to date
    """
    data = review.validated(context, data_dict, own_schema.changed())
    tk.check_access("opendata_ua_register_changed", context, data)
    if data.get("organization"):
        owner = RegisterSet.is_one(model.Session, data["organization"])
    else:
        owner = RegisterSet.whose(model.Session, data.get("id") or "")
    if owner is None:
        return {"job_id": None}
    wait = timedelta(minutes=config.register_refresh_minutes())
    return {"job_id": _promise(owner, wait)}


def _promise(organization: str, wait: timedelta) -> str:
    local: Any = create_local_session()
    with local as session:
        job = Job.promise(session, REFRESH, organization, run_after=wait)
        session.commit()
    return job


def opendata_ua_register_refresh(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Replace the file of a published register if it says something else now.

    :param id: id of the organization
    :returns: ``outcome``: ``replaced``, ``unchanged``, ``waits`` (its dataset is not
        public, or under review) or ``gone`` (its dataset was deleted)
    """
    data = review.validated(context, data_dict, schema.one_object())
    tk.check_access("opendata_ua_register_refresh", context, data)
    organization = data["id"]
    known = RegisterSet.of(model.Session, organization)
    resource: Any = model.Resource.get(known[0].resource_id) if known else None
    if known is None or resource is None or resource.state != "active":
        RegisterSet.forget(model.Session, organization)
        model.Session.commit()
        return {"outcome": "gone"}
    row, package = known
    _promise(organization, SURELY)
    if not door.is_public(package) or door.locked_by(package.id):
        return {"outcome": "waits"}
    return {"outcome": _replace(context, row.resource_id, organization, row.layout)}


def _replace(context: Context, resource_id: str, organization: str, layout: str) -> str:
    with register_file(organization, layout) as file:
        current = FileVersion.current_of(model.Session, resource_id)
        if current is not None and current.sha256 == digest(file.stream).sha256:
            return "unchanged"
        tk.get_action("resource_patch")(
            tk.fresh_context(context),
            {
                "id": resource_id,
                "upload": file,
                "data_actual_date": reading.today_date().isoformat(),
            },
        )
    log.info("The register of organization %s is published anew", organization)
    return "replaced"
