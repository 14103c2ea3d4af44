"""The first rows of the first sheet of an XLSX workbook (ECMA-376)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from posixpath import join, normpath
from typing import Any, BinaryIO
from xml.etree import ElementTree

from .shape import Different, Most, shaped

WORKBOOK = "xl/workbook.xml"
#: Merged cells are named after all rows: in a longer sheet nobody looks for them.
LONGEST_SEARCHED = 4 * 1024 * 1024
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"[A-Z]+(\d+)")
#: Formats of numbers that are dates wherever the program was sold; others are named
#: in the workbook, and a date has letters of a date outside of quotes and brackets.
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(45, 48)})
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 days of a sheet have no zone


class _Shared(int):
    """The number of a text that stands in a table of its own."""


def rows(file: BinaryIO, most: Most) -> dict[str, Any]:
    """Return the first rows of the first sheet that is not hidden.

    :returns: as ``shaped``, with ``sheet``, ``sheets`` (how many there are) and
        ``merged``: whether cells of these rows are merged
    :raises Different: when this is no workbook
    :raises zipfile.BadZipFile: when the archive is broken
    """
    with _archive(file) as archive:
        names = set(archive.namelist())
        if WORKBOOK not in names:
            raise Different("an archive without a workbook")
        sheets, epoch = _workbook(archive)
        name, part = sheets[0]
        dates = _date_styles(archive) if "xl/styles.xml" in names else frozenset()
        with archive.open(part) as stream:
            reader = _rows_of(stream, dates, epoch)
            head = [row for row, _ in zip(reader, range(most.rows + 1), strict=False)]
        texts = _texts(archive, {c for row in head for c in row if type(c) is _Shared})
        found = [
            [texts.get(one, "") if isinstance(one, _Shared) else one for one in row]
            for row in head
        ]
        return {
            **shaped(found, most),
            "sheet": name,
            "sheets": len(sheets),
            "merged": _is_merged(archive, part, most.rows),
        }


def _archive(file: BinaryIO) -> zipfile.ZipFile:
    start = file.read(4)
    if not start.startswith(b"PK"):
        raise Different("no archive")
    file.seek(0)
    return zipfile.ZipFile(file)


def _workbook(archive: zipfile.ZipFile) -> tuple[list[tuple[str, str]], datetime]:
    """Return names and parts of the sheets, and the day from which days are counted."""
    root = _tree(archive, WORKBOOK)
    targets = {
        one.get("Id"): one.get("Target", "")
        for one in _tree(archive, "xl/_rels/workbook.xml.rels")
    }
    found = []
    for sheet in _all(root, "sheet"):
        relation = next((v for k, v in sheet.items() if k.endswith("}id")), "")
        target = targets.get(relation, "")
        if target and sheet.get("state", "visible") == "visible":
            part = target[1:] if target[0] == "/" else normpath(join("xl", target))
            found.append((sheet.get("name", ""), part))
    if not found:
        raise ValueError("a workbook without a sheet")
    properties = next(_all(root, "workbookPr"), None)
    from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    return found, _EPOCH_1904 if from_1904 else _EPOCH


def _date_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """Return numbers of the styles that show a number as a date."""
    root = _tree(archive, "xl/styles.xml")
    dates = set(_BUILT_IN_DATES)
    for one in _all(root, "numFmt"):
        code = _QUOTED.sub("", one.get("formatCode", "")).lower()
        if re.search("[ymdhs]", code.replace("general", "")):
            dates.add(int(one.get("numFmtId", 0)))
    styles = next(_all(root, "cellXfs"), ())
    return frozenset(
        number
        for number, style in enumerate(styles)
        if int(style.get("numFmtId", 0)) in dates
    )


def _rows_of(
    stream: Any, dates: frozenset[int], epoch: datetime
) -> Iterator[list[Any]]:
    """Yield rows that have something in them; shared texts as their numbers."""
    for _, element in ElementTree.iterparse(stream):  # noqa: S314 caged
        if _bare(element) != "row":
            continue
        row: list[Any] = []
        for cell in element:
            place = _column(cell.get("r", ""))
            if place is not None and len(row) < place <= 16384:
                row += [""] * (place - len(row))
            row.append(_value(cell, dates, epoch))
        element.clear()
        while row and row[-1] == "":
            row.pop()
        if row:
            yield row


def _column(reference: str) -> int | None:
    """Return the number of a column, from 0: of ``AB12`` 27."""
    letters = reference.rstrip("0123456789")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1 if letters else None


def _value(cell: ElementTree.Element, dates: frozenset[int], epoch: datetime) -> Any:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    value = next((one.text or "" for one in cell if _bare(one) == "v"), "")
    if kind == "s" and value:
        return _Shared(value)
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    if kind == "n" and value:
        return _number(value, int(cell.get("s", 0)) in dates, epoch)
    return value


def _number(value: str, is_date: bool, epoch: datetime) -> str:
    number = float(value)
    if not is_date:
        return f"{number:.15g}"
    try:
        moment = epoch + timedelta(days=number)
    except OverflowError:
        return f"{number:.15g}"
    if 0 <= number < 1:
        return moment.strftime("%H:%M:%S")
    return moment.date().isoformat() if number == int(number) else f"{moment:%F %T}"


def _texts(archive: zipfile.ZipFile, wanted: set[_Shared]) -> dict[int, str]:
    """Return shared texts by number, reading no further than the last one wanted."""
    if not wanted:
        return {}
    part = next(
        (n for n in archive.namelist() if n.lower() == "xl/sharedstrings.xml"), None
    )
    if part is None:
        raise ValueError("a workbook without its texts")
    found: dict[int, str] = {}
    number, last = 0, max(wanted)
    with archive.open(part) as stream:
        for _, element in ElementTree.iterparse(stream):  # noqa: S314 caged
            if _bare(element) != "si":
                continue
            if number in wanted:
                found[number] = _text(element)
            element.clear()
            number += 1
            if number > last:
                break
    return found


def _text(element: ElementTree.Element) -> str:
    """Return the text of runs; what tells how to pronounce it is left out."""
    if _bare(element) == "t":
        return element.text or ""
    return "".join(_text(one) for one in element if _bare(one) != "rPh")


def _is_merged(archive: zipfile.ZipFile, part: str, last: int) -> bool:
    if archive.getinfo(part).file_size > LONGEST_SEARCHED:
        return False
    with archive.open(part) as stream:
        content = stream.read(LONGEST_SEARCHED)
    return any(int(row) <= last for row in _MERGED.findall(content))


def _tree(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    with archive.open(part) as stream:
        return ElementTree.parse(stream).getroot()  # noqa: S314 caged


def _all(root: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    # files by the strict edition of the standard have other namespaces
    return (one for one in root.iter() if _bare(one) == name)


def _bare(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]
