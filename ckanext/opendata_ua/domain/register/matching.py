"""Which dataset a row of somebody's register means, and what would become of it.

In this order: the address of a page on this portal, an identifier that is the name or
the id of a dataset, an equal title. What two rows claim belongs to the first of them;
a title finds only what no row names otherwise, so that a second run, or one that was
cut short, finds again what the first one made.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from .. import formats
from ..findings import Finding, Severity
from ..publication import Stop
from ..text import folded
from ..words import N_
from .layouts import DEFAULT, LAYOUTS
from .records import JOINT, RegisterRow
from .row_reader import ReadRow, finding, unmarked

#: Fields of a row that are compared with a dataset, in the order of the columns.
COMPARED = (
    "title",
    "description",
    "frequency",
    "keywords",
    "purpose",
    "formats",
    "contact",
    "email",
)
_TITLES = {one.field: one.title for one in LAYOUTS[DEFAULT].columns}


class Outcome(str, Enum):
    """What becomes of a row."""

    CREATED = "created"
    MATCHED = "matched"
    CONFLICT = "conflict"
    INVALID = "invalid"


class Way(str, Enum):
    """By what a dataset was found."""

    PAGE = "page"
    IDENTIFIER = "identifier"
    TITLE = "title"


@dataclass(frozen=True)
class Known:
    """A dataset that there is; ``public`` ones readers see."""

    id: str
    name: str
    title: str
    public: bool = False


@dataclass(frozen=True)
class Plan:
    """What a row means: a dataset that there is, a new one, or a fault of the row."""

    row: ReadRow
    outcome: Outcome
    known: Known | None = None
    way: Way | None = None
    findings: tuple[Finding, ...] = ()


class Matcher:
    """Decides about rows one after the other; knows the datasets of an organization.

    :param taken: names that datasets of others have, or deleted ones
    """

    def __init__(
        self,
        rows: Sequence[ReadRow],
        known: Iterable[Known],
        taken: Container[str] = frozenset(),
    ) -> None:
        self._taken = taken
        self._by_id: dict[str, Known] = {}
        self._by_name: dict[str, Known] = {}
        self._by_title: dict[str, list[Known]] = {}
        for one in known:
            self._add(one)
        #: number of the row that claims a dataset, by its id
        self._claimed: dict[str, int] = {}
        #: number of the row that will have a name, and of one with a title
        self._names: dict[str, int] = {}
        self._titles: dict[str, int] = {}
        for row in rows:
            if row.valid and (found := self._pointed(row)):
                self._claimed.setdefault(found[0].id, row.number)

    def plan(self, row: ReadRow) -> Plan:
        """Return what would become of the next row."""
        if not row.valid:
            return Plan(row, Outcome.INVALID)
        found = self._pointed(row) or self._titled(row)
        if found:
            return self._found(row, *found)
        if row.ended:
            return _refused(
                row,
                Outcome.INVALID,
                "ended",
                N_("The row is of a dataset that is published no more."),
                N_("Nothing is made of it: remove the row, or the words in its title."),
            )
        return self._new(row)

    def claim(self, row: ReadRow, known: Known) -> Plan:
        """Note a dataset that appeared meanwhile and is what the row means."""
        self._add(known)
        found = self._pointed(row) or (known, Way.TITLE)
        self._claimed.setdefault(known.id, row.number)
        return self._found(row, *found)

    def made(self, row: ReadRow, known: Known) -> None:
        """Note the dataset that was made of a row."""
        self._add(known)
        self._claimed[known.id] = row.number

    def is_free(self, id_: str) -> bool:
        """Tell whether no row claims a dataset."""
        return id_ not in self._claimed

    def left(self) -> list[Known]:
        """Return the datasets that no row means."""
        return [one for id_, one in self._by_id.items() if id_ not in self._claimed]

    def _add(self, one: Known) -> None:
        self._by_id[one.id] = self._by_name[one.name] = one
        self._by_title.setdefault(folded(one.title), []).append(one)

    def _pointed(self, row: ReadRow) -> tuple[Known, Way] | None:
        """Return the dataset that a row names by its page or its identifier."""
        if row.page_name and (known := self._by_name.get(row.page_name)):
            return known, Way.PAGE
        said = row.identifier.lower()
        known = self._by_name.get(said) or self._by_id.get(said)
        return (known, Way.IDENTIFIER) if known else None

    def _titled(self, row: ReadRow) -> tuple[Known, Way] | None:
        for known in self._by_title.get(folded(row.title), ()):
            if self.is_free(known.id):
                self._claimed[known.id] = row.number
                return known, Way.TITLE
        return None

    def _found(self, row: ReadRow, known: Known, way: Way) -> Plan:
        first = self._claimed[known.id]
        if first != row.number:
            return _twice(row, first)
        return Plan(row, Outcome.MATCHED, known, way)

    def _new(self, row: ReadRow) -> Plan:
        title = folded(row.title)
        named = self._names.get(row.name or "")
        first = named if row.name else self._title_of(title)
        if first is not None:
            return _twice(row, first)
        if row.name is not None:
            if row.name in self._taken:
                return _refused(
                    row,
                    Outcome.CONFLICT,
                    "identifier_taken",
                    N_("The identifier {value} belongs to another dataset."),
                    N_(
                        "It may be of another organization, or deleted. Write another "
                        "identifier, or leave it and the page empty."
                    ),
                    {"value": row.name},
                )
            self._names[row.name] = row.number
        self._titles.setdefault(title, row.number)
        return Plan(row, Outcome.CREATED)

    def _title_of(self, title: str) -> int | None:
        """Return the row that has a title already: claimed, or planned."""
        for known in self._by_title.get(title, ()):
            return self._claimed[known.id]
        return self._titles.get(title)


def _twice(row: ReadRow, first: int) -> Plan:
    return _refused(
        row,
        Outcome.CONFLICT,
        "claimed_twice",
        N_("Row {first} means the same dataset."),
        N_("Leave one of the rows, or give the other one an identifier of its own."),
        {"first": first},
    )


def _refused(
    row: ReadRow,
    outcome: Outcome,
    fault: str,
    message: str,
    next_step: str,
    values: Mapping[str, str | int] | None = None,
) -> Plan:
    found = finding(
        fault, message, next_step, Severity.BLOCKING, {"row": row.number}, values
    )
    return Plan(row, outcome, findings=(found,))


@dataclass(frozen=True)
class Difference:
    """A field in which a row and a dataset differ, in the words of a register."""

    field: str
    file: str
    portal: str


def differences(row: ReadRow, stored: RegisterRow) -> tuple[Difference, ...]:
    """Return where a row says something else than the portal; what is empty says
    nothing.

    Files of a suspended dataset are not named to readers, and a withdrawn one is told
    of by its title alone: neither is compared.
    """
    if stored.stop is Stop.WITHDRAWN:
        return ()
    found = []
    for field in COMPARED:
        said, there = row.says.get(field, ""), str(getattr(stored, field))
        if not said or (field == "formats" and stored.stop is Stop.SUSPENDED):
            continue
        meant = _AS.get(field, str.split)
        if meant(said) != meant(there):
            found.append(Difference(field, said, there))
    return tuple(found)


def _title(text: str) -> object:
    return unmarked(text)[0].split()


def _set(text: str) -> object:
    return {one.casefold() for one in text.split(JOINT) if one}


def _format_set(text: str) -> object:
    return {formats.name(one) for one in text.split(JOINT) if one}


_AS: Mapping[str, Callable[[str], object]] = {
    "title": _title,
    "keywords": _set,
    "formats": _format_set,
    "email": str.casefold,
}


def conflict(row: ReadRow, found: Sequence[Difference]) -> Finding:
    """Return what is to be told of a row that differs from its dataset."""
    return finding(
        "differs",
        N_("The dataset exists and says something else: {fields}."),
        N_("Nothing is overwritten: change the dataset itself if the row is right."),
        Severity.WARNING,
        {"row": row.number},
        {"fields": ", ".join(_TITLES[one.field] for one in found)},
    )
