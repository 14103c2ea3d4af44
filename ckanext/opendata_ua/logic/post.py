"""Delivering messages: one a transaction, its row locked while it leaves.

A process that dies frees the lock with its connection, so no lease is needed. For mail
there remains the moment between the server's "250" and our mark: only a process that
dies in it sends a letter twice, with the same Message-ID.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Collection

from ckan.types import AlchemySession
from sqlalchemy.exc import DBAPIError

from ckanext.opendata_ua import logs
from ckanext.opendata_ua.domain import backoff
from ckanext.opendata_ua.domain.delivery import DeliveryError, Refused, Unreachable
from ckanext.opendata_ua.logic import mishap
from ckanext.opendata_ua.logic.channels import CHANNELS
from ckanext.opendata_ua.model.outbox import Message, Taken

log = logging.getLogger(__name__)

#: Seconds between attempts to write down that a message left, when the database fails
#: just then: one minute in all, time enough for it to restart.
INSISTENCE = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


def deliver_due(
    session: AlchemySession, limit: int, channels: Collection[str] = CHANNELS.keys()
) -> tuple[int, int]:
    """Deliver messages that are due; return how many were tried, and how many left.

    :param channels: messages of others wait
    """
    sent = 0
    for tried in range(limit):
        message = Message.take_next(session, channels)
        if message is None:
            session.rollback()
            return tried, sent
        with logs.doing_job(f"outbox:{message.channel}", message.id):
            sent += _deliver(session, message)
        session.expunge_all()
    return limit, sent


def deliver_now(session: AlchemySession, dedupe_key: str) -> None:
    """Deliver a message that was just committed; if it fails, it waits as all do."""
    message = Message.take(session, dedupe_key)
    if message is None:
        session.rollback()
    else:
        with logs.doing_job(f"outbox:{message.channel}", message.id):
            _deliver(session, message)


def _deliver(session: AlchemySession, message: Taken) -> bool:
    """Deliver one message. Whatever a channel raises is counted; none stops others."""
    try:
        remark = CHANNELS[message.channel].deliver(session, message)
    except Exception as error:  # the boundary of a message
        session.rollback()
        _record_failure(session, message, error)
        session.commit()
        return False
    _record_success(session, message.id, remark)
    log.info("Message sent in attempt %d", message.attempts + 1)
    return True


def _record_success(session: AlchemySession, id: str, remark: str | None) -> None:
    """Mark a message as sent; a mark that is lost now would send it again."""
    for wait in (*INSISTENCE, None):
        try:
            Message.mark_sent(session, id, remark)
            session.commit()
        except DBAPIError as error:
            session.rollback()
            log.warning("The mark could not be kept: %s", mishap.describe(error))
            if wait is None:
                raise
            threading.Event().wait(wait)
        else:
            return


def _record_failure(session: AlchemySession, message: Taken, error: Exception) -> None:
    channel, seen = CHANNELS[message.channel], message.attempts
    known = isinstance(error, DeliveryError)
    why = str(error) if known else mishap.describe(error)
    chance = random.random()  # noqa: S311 - spreads load, keeps no secret
    if isinstance(error, Unreachable):
        wait = channel.closed_for * ((1 + chance) / 2)
        log.warning("The channel %s does not work: %s", message.channel, why)
        Message.close_channel(session, message.id, seen, wait, why)
    elif isinstance(error, Refused) or seen + 1 >= channel.attempts:
        log.error("The message is dead after %d attempts: %s", seen + 1, why)
        Message.bury(session, message.id, seen, why)
    else:
        wait = backoff.delay(
            seen + 1,
            first=channel.first_wait,
            longest=channel.longest_wait,
            jitter=chance,
        )
        trace = "" if known else f"\n{mishap.trace(error)}"
        log.warning("Attempt %d failed: %s%s", seen + 1, why, trace)
        Message.put_off(session, message.id, seen, wait, why)
