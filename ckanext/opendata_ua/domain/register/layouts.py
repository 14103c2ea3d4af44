"""Columns of the register under the names that four sources give them.

``law`` holds the four that local order No. 107, clause 6.3, asks for, in its order; it
names no keys. The others hold twelve: ``2019`` is the table for download of the
recommendations of 2019, ``2019-page`` their web page, ``2025`` a later draft. See
``domain/data/register_columns_2025.csv``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .. import tables

DEFAULT = "2019"
#: The register as an item of the list of mandated datasets: all holders, No. 6.
MANDATED = "2024-10/all_holders/6"
#: What stands in a table for a value that there is not: the law's tables know no
#: empty cell in an optional column.
NULL = "null"

_LAW = ("identifier", "title", "formats", "page")


@dataclass(frozen=True)
class Column:
    """One column: the field of a row, and what a layout calls it."""

    field: str
    key: str
    title: str
    title_en: str
    description: str
    datatype: str
    required: bool

    def label(self, lang: str) -> str:
        """Return the heading for people: Ukrainian for ``uk``, English for others."""
        return self.title if lang == "uk" else self.title_en


@dataclass(frozen=True)
class Layout:
    """One way to write the register as a table."""

    name: str
    columns: tuple[Column, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the columns in their order."""
        return tuple(column.key for column in self.columns)

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields of a row that the columns hold, in the same order."""
        return tuple(column.field for column in self.columns)


def _layout(name: str, key: str, fields: tuple[str, ...]) -> Layout:
    rows = {row["field"]: row for row in tables.rows("register_columns_2025")}
    datatype = "datatype_2025" if name == "2025" else "datatype"
    return Layout(
        name,
        tuple(
            Column(
                field=field,
                key=rows[field][key],
                title=rows[field]["title_uk"],
                title_en=rows[field]["title_en"],
                description=rows[field]["description_uk"],
                datatype=rows[field][datatype],
                required=rows[field]["required"] == "yes",
            )
            for field in fields
        ),
    )


#: All fields of a row that are columns, in the order of the tables of twelve.
FIELDS = tuple(row["field"] for row in tables.rows("register_columns_2025"))

LAYOUTS: Mapping[str, Layout] = {
    "law": _layout("law", "key_law", _LAW),
    "2019": _layout("2019", "key_2019", FIELDS),
    "2019-page": _layout("2019-page", "key_2019_page", FIELDS),
    "2025": _layout("2025", "key_2025", FIELDS),
}
