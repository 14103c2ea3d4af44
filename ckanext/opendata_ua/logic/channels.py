"""Every channel of the outbox: how a message leaves through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search
from ckan.lib.plugins import get_permission_labels
from ckan.types import AlchemySession

from ckanext.opendata_ua import compat, config
from ckanext.opendata_ua.adapters import mail
from ckanext.opendata_ua.domain.delivery import Deferred, Refused, Unreachable
from ckanext.opendata_ua.domain.moderation import is_public
from ckanext.opendata_ua.logic import outage, proposal, review
from ckanext.opendata_ua.model.dataset import keep_still
from ckanext.opendata_ua.model.outbox import Taken


@dataclass(frozen=True)
class Channel:
    """How messages of one channel leave, and how they may fail.

    ``deliver`` returns a remark to be kept, or None, and raises errors of
    ``domain/delivery.py``. What it writes to the session is committed with the mark.
    """

    deliver: Callable[[AlchemySession, Taken], str | None]
    attempts: int = 10
    first_wait: timedelta = timedelta(minutes=1)
    longest_wait: timedelta = timedelta(hours=6)
    closed_for: timedelta = timedelta(minutes=1)  # when the whole channel fails


def by_mail(session: AlchemySession, message: Taken) -> None:
    """Send a letter through CKAN's mailer; at least once, see ``adapters/mail.py``.

    Payload: ``subject``, ``body``; for a person without an account also ``address``
    and ``name``; for who sent a proposal ``proposal_id``. The address of a user, or of
    who sent a proposal, is looked up when the letter leaves.
    """
    if not config.mail_server() and not compat.mail_has_notifiers():
        raise Unreachable("No mail server is named: set smtp.server")
    name, address, body = _addressed(session, message)
    mail.send(
        mail.Letter(
            id=f"{message.id}@{config.site_host()}",
            name=name,
            address=address,
            subject=message.payload["subject"],
            body=body,
        ),
        patience=config.outbox_smtp_timeout(),
        trust=config.outbox_smtp_ca_bundle(),
    )


def _addressed(session: AlchemySession, message: Taken) -> tuple[str, str, str]:
    if "proposal_id" not in message.payload:
        return *_mailbox(session, message), message.payload["body"]
    found = proposal.addressed(session, message.payload)
    if found is None:
        raise Refused("Who sent the proposal is not known any more")
    return found


def _mailbox(session: AlchemySession, message: Taken) -> tuple[str, str]:
    address = message.payload.get("address")
    if address:
        return message.payload.get("name") or "", address
    user = session.get(model.User, message.recipient)
    if user is None or user.state != model.State.ACTIVE:
        raise Refused("There is no active account with this id")
    if not user.email:
        raise Refused("The account has no e-mail address")
    return user.display_name, user.email


def as_activity(session: AlchemySession, message: Taken) -> str | None:
    """Show an activity on dashboards; exactly once, with the mark in one transaction.

    Payload: ``user_id`` (who did it), ``object_id``, ``activity_type``, ``data``.
    """
    if not config.activity_is_on():
        return "Not shown: activities are switched off on this portal"
    context: Any = {
        "user": tk.get_action("get_site_user")(
            {"ignore_auth": True, "defer_commit": True}, {}
        )["name"],
        "ignore_auth": True,
        "defer_commit": True,
    }
    try:
        tk.get_action("activity_create")(context, dict(message.payload))
    except tk.ValidationError as error:
        fields = ", ".join(sorted(map(str, error.error_dict)))
        raise Refused(f"CKAN refuses the activity: {fields}") from error
    return None


def as_new_dataset(session: AlchemySession, message: Taken) -> str | None:
    """Show a dataset, the recipient's id, to its readers as new; exactly once.

    Payload: ``author``. What is told is read now: the dataset may be hidden again.
    """
    if not config.activity_is_on():
        return "Not shown: activities are switched off on this portal"
    if not keep_still(session, message.recipient):
        if session.get(model.Package, message.recipient) is None:
            return "Not shown: the dataset has been purged"
        raise Deferred("The dataset is being written")
    package = session.get(model.Package, message.recipient, populate_existing=True)
    if package is None or not is_public(package.state, package.private):
        return "Not shown: the dataset is not public any more"
    author: Any = model.User.get(message.payload["author"])
    activity = {
        "user_id": author.id,
        "object_id": package.id,
        "activity_type": "new package",
        "data": {"package": review.stored_dict(package.id), "actor": author.name},
        "permission_labels": get_permission_labels().get_dataset_labels(package),
    }
    return as_activity(session, replace(message, payload=activity))


def into_index(session: AlchemySession, message: Taken) -> None:
    """Index a dataset anew, the recipient's id; remove one that was purged.

    Safe to repeat. CKAN's function commits, so the mark is a transaction of its own.
    A write, which tells the index too, would be overtaken by what was read before it.
    """
    if not outage.solr_answers():
        raise Unreachable("Solr does not answer")
    still = keep_still(session, message.recipient)
    if not still and session.get(model.Package, message.recipient) is not None:
        raise Deferred("The dataset is being written")
    try:
        if not still:
            search.clear(message.recipient)
        else:
            search.rebuild(package_ids=[message.recipient], quiet=True)
            search.commit()
    except tk.ObjectNotFound:  # purged between the two looks
        search.clear(message.recipient)
    except (search.SearchError, search.SearchIndexError, OSError) as error:
        if not outage.solr_answers():
            raise Unreachable("Solr does not answer") from error
        raise Deferred("Solr refuses the dataset") from error


CHANNELS: Mapping[str, Channel] = {
    "mail": Channel(by_mail),
    "activity": Channel(as_activity),
    "publication": Channel(as_new_dataset, first_wait=timedelta(seconds=10)),
    "index": Channel(into_index, first_wait=timedelta(seconds=10)),
}
