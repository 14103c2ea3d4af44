"""A row as the cells of a table: CSV, XLSX and ODS hold the same."""

from collections.abc import Callable
from operator import itemgetter

from ..formulas import SUSPECT, harmless
from .layouts import NULL, Layout
from .records import RegisterRow


def values_of(layout: Layout) -> Callable[[RegisterRow], tuple[str | None, ...]]:
    """Return what picks the values of a layout's columns from a row."""
    return itemgetter(*map(RegisterRow._fields.index, layout.fields))


def cells_of(layout: Layout) -> Callable[[RegisterRow], list[str]]:
    """Return what makes cells of a row: harmless text, ``null`` for what is absent."""
    values = values_of(layout)

    def cells(row: RegisterRow) -> list[str]:
        return [
            NULL if one is None else harmless(one) if one[:1] in SUSPECT else one
            for one in values(row)
        ]

    return cells
