"""Steps of moderation and publication that die, or miss a service, on their way.

Each round prepares a dataset, does one step in a child that is killed at a point, lets
a worker do what is left, and has the person, who got no answer, try once more. One
outcome must be there then: the step once, its letters once, the index right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests.helpers import call_action

from tests.faults import portal
from tests.faults.places import Call, Fault, after, before, kill
from tests.integration.review_at_work import (
    DEEDS,
    LATE,
    REASON,
    WHY,
    Dataset,
    Desk,
    execute,
    history,
    make_due,
)

#: What a step does on its way; each may happen several times.
MARKS: Mapping[str, str] = {
    "lock": "ckanext.opendata_ua.model.dataset._locked",
    "record": "ckanext.opendata_ua.model.case.Case.enter",
    "post": "ckanext.opendata_ua.model.outbox.Message.post",
    "promise": "ckanext.opendata_ua.model.job.Job.promise",
    "index": "ckan.lib.search.index.PackageSearchIndex.index_package",
    "commit": "sqlalchemy.engine.default.DefaultDialect.do_commit",
}
#: Times a mark is passed at most; the last ones are looked for and not found.
MOST = 12


@dataclass(frozen=True)
class Step:
    """A step that may be cut short: what it is done to, who does it, what it leaves."""

    start: str
    act: Callable[[Desk, Dataset], object]
    leaves: Mapping[str, int]  # events
    repeats: bool = False  # done twice it is recorded twice
    prepare: Callable[[Desk, Dataset], object] = lambda desk, dataset: None
    by_worker: bool = False  # nobody waits for its answer: a worker does it again


def _deed(name: str, **leaves: int) -> Step:
    def act(desk: Desk, dataset: Dataset) -> object:
        return DEEDS[name].act(desk, dataset.id, "", b"")

    return Step(
        DEEDS[name].start, act, leaves or {name: 1}, name in ("assign", "suspend")
    )


def _many(desk: Desk, dataset: Dataset) -> object:
    decision = {**desk.look(dataset.id), "decision": "return", **WHY}
    told = desk.call(
        desk.moderator, "opendata_ua_moderation_decide_many", decisions=[decision]
    )
    (result,) = told["results"]
    if "error" in result:
        raise tk.ValidationError(result["error"])
    return result


def _publication(name: str, desk: Desk, dataset: Dataset, **data: Any) -> object:
    action = f"opendata_ua_publication_{name}"
    return desk.call(desk.moderator, action, id=dataset.id, **data)


def _suspended(desk: Desk, dataset: Dataset, **data: Any) -> None:
    _publication("suspend", desk, dataset, **REASON, **data)
    desk.catch_up()
    dataset.events = len(history(dataset.id))


def _suspended_for_a_while(desk: Desk, dataset: Dataset) -> None:
    _suspended(desk, dataset, until="2099-01-01")
    execute(
        "UPDATE opendata_ua_publication SET until = now() WHERE package_id = :id",
        id=dataset.id,
    )
    make_due()


def _late(desk: Desk, dataset: Dataset) -> None:
    dataset.late = True
    execute(
        "UPDATE opendata_ua_case SET due = now() - interval '30 days' "
        "WHERE package_id = :id",
        id=dataset.id,
    )


def _work(desk: Desk, dataset: Dataset) -> object:
    return call_action("opendata_ua_job_run", limit=100)


STEPS: Mapping[str, Step] = {
    "submit": _deed("submit"),
    "withdraw": _deed("withdraw"),
    "assign": _deed("assign"),
    "approve": _deed("approve", approve=1, apply=1),
    "return": _deed("return"),
    "reject": _deed("reject"),
    "decide many": Step("submitted", _many, {"return": 1}),
    # an approved dataset whose day has come: the worker applies it
    "apply on a day": Step("approved", _work, {"apply": 1}, by_worker=True),
    "suspend": _deed("suspend"),
    "resume": Step(
        "public",
        lambda desk, dataset: _publication("resume", desk, dataset, **REASON),
        {"resume": 1},
        prepare=_suspended,
    ),
    "resume on a day": Step(
        "public", _work, {"resume": 1}, prepare=_suspended_for_a_while, by_worker=True
    ),
    "end": Step(
        "public",
        lambda desk, dataset: _publication("withdraw", desk, dataset, **REASON),
        {"end": 1},
    ),
    "end for personal data": Step(
        "public",
        lambda desk, dataset: _publication(
            "withdraw", desk, dataset, **REASON, personal_data=True
        ),
        {"end": 1},
        repeats=True,
    ),
    "remind": Step(
        "submitted",
        lambda desk, dataset: call_action("opendata_ua_moderation_remind"),
        {},
        repeats=True,
        prepare=_late,
        by_worker=True,
    ),
}


class Rounds:
    """Cuts steps short, and tells how often they had landed."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.ended: Counter[str] = Counter()
        self.struck: set[str] = set()

    def kill(self, name: str, point: Call) -> bool:
        """Kill a step at a point; False when it was over before it came there."""
        told = f"{name}, killed {point.side} {point.name}, {point.nth}"
        struck = self._round(name, told, kill(point))
        if struck:
            self.struck.add(told)
        return struck

    def kill_everywhere(self, name: str) -> None:
        """Kill a step at every mark, as often as it passes it."""
        for mark in MARKS.values():
            for nth in range(1, MOST + 1):
                if not self.kill(name, before(mark, nth)):
                    break
                self.kill(name, after(mark, nth))

    def miss(self, name: str, service: Callable[[], object], attempts: int = 0) -> None:
        """Do a step without a service, which comes back afterwards.

        :param service: in the child: leads it to a proxy that refuses
        :param attempts: how often a worker tries in vain before the service is back
        """
        step, dataset = self._prepared(name)
        outcome = portal.run(lambda: self._act(step, dataset), first=service)
        told = f"{name} without a service: {outcome.said}"
        assert outcome.well, told
        for _ in range(attempts):
            make_due()
            trying = portal.run(lambda: _work(self.desk, dataset), first=service)
            assert trying.well, trying.said
        # what is done within a minute of the service's return is due by then
        waits = execute(
            "SELECT state, extract(epoch FROM run_after - now()) AS seconds "
            "FROM opendata_ua_job WHERE state <> 'done' AND key LIKE ANY(:keys)",
            keys=[f"{key}%" for key in (dataset.id, *_cases(dataset.id))],
        )
        assert all(one.state == "waiting" for one in waits), told
        assert all(one.seconds <= 60 for one in waits), told
        self._ends(name, step, dataset, told)

    def lose(self, name: str, fault: Callable[[], object]) -> None:
        """Do a step whose commit is cut off; whoever did it got an error."""
        step, dataset = self._prepared(name)
        outcome = portal.run(lambda: self._act(step, dataset), first=fault)
        self._ends(name, step, dataset, f"{name}, cut off: {outcome.error}")

    def lines_of(self, name: str, modules: Sequence[str]) -> int:
        """Return how many lines of some modules a step executes."""
        step, dataset = self._prepared(name)
        outcome = portal.run(lambda: self._act(step, dataset), count=modules)
        assert outcome.lines, outcome.said
        self._ends(name, step, dataset, name)
        return outcome.lines

    def strike(self, name: str, fault: Fault) -> bool:
        """Strike a step anywhere; False when it was over before it came there."""
        return self._round(name, f"{name}, {fault.place}", fault)

    def _round(self, name: str, told: str, fault: Fault) -> bool:
        step, dataset = self._prepared(name)
        outcome = portal.run(lambda: self._act(step, dataset), fault)
        assert outcome.killed or outcome.well, f"{told}: {outcome.said}"
        self._ends(name, step, dataset, told)
        return outcome.killed

    def _prepared(self, name: str) -> tuple[Step, Dataset]:
        step = STEPS[name]
        dataset = self.desk.make(step.start)
        step.prepare(self.desk, dataset)
        model.Session.remove()
        return step, dataset

    def _act(self, step: Step, dataset: Dataset) -> None:
        step.act(self.desk, dataset)

    def _ends(self, name: str, step: Step, dataset: Dataset, told: str) -> None:
        """Let the worker work and the person try again; judge what is left."""
        self.desk.catch_up()
        landed = len(history(dataset.id)) > dataset.events
        self.ended["landed" if landed else "had to be repeated"] += 1
        if step.by_worker:
            if not step.leaves:
                step.act(self.desk, dataset)
        elif not (landed and step.repeats):
            done = self.desk.attempt(name, lambda: step.act(self.desk, dataset))
            if landed:
                assert done.refusal is not None, told
                assert done.refusal.code in LATE, f"{told}: {done}"
            else:
                assert done.refusal is None, f"{told}: {done}"
        model.Session.remove()
        self.desk.judge(dataset, [], told, leaves=step.leaves)


def _cases(id_: str) -> list[str]:
    return [one.case_id for one in history(id_)]
