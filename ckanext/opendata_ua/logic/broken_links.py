"""Letters about links that break: one for all that broke together, once for a break.

A server that restarts is no news. So an address that fails is asked again soon; what
fails then, too, is told, after a while in which others may join it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import link_check
from ckanext.opendata_ua.domain.findings import Finding
from ckanext.opendata_ua.domain.letters import LINKS
from ckanext.opendata_ua.logic import reading, rights, wording
from ckanext.opendata_ua.logic.kinds import TELL_LINKS
from ckanext.opendata_ua.model.acknowledgement import Acknowledgement
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.link import Link, LinkRow
from ckanext.opendata_ua.model.moderator import Moderator
from ckanext.opendata_ua.model.outbox import Message, mailbox

#: When an address that failed is asked again.
ASKED_AGAIN = timedelta(hours=1)
#: How long it has to have failed before somebody is told.
LASTING = timedelta(minutes=30)
#: How long a letter waits for others that break: they share a server, as a rule.
GATHERED = timedelta(hours=3)
#: How many links a letter names; the checklists have the others.
NAMED = 20


@dataclass(frozen=True)
class Told:
    """One link that broke, what is said of it, and the dataset it belongs to."""

    link: LinkRow
    found: Finding
    package: Any


def promise_letters(address: str) -> bool:
    """Promise to tell of an address that was found broken, if that lasts.

    :returns: whether it has lasted; nothing is committed
    """
    link = Link.of(model.Session, [address])[address]
    if reading.now() - link.broken_since < LASTING:
        return False
    for organization in Link.holders(model.Session, address):
        if organization not in link.told:
            Job.promise(model.Session, TELL_LINKS, organization, run_after=GATHERED)
    return True


def tell(organization_id: str) -> dict[str, int]:
    """Post letters about the links of an organization that broke; no commit.

    One to everybody who publishes for it, and one to each responsible person whom the
    passports name, about their datasets. What somebody has answered for on the
    checklist is no news.

    :returns: ``links``, how many are told of; ``letters``
    """
    told: list[Told] = []
    untold = Link.untold(model.Session, organization_id)
    for link, resource, package in untold:
        place = {"resource_id": resource.id}
        (found,) = link_check.findings(link.fault, link.facts, link.address, place)
        answers = Acknowledgement.of_package(model.Session, package.id)
        if wording.finding_id(found, package.id) not in answers:
            told.append(Told(link, found, package))
    for link in {link for link, _, _ in untold}:
        link.told = [*link.told, organization_id]
    model.Session.flush()
    letters = _post_all(organization_id, told) if told else 0
    return {"links": len(told), "letters": letters}


def _post_all(organization_id: str, told: Sequence[Told]) -> int:
    users = _publishers(organization_id)
    known = _addresses(users)
    others: dict[str, list[Told]] = {}
    for one in told:
        address = (one.package.maintainer_email or "").strip()
        if address and address.lower() not in known:
            others.setdefault(address, []).append(one)
    letter = _letter(organization_id, told)
    for user in users:
        _post(organization_id, user, told, letter)
    for address, theirs in sorted(others.items()):
        letter = {**_letter(organization_id, theirs), "address": address}
        _post(organization_id, mailbox(address), theirs, letter)
    return len(users) + len(others)


def _publishers(organization_id: str) -> list[str]:
    """Return ids of the people who can mend links of an organization."""
    return (
        rights.publishers_of(organization_id)
        or Moderator.of_organization(model.Session, organization_id)
        or Moderator.of_all(model.Session)
    )


def _addresses(user_ids: Sequence[str]) -> set[str]:
    query = sa.select(model.User.email).where(model.User.id.in_(user_ids))
    return {one.strip().lower() for one in model.Session.scalars(query) if one}


def _post(
    organization_id: str,
    recipient: str,
    told: Sequence[Told],
    letter: Mapping[str, str],
) -> None:
    breaks = sorted(
        f"{one.link.address_hash}:{one.link.broken_since.isoformat()}" for one in told
    )
    event = hashlib.sha256("\n".join(breaks).encode()).hexdigest()
    Message.post(
        model.Session,
        channel="mail",
        recipient=recipient,
        dedupe_key=f"links_broken:{organization_id}:{event}:{recipient}",
        payload=letter,
    )


def _letter(organization_id: str, told: Sequence[Told]) -> dict[str, str]:
    organization: Any = model.Group.get(organization_id)
    with wording.portal_language():
        lines = [
            f"– {one.package.title or one.package.name}\n"
            f"  {wording.message(one.found)}\n"
            f"  {config.site_url()}/dataset/{one.package.name}/checklist"
            for one in told[:NAMED]
        ]
        if (left := len(told) - NAMED) > 0:
            more = tk.ungettext(
                "{number} more link is named on the checklist of its dataset.",
                "{number} more links are named on the checklists of their datasets.",
                left,
            )
            lines.append(more.format(number=left))
        values = {
            "organization": organization.title or organization.name,
            "list": "\n\n".join(lines),
        }
        letter = LINKS["links_broken"]
        return {
            "subject": tk._(letter.subject).format(**values),
            "body": tk._(letter.body).format(**values),
        }
