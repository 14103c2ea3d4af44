"""The register of datasets as a stream of rows, and as the bytes of a file."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.adapters.copies import Copies
from ckanext.opendata_ua.domain.register import (
    LAYOUTS,
    OFFERS,
    Heading,
    Offer,
    RegisterRow,
    reader,
)
from ckanext.opendata_ua.logic import review
from ckanext.opendata_ua.logic.schema import register as schema
from ckanext.opendata_ua.model import register
from ckanext.opendata_ua.model.register import Busy, Wanted
from ckanext.opendata_ua.model.register_mark import RegisterMark

__all__ = [
    "Busy",
    "Page",
    "Pieces",
    "Reading",
    "open_page",
    "open_register",
    "organizations",
]

#: For so many seconds a process believes its last look at what has changed.
GLANCE = 2.0
#: Grows when a writer writes the same rows otherwise: copies in caches are old then.
EDITION = 1
CHUNK = 256 * 1024  # bytes of a copy sent at once


class Pieces(Iterator[bytes]):
    """The bytes of a file, whose first piece is there already; close it, or end it."""

    def __init__(self, pieces: Generator[bytes, None, None]) -> None:
        self._pieces = pieces
        self._first: bytes | None = next(pieces)

    def __next__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return next(self._pieces)

    def close(self) -> None:
        """Let go of the connection, or of the copy."""
        self._pieces.close()


@dataclass(frozen=True)
class Reading:
    """A register that may be sent: what to say of it, and its bytes.

    ``etag`` is the same exactly when the bytes are, see ``register.mark``.
    """

    name: str  # of the file, with its extension
    offer: Offer
    heading: Heading
    question: str
    edition: str
    changed: datetime  # since when it is so
    wanted: Wanted

    @property
    def etag(self) -> str:
        """Return what tells this answer from all others at this address."""
        return f"{self.edition}-{self.question}"

    def start(self, *, last: bool = False) -> Pieces:
        """Return the bytes: of a copy, or of a snapshot that is opened now.

        A copy is made on the way. While a snapshot was waited for, somebody else has
        often made the copy.

        :param last: whether nothing else is asked of the database meanwhile; who waits
            for a snapshot then holds no other connection, of which there are few
        :raises Busy: when too many registers are being read
        """
        if last:
            model.Session.rollback()
        return Pieces(self._pieces())

    def _pieces(self) -> Generator[bytes, None, None]:
        kept = copies().open(self.question, self.edition)
        if kept is not None:
            yield from _copied(kept)
            return
        with ExitStack() as stack:
            session: Any = model.Session
            found = stack.enter_context(register.snapshot(session, counted=True))
            kept = copies().open(self.question, self.edition)
            if kept is None:
                yield from self._built(found)
        if kept is not None:
            yield from _copied(kept)

    def _built(self, found: Any) -> Iterator[bytes]:
        """Yield what a writer makes of a snapshot, and keep a copy of it."""
        writer = self.offer.writer(self.heading)
        row_of = reader(config.site_url(), register.holders(found))
        with copies().making(self.question, self.edition) as copy:
            begun = writer.begin()
            for rows in register.portions(found, self.wanted):
                piece = begun + writer.rows([row_of(row) for row in rows])
                copy.write(piece)
                yield piece
                begun = b""
            piece = begun + writer.end()
            copy.write(piece)
            yield piece


def _copied(kept: BinaryIO) -> Iterator[bytes]:
    with kept:
        while True:
            piece = kept.read(CHUNK)
            yield piece
            if len(piece) < CHUNK:
                return


def copies() -> Copies:
    """Return where files of registers are kept as long as nothing changes."""
    return Copies(config.register_folder())


def open_register(context: Context, data_dict: DataDict) -> Reading:
    """Return the register of the portal, or of one organization, as a file.

    :param format: a key of ``OFFERS``
    :param layout: ``law``, ``2019`` (by default), ``2019-page`` or ``2025`` (optional)
    :param organization: id or name (optional)
    :param titles_row: whether tables have the second row of headings; as the
        configuration says by default

    :raises ValidationError: for a layout or format that there is not
    :raises ObjectNotFound: for an organization that there is not
    """
    data = review.validated(context, data_dict, schema.export())
    tk.check_access("opendata_ua_register_list", context, data)
    holder = find_holder(data.get("organization"))
    offer = OFFERS[data["format"]]
    titles_row = data.get("titles_row")
    heading = Heading(
        layout=LAYOUTS[data["layout"]],
        page_url=page_url(holder),
        site_url=config.site_url(),
        site_title=config.site_title(),
        holder=(holder.title or holder.name) if holder else "",
        titles_row=config.register_titles_row() if titles_row is None else titles_row,
    )
    found = glance(holder.id if holder else None)
    how = f"{offer.extension}-{data['layout']}-{int(heading.titles_row)}"
    parts = ["Register", holder.name if holder else "", data["layout"]]
    if not offer.has_layouts:
        parts.pop()
    return Reading(
        name=f"{'-'.join(filter(None, parts))}.{offer.extension}",
        offer=offer,
        heading=heading,
        question=f"{holder.id if holder else 'all'}-{how}",
        edition=found.digest,
        changed=found.since,
        wanted=Wanted(organization=holder.id if holder else None),
    )


def find_holder(named: str | None) -> Any:
    """Return the row of an organization that is not deleted, None for no name.

    :raises ObjectNotFound: when there is none
    """
    if not named:
        return None
    holder: Any = model.Group.get(named)
    if holder is None or not holder.is_organization or holder.state != "active":
        raise tk.ObjectNotFound(
            tk._("There is no organization {name} on this portal.").format(name=named)
        )
    return holder


def page_url(holder: Any) -> str:
    """Return the address of the page of a register."""
    address = f"{config.site_url()}/datasets-register"
    return f"{address}?organization={holder.name}" if holder else address


@dataclass(frozen=True)
class Page:
    """Some rows of a register; ``next`` is what the following ones come after."""

    rows: Sequence[RegisterRow]
    next: str | None
    url: str  # of the whole register
    holder: Any  # row of the organization, None for all


def open_page(context: Context, data_dict: DataDict) -> Page:
    """Return some rows in one snapshot; see ``opendata_ua_register_list``."""
    data = review.validated(context, data_dict, schema.listing())
    tk.check_access("opendata_ua_register_list", context, data)
    holder = find_holder(data.get("organization"))
    limit: int = data["limit"]
    wanted = Wanted(
        organization=holder.id if holder else None,
        after=data.get("after"),
        limit=limit + 1,
        order=data["sort"],
        words=(data.get("q") or "").split(),
    )
    with register.snapshot(model.Session, counted=False) as found:
        row_of = reader(config.site_url(), register.holders(found))
        portions = register.portions(found, wanted)
        rows = [row_of(row) for portion in portions for row in portion]
    shown = rows[:limit]
    return Page(
        rows=shown,
        next=shown[-1].identifier if len(rows) > limit else None,
        url=page_url(holder),
        holder=holder,
    )


def organizations() -> list[dict[str, str]]:
    """Return name and title of every organization, by title."""
    return [
        {"name": name, "title": title}
        for name, title in register.organizations(model.Session)
    ]


@dataclass(frozen=True)
class Said:
    """What a register says now: a digest of it, and since when."""

    digest: str
    since: datetime


_seen: dict[tuple[str, str | None], tuple[float, Said]] = {}


def glance(organization: str | None) -> Said:
    """Return what the register is at now, or was ``GLANCE`` seconds ago.

    A look reads the moments of all datasets, which costs milliseconds for thousands
    and a tenth of a second for a hundred thousand: many readers share one.
    """
    key, now = (config.database_url(), organization), time.monotonic()
    known = _seen.get(key)
    if known is not None and now - known[0] < GLANCE:
        return known[1]
    found = _looked(organization)
    if len(_seen) > 1000:
        _seen.clear()
    _seen[key] = (now, found)
    return found


def _looked(organization: str | None) -> Said:
    """Look at the data, and at whatever else is in the bytes of a file.

    What is new is remembered and committed, through the session: a thread that took a
    second connection for it could wait for threads that wait for theirs.
    """
    found = register.mark(model.Session, organization)
    parts = (EDITION, config.site_url(), config.site_title(), found.digest)
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]
    scope = organization or ""
    known = RegisterMark.known(model.Session, scope)
    if known is not None and known.digest == digest:
        return Said(digest, known.since)
    since = RegisterMark.note(model.Session, scope, digest, found.changed)
    model.Session.commit()
    return Said(digest, since)
