"""Compare the search index with the rows of datasets, and mend what differs.

The doctor tells what differs; the rebuild ends with it, so that what changed while it
ran is right too.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from ckan import model
from ckan.lib import search
from ckan.lib.plugins import get_permission_labels
from ckan.lib.search.common import make_connection
from sqlalchemy.orm import Session

from ckanext.opendata_ua import config
from ckanext.opendata_ua.adapters.search_index import SearchIndex
from ckanext.opendata_ua.domain.search_drift import (
    Compared,
    Drift,
    Entry,
    compare,
    moment,
)
from ckanext.opendata_ua.logic import mishap
from ckanext.opendata_ua.model import indexable
from ckanext.opendata_ua.model.dataset import lock_package

log = logging.getLogger(__name__)

#: Datasets looked at again, asked for their labels, or mended, at once.
TOGETHER = 200
#: Datasets that wait for the question about their labels, all kinds together.
WAITING = 20_000

Progress = Callable[[int, int], None]  # done, of how many


def open_index() -> SearchIndex:
    """Return the index of this site."""
    return SearchIndex(make_connection(decode_dates=False), config.site_id())


def drifted(index: SearchIndex, progress: Progress) -> Iterator[Compared]:
    """Yield every dataset that the index does not have as the database has it.

    People write while this reads: what differs is looked at a second time, and told
    only if it still does. Memory does not grow with the catalogue.

    :raises IndexFailure: when Solr does not answer
    """
    suspects = _first_look(index, progress)
    while some := list(islice(suspects, TOGETHER)):
        yield from _second_look(index, some)


def mend(index: SearchIndex, found: Iterable[Compared]) -> Iterator[Compared]:
    """Put into the index what differs, take orphans out; yield what was done.

    A dataset that CKAN cannot index is logged and left out of the answer.
    """
    left = iter(found)
    while some := list(islice(left, TOGETHER)):
        orphans = [one.key for one in some if one.drift is Drift.ORPHAN]
        if orphans:
            index.delete(orphans)
        model.Session.expire_all()  # CKAN's session keeps what it once read
        failed = set()
        for one in some:
            if one.drift is not Drift.ORPHAN and not _reindex(one.entry.id):
                failed.add(one.entry.id)
        index.publish()
        yield from (one for one in some if one.entry.id not in failed)


def _first_look(index: SearchIndex, progress: Progress) -> Iterator[Compared]:
    with_deleted = config.search_keeps_deleted()
    labels = _Labels(index)
    with Session(model.meta.engine) as session:
        whole = indexable.count(session, with_deleted=with_deleted)

        def entries() -> Iterator[Entry]:
            stream = indexable.stream(session, with_deleted=with_deleted)
            for number, entry in enumerate(map(_entry(), stream), 1):
                yield entry
                if not number % indexable.PORTION:
                    progress(number, whole)

        for one in compare(entries(), index.entries()):
            if one.drift:
                yield one
            else:
                yield from labels.note(one)
    yield from labels.rest()
    progress(whole, whole)


def _second_look(
    index: SearchIndex, suspects: Sequence[Compared]
) -> Iterator[Compared]:
    ids = sorted({one.entry.id for one in suspects})
    with_deleted = config.search_keeps_deleted()
    with Session(model.meta.engine) as session:
        found = indexable.some(session, ids, with_deleted=with_deleted)
        entries = list(map(_entry(), found))
    labels = _Labels(index)
    stale: dict[str, Compared] = {}
    for one in compare(entries, index.some(ids)):
        if one.drift and one.drift is not Drift.STALE:
            yield one
            continue
        if one.drift:
            stale[one.entry.id] = one
        for wrong in labels.note(one):
            stale.pop(wrong.entry.id, None)
            yield wrong
    for wrong in labels.rest():
        stale.pop(wrong.entry.id, None)
        yield wrong
    yield from stale.values()


class _Labels:
    """Datasets that wait for the question whether the index has their labels.

    Those with the same labels are asked for together: most are public.
    """

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._waiting: dict[frozenset[str], list[Compared]] = defaultdict(list)
        self._number = 0

    def note(self, one: Compared) -> Iterator[Compared]:
        """Take a dataset; yield those whose labels turned out to differ."""
        group = self._waiting[one.entry.labels]
        group.append(one)
        self._number += 1
        if len(group) >= TOGETHER:
            yield from self._ask(one.entry.labels)
        elif self._number >= WAITING:
            yield from self.rest()

    def rest(self) -> Iterator[Compared]:
        """Ask for all that wait."""
        for labels in list(self._waiting):
            yield from self._ask(labels)

    def _ask(self, labels: frozenset[str]) -> Iterator[Compared]:
        group = self._waiting.pop(labels)
        self._number -= len(group)
        wrong = self._index.without_exactly(labels, [one.entry.id for one in group])
        for one in group:
            if one.entry.id in wrong:
                yield replace(one, drift=Drift.LABELS)


def _entry() -> Callable[[model.Package], Entry]:
    """Return the function that makes an entry of a row, with CKAN's own labels."""
    labels = get_permission_labels()

    def entry(row: model.Package) -> Entry:
        return Entry(
            id=row.id,
            name=row.name,
            state=row.state or "",
            private=bool(row.private),
            modified=moment(row.metadata_modified),
            labels=frozenset(labels.get_dataset_labels(row)),
        )

    return entry


def _reindex(dataset_id: str) -> bool:
    """Put one dataset into the index, to be seen after the commit."""
    try:
        lock_package(model.Session, dataset_id)  # until the index has been told
        search.rebuild(package_ids=[dataset_id])
    except Exception as error:  # of plugins, which make documents: the next one goes on
        model.Session.rollback()
        log.error("Dataset %s cannot be indexed: %s", dataset_id, mishap.whole(error))
        return False
    return True
