"""What can be wrong with a file: one row for each code, with its words.

Codes never change. ``{file}`` is the name of the file, inside an archive with its
place there.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ..findings import Severity
from ..words import N_


@dataclass(frozen=True)
class Kind:
    """One kind of fault: how much it weighs, what is said, and what to do."""

    severity: Severity
    message: str
    next_step: str


_AGAIN = N_("Save the file once more in its program, check that it opens, upload it.")
_PACK_AGAIN = N_("Pack the files into a new archive with a common program.")
_CLEAN = N_("Save the file without programs and links to other files in it.")


def _blocking(message: str, next_step: str = _AGAIN) -> Kind:
    return Kind(Severity.BLOCKING, message, next_step)


def _warning(message: str, next_step: str) -> Kind:
    return Kind(Severity.WARNING, message, next_step)


#: Code of a finding without ``content.`` → what it is.
FAULTS: Mapping[str, Kind] = {
    "empty": _blocking(
        N_("The file “{file}” is empty: it holds no data."),
        N_("Upload the file with the data in it."),
    ),
    "damaged": _blocking(
        N_("The file “{file}” is damaged: programs cannot read it."),
    ),
    "truncated": _blocking(
        N_("The file “{file}” is cut off: its end is missing."),
        N_("Upload the file once more and wait until it has been sent whole."),
    ),
    "protected": _blocking(
        N_("The file “{file}” is protected by a password."),
        N_("Save the file without a password."),
    ),
    "macros": _blocking(
        N_("The file “{file}” holds macros: programs that would run at its reader's."),
        N_("Save the file without macros: a table as XLSX or CSV."),
    ),
    "active": _blocking(
        N_("The file “{file}” holds a program or a call that would run when opened."),
        _CLEAN,
    ),
    "entities": _blocking(
        N_("The file “{file}” declares entities, by which XML reads other files."),
        N_("Save the XML without a DOCTYPE that declares entities."),
    ),
    "executable": _blocking(
        N_("The file “{file}” is a program, not data."),
        N_("Publish the data themselves, for example as CSV or JSON."),
    ),
    "polyglot": _blocking(
        N_("The file “{file}” is two files in one: another one is hidden in it."),
        _AGAIN,
    ),
    "bomb": _blocking(
        N_("The file “{file}” grows far beyond what is normal when unpacked."),
        _PACK_AGAIN,
    ),
    "too_many": _blocking(
        N_("The archive “{file}” holds more files than can be checked."),
        N_("Split the files into several archives."),
    ),
    "too_large": _blocking(
        N_("The archive “{file}” holds more data than can be checked."),
        N_("Split the files into several archives."),
    ),
    "nested": _blocking(
        N_("An archive lies inside the archive: “{file}”."),
        N_("Put the files themselves into one archive."),
    ),
    "path": _blocking(
        N_("The name “{file}” leads out of the archive."),
        _PACK_AGAIN,
    ),
    "link": _blocking(
        N_("“{file}” is a link to another file, not a file."),
        N_("Put the file itself into the archive."),
    ),
    "name": _blocking(
        N_("The name “{file}” has marks that hide or change what it says."),
        N_("Give the file a name of letters, digits and hyphens."),
    ),
    "ambiguous": _blocking(
        N_("The archive says two things about “{file}”: programs disagree on it."),
        _PACK_AGAIN,
    ),
    "method": _blocking(
        N_("“{file}” is packed in a way that common programs cannot unpack."),
        N_("Pack the files into an ordinary ZIP archive."),
    ),
    "incomplete": _blocking(
        N_("Parts are missing in “{file}”: {missing}."),
        N_("Put all parts of the layer into one ZIP archive: SHP, SHX and DBF."),
    ),
    "nul": _blocking(
        N_("The text file “{file}” holds zero bytes, which no program reads as text."),
    ),
    "long_line": _blocking(
        N_("The file “{file}” has a line longer than {limit} characters."),
        N_("Check that lines end where records end, and save the file again."),
    ),
    "too_wide": _blocking(
        N_("The table “{file}” has {columns} columns; programs open {limit} at most."),
        N_("Turn the table: repeated columns become rows."),
    ),
    "too_deep": _blocking(
        N_("Values in “{file}” are nested deeper than {limit} levels."),
        N_("Save the data with fewer levels, for example as a list of records."),
    ),
    "unreadable": _blocking(
        N_("The file “{file}” could not be read: reading it failed or took too much."),
    ),
    "unknown_encoding": _blocking(
        N_("The letters of “{file}” are written in an encoding that is not known."),
        N_("Save the file in the encoding UTF-8."),
    ),
    "encoding": _warning(
        N_("The letters of “{file}” are written in {encoding}, not in UTF-8."),
        N_("Replace the file by its copy in UTF-8, which the portal makes for you."),
    ),
    "partly": _warning(
        N_("Only a part of the file “{file}” could be checked: there is too much."),
        N_("Look through the rest yourself, or split the file into smaller ones."),
    ),
    "duplicates": _warning(
        N_("Two files of the archive have one name: “{file}”."),
        _PACK_AGAIN,
    ),
}
