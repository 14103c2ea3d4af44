"""Letters about reviews: posted in the transaction of what they tell about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import dates, moderation
from ckanext.opendata_ua.domain.letters import LETTERS
from ckanext.opendata_ua.domain.publication import day_of
from ckanext.opendata_ua.logic import reading, wording
from ckanext.opendata_ua.model.case import CaseRow, EventRow
from ckanext.opendata_ua.model.outbox import Message

#: Letters that lead to the page of a case; the others lead to that of the dataset.
OF_CASES = frozenset({"submit", "remind", "escalate"})


def tell(
    kind: str, case: CaseRow, package: Any, people: Iterable[str], comment: str = ""
) -> None:
    """Post one letter to each person; nothing leaves before the commit.

    The same letter about the same version of a case is posted once.

    :param kind: a key of ``domain.letters.LETTERS``
    :param people: ids of users; who caused the letter needs none
    """
    _tell(kind, case, package, people, reasons=(), comment=comment)


def tell_decision(event: EventRow, case: CaseRow, package: Any) -> None:
    """Post the letter of a decision to the author of the dataset."""
    later = case.publish_on is not None and case.publish_on > reading.now()
    kind = "approve_later" if later and event.kind == "approve" else event.kind
    _tell(kind, case, package, [case.author], event.reasons, event.comment)


def _day(case: CaseRow) -> str:
    """Return the day on which a case makes its dataset public, if one was named."""
    return dates.printed_day(day_of(case.publish_on)) if case.publish_on else ""


def _tell(
    kind: str,
    case: CaseRow,
    package: Any,
    people: Iterable[str],
    reasons: Iterable[str],
    comment: str,
) -> None:
    with wording.portal_language():
        lang = wording.language()
        organization = model.Group.get(package.owner_org)
        page = (
            f"moderation/{case.id}" if kind in OF_CASES else f"dataset/{package.name}"
        )
        values = {
            "title": package.title or package.name,
            "organization": organization.title if organization else "",
            "due": dates.printed(case.due) if case.due else "",
            "day": _day(case),
            "reasons": "\n".join(
                f"– {moderation.REASONS[code].text(lang)}" for code in reasons
            ),
            "comment": comment,
            "link": f"{config.site_url()}/{page}",
        }
        letter = LETTERS[kind]
        subject = tk._(letter.subject).format(**values)
        # without words of a person there is no gap where they would stand
        body = re.sub(r"\n{3,}", "\n\n", tk._(letter.body).format(**values))
    # in one order: two nodes that post the same letters would wait for each other
    for person in sorted(set(people)):
        Message.post(
            model.Session,
            channel="mail",
            recipient=person,
            dedupe_key=f"moderation.{kind}:{case.id}:{case.version}:{person}",
            payload={"subject": subject, "body": body},
        )
