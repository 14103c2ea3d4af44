"""Two people at one dataset: one stops at a named point, the other one goes on.

The points lie where orders differ: the right has been asked and nothing is locked; the
rows are locked; everything is written, the index too, and nothing committed; it is
committed, and what follows the commit is not done; a dataset was read for the index,
which does not know it yet.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib.search.index import PackageSearchIndex
from sqlalchemy import event

from ckanext.opendata_ua.model import dataset as rows
from tests.integration.review_at_work import DEEDS, Desk, Done

POINTS = ("before lock", "after lock", "before commit", "after commit", "before index")
PATIENCE = 120.0


class Races:
    """Lets deeds meet; a context manager while it watches locks and commits."""

    def __init__(self, desk: Desk, app: Any) -> None:
        self.desk = desk
        self._app = app
        self._mine = threading.local()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Be told of locks and commits of this process."""
        index: Any = PackageSearchIndex
        lock, write = rows._locked, index.index_package

        def locked(session: Any, wanted: Any) -> Any:
            self._come_to("before lock")
            found = lock(session, wanted)
            self._come_to("after lock")
            return found

        def indexed(*arguments: Any, **named: Any) -> None:
            self._come_to("before index")
            write(*arguments, **named)

        def outermost(point: str) -> Callable[[Any], None]:
            def told(session: Any) -> None:
                if not session.in_nested_transaction():
                    self._come_to(point)

            return told

        before, after = outermost("before commit"), outermost("after commit")
        event.listen(model.Session, "before_commit", before)
        event.listen(model.Session, "after_commit", after)
        rows._locked, index.index_package = locked, indexed
        try:
            with self.desk.watching():
                yield
        finally:
            rows._locked, index.index_package = lock, write
            event.remove(model.Session, "before_commit", before)
            event.remove(model.Session, "after_commit", after)

    def _come_to(self, point: str) -> None:
        at = getattr(self._mine, "at", None)
        if at is not None and at[0] == point:
            self._mine.at = None
            at[1]()

    def meet(self, first: str, second: str, point: str, start: str) -> str:
        """Let a second deed come while the first one stands at a point; judge it.

        :param start: where the dataset stands before both
        :returns: what came of them, in words
        """
        dataset = self.desk.make(start)
        arrived, on = threading.Event(), threading.Event()

        def stop() -> None:
            arrived.set()
            assert on.wait(PATIENCE)

        with ThreadPoolExecutor(2) as threads:
            one = threads.submit(self._do, first, dataset.id, (point, stop))
            one.add_done_callback(lambda _: arrived.set())  # it may be refused before
            assert arrived.wait(PATIENCE)
            two = threads.submit(self._do, second, dataset.id, None)
            self._until_it_waits_or_ends(two)
            on.set()
            done = [one.result(PATIENCE), two.result(PATIENCE)]
        ends = ", ".join(_in_words(each) for each in done)
        told = f"{first} at {point}, {second}, from {start}: {ends}"
        self.desk.judge(dataset, done, told)
        return told

    def crowd(self, deeds: Sequence[str], start: str) -> list[Done]:
        """Let many do their deeds at once, each in a thread of their own; judge it."""
        dataset = self.desk.make(start)
        together = threading.Barrier(len(deeds))

        def act(deed: str) -> Done:
            together.wait(PATIENCE)
            return self._do(deed, dataset.id, None)

        with ThreadPoolExecutor(len(deeds)) as threads:
            done = list(threads.map(act, deeds))
        self.desk.judge(dataset, done, f"{', '.join(deeds)} from {start}")
        return done

    def _do(self, deed: str, id_: str, at: Any) -> Done:
        self._mine.at = at
        with self._app.flask_app.test_request_context():
            return self.desk.do(deed, id_)

    def _until_it_waits_or_ends(self, deed: Future[Done]) -> None:
        """Return when a deed has ended, or stands at a lock of the first one's."""
        engine: Any = model.meta.engine
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
            while not wait([deed], 0.01, FIRST_COMPLETED).done:
                if link.execute(sa.text(BLOCKED)).scalar():
                    return


@contextmanager
def room_for(threads: int) -> Iterator[None]:
    """Have connections for a crowd: a web server counts them by its threads too."""
    kept: Any = model.meta.engine
    model.Session.remove()
    wide = sa.create_engine(kept.url, pool_size=threads + 8)
    model.init_model(wide)
    try:
        yield
    finally:
        model.Session.remove()
        wide.dispose()
        model.init_model(kept)


BLOCKED = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND wait_event_type = 'Lock'"
)


def _in_words(done: Done) -> str:
    return f"{done.deed} {done.refusal.code if done.refusal else 'done'}"


def starts(first: str, second: str) -> list[str]:
    """Return where a dataset may stand so that one of two deeds is lawful."""
    return list(dict.fromkeys([DEEDS[first].start, DEEDS[second].start]))
