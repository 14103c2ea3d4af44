"""What the bytes of a file are: the record that detection fills and rules read.

Detection happens where nothing can be hurt and its answer is data of a stranger, so
``read`` takes nothing on trust.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .. import formats
from ..text import clean, shortened
from .faults import FAULTS

#: Changes when detection learns something: what was found before is found anew.
ENGINE = "1"
_MAX_TEXT = 300
_MAX_LIST = 200


@dataclass(frozen=True)
class Fault:
    """Something wrong with the bytes.

    :param code: a key of ``FAULTS``, without ``content.``
    :param member: the file inside an archive, ``""`` for the file itself
    :param values: fill the message
    """

    code: str
    member: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Member:
    """One file inside an archive, and what it is."""

    name: str
    format: str
    size: int


@dataclass(frozen=True)
class Detection:
    """What a file is by its bytes alone.

    :param format: name of a format (``formats.FORMATS``) or of what is none of them
        (``EXECUTABLE``, ``OLE``, ``XZ`` …); ``""`` when nothing fits
    :param also: further names the same bytes bear: a text of one column may be CSV
    :param media_type: by the bytes
    :param size: in bytes
    :param encoding: of a text: ``utf-8``, ``utf-8-sig``, ``cp1251``, ``utf-16-le`` …
    :param delimiter: of a table: ``,`` ``;`` tab or ``|``
    :param root: name of the outermost element of XML, with its namespace in braces
    :param members: files of an archive that were judged, not all of a long list
    :param whole: whether all was looked at that can be; a quick look never is
    """

    format: str
    also: tuple[str, ...] = ()
    media_type: str = ""
    size: int = 0
    encoding: str = ""
    delimiter: str = ""
    root: str = ""
    members: tuple[Member, ...] = ()
    faults: tuple[Fault, ...] = ()
    whole: bool = False

    @property
    def inner(self) -> tuple[str, ...]:
        """Return the formats of the files inside, each once, sorted."""
        return tuple(sorted({member.format for member in self.members}))


@dataclass(frozen=True)
class Properties:
    """What the passport says of a file by itself.

    :param compress_format: how it is packed, ``""`` when it is not
    :param encoding: as registers of encodings write it: ``UTF-8``, ``windows-1251``
    """

    format: str
    compress_format: str
    media_type: str
    size: int
    encoding: str


_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "ascii": "UTF-8",
    "cp1251": "windows-1251",
    "koi8-u": "KOI8-U",
    "cp866": "IBM866",
    "iso8859-5": "ISO-8859-5",
    "mac-cyrillic": "x-mac-cyrillic",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
}
ENCODINGS = frozenset(_ENCODINGS)


def properties(found: Detection) -> Properties:
    """Return what goes into the passport by itself.

    Of an archive that holds files of one kind the format is theirs.
    """
    packed = found.format if found.format in formats.ARCHIVES else ""
    one_kind = packed and len(found.inner) == 1 and found.inner[0]
    return Properties(
        one_kind or found.format,
        packed if packed in formats.COMPRESSIONS else "",
        found.media_type,
        found.size,
        _ENCODINGS.get(found.encoding, ""),
    )


def unreadable(size: int = 0) -> Detection:
    """Return what is said of a file on which reading died, hung or ate all memory."""
    return Detection("", size=size, faults=(Fault("unreadable"),), whole=True)


def read(value: Any) -> Detection:
    """Return the detection that was told as data.

    :param value: what ``as_value`` made, or something that pretends to be that
    :raises ValueError: when it cannot be that
    """
    try:
        return Detection(
            format=_name(value["format"]),
            also=tuple(_name(one) for one in _list(value["also"])),
            media_type=_text(value["media_type"]),
            size=_number(value["size"]),
            encoding=_one_of(value["encoding"], ENCODINGS | {""}),
            delimiter=_one_of(value["delimiter"], {"", ",", ";", "\t", "|"}),
            root=_text(value["root"]),
            members=tuple(_member(one) for one in _list(value["members"])),
            faults=tuple(_fault(one) for one in _list(value["faults"])),
            whole=value["whole"] is True,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"No detection: {error}") from error


def as_value(found: Detection) -> dict[str, Any]:
    """Return a detection as what JSON carries."""
    return {
        **vars(found),
        "also": list(found.also),
        "members": [vars(member) for member in found.members],
        "faults": [{**vars(one), "values": dict(one.values)} for one in found.faults],
    }


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return shortened(clean(value), _MAX_TEXT)


def _name(value: Any) -> str:
    name = _text(value)
    if not all(one.isascii() and (one.isalnum() or one == "-") for one in name):
        raise TypeError("a name of a format was expected")
    return name


def _one_of(value: Any, allowed: frozenset[str] | set[str]) -> str:
    if value not in allowed:
        raise TypeError("a value of a list was expected")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("a number was expected")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list was expected")
    return value[:_MAX_LIST]


def _member(value: Any) -> Member:
    return Member(_text(value["name"]), _name(value["format"]), _number(value["size"]))


def _fault(value: Any) -> Fault:
    values = {
        _text(key): one if isinstance(one, int) else _text(one)
        for key, one in dict(value["values"]).items()
    }
    code = _one_of(value["code"], frozenset(FAULTS))
    return Fault(code, _text(value["member"]), values)
