"""One row of the register, and how it is made of what the portal stores."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from .. import formats
from ..publication import Stop
from ..text import printable
from ..vocabularies import FREQUENCIES

#: Between the values of one cell.
JOINT = ", "
#: Between the formats of a dataset's files, as they are read from the database.
BAR = "|"
#: What the title of a dataset says that readers get no files of. A row has no column
#: for it: the layouts are the law's, and programs read them by their columns.
MARKS: Mapping[Stop, str] = {
    Stop.NONE: "",
    Stop.SUSPENDED: " (оприлюднення призупинено)",
    Stop.WITHDRAWN: " (оприлюднення припинено)",
}
#: Digits of ЄДРПОУ.
CODE = 8
_ENDED = "Оприлюднення припинено. Причина: {reason}"

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


class RegisterRow(NamedTuple):
    """One dataset as the register names it; the first twelve are the columns.

    An empty text means that nothing is given; of the code of the holder, which may be
    absent, None does. ``frequency`` is a label, ``formats`` are upper-case names and
    ``keywords`` words, both joined by ``JOINT``. ``page`` is absolute, and so is
    ``holder_page``, the page of the holder.
    """

    identifier: str
    title: str
    description: str
    frequency: str
    keywords: str
    purpose: str
    page: str
    formats: str
    publisher: str
    publisher_code: str | None
    contact: str
    email: str
    stop: Stop = Stop.NONE
    holder_page: str = ""


class Holder(NamedTuple):
    """An organization as rows of its datasets need it; ``name`` is in its address."""

    name: str = ""
    title: str = ""
    code: str = ""
    contact: str = ""
    email: str = ""


class Stored(NamedTuple):
    """What the database has of one dataset; ``formats`` are joined by ``BAR``.

    ``stop`` is what is recorded of its publication, ``shown_title`` and ``reason`` what
    readers are told then.
    """

    name: str
    title: str | None
    description: str | None
    frequency: str | None
    keywords: str | None
    purpose: str | None
    formats: str | None
    owner: str | None
    contact: str | None
    email: str | None
    stop: str | None
    shown_title: str | None
    reason: str | None


NOBODY = Holder()


def reader(
    site_url: str, holders: Mapping[str, Holder]
) -> Callable[[Stored], RegisterRow]:
    """Return what makes rows of stored datasets.

    :param site_url: address of the portal without a slash at the end
    :param holders: organizations by id
    """
    pages, holder_pages = f"{site_url}/dataset/", f"{site_url}/organization/"
    public = Stop.NONE

    def row_of(stored: Stored) -> RegisterRow:
        name, title, description, frequency, keywords, purpose, files = stored[:7]
        owner, contact, email, stopped, shown_title, reason = stored[7:]
        # ``get`` of no owner finds nothing
        holder = holders.get(owner, NOBODY)  # type: ignore[arg-type]
        stop = Stop(stopped) if stopped else public
        if stop is not public:
            files = ""
            title = (shown_title or title or "") + MARKS[stop]
        if stop is Stop.WITHDRAWN:
            # it is hidden again: of its passport nothing may be told any more
            description = _ENDED.format(reason=reason)
            frequency = keywords = purpose = contact = email = ""
            holder = holder._replace(contact="", email="")
        return tidied(
            (
                name,
                title or name,
                description or "",
                _frequency(frequency or ""),
                keywords or "",
                purpose or "",
                pages + quote(name),
                _formats(files or ""),
                holder.title,
                _code(holder.code),
                contact or holder.contact,
                email or holder.email,
                stop,
                holder_pages + quote(holder.name) if holder.name else "",
            )
        )

    return row_of


def tidied(cells: tuple[object, ...]) -> RegisterRow:
    """Return cells as a row that every format can hold, and so all hold the same.

    Control characters go, a tab becomes a space and line ends LF; spaces around a value
    are no part of it.
    """
    texts = [cell.strip() if type(cell) is str else cell for cell in cells]
    # of nearly all rows this is all there is to do
    if not "".join([one for one in texts if type(one) is str]).isprintable():
        texts = [_clean(cell) if type(cell) is str else cell for cell in texts]
    return RegisterRow._make(texts)  # type: ignore[arg-type]  # checked by position


def _clean(cell: str) -> str:
    return printable(_LINE_ENDS.sub("\n", cell)).translate(_CONTROLS).strip()


#: Controls that XML allows and office programs do not: DEL and the second block; a tab
#: LibreOffice loses, so it is a space everywhere.
_CONTROLS: dict[int, str | None] = {**dict.fromkeys(range(0x7F, 0xA0)), 9: " "}


def _code(stored: str) -> str | None:
    """Return a code with the zeros that a table may have taken for a number's."""
    code = stored.strip()
    return (code.zfill(CODE) if code.isdecimal() else code) or None


@lru_cache(maxsize=64)
def _frequency(code: str) -> str:
    """Return the label of a frequency; what is in no list stays as it is."""
    known = FREQUENCIES.resolve(code)
    return known.label_uk if known else code


@lru_cache(maxsize=4096)
def _formats(declared: str) -> str:
    """Return canonical names, each once, in the order of the files."""
    names = (formats.name(one) for one in declared.split(BAR))
    return JOINT.join(dict.fromkeys(filter(None, names)))
