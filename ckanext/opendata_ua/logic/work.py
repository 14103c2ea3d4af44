"""Running jobs: claim, work under a lease, mark; a worker may die at any line."""

from __future__ import annotations

import contextlib
import logging
import random
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import search
from ckan.model import meta
from ckan.types import AlchemySession
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from ckanext.opendata_ua import logs
from ckanext.opendata_ua.domain import backoff
from ckanext.opendata_ua.logic import mishap, outage
from ckanext.opendata_ua.logic.kinds import KINDS, Kind
from ckanext.opendata_ua.model.job import Claim, Job

log = logging.getLogger(__name__)

#: How long work waits that needs Solr, when that does not answer: an outage is no
#: fault of the job's, and however long it was, what waited is done within a minute.
OUTAGE = timedelta(seconds=45)
SILENT = "The worker fell silent before it was done"


def run_due(session: AlchemySession, limit: int) -> int:
    """Run jobs that are due, at most ``limit``; return how many were begun."""
    take_back(session)
    for begun in range(limit):
        claim = Job.claim(session, {name: kind.lease for name, kind in KINDS.items()})
        session.commit()  # the lease is taken; nobody waits for our work on this row
        if claim is None:
            return begun
        with logs.doing_job(claim.kind, claim.id):
            _run(session, claim)
    return limit


def try_now(kind: str, key: str, arguments: Mapping[str, Any] | None = None) -> Any:
    """Do promised work at once; whatever fails here, the job does later.

    The promise is committed already.

    :returns: what the action returns; None when it failed
    """
    doing = KINDS[kind]
    if doing.indexes and not outage.solr_answers():
        log.warning("%s of %s is left to its job: Solr does not answer", kind, key)
        return None
    try:
        return tk.get_action(doing.action)(
            {"ignore_auth": True}, {**(arguments or {}), doing.names: key}
        )
    except Exception as error:  # Solr, a store or a validator may fail in any way
        meta.Session.rollback()
        log.warning("%s of %s is left to its job: %s", kind, key, mishap.whole(error))
        return None


def take_back(session: AlchemySession) -> None:
    """Return jobs whose workers have died, or bury those that keep killing workers."""
    for claim in Job.expired(session, KINDS):
        with logs.doing_job(claim.kind, claim.id):
            _record_failure(session, claim, SILENT)
    session.commit()


def _run(session: AlchemySession, claim: Claim) -> None:
    """Do one job. The one broad ``except`` of the boundary: whatever it raises counts.

    Mark and effect of an atomic job are one transaction; if the lease was lost
    meanwhile, the mark fails and the effect goes with it.
    """
    kind = KINDS[claim.kind]
    if kind.indexes and not outage.solr_answers():
        Job.give_back(session, claim, OUTAGE, "Solr does not answer", blamed=False)
        session.commit()
        return
    try:
        with kept_alive(claim, kind.lease):
            _act(session, kind, claim)
            if Job.finish(session, claim):
                session.commit()
                log.info("Job done in attempt %d", claim.attempts)
            else:
                session.rollback()
                log.warning("The lease was lost: another worker has the job")
    except Exception as error:
        session.rollback()
        log.warning("Attempt %d failed: %s", claim.attempts, mishap.whole(error))
        if _solr_is_down(error):
            why = mishap.describe(error)
            Job.give_back(session, claim, OUTAGE, why, blamed=False)
        else:
            _record_failure(session, claim, mishap.describe(error))
        session.commit()
    finally:
        session.close()  # the next job must not see objects of this one


def _act(session: AlchemySession, kind: Kind, claim: Claim) -> None:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    context: Any = {"user": user["name"], "ignore_auth": True}
    data = {**claim.arguments, kind.names: claim.key}
    if kind.atomic:
        context["defer_commit"] = True
        with uncommitted(session):
            tk.get_action(kind.action)(context, data)
    else:
        tk.get_action(kind.action)(context, data)


def _solr_is_down(error: Exception) -> bool:
    of_solr = isinstance(error, (search.SearchIndexError, search.SearchError))
    return of_solr and not outage.solr_answers()


def _record_failure(session: AlchemySession, claim: Claim, error: str) -> None:
    kind = KINDS[claim.kind]
    if claim.attempts >= kind.attempts:
        if Job.bury(session, claim, error):
            log.error("The job is dead after %d attempts: %s", claim.attempts, error)
        return
    wait = backoff.delay(
        claim.attempts,
        first=kind.first_wait,
        longest=kind.longest_wait,
        jitter=random.random(),  # noqa: S311 - spreads load, keeps no secret
    )
    Job.give_back(session, claim, wait, error)


@contextlib.contextmanager
def uncommitted(session: AlchemySession) -> Iterator[None]:
    """Refuse a commit, so that what is said to be one transaction is one.

    Savepoints may be released: they are part of it.
    """
    real: Any = session() if callable(session) else session

    def refuse(committing: Any) -> None:
        if not committing.in_nested_transaction():
            raise RuntimeError("An atomic job must leave the commit to its worker")

    event.listen(real, "before_commit", refuse)
    try:
        yield
    finally:
        event.remove(real, "before_commit", refuse)


@contextlib.contextmanager
def kept_alive(claim: Claim, lease: timedelta) -> Iterator[None]:
    """Prolong a job's lease while the block runs, from a thread of its own.

    It opens a connection only for the moment of a beat: most jobs end before the
    first one.
    """
    done = threading.Event()

    def beat() -> None:
        while not done.wait(lease.total_seconds() / 3):
            try:
                with engine().begin() as connection:
                    if not Job.beat(connection, claim, lease):
                        return
            except SQLAlchemyError as error:
                log.warning("A heartbeat failed: %s", mishap.describe(error))

    heart = threading.Thread(target=beat, name=f"lease of {claim.id}", daemon=True)
    heart.start()
    try:
        yield
    finally:
        done.set()
        heart.join()


def engine() -> Any:
    """Return CKAN's engine; a forked worker has made a new one."""
    return meta.engine
