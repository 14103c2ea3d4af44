"""The outbox: deliver, look, try again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.logic import post, schema
from ckanext.opendata_ua.model.outbox import Message


def opendata_ua_outbox_deliver(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Deliver messages that are due; workers call it all the time, on many nodes.

    :param limit: how many at most, 1 by default
    :returns: ``tried`` and ``sent``, counts, and ``due_in``, seconds until more is
        known to be due (None: nothing is), asked only when fewer than ``limit`` were
    """
    tk.check_access("opendata_ua_outbox_deliver", context, data_dict)
    data, wrong = tk.navl_validate(data_dict, schema.up_to(1), context)
    if wrong:
        raise tk.ValidationError(wrong)
    session, due_in = context["session"], None
    try:
        tried, sent = post.deliver_due(session, data["limit"])
        if tried < data["limit"]:
            Message.prune(session, timedelta(days=config.outbox_keep_days()))
            due_in = Message.due_in(session)
            session.commit()
    finally:
        session.close()
    return {"tried": tried, "sent": sent, "due_in": due_in}


@tk.side_effect_free
def opendata_ua_outbox_list(
    context: Context, data_dict: DataDict
) -> list[dict[str, Any]]:
    """List messages, the newest first; what they say is not shown.

    :param state: ``waiting``, ``sent`` or ``dead``; all by default
    :param limit: how many at most, 100 by default
    :returns: dicts with ``id``, ``channel``, ``recipient`` (id of a user or dataset, or
        a code for the mailbox of a person without an account), ``dedupe_key``,
        ``state``, ``attempts``, ``last_error``, ``created``, ``next_attempt``,
        ``finished``
    """
    tk.check_access("opendata_ua_outbox_list", context, data_dict)
    states = ("waiting", "sent", "dead")
    data, wrong = tk.navl_validate(data_dict, schema.in_state(states), context)
    if wrong:
        raise tk.ValidationError(wrong)
    return Message.listed(context["session"], data.get("state"), data["limit"])


def opendata_ua_outbox_retry(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Let dead messages be tried again, as if they had never been.

    :param id: id of one message; all dead ones without it
    :returns: ``retried``, how many
    """
    tk.check_access("opendata_ua_outbox_retry", context, data_dict)
    data, wrong = tk.navl_validate(data_dict, schema.perhaps_one(), context)
    if wrong:
        raise tk.ValidationError(wrong)
    id = data.get("id")
    retried = Message.retry(context["session"], id)
    if id and not retried:
        context["session"].rollback()
        raise tk.ObjectNotFound(tk._("There is no dead message with this id."))
    context["session"].commit()
    return {"retried": retried}
