"""How a table gets its name and its columns: the decorator of every generator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ckanext.opendata_ua.demo.city import Scene
from ckanext.opendata_ua.demo.tables import Column, Row, columns

Rows = Callable[[Scene, int], Iterator[Row]]


@dataclass(frozen=True)
class Recipe:
    """A table that can be made: its columns and the maker of its rows."""

    name: str
    columns: tuple[Column, ...]
    rows: Rows


RECIPES: dict[str, Recipe] = {}


def table(name: str, text: str) -> Callable[[Rows], Rows]:
    """Enter a generator of rows; `text` holds the columns (see `tables.columns`)."""

    def enter(rows: Rows) -> Rows:
        RECIPES[name] = Recipe(name, columns(text), rows)
        return rows

    return enter
