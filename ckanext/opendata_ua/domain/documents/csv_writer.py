"""The passport as a table, RFC 4180, that office programs open without questions."""

import csv
from io import StringIO

from .. import passport

_HEADER = ("number", "key", "label", "value", "code", "uri")
# A cell that begins so is a formula to office programs, the wide forms too.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write(record: passport.PassportRecord, lang: str, *, purpose: bool = True) -> bytes:
    """Return UTF-8 with a byte order mark, without which Excel garbles Cyrillic."""
    target = StringIO()
    rows = csv.writer(target)  # RFC 4180: CRLF, quotes doubled
    rows.writerow(_HEADER)
    for line in passport.lines(record, lang):
        cells = (line.key, line.label, line.value, line.code, line.uri or "")
        rows.writerow([line.number, *map(harmless, cells)])
    return target.getvalue().encode("utf-8-sig", "replace")


def harmless(cell: str) -> str:
    """Return the cell as text that no office program runs as a formula."""
    cell = cell.replace("\x00", "")
    starts = cell.lstrip().startswith(_FORMULA) or cell.startswith(("\t", "\r"))
    return f"'{cell}" if starts else cell
