"""Make every document of the search index anew, by several processes, and loudly.

The parent hands out some datasets at a time and counts answers. A worker that dies, a
dataset that cannot be indexed and a Solr that refuses are tried once more, dataset by
dataset, by another worker; what fails then is told by name. Nothing is cleared first:
old documents are found until new ones replace them, and what has no dataset any more
is removed at the end, when the index is compared with the database.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, cast

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ckanext.opendata_ua import config
from ckanext.opendata_ua.adapters.search_index import IndexFailure, SearchIndex
from ckanext.opendata_ua.domain.errors import DomainError
from ckanext.opendata_ua.domain.search_drift import Drift
from ckanext.opendata_ua.domain.words import N_
from ckanext.opendata_ua.logic import mishap
from ckanext.opendata_ua.logic.index_documents import kept
from ckanext.opendata_ua.logic.index_drift import drifted, mend, open_index
from ckanext.opendata_ua.model import indexable

log = logging.getLogger(__name__)

#: Datasets in one hand-out and one request to Solr: some seconds of work, some MB.
TOGETHER = 50
#: Documents after which what was done becomes visible: an end by force keeps it.
COMMIT_EVERY = 10_000
#: Deaths of workers and wholly refused requests after which going on makes no sense.
TROUBLE = 40
#: One rebuild at a time: the key of PostgreSQL's advisory lock.
LOCK = 0x6F64_7561_5F69_6478

Progress = Callable[[str, int, int], None]  # step, done, of how many
fork = multiprocessing.get_context("fork")  # CKAN is loaded already


class RebuildRuns(DomainError):
    """Say that another rebuild is under way."""


@dataclass
class Rebuilt:
    """What a rebuild has done."""

    indexed: int = 0
    removed: int = 0  # documents without a dataset
    changed: int = 0  # indexed once more: changed by somebody on the way
    failed: dict[str, str] = field(default_factory=dict)  # dataset → why
    deaths: int = 0


@dataclass(frozen=True)
class _Batch:
    ids: Sequence[str]
    failed_by: int = 0  # worker that tried before; 0: nobody has


@dataclass
class _Worker:
    process: Any
    connection: Connection
    batch: _Batch | None = None


def rebuild(workers: int, progress: Progress) -> Rebuilt:
    """Index every dataset anew; return what was done and what failed.

    :raises RebuildRuns: another one holds the lock
    :raises IndexFailure: Solr does not answer at the start, or at a commit
    """
    with _alone():
        index = open_index()
        index.publish()  # is it there?
        with_deleted = config.search_keeps_deleted()
        with Session(model.meta.engine) as session:
            ids = indexable.all_ids(session, with_deleted=with_deleted)
        work = _Work(index, ids, progress)
        with work.staff(min(workers, -(-len(ids) // TOGETHER))):
            work.do()
        index.publish()
        _compare(index, work.result, progress)
        work.result.failed = _named(work.result.failed)
        return work.result


def _compare(index: SearchIndex, result: Rebuilt, progress: Progress) -> None:
    """Remove what has no dataset; repeat what was changed while the rebuild ran."""

    def step(done: int, whole: int) -> None:
        progress("compare", done, whole)

    # a dataset that killed a worker must not be tried here, in the parent
    left = (one for one in drifted(index, step) if one.entry.id not in result.failed)
    for one in mend(index, left):
        if one.drift is Drift.ORPHAN:
            result.removed += 1
        else:
            result.changed += 1


def _named(failed: dict[str, str]) -> dict[str, str]:
    with Session(model.meta.engine) as session:
        rows = indexable.some(session, failed, with_deleted=True)
        names = {row.id: row.name for row in rows}
    return {names.get(key, key): reason for key, reason in failed.items()}


class _Work:
    """The parent's side: who does what, what is left, what came of it."""

    def __init__(
        self, index: SearchIndex, ids: Sequence[str], progress: Progress
    ) -> None:
        self.result = Rebuilt()
        self._index = index
        self._whole = len(ids)
        self._progress = progress
        self._left = deque(
            _Batch(ids[start : start + TOGETHER])
            for start in range(0, len(ids), TOGETHER)
        )
        self._workers: dict[Connection, _Worker] = {}
        self._trouble = 0
        self._committed = 0

    @contextmanager
    def staff(self, number: int) -> Iterator[None]:
        """Have so many workers; whatever happens, none is left behind."""
        try:
            for _ in range(number):
                self._hire()
            yield
        finally:
            for worker in self._workers.values():
                worker.connection.close()  # an idle worker goes by itself
                worker.process.terminate()
            for worker in self._workers.values():
                worker.process.join()

    def do(self) -> None:
        """Hand out work until none is left."""
        while self._left or self._busy():
            self._hand_out()
            ready: Any = wait(self._busy())
            for connection in ready:
                self._take(self._workers[connection])
            if self._trouble > TROUBLE:
                self._give_up()

    def _busy(self) -> list[Connection]:
        return [key for key, worker in self._workers.items() if worker.batch]

    def _hand_out(self) -> None:
        for worker in list(self._workers.values()):
            batch = None if worker.batch else self._next_for(worker)
            if not batch:
                continue
            try:
                worker.connection.send(batch.ids)
                worker.batch = batch
            except OSError:  # it died while it had nothing to do
                self._left.appendleft(batch)
                self._bury(worker)

    def _next_for(self, worker: _Worker) -> _Batch | None:
        """Return work for this worker: not what it failed at, if another is there."""
        for _ in range(len(self._left)):
            batch = self._left.popleft()
            if batch.failed_by != worker.process.pid or len(self._workers) == 1:
                return batch
            self._left.append(batch)
        return None

    def _take(self, worker: _Worker) -> None:
        """Take the answer of a worker, or notice that it is dead."""
        batch, worker.batch = cast(_Batch, worker.batch), None
        try:
            failed: dict[str, str] = worker.connection.recv()
        except (EOFError, ConnectionError):
            failed = dict.fromkeys(batch.ids, self._bury(worker))
        if len(failed) == len(batch.ids) > 1:
            self._trouble += 1
        self.result.indexed += len(batch.ids) - len(failed)
        if batch.failed_by:
            self.result.failed |= failed
        else:
            again = (_Batch([key], worker.process.pid) for key in failed)
            self._left.extend(again)
        if self.result.indexed - self._committed >= COMMIT_EVERY:
            self._index.publish()
            self._committed = self.result.indexed
        done = self.result.indexed + len(self.result.failed)
        self._progress("index", done, self._whole)

    def _hire(self) -> None:
        ends: Any = fork.Pipe()
        mine, its = ends
        others = [mine, *self._workers]
        process = fork.Process(target=_serve, args=(its, others), daemon=True)
        process.start()
        its.close()
        self._workers[mine] = _Worker(process, mine)

    def _bury(self, worker: _Worker) -> str:
        """Replace a dead worker; return the words for how it ended."""
        worker.process.join()
        del self._workers[worker.connection]
        worker.connection.close()
        self.result.deaths += 1
        self._trouble += 1
        self._hire()
        code = worker.process.exitcode
        end = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        log.error("A worker of the rebuild ended %s", end)
        return f"the process that indexed it ended {end}"

    def _give_up(self) -> None:
        reason = "not tried: too many workers or requests had failed before"
        for batch in self._left:
            self.result.failed |= dict.fromkeys(batch.ids, reason)
        self._left.clear()


def _serve(connection: Connection, others: Sequence[Connection]) -> None:
    """Be a worker: index what is handed out until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    for other in others:  # ends of the parent, or its death would not be noticed
        other.close()
    model.Session.remove()
    engine: Any = model.meta.engine
    engine.dispose(close=False)  # its connections are the parent's
    gc.freeze()
    index = open_index()
    while True:
        try:
            ids = connection.recv()
            connection.send(_index(index, ids))
        except (EOFError, ConnectionError):
            os._exit(0)


def _index(index: SearchIndex, ids: Sequence[str]) -> dict[str, str]:
    """Index datasets; return those that failed, with the reason."""
    failed: dict[str, str] = {}
    with kept() as keeper:
        try:
            search.rebuild(package_ids=ids)
        except Exception:  # one of them: find out which
            model.Session.rollback()
            keeper.documents.clear()
            failed = _one_by_one(ids)
    model.Session.remove()
    try:
        if keeper.documents:
            index.add(keeper.documents)
    except IndexFailure:
        for document in keeper.documents:
            try:
                index.add([document])
            except IndexFailure as refusal:
                failed[document["id"]] = str(refusal)
    return failed


def _one_by_one(ids: Sequence[str]) -> dict[str, str]:
    failed = {}
    for dataset_id in ids:
        try:
            search.rebuild(package_ids=[dataset_id])
        except tk.ObjectNotFound:
            model.Session.rollback()  # purged on the way: the comparison removes it
        except Exception as error:  # plugins make documents, and may raise anything
            model.Session.rollback()
            log.error(
                "Dataset %s cannot be indexed: %s", dataset_id, mishap.whole(error)
            )
            failed[dataset_id] = f"{type(error).__name__}: {error}"[:300]
    return failed


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of the rebuild; it ends with the process at the latest.

    :raises RebuildRuns: somebody else holds it
    """
    engine: Any = model.meta.engine
    with engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"  # no transaction stays open for an hour
    ) as connection:
        taken = sa.text("SELECT pg_try_advisory_lock(:key)")
        if not connection.execute(taken, {"key": LOCK}).scalar():
            raise RebuildRuns(
                "rebuild",
                N_(
                    "Another rebuild of the search index is under way: wait until it "
                    "has ended, then see with the doctor whether one is needed."
                ),
            )
        try:
            yield
        finally:
            free = sa.text("SELECT pg_advisory_unlock(:key)")
            with suppress(DBAPIError):  # a lost connection has lost the lock too
                connection.execute(free, {"key": LOCK})
