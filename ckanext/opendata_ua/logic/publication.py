"""What readers get of datasets whose publication was stopped; and how that is recorded.

Whoever prepares or moderates a dataset sees all of it. Readers of a suspended one see
its page without files, whatever asks: pages, the Action API, downloads, the DataStore.
The row of ``model.publication`` decides, never the index, which may be behind.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search
from ckan.types import Context

from ckanext.opendata_ua.domain.moderation import LOCKED, NEXT, Public, State
from ckanext.opendata_ua.domain.publication import Standing, Stop, standing
from ckanext.opendata_ua.logic import letters, outage, reading, review, rights
from ckanext.opendata_ua.model.case import Case, CaseRow
from ckanext.opendata_ua.model.dataset import lock_package
from ckanext.opendata_ua.model.moderator import Moderator
from ckanext.opendata_ua.model.outbox import Message
from ckanext.opendata_ua.model.publication import Publication, PublicationRow, last_case

log = logging.getLogger(__name__)

#: Fields of the index that CKAN makes of files.
OF_FILES = "res_"
VALIDATED = "validated_data_dict"
COPIES = ("data_dict", VALIDATED)


def sees_files(context: Any, package: Any) -> bool:
    """Tell whether somebody sees the files of a dataset that is suspended.

    Whoever may write a dataset has to: who saves what they were shown must not save
    it without its files.
    """
    if context.get("ignore_auth"):
        return True
    user = rights.user_of(context)
    if user is None:
        return False
    return rights.has_a_say(user, package) or rights.may_update(user.name, package.id)


def stand(dataset: MutableMapping[str, Any], reason: str) -> None:
    """Write into a dataset dict that it is suspended, and why."""
    dataset["opendata_ua_state"] = Public.SUSPENDED.value
    dataset["opendata_ua_next"] = NEXT[Public.SUSPENDED][0]
    dataset["opendata_ua_reason"] = reason


def take_files(dataset: MutableMapping[str, Any]) -> None:
    """Take the files out of a dataset dict."""
    dataset["resources"] = []
    if "num_resources" in dataset:
        dataset["num_resources"] = 0


def veil(results: Iterable[dict[str, Any]], rows: Mapping[str, Any]) -> None:
    """Take files out of found datasets that are suspended.

    The index has none of them, unless it has not been told yet.

    :param rows: by id; ``suspended`` of a row is the reason, None when it is not
    """
    for one in results:
        row = rows.get(one.get("id", "")) if one.get("resources") else None
        if row is not None and row.suspended is not None:
            stand(one, row.suspended)
            take_files(one)


def veil_document(document: dict[str, Any]) -> dict[str, Any]:
    """Leave files out of what goes to the index about a suspended dataset."""
    id_ = document["id"]
    reason = Publication.suspended(model.Session, [id_]).get(id_)
    if reason is None:
        return document
    kept = {key: document[key] for key in document if not key.startswith(OF_FILES)}
    stand(kept, reason)
    kept["num_resources"] = 0
    for copy in COPIES:
        dataset = json.loads(document[copy])
        dataset.pop(VALIDATED, None)  # CKAN 2.11 puts one copy into the other
        stand(dataset, reason)
        take_files(dataset)
        kept[copy] = json.dumps(dataset)
    return kept


def closed_words(row: PublicationRow) -> str:
    """Return why readers get no files, or nothing at all, for answers of the API."""
    if row.state == Stop.WITHDRAWN.value:
        words = tk._("The publication of this dataset has ended. The reason: {reason}")
    else:
        words = tk._(
            "The files of this dataset are closed: it is suspended. "
            "The reason: {reason}"
        )
    return words.format(reason=row.reason)


def stand_of(package: Any, row: PublicationRow | None) -> Standing:
    """Return where a dataset stands with its readers; it must be locked."""
    case = Case.state_of(model.Session, package.id)
    stop = Stop(row.state) if row is not None and row.state else Stop.NONE
    return standing(package.state, bool(package.private), stop, case in LOCKED)


def recorded(
    kind: str,
    package: Any,
    actor: str | None,
    comment: str,
    details: Mapping[str, Any] | None = None,
) -> CaseRow:
    """Write a step into the history of a dataset, and have it indexed; return the case.

    A dataset that was never reviewed gets a case for its history.

    :param comment: the reason, which readers see too
    """
    case = last_case(model.Session, package.id)
    if case is None:
        case = Case.begin(model.Session, package.id, package.creator_user_id or "")
        case.organization_id, case.applied = package.owner_org, reading.now()
        case.state = State.APPLIED.value
    case.enter(
        model.Session,
        kind,
        State(case.state),
        actor,
        comment=comment,
        details=details,
    )
    Message.post(
        model.Session,
        channel="index",
        recipient=package.id,
        dedupe_key=f"publication:{case.id}:{case.version}",
        payload={},
    )
    return case


def tell_publishers(
    kind: str,
    case: CaseRow,
    package: Any,
    row: PublicationRow,
    actor: str | None,
    words: str,
) -> None:
    """Post the letter of a decision to the author of the dataset and to who asked."""
    people = {one for one in (case.author, row.asked_by) if one and one != actor}
    letters.tell(kind, case, package, sorted(people), comment=words)


def tell_moderators(kind: str, case: CaseRow, package: Any, words: str) -> None:
    """Post the letter of a publisher's request to who may decide about it."""
    people = Moderator.of_organization(model.Session, package.owner_org)
    letters.tell(kind, case, package, people, comment=words)


def ended(
    context: Context, case: CaseRow, package: Any, row: Publication
) -> dict[str, Any]:
    """Commit a step, unless the caller does; then index at once, if Solr answers.

    :returns: the case, and ``publication``
    """
    id_ = package.id
    model.Session.flush()
    if not context.get("defer_commit"):
        model.Session.commit()
        index_now(id_)
    package = model.Session.get(model.Package, id_)
    return {**review.case_dict(case, package), "publication": shown(row, whole=True)}


def index_now(package_id: str) -> None:
    """Tell the index without waiting for the worker, who tells it anyway."""
    if not outage.solr_answers():
        return
    try:
        lock_package(model.Session, package_id)  # until the index has been told
        search.rebuild(package_id)
    except (search.SearchError, search.SearchIndexError, OSError, tk.ObjectNotFound):
        model.Session.rollback()
        log.warning("Dataset %s is indexed by a message of its own", package_id)


def shown(row: PublicationRow, *, whole: bool) -> dict[str, Any]:
    """Return a publication as the Action API shows it.

    :param whole: with names of people and what is asked, which are not for readers
    """
    told: dict[str, Any] = {
        "dataset": {"id": row.package_id, "title": row.title},
        "state": row.state,
        "reason": row.reason,
        "until": review.day_text(row.until),
        "since": review.moment_text(row.since),
    }
    if not whole:
        return told
    people = review.names({row.actor, row.asked_by})
    asked = None
    if row.asked:
        asked = {
            "step": row.asked,
            "reason": row.asked_reason,
            "until": review.day_text(row.asked_until),
            "personal_data": bool(row.asked_personal_data),
            "by": people.get(row.asked_by),
            "at": review.moment_text(row.asked_at),
        }
    return {
        **told,
        "personal_data": bool(row.personal_data),
        "actor": people.get(row.actor),
        "asked": asked,
    }


def lift(package: Any) -> None:
    """Forget that a publication was stopped: a new review has made it public.

    In the transaction of the apply step.
    """
    if Publication.stop_of(model.Session, package.id) is not Stop.NONE:
        row = Publication.locked(model.Session, package)
        row.state, row.until, row.reason = Stop.NONE.value, None, ""
        row.title, row.personal_data = package.title or package.name, False
        row.since, row.actor = reading.now(), None
        row.answer()
