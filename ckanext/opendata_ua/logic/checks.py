"""What files are: found by our checker inside the cage, kept by hash, asked once.

A first look is short and happens while the sender waits; the whole look is a job. What
the checker could not look at, for it was down, is not known: nobody calls that clean.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ckan import model

from ckanext.opendata_ua import compat
from ckanext.opendata_ua.adapters.cage import Outcome, Verdict
from ckanext.opendata_ua.adapters.file_store import BlobMissing, StoreError
from ckanext.opendata_ua.domain.format_check import (
    ENGINE,
    Detection,
    as_value,
    read_detection,
    unreadable,
)
from ckanext.opendata_ua.logic import cage
from ckanext.opendata_ua.logic.kinds import CHECK_FILE
from ckanext.opendata_ua.logic.store import store
from ckanext.opendata_ua.model.check import Check, old_resource
from ckanext.opendata_ua.model.job import Job

log = logging.getLogger(__name__)

#: Seconds that a sender waits for a first look, at most; it takes a fraction of that.
PATIENCE = 5.0


class CheckerDown(Exception):
    """The checker did not look at a file: nothing is known about it."""


@dataclass(frozen=True)
class Known:
    """What is known of bytes, and whether all of them were looked at."""

    found: Detection | None = None
    whole: bool = False


def known(hashes: Iterable[str]) -> Mapping[str, Known]:
    """Return what is known of bytes by their hash; one statement."""
    rows = Check.of(model.Session, hashes, ENGINE)
    return {
        sha256: Known(read_detection(dict(row.detected)), row.whole)
        for sha256, row in rows.items()
    }


def first_look(sha256: str, file: BinaryIO | Path) -> Known:
    """Return what a short look tells of bytes, or what was found before.

    Nothing is kept: a file that is refused leaves nothing behind. Without a checker
    nothing is known.
    """
    before = known([sha256]).get(sha256)
    if before is not None:
        return before
    try:
        outcome = cage.parse("formats.quick", file, seconds=PATIENCE)
    except (OSError, LookupError) as error:
        log.error("A file cannot be handed to the checker: %s", type(error).__name__)
        return Known()
    if not outcome.done:
        log.warning("No first look: %s %s", outcome.verdict.value, outcome.reason)
        return Known()
    return Known(_told(outcome, 0))


def keep(sha256: str, told: Known) -> None:
    """Keep what a first look found, and promise the whole one; nothing is committed.

    Called late in a transaction: who promises the same work waits for its end.

    :param told: what is known of the bytes; if meanwhile somebody has looked at all of
        them, that stays, and the promise ends at once
    """
    if told.whole:
        return
    if told.found is not None:
        Check.note(model.Session, sha256, ENGINE, as_value(told.found), whole=False)
    Job.promise(model.Session, CHECK_FILE, sha256)


def keep_whole(sha256: str, found: Detection) -> None:
    """Keep what the whole look found; nothing is committed."""
    Check.note(model.Session, sha256, ENGINE, as_value(found), whole=True)


def look_at_all(sha256: str, *, again: bool = False) -> bool:
    """Look at the whole of stored bytes, unless that was done; nothing is committed.

    :param sha256: a hash, or the key of a file that CKAN stored
    :param again: whether to look although it was done
    :returns: whether the checker was asked
    :raises CheckerDown: when it does not answer
    :raises StoreError: when the bytes cannot be read
    """
    before = known([sha256]).get(sha256)
    if before is not None and before.whole and not again:
        return False
    resource_id = old_resource(sha256)
    with _local(sha256) if resource_id is None else _old(resource_id) as path:
        found = look_at(path, path.stat().st_size)
    keep_whole(sha256, found)
    return True


@contextlib.contextmanager
def _local(sha256: str) -> Iterator[Path]:
    yield store().local_path(sha256)


@contextlib.contextmanager
def _old(resource_id: str) -> Iterator[Path]:
    """Give the file that CKAN itself stored: in its place, or a copy from afar.

    :raises BlobMissing: when it is not there
    """
    found = compat.classic_file(resource_id)
    if not compat.classic_exists(found):
        raise BlobMissing(f"There is no file {found.location}")
    if found.path is not None:
        yield found.path
        return
    with tempfile.NamedTemporaryFile() as copy:
        for piece in compat.classic_stream(found):
            copy.write(piece)
        copy.flush()
        yield Path(copy.name)


def look_at(file: Path, size: int) -> Detection:
    """Look at the whole of a file that lies on this machine.

    A file that kills its checker, or takes all its time, is known to be unreadable;
    only when nobody has looked, nothing is known.

    :raises CheckerDown: when the checker does not answer
    """
    try:
        outcome = cage.parse("formats.deep", file)
    except LookupError as error:  # the task is not there: a broken installation
        raise CheckerDown(str(error)) from error
    if outcome.verdict is Verdict.UNAVAILABLE:
        raise CheckerDown(outcome.reason)
    if not outcome.done:
        log.warning("A file ended its check: %s", outcome.verdict.value)
    return _told(outcome, size)


def _told(outcome: Outcome, size: int) -> Detection:
    if not outcome.done:
        return unreadable(size)
    try:
        return read_detection(outcome.value)
    except ValueError:
        log.warning("The checker told what cannot be: the file is not readable")
        return unreadable(size)


def finish(hashes: Iterable[str], seconds: float) -> None:
    """Look at all of bytes now, as far as the time goes; each is committed.

    What is left waits for its job, and so does everything when the checker is down.
    """
    until = time.monotonic() + seconds
    left = list(hashes)
    while left and time.monotonic() < until:
        try:
            if look_at_all(left[0]):
                model.Session.commit()
        except CheckerDown:
            break
        except StoreError:  # others tell of a file that is lost
            log.warning("A file cannot be read, so it is not checked")
        left.pop(0)
    # a file that CKAN stored has no job yet
    for key in left:
        Job.promise(model.Session, CHECK_FILE, key)
    if left:
        model.Session.commit()


def progress(hashes: Iterable[str]) -> Mapping[str, Any]:
    """Return the jobs that look at bytes, by hash: dicts ``state`` and ``attempts``."""
    return Job.standing(model.Session, CHECK_FILE, hashes)
