"""A row of somebody's register as the draft it would become, and what is wrong."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import unquote, urlsplit

from .. import formats, keywords, passport
from ..findings import Finding, Severity
from ..formulas import restored
from ..publication import Stop
from ..text import clean, shortened
from ..vocabularies import FREQUENCIES
from ..words import N_
from .headings import LINKS
from .records import CODE, JOINT, MARKS

#: What people and programs write where there is nothing.
NOTHING = frozenset({"null", "-", "–", "—"})
#: An identifier of so few digits is the number of a line.
RUNNING = 5

_NO_DAY = date.max  # no value of a register is judged by a day
_PARTS = re.compile(r"[\s|]+|[,;]+(?=\s|https?://|$)")  # addresses may hold commas
_FORMAT_PARTS = re.compile(r"[,;|\n]+|\s+[/\u0456]\s+")  # the word "and", too
_OWN_PAGE = re.compile(r"(?:/[a-z]{2}(?:_[A-Z][A-Za-z]+)?)?/dataset/([^/?#]+)/?")

#: Elements of the passport that columns hold as they are.
_ELEMENTS: Mapping[str, str] = {
    "title": "title",
    "description": "notes",
    "purpose": "purpose_of_collecting_information",
    "contact": "maintainer",
}


@dataclass(frozen=True)
class File:
    """A file that lies elsewhere."""

    url: str
    format: str


@dataclass(frozen=True)
class ReadRow:
    """What one row means.

    ``fields`` are those of a dataset that the row fills, ``name`` the identifier if the
    portal can have it. ``says`` is the row in the words of a register, by field, as far
    as it can be stored. ``ended`` rows tell of what is published no more.
    """

    number: int
    title: str = ""
    name: str | None = None
    identifier: str = ""
    page_name: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    ended: bool = False

    @property
    def valid(self) -> bool:
        """Tell whether a draft can be made of it."""
        return not any(one.severity is Severity.BLOCKING for one in self.findings)


def row_reader(
    site_url: str,
    holder_code: str,
    names: Mapping[str, str],
    *,
    neutralised: bool = False,
) -> Callable[[int, Mapping[str, Iterable[str]]], ReadRow]:
    """Return what reads rows for one organization.

    :param site_url: address of the portal without a slash at the end
    :param holder_code: ЄДРПОУ of the organization, empty when there is none
    :param names: headings of the columns as the file has them, by field
    :param neutralised: whether cells are those of a table, where formulas have an
        apostrophe before them
    """
    cell = _table_cell if neutralised else _cell

    def read(number: int, said: Mapping[str, Iterable[str]]) -> ReadRow:
        cells = {key: [cell(one) for one in said[key]] for key in said}
        return _Reading(number, cells, names).row(site_url, holder_code)

    return read


class _Reading:
    """One row while it is read: cells by field, and what was found so far."""

    def __init__(
        self, number: int, said: dict[str, list[str]], names: Mapping[str, str]
    ) -> None:
        self._number = number
        self._said = said
        self._names = names
        self._found: list[Finding] = []

    def row(self, site_url: str, holder_code: str) -> ReadRow:
        title, stop = unmarked(self._one("title"))
        self._said["title"] = [title]
        page = self._one("page")
        page_name = own_name(page, site_url)
        identifier = self._one("identifier") or page_name or ""
        fields = self._elements()
        fields.update(self._lists())
        if not title:
            self._tell(
                "title_missing",
                "title",
                N_("The row has no title of a dataset."),
                N_("Write the title: nothing can be made or found without it."),
                Severity.BLOCKING,
            )
        self._check_holder(holder_code)
        files = self._files(page)
        return ReadRow(
            number=self._number,
            title=clean(title),
            name=self._name(identifier, page_name),
            identifier=identifier,
            page_name=page_name,
            fields=fields,
            files=files,
            says=_says(fields, files),
            findings=tuple(self._found),
            ended=stop is Stop.WITHDRAWN,
        )

    def _one(self, field: str) -> str:
        return next((one for one in self._said.get(field, ()) if one), "")

    def _all(self, field: str) -> str:
        return "\n".join(one for one in self._said.get(field, ()) if one)

    def _elements(self) -> dict[str, str]:
        """Return elements that stand in a column each; too long ones are refused."""
        found: dict[str, str] = {}
        for column, key in _ELEMENTS.items():
            value, wrong = passport.check_value(key, self._one(column), today=_NO_DAY)
            if value:
                found[key] = value
            self._found += [
                replace(
                    one,
                    code=f"register.{column}_{one.code.rpartition('.')[2]}",
                    place=self._place(column),
                )
                for one in wrong
            ]
        return found

    def _lists(self) -> dict[str, str]:
        """Return what is understood of values of lists; the rest is told, and left."""
        found: dict[str, str] = {}
        if said := self._one("frequency"):
            if known := FREQUENCIES.resolve(said):
                found["update_frequency"] = known.code
            else:
                self._leave(
                    "frequency_unknown",
                    "frequency",
                    N_("“{value}” is no frequency of the list of the Regulation."),
                    N_("The draft has none: choose it there, or correct the file."),
                    said,
                )
        words = keywords.normalise(keywords.split(self._all("keywords")))
        if words.kept:
            found["tag_string"] = JOINT.join(words.kept)
        for word, _ in words.refused:
            self._leave(
                "keyword_refused",
                "keywords",
                N_("“{value}” cannot be a keyword."),
                N_(
                    "The draft is made without it. Keywords hold letters, digits, "
                    "spaces, hyphens and dots, 2 to 100 characters."
                ),
                word,
            )
        said = self._one("email").removeprefix("mailto:")
        value, wrong = passport.check_value("maintainer_email", said, today=_NO_DAY)
        if wrong:
            self._leave(
                "email_invalid", "email", wrong[0].message, wrong[0].next_step, said
            )
        elif value:
            found["maintainer_email"] = value
        return found

    def _name(self, identifier: str, page_name: str | None) -> str | None:
        """Return the identifier if the portal can have it, or what the page says."""
        wanted = identifier.lower()
        if not wanted:
            return None
        wrong = passport.check_value("name", wanted, today=_NO_DAY)[1]
        running = wanted.isdecimal() and len(wanted) <= RUNNING
        if wrong or (running and wanted != page_name):
            self._leave(
                "identifier_replaced",
                "identifier",
                N_("“{value}” cannot be the address of a dataset here."),
                N_("The address is made from the title, and the row found by it."),
                identifier,
                Severity.ADVICE,
            )
            return None
        return wanted

    def _check_holder(self, holder_code: str) -> None:
        code = re.sub(r"[\s.]", "", self._one("publisher_code"))
        code = code.zfill(CODE) if code.isdecimal() else ""
        if code and holder_code and code != holder_code.zfill(CODE):
            self._tell(
                "other_holder",
                "publisher_code",
                N_("The row is of the holder {value}, the organization is {code}."),
                N_(
                    "Load it into the organization of that holder. If it is the same "
                    "body, correct or empty the code in the file."
                ),
                Severity.BLOCKING,
                value=code,
                code=holder_code,
            )

    def _files(self, page: str) -> tuple[File, ...]:
        declared = _formats(self._all("formats"))
        links = self._links()
        known = declared if len(declared) == len(links) else ()
        files = [
            File(
                url,
                known[at]
                if known
                else formats.by_name(url)
                or (declared[0] if len(declared) == 1 else ""),
            )
            for at, url in enumerate(links)
        ]
        missing = [
            one for one in declared if one not in {file.format for file in files}
        ]
        if not missing:
            return tuple(files)
        if _is_address(page):
            self._leave(
                "files_elsewhere",
                "formats",
                N_("The row names formats, and no addresses of their files: {value}."),
                N_("The draft links to the page of the row: bring the files there."),
                JOINT.join(missing),
                Severity.ADVICE,
            )
            files += [File(page, one) for one in missing]
        else:
            self._leave(
                "files_missing",
                "formats",
                N_("The row names formats, and no addresses of their files: {value}."),
                N_("The draft is made without files: add them there."),
                JOINT.join(missing),
                Severity.ADVICE,
            )
        return tuple(files)

    def _links(self) -> list[str]:
        found = []
        for one in filter(None, _PARTS.split(self._all(LINKS))):
            if _is_address(one):
                found.append(one)
                continue
            self._leave(
                "link_invalid",
                LINKS,
                N_("“{value}” is not a web address."),
                N_("The draft is made without it: add the file there."),
                one,
            )
        return list(dict.fromkeys(found))

    def _leave(
        self,
        fault: str,
        column: str,
        message: str,
        next_step: str,
        value: str,
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Tell of a value that does not go into the draft."""
        self._tell(fault, column, message, next_step, severity, value=shortened(value))

    def _tell(
        self,
        fault: str,
        column: str,
        message: str,
        next_step: str,
        severity: Severity,
        **values: str,
    ) -> None:
        place = self._place(column)
        self._found.append(finding(fault, message, next_step, severity, place, values))

    def _place(self, column: str) -> dict[str, str | int]:
        return {"row": self._number, "column": self._names.get(column, column)}


def finding(
    fault: str,
    message: str,
    next_step: str,
    severity: Severity,
    place: Mapping[str, str | int],
    values: Mapping[str, str | int] | None = None,
) -> Finding:
    """Make the finding of a fault of a row."""
    return Finding(
        code=f"register.{fault}",
        severity=severity,
        message=message,
        next_step=next_step,
        rule="",
        place=place,
        values=values or {},
    )


def own_name(page: str, site_url: str) -> str | None:
    """Return the name of a dataset whose page on this portal an address is."""
    site, there = _split(site_url), _split(page)
    if there is None or site is None:
        return None
    if there[0] and there[0] != site[0]:
        return None
    path = there[1].removeprefix(site[1].rstrip("/"))
    found = _OWN_PAGE.fullmatch(path)
    return unquote(found[1]).lower() if found else None


def _split(address: str) -> tuple[str, str] | None:
    """Return host and path; whether it begins with https does not count."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return parts.netloc.lower(), parts.path


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    spaced = any(sign.isspace() for sign in text)
    return parts.scheme in ("http", "https") and bool(host) and not spaced


def _cell(value: str) -> str:
    """Return what a value says: one that is absent is empty."""
    text = clean(value, keep_lines=True)
    return "" if text.casefold() in NOTHING else text


def _table_cell(cell: str) -> str:
    """Return what a cell of a table says: a formula as it was."""
    return clean(restored(_cell(cell)), keep_lines=True)


def unmarked(title: str) -> tuple[str, Stop]:
    """Return a title without what a register of this portal says beside it."""
    for stop, mark in MARKS.items():
        if mark and title.endswith(mark):
            return title.removesuffix(mark), stop
    return title, Stop.NONE


def _formats(said: str) -> tuple[str, ...]:
    names = (formats.name(one) for one in _FORMAT_PARTS.split(said))
    return tuple(dict.fromkeys(filter(None, names)))


def _says(fields: Mapping[str, str], files: Sequence[File]) -> dict[str, str]:
    """Return the words of a register for what would be stored."""
    known = FREQUENCIES.get(fields.get("update_frequency", ""))
    said = {
        "title": fields.get("title", ""),
        "description": fields.get("notes", ""),
        "frequency": known.label_uk if known else "",
        "keywords": fields.get("tag_string", ""),
        "purpose": fields.get("purpose_of_collecting_information", ""),
        "formats": JOINT.join(dict.fromkeys(filter(None, (f.format for f in files)))),
        "contact": fields.get("maintainer", ""),
        "email": fields.get("maintainer_email", ""),
    }
    return {key: value for key, value in said.items() if value}
