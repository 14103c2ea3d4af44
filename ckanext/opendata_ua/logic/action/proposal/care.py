"""Terms, and what is kept of the people who sent proposals, for how long."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain.letters import PROPOSALS
from ckanext.opendata_ua.logic import proposal, reading, review, wording
from ckanext.opendata_ua.logic.schema import nothing
from ckanext.opendata_ua.logic.schema import proposal as schema
from ckanext.opendata_ua.model.outbox import Message
from ckanext.opendata_ua.model.proposal import (
    Proposal,
    ProposalAuthor,
    ProposalPurge,
    forget_networks,
    lapse,
    purge,
)


def opendata_ua_proposal_remind(
    context: Context, data_dict: DataDict
) -> dict[str, int]:
    """Write to those who owe answers how many, once a week.

    :returns: how many are ``owed``, how many of them are ``late``, how many are
        ``held``, ``letters``
    """
    review.validated(context, data_dict, nothing())
    tk.check_access("opendata_ua_proposal_remind", context, {})
    year, week, _ = reading.today_date().isocalendar()
    owed: dict[str, int] = defaultdict(int)
    late: dict[str, int] = defaultdict(int)
    of_all = Proposal.owed_by(model.Session, reading.now())
    for organization_id, (number, of_them_late) in of_all.items():
        for person in proposal.responsible(organization_id):
            owed[person] += number
            late[person] += of_them_late
    held: dict[str, int] = defaultdict(int)
    of_robots = Proposal.held_by(model.Session)
    for organization_id, number in of_robots.items():
        for person in proposal.screeners(organization_id):
            held[person] += number
    letter = PROPOSALS["proposal_week"]
    letters = 0
    for person in sorted({*owed, *held}):
        with wording.portal_language():
            values = {
                "owed": owed[person],
                "late": late[person],
                "held": held[person],
                "link": f"{config.site_url()}/proposals/board",
            }
            payload = {
                "subject": tk._(letter.subject).format(**values),
                "body": tk._(letter.body).format(**values),
            }
        letters += Message.post(
            model.Session,
            channel="mail",
            recipient=person,
            dedupe_key=f"proposal_week:{year}-{week}:{person}",
            payload=payload,
        )
    model.Session.commit()
    return {
        "owed": sum(number for number, _ in of_all.values()),
        "late": sum(number for _, number in of_all.values()),
        "held": sum(of_robots.values()),
        "letters": letters,
    }


def opendata_ua_proposal_purge(context: Context, data_dict: DataDict) -> dict[str, int]:
    """Remove who sent proposals that ended long ago, and texts that were hidden.

    What was held as the post of a robot, and nobody has decided about in the term of
    the portal, is hidden first, and who sent it is removed at once.

    :param days: ago; by default as the portal is set
    :returns: how many ``authors`` and ``texts`` are removed, and how many proposals
        were held too long (``unseen``); the runs are recorded
    """
    data = review.validated(context, data_dict, schema.purge())
    tk.check_access("opendata_ua_proposal_purge", context, data)
    days = data.get("days")
    age = timedelta(days=config.proposal_keep_days() if days is None else days)
    unseen, of_unseen = _lapse()
    authors = texts = 0
    while any(found := purge(model.Session, age)):
        authors, texts = authors + found[0], texts + found[1]
        model.Session.commit()
    forget_networks(model.Session)
    ProposalPurge.note(model.Session, "term", authors, texts)
    model.Session.commit()
    return {"authors": authors + of_unseen, "texts": texts, "unseen": unseen}


def _lapse() -> tuple[int, int]:
    """Put away what was held too long; return how many, and of how many authors."""
    days = config.proposal_held_days()
    unseen = authors = 0
    if not days:  # a person decides about each, however late
        return 0, 0
    while any(found := lapse(model.Session, timedelta(days=days))):
        unseen, authors = unseen + found[0], authors + found[1]
        model.Session.commit()
    ProposalPurge.note(model.Session, "held", authors, 0)
    model.Session.commit()
    return unseen, authors


@tk.side_effect_free
def opendata_ua_proposal_person_show(
    context: Context, data_dict: DataDict
) -> list[dict[str, Any]]:
    """Return everything the portal keeps about one person who sent proposals.

    :param email: the address they gave
    """
    data = review.validated(context, data_dict, schema.person())
    tk.check_access("opendata_ua_proposal_person_show", context, data)
    told = []
    for author in _of(data["email"]):
        row = proposal.found(author.proposal_id)
        told.append(
            {
                **proposal.staff_dicts([row])[0],
                "author": author.name,
                "email": author.email,
                "confirmed": review.moment_text(author.confirmed),
            }
        )
    return told


def opendata_ua_proposal_person_delete(
    context: Context, data_dict: DataDict
) -> dict[str, int]:
    """Remove everything personal about one person; what everybody reads stays.

    :param email: the address they gave
    :param texts: whether to empty the texts of their proposals, too
    :returns: how many ``authors`` and ``texts`` are removed
    """
    data = review.validated(context, data_dict, schema.person())
    tk.check_access("opendata_ua_proposal_person_delete", context, data)
    ids = [author.proposal_id for author in _of(data["email"])]
    texts = 0
    if data["texts"]:
        for id_ in ids:
            row = proposal.locked(id_)
            texts += bool(row.text)
            row.text = row.text_hash = ""
    authors = ProposalAuthor.forget(model.Session, ids)
    ProposalPurge.note(model.Session, "person", authors, texts)
    model.Session.commit()
    return {"authors": authors, "texts": texts}


def _of(email: str) -> list[Any]:
    key = proposal.key_of("email", email)
    return ProposalAuthor.by_email(model.Session, key)
