"""Generators of rows, one file per field of municipal work.

A generator takes the scene and the wanted number of rows and gives at most so many:
a table whose length is a fact of the city (its schools, its bus routes) gives that.
"""

from __future__ import annotations

from datetime import date
from itertools import islice

from ckanext.opendata_ua.demo.city import Scene, build, seeded
from ckanext.opendata_ua.demo.generators import (
    administration,
    care,
    council,
    environment,
    finance,
    land,
    property,
    streets,
    transport,
    utilities,
)
from ckanext.opendata_ua.demo.generators.registry import RECIPES
from ckanext.opendata_ua.demo.tables import Table

__all__ = [
    "RECIPES",
    "administration",
    "care",
    "council",
    "environment",
    "finance",
    "land",
    "make",
    "property",
    "streets",
    "transport",
    "utilities",
]


def make(name: str, rows: int, today: date) -> Table:
    """Make a table: the same name, number of rows and day give the same table.

    :raises KeyError: no such table
    """
    recipe = RECIPES[name]
    scene = Scene(build(), seeded(name), today)
    return Table(name, recipe.columns, tuple(islice(recipe.rows(scene, rows), rows)))
