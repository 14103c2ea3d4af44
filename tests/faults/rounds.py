"""Rounds: a write with a file, killed somewhere, and a look at what is left."""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence

from tests.faults import portal
from tests.faults.child import Outcome
from tests.faults.places import Call, after, before, kill, line
from tests.faults.uploads import Publisher, Write, agree, seen

OURS = "ckanext.opendata_ua"
# where files are handled
NEAR = (
    f"{OURS}.adapters.file_store",
    f"{OURS}.logic.action.dataset",
    f"{OURS}.logic.sent_files",
    f"{OURS}.logic.upload",
    f"{OURS}.model.file_version",
    "ckan.lib.uploader",
)
STEPS = (
    f"{OURS}.adapters.file_store.FileStore.stage",
    f"{OURS}.adapters.file_store.FileStore.put",
    "os.fsync",
    "pathlib.Path.replace",
    f"{OURS}.model.file_version.FileVersion.replace_current",
    f"{OURS}.logic.upload.finish_write",
    "ckan.lib.search.index.PackageSearchIndex.index_package",
    "ckan.model.repo.commit",
)
POINTS = tuple(side(name) for name in STEPS for side in (before, after))


class Rounds:
    """Write after write into one dataset, in every way files come, each killed.

    What is left must be the old state or the new one, whole; after an answer the new.
    """

    def __init__(self, publisher: Publisher, seed: int) -> None:
        self.dataset = publisher.dataset()
        self.ended: Counter[str] = Counter()  # rounds that left the old, the new state
        self.struck: set[str] = set()  # the places
        self._ways = publisher.writes()
        self._turns = itertools.cycle(self._ways)
        self._chance = random.Random(seed)  # noqa: S311 - repeats, keeps no secret

    def at_lines(self, rounds: int, modules: Sequence[str]) -> None:
        """Kill writes before random lines of some modules."""
        lines = {way: self._lines(way, modules) for way in self._ways}
        for way in itertools.islice(self._turns, rounds):
            place = line(self._chance.randint(1, lines[way]), modules)
            write = way(self.dataset)
            self._judge(write, portal.run(write.work, kill(place)))

    def at_points(self, points: Sequence[Call] = POINTS) -> None:
        """Kill every way of writing at every named point; each must be one of it."""
        for way, point in itertools.product(self._ways, points):
            write = way(self.dataset)
            outcome = portal.run(write.work, kill(point))
            assert outcome.killed, f"{write.kind} does not come to {point}"
            self._judge(write, outcome)

    def at_moments(self, rounds: int) -> None:
        """Kill writes after a random time, in whatever call they are.

        The time is up to half as long again as a write of that way takes now, so that
        a third of the kills comes too late.
        """
        lasts = {way: self._seconds(way) for way in self._ways}
        for way in itertools.islice(self._turns, rounds):
            write = way(self.dataset)
            seconds = self._chance.uniform(0, 1.5 * lasts[way])
            self._judge(write, portal.run(write.work, kill_after=seconds))

    def _seconds(self, way: Callable[[str], Write]) -> float:
        write = way(self.dataset)
        begun = time.monotonic()
        outcome = portal.run(write.work)
        seconds = time.monotonic() - begun
        self._judge(write, outcome)
        return seconds

    def _lines(self, way: Callable[[str], Write], modules: Sequence[str]) -> int:
        write = way(self.dataset)
        outcome = portal.run(write.work, count=modules)
        self._judge(write, outcome)
        assert outcome.lines, f"{write.kind} executes no line of {modules}"
        return outcome.lines

    def _judge(self, write: Write, outcome: Outcome) -> None:
        told = f"{write.kind}, {outcome.place or 'struck by time or not at all'}"
        assert outcome.error is None, f"{told}: {outcome.said}"
        state = seen(write.dataset)
        allowed = [write.after] if outcome.well else [write.before, write.after]
        assert state in allowed, told
        agree(write.dataset, told)
        self.ended["new" if state == write.after else "old"] += 1
        if outcome.place:
            self.struck.add(outcome.place)
