"""Does a reader see anything of a dataset that nobody has approved?

A canary is planted, every way to read is tried as somebody without an account, and the
canary is removed. Ways are found by asking CKAN for its actions and addresses, so those
of other plugins are tried too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search

from ckanext.opendata_ua import compat, config
from ckanext.opendata_ua.adapters import visitor
from ckanext.opendata_ua.domain import doctor
from ckanext.opendata_ua.domain.doctor import Canary, Finding, Heard, Plan, finding
from ckanext.opendata_ua.domain.errors import DomainError
from ckanext.opendata_ua.domain.words import N_
from ckanext.opendata_ua.logic.doctor import planting
from ckanext.opendata_ua.model import canary as rows

#: Seconds an answer is waited for over HTTP.
PATIENCE = 60

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Portal:
    """The running application, as the command line has it.

    :param app: what answers requests, by WSGI
    :param rules: of its map of addresses
    :param over_http: whether to ask at the address of the portal, through whatever
        stands before it, and not inside the process
    """

    app: Any
    rules: tuple[doctor.Rule, ...]
    over_http: bool

    @classmethod
    def of(cls, app: Any, flask_app: Any, *, over_http: bool = False) -> Portal:
        """Return the portal whose addresses a Flask application knows."""
        rules = tuple(
            doctor.Rule(rule.rule, frozenset(rule.methods or ()))
            for rule in flask_app.url_map.iter_rules()
        )
        return cls(app, rules, over_http)


class NotAlone(DomainError):
    """Refuse to crawl while somebody else does."""


class NowhereToPlant(DomainError):
    """Refuse to crawl a portal that has no organization."""


def look_left(progress: Progress) -> Iterator[Finding]:
    """Yield canaries that an interrupted crawl has left; those of a running one not."""
    with rows.alone(model.Session) as mine:
        left = rows.recorded(model.Session) if mine else {}
    if left:
        yield finding("doctor.canary.left", len(left), sorted(left))


def remove_left(progress: Progress) -> Iterator[Finding]:
    """Remove canaries that an interrupted crawl has left."""
    with rows.alone(model.Session) as mine:
        removed = _remove_all() if mine else []
    if removed:
        yield finding("doctor.canary.left", len(removed), removed)


def looker(portal: Portal) -> Callable[[Progress], Iterator[Finding]]:
    """Return the look at the leaks of a portal.

    It raises NotAlone while another crawl runs, NowhereToPlant when the portal has no
    organization, and what the portal raises when it takes no datasets.
    """

    def look(progress: Progress) -> Iterator[Finding]:
        with rows.alone(model.Session) as mine:
            if not mine:
                raise NotAlone(
                    "leaks",
                    N_("Another crawl is running: wait until it ends, and begin anew."),
                )
            _remove_all()
            try:
                canary = _plant()
                plan = doctor.plan(
                    compat.reading_actions(), portal.rules, [canary.values]
                )
                heard = list(_crawl(portal, plan, canary, progress))
            finally:
                model.Session.rollback()
                _remove_all()
        yield from _findings(plan, heard)

    return look


def _remove_all() -> list[str]:
    left = rows.recorded(model.Session)
    for stem, what in left.items():
        planting.remove(stem, what)
    return sorted(left)


def _plant() -> Canary:
    session = model.Session
    holder = rows.holder(session)
    if holder is None:
        raise NowhereToPlant(
            "leaks",
            N_(
                "The portal has no organization, and so no place for a dataset: create "
                "one, and begin anew."
            ),
        )
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context: Any = {"user": user, "ignore_auth": True}
    group = rows.group(session)
    canary = planting.plant(
        context,
        planting.new_run(),
        "draft",
        {"owner_org": holder[0]},
        group[0] if group else "",
    )
    patching: Any = {**context}
    tk.get_action("package_patch")(
        patching, {"id": canary.values["id"], "notes": canary.words["notes"] + "."}
    )
    search.commit()
    values = {
        **canary.values,
        "organization": holder[1],
        "user": user,
        "part": canary.words["title"][:-6],
    }
    values |= {"group": group[1]} if group else {}
    activity = rows.activity_of(session, values["id"])
    values |= {"activity_id": activity} if activity else {}
    package: Any = model.Package.get(values["id"])
    assert package.state == "draft"  # noqa: S101 - or readers would see it by right
    session.rollback()
    session.remove()
    return Canary(canary.name, canary.words, values)


def _crawl(
    portal: Portal, plan: Plan, canary: Canary, progress: Progress
) -> Iterator[Heard]:
    site = config.site_url()
    ask = (
        visitor.outside(site, {}, PATIENCE)
        if portal.over_http
        else visitor.inside(portal.app, site, {})
    )
    watch = doctor.Watch([canary])
    whole = len(plan.questions)
    for done, heard in enumerate(doctor.crawl(ask, plan.questions, watch), start=1):
        progress(done, whole)
        yield heard


def _findings(plan: Plan, heard: Sequence[Heard]) -> Iterator[Finding]:
    leaks: dict[str, set[str]] = {}
    for one in heard:
        if one.told:
            places = {place for _canary, place in one.told}
            leaks.setdefault(_example(one), set()).update(places)
    if leaks:
        yield finding(
            "doctor.leaks.told", len(leaks), _told(leaks), asked=str(len(heard))
        )
    if plan.unasked:
        yield finding("doctor.leaks.unasked", len(plan.unasked), plan.unasked)
    if plan.guessed:
        yield finding("doctor.leaks.guessed", len(plan.guessed), plan.guessed)
    broken = doctor.broken(heard)
    if broken:
        yield finding("doctor.leaks.broken", len(broken), broken)


def _example(heard: Heard) -> str:
    question = heard.question
    sent = f" {question.sent}" if question.sent else ""
    return f"{question.address}{sent}"


def _told(leaks: Mapping[str, set[str]]) -> Iterator[str]:
    for address, places in leaks.items():
        yield f"{address}: {', '.join(sorted(places))}"
