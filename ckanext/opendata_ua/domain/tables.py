"""Read the versioned data files that lie beside the rules."""

import csv
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

Row = Mapping[str, str]
_DATA = files("ckanext.opendata_ua.domain") / "data"


def text(name: str) -> str:
    """Return a data file as text, for example ``passport.xsd``."""
    return (_DATA / name).read_text(encoding="utf-8")


@cache
def rows(name: str) -> tuple[Row, ...]:
    """Return the records of ``data/<name>.csv``, one mapping a record."""
    return tuple(csv.DictReader(StringIO(text(f"{name}.csv"), newline="")))


@cache
def document(name: str) -> Mapping[str, Any]:
    """Return the object in ``data/<name>.json``."""
    return json.loads(text(f"{name}.json"))


def several(cell: str) -> tuple[str, ...]:
    """Split a cell that holds several values between bars."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())
