"""Background jobs: run, look, try again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.logic import schema, work
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.register_import import RegisterImport


def opendata_ua_job_run(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Run jobs that are due; workers call it all the time, on as many nodes as wanted.

    :param limit: how many at most, 1 by default
    :returns: ``ran``, how many were begun, and ``due_in``, seconds until more is known
        to be due (None: nothing is), asked only when fewer than ``limit`` were due
    """
    tk.check_access("opendata_ua_job_run", context, data_dict)
    data, wrong = tk.navl_validate(data_dict, schema.up_to(1), context)
    if wrong:
        raise tk.ValidationError(wrong)
    session, due_in = context["session"], None
    try:
        ran = work.run_due(session, data["limit"])
        if ran < data["limit"]:
            Job.prune(session, timedelta(days=config.job_keep_days()))
            RegisterImport.forget_old(session)
            due_in = Job.due_in(session)
            session.commit()
    finally:
        session.close()
    return {"ran": ran, "due_in": due_in}


@tk.side_effect_free
def opendata_ua_job_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """List background jobs, the newest first.

    :param state: ``waiting``, ``running``, ``done`` or ``dead``; all by default
    :param limit: how many at most, 100 by default
    :returns: dicts with ``id``, ``kind``, ``key``, ``state``, ``attempts``,
        ``last_error``, ``created``, ``run_after``, ``finished``
    """
    tk.check_access("opendata_ua_job_list", context, data_dict)
    states = ("waiting", "running", "done", "dead")
    data, wrong = tk.navl_validate(data_dict, schema.in_state(states), context)
    if wrong:
        raise tk.ValidationError(wrong)
    return Job.listed(context["session"], data.get("state"), data["limit"])


def opendata_ua_job_retry(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Let a dead job run again, as if it had never been tried.

    :param id: id of the job
    """
    tk.check_access("opendata_ua_job_retry", context, data_dict)
    data, wrong = tk.navl_validate(data_dict, schema.one_object(), context)
    if wrong:
        raise tk.ValidationError(wrong)
    if not Job.retry(context["session"], data["id"]):
        raise tk.ObjectNotFound(tk._("There is no dead job with this id."))
    context["session"].commit()
    return {"id": data["id"], "state": "waiting"}
