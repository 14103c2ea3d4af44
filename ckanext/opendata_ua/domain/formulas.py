"""Cells that an office program would take for a formula, made harmless and back.

A sheet may be saved as CSV and a CSV opened as a sheet, so cells of all tables are
treated alike. The rule loses nothing: see ``restored``.
"""

import re

# Signs that begin a formula, the wide forms too; tab and carriage return lead to one.
_RISKY = re.compile("'*(?:[\t\r]|\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20])")
#: Signs with which a cell begins that has to be looked at.
SUSPECT = frozenset("'=+-@\uff1d\uff0b\uff0d\uff20 \t\r\n\xa0")


def harmless(cell: str) -> str:
    """Return a cell that no office program runs: an apostrophe stands before it.

    A cell that has the apostrophe already gets one more, so that ``restored`` gives
    back exactly what there was.
    """
    return f"'{cell}" if _RISKY.match(cell) else cell


def restored(cell: str) -> str:
    """Return what ``harmless`` was given; other cells stay as they are."""
    if cell[:1] == "'" and _RISKY.match(cell):
        return cell[1:]
    return cell
