"""ZIP: what is packed in it, whether it is safe, and which format is made of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from . import containers, directory, office
from .directory import Broken, Directory, Entry
from .look import KILOBYTE, MEGABYTE, Look, Spent

MAX_RATIO = 250
#: What grows less than this in all is no bomb, however well it was packed.
HARMLESS = 16 * MEGABYTE
MAX_TOTAL = 4 * 1024 * MEGABYTE
_QUICK_MEMBERS = 40
_PEEK = 4 * KILOBYTE


def examine(look: Look) -> None:
    """Say what an archive is and what is wrong with it."""
    look.format = "ZIP"
    if look.partial:
        # the list of contents stands at the end, which is not here
        _guess_by_beginning(look)
        return
    try:
        listed = directory.read(look)
    except Broken as error:
        look.fault(error.code)
        if error.code in ("truncated", "damaged"):
            _guess_by_beginning(look)
        return
    if listed.before or listed.after:
        look.fault("polyglot")
    files = [entry for entry in listed.entries if not entry.is_folder]
    if not files:
        look.fault("empty")
        return
    _names(look, listed)
    _sizes(look, listed)
    if any(entry.is_protected for entry in files):
        look.fault("protected")
    by_name = {entry.name: entry for entry in files}
    for recognise in (office.ooxml, office.open_document, _program, *containers.ALL):
        if recognise(look, by_name):
            break
    else:
        _members(look, files)
        return
    if look.deep and not look.has("bomb", "too_large", "protected", "ambiguous"):
        _all_parts(look, files)


#: Names of parts with which an office program begins its file.
_FIRST_PARTS = (
    (b"xl/", "XLSX"),
    (b"word/", "DOCX"),
    (b"ppt/", "PPTX"),
    (b"opendocument.spreadsheet", "ODS"),
    (b"opendocument.text", "ODT"),
)


def _guess_by_beginning(look: Look) -> None:
    """Name what a cut archive was, so that nobody is told of a ZIP they never made."""
    for part, name in _FIRST_PARTS:
        if part in look.head:
            look.format = name
            return


def _names(look: Look, listed: Directory) -> None:
    seen: set[str] = set()
    exactly: set[bytes] = set()
    for entry in listed.entries:
        name_faults(look, entry.name)
        if entry.is_link:
            look.fault("link", entry.name)
        if entry.raw in exactly:
            look.fault("ambiguous", entry.name)
        elif entry.name.casefold() in seen:
            # for Windows and macOS these are one file
            look.fault("duplicates", entry.name)
        seen.add(entry.name.casefold())
        exactly.add(entry.raw)


_HIDING = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def name_faults(look: Look, name: str) -> None:
    """Note a name that leads elsewhere or hides what it is."""
    parts = re.split(r"[\\/]", name)
    if ".." in parts or name[:1] in "/\\" or re.match("[A-Za-z]:", name):
        look.fault("path", name)
    if _HIDING.search(name) or len(name.encode("utf-8", "replace")) > 1000:
        look.fault("name", name)


def _sizes(look: Look, listed: Directory) -> None:
    total = sum(entry.size for entry in listed.entries)
    for entry in listed.entries:
        if entry.size > HARMLESS and entry.size > MAX_RATIO * max(entry.packed, 1):
            look.fault("bomb", entry.name)
            look.fault("bomb")
    if total > HARMLESS and total > MAX_RATIO * look.size:
        look.fault("bomb")
    if total > MAX_TOTAL:
        look.fault("too_large")
    ordered = sorted(listed.entries, key=lambda entry: entry.place)
    for entry, after in pairwise(ordered):
        # one piece of bytes under several names grows without end
        if entry.place + 30 + len(entry.raw) + entry.packed > after.place:
            look.fault("bomb", entry.name)
            look.fault("bomb")
            return


def _program(look: Look, by_name: dict[str, Entry]) -> bool:
    java = "META-INF/MANIFEST.MF" in by_name and any(
        name.endswith(".class") for name in by_name
    )
    if not java and "classes.dex" not in by_name:
        return False
    look.format = "EXECUTABLE"
    look.fault("executable")
    return True


def _members(look: Look, files: list[Entry]) -> None:
    """Judge the files of a plain archive, each as if it had come alone."""
    if look.has("bomb", "too_large", "protected"):
        return
    shown = [entry for entry in files if not is_hidden(entry.name)]
    for entry in shown if look.deep else shown[:_QUICK_MEMBERS]:
        if entry.is_link:
            continue
        try:
            data_of = _opener(look, entry)
            containers.member(look, entry.name, entry.size, data_of)
        except Broken as error:
            look.fault(error.code, entry.name)
            if error.code == "ambiguous":
                look.fault("ambiguous")
        except Spent:
            look.whole = False
            return


def _opener(look: Look, entry: Entry) -> Callable[[int | None], bytes]:
    def read(limit: int | None) -> bytes:
        return b"".join(directory.unpacked(look, entry, limit))

    return read


def is_hidden(name: str) -> bool:
    """Tell what systems leave behind from what people pack."""
    parts = name.split("/")
    return "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1] == "Thumbs.db"


def _all_parts(look: Look, files: list[Entry]) -> None:
    """Unpack every part once: damage and hidden growth show."""
    try:
        for entry in files:
            office.part(look, entry)
    except Broken as error:
        look.fault("damaged" if error.code == "method" else error.code)
    except Spent:
        look.whole = False
