"""Rows of a DataStore table changed: no file did, but the data of a dataset did."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.model.meta import create_local_session
from ckan.types import Context, DataDict

from ckanext.opendata_ua.logic import reading, schema
from ckanext.opendata_ua.model.job import Job

log = logging.getLogger(__name__)

#: A loader sends its rows in many calls: they are noticed together.
GATHERING = timedelta(seconds=5)


def opendata_ua_rows_changed(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Promise that a change of rows will be noticed; one waiting job serves many.

    The DataStore has committed its rows already, in its own database. So the promise
    is a transaction of its own too: whatever the caller has open stays open.

    :param resource_id: id of the resource whose table changed
    """
    tk.check_access("opendata_ua_rows_changed", context, data_dict)
    data, wrong = tk.navl_validate(data_dict, schema.one_resource(), context)
    if wrong:
        raise tk.ValidationError(wrong)
    local: Any = create_local_session()
    with local as session:
        job = Job.promise(
            session, "rows_changed", data["resource_id"], run_after=GATHERING
        )
        session.commit()
    return {"job_id": job}


def opendata_ua_rows_note(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Move the change of data of a resource; repeating it only moves it once more.

    The caller writes as the site user, so that no activity is recorded in anybody's
    name; element 9 of the passport follows from ``last_modified``.

    :param resource_id: id of the resource whose table changed
    :returns: ``noted``, false when the resource was removed meanwhile
    """
    tk.check_access("opendata_ua_rows_note", context, data_dict)
    data, wrong = tk.navl_validate(data_dict, schema.one_resource(), context)
    if wrong:
        raise tk.ValidationError(wrong)
    moment = reading.now().replace(tzinfo=None).isoformat()
    try:
        tk.get_action("resource_patch")(
            tk.fresh_context(context),
            {"id": data["resource_id"], "last_modified": moment},
        )
    except tk.ObjectNotFound:
        log.info("Resource %s was removed before its job ran", data["resource_id"])
        return {"noted": False}
    return {"noted": True}
