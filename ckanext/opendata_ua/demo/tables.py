"""Tables of the demo data: columns with their description, and rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

Cell = str | int | float | bool | date | datetime | None
Row = tuple[Cell, ...]

#: Columns that many tables share; a line `@address` of a table stands for the block.
BLOCKS = {
    "@address": """
        addressPostCode | Поштовий індекс | string
        addressPostName | Назва населеного пункту | string!
        addressThoroughfare | Вулиця, провулок, площа | string!
        addressLocatorDesignator | Номер будинку | string
    """,
    "@point": """
        lat | Широта (WGS 84) | decimal
        lon | Довгота (WGS 84) | decimal
    """,
}


@dataclass(frozen=True)
class Column:
    """One column: machine name, heading, datatype of the structure document.

    :param datatype: string, integer, decimal, boolean, date, dateTime, time, anyURI
    :param required: whether every row has a value
    """

    name: str
    title: str
    datatype: str
    required: bool


@dataclass(frozen=True)
class Table:
    """A table of the demo data; every row has a cell for every column."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def records(self) -> Iterator[dict[str, Cell]]:
        """Give the rows as dictionaries by the names of columns."""
        names = [column.name for column in self.columns]
        for row in self.rows:
            yield dict(zip(names, row, strict=True))


def columns(text: str) -> tuple[Column, ...]:
    """Read columns from lines `name | heading | datatype`; `!` marks a required one."""
    found: list[Column] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line in BLOCKS:
            found += columns(BLOCKS[line])
            continue
        name, title, datatype = (part.strip() for part in line.split("|"))
        found.append(Column(name, title, datatype.rstrip("!"), datatype.endswith("!")))
    return tuple(found)


def text(cell: Cell, null: str = "", decimal: str = ".") -> str:
    """Write a cell as the structure documents ask: ISO dates, True and False."""
    if cell is None:
        return null
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(cell).replace(".", decimal)
    return str(cell)
