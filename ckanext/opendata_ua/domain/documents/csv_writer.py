"""The passport as a table, RFC 4180, that office programs open without questions."""

import csv
from io import StringIO

from .. import passport
from ..formulas import harmless

_HEADER = ("number", "key", "label", "value", "code", "uri")


def write(record: passport.PassportRecord, lang: str, *, purpose: bool = True) -> bytes:
    """Return UTF-8 with a byte order mark, without which Excel garbles Cyrillic."""
    target = StringIO()
    rows = csv.writer(target)  # RFC 4180: CRLF, quotes doubled
    rows.writerow(_HEADER)
    for line in passport.lines(record, lang):
        cells = (line.key, line.label, line.value, line.code, line.uri or "")
        rows.writerow(
            [line.number, *(harmless(cell.replace("\x00", "")) for cell in cells)]
        )
    return target.getvalue().encode("utf-8-sig", "replace")
