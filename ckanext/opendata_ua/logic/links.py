"""Links in place of files: asked by jobs; what lies there is judged as a file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ckan import model

from ckanext.opendata_ua import config
from ckanext.opendata_ua.adapters.links import Asker, Found, Limits
from ckanext.opendata_ua.domain import link_check
from ckanext.opendata_ua.domain.format_check import as_value
from ckanext.opendata_ua.logic import broken_links, checks
from ckanext.opendata_ua.logic.kinds import CHECK_LINK
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.link import Link, address_hash

MEBIBYTE = 1024 * 1024


def asker() -> Asker:
    """Return who asks addresses, with the limits of the configuration."""
    limits = Limits(
        seconds=config.links_seconds(),
        size=config.links_size() * MEBIBYTE,
        agent=f"opendata-ua (+{config.site_url()})",
    )
    return Asker(limits)


def look(address: str) -> str:
    """Ask an address, keep what it led to, and promise to ask again; no commit.

    One that no resource has any more is forgotten.

    :returns: the fault, ``""`` for none
    :raises CheckerDown: when nobody can look at what lies there
    """
    if not Link.is_used(model.Session, address):
        Link.forget(model.Session, address)
        return ""
    with asker().ask(address) as found:
        facts = _facts(found)
    broken = link_check.is_broken(found.fault)
    Link.note(
        model.Session,
        address,
        fault=found.fault,
        facts=facts,
        sha256=found.sha256 or None,
        broken=broken,
    )
    lasting = broken and broken_links.promise_letters(address)
    usual = timedelta(days=config.links_days())
    promise(address, broken_links.ASKED_AGAIN if broken and not lasting else usual)
    return found.fault


def _facts(found: Found) -> dict[str, Any]:
    """Return what is kept of an answer; known bytes are not looked at again."""
    facts: dict[str, Any] = {
        "status": found.status,
        "media_type": found.media_type,
        "size": found.size,
    }
    if found.file is None:
        return facts
    known = checks.known([found.sha256]).get(found.sha256, checks.Known())
    detected = known.found
    if detected is None or not known.whole:
        detected = checks.look_at(found.file, found.size)
        checks.keep_whole(found.sha256, detected)
    return {**facts, "detected": as_value(detected)}


def promise(address: str, after: timedelta) -> None:
    """Promise to ask an address after a time; nothing is committed."""
    asked = {"address": address}
    Job.promise(
        model.Session, CHECK_LINK, address_hash(address), asked, run_after=after
    )


def promise_new(package_id: str) -> None:
    """Promise to ask the addresses of a dataset that nobody has asked yet.

    Runs before CKAN's commit, in its transaction; one statement where there is none.
    """
    if config.links_are_checked():
        unasked = Link.unasked(model.Session, package_id)
        asked = {address_hash(one): {"address": one} for one in unasked}
        Job.promise_all(model.Session, CHECK_LINK, asked)
