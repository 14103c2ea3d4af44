"""Where the search index no longer says what the database says.

Both sides come as streams in the order of dataset ids (by Unicode code point, which is
the order of UTF-8 bytes), so that a catalogue of any size needs no memory.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Drift(str, Enum):
    """How an entry differs; the first that applies is told."""

    MISSING = "missing"
    ORPHAN = "orphan"
    VISIBILITY = "visibility"
    LABELS = "labels"
    STALE = "stale"


@dataclass(frozen=True)
class Entry:
    """A dataset as one side has it.

    ``modified`` has milliseconds, as Solr keeps them. A row brings its permission
    ``labels``, a document its ``key`` in the index.
    """

    id: str
    name: str
    state: str
    private: bool
    modified: str  # 2026-11-21T09:28:00.123Z
    labels: frozenset[str] = frozenset()
    key: str = ""


@dataclass(frozen=True)
class Compared:
    """One dataset: the row, or of an orphan what the index knows; how it differs."""

    entry: Entry
    drift: Drift | None
    key: str = ""


def moment(value: datetime | None) -> str:
    """Return a time of a row (UTC, without a zone) as the index keeps it."""
    return f"{value.isoformat(timespec='milliseconds')}Z" if value else ""


def written(text: str) -> str:
    """Return a time of the index with its milliseconds, which Solr omits when zero.

    :param text: ``2026-11-21T09:28:00Z`` or with one to three digits after a point
    """
    whole, _, parts = text.rstrip("Z").partition(".")
    return f"{whole}.{parts:0<3}Z" if whole else ""


def compare(rows: Iterable[Entry], documents: Iterable[Entry]) -> Iterator[Compared]:
    """Yield every dataset of two streams that are ordered by id.

    A second document of one dataset is an orphan. Labels are not compared: the index
    can only be asked whether an entry has them.
    """
    left, right = iter(rows), iter(documents)
    row, document = next(left, None), next(right, None)
    while row and document:
        if row.id < document.id:
            yield Compared(row, Drift.MISSING)
            row = next(left, None)
        elif document.id < row.id:
            yield Compared(document, Drift.ORPHAN, document.key)
            document = next(right, None)
        else:
            yield Compared(row, _difference(row, document), document.key)
            row, document = next(left, None), next(right, None)
    while row:
        yield Compared(row, Drift.MISSING)
        row = next(left, None)
    while document:
        yield Compared(document, Drift.ORPHAN, document.key)
        document = next(right, None)


def _difference(row: Entry, document: Entry) -> Drift | None:
    if (row.state, row.private) != (document.state, document.private):
        return Drift.VISIBILITY
    if (row.name, row.modified) != (document.name, document.modified):
        return Drift.STALE
    return None
