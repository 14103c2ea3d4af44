"""Lines of JSON and XML that say one object a row, whatever stands around them."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from ckanext.opendata_ua.domain.register.grid import cell, of_objects

from .limits import Different, Most

#: Under what names programs keep the rows of a document.
_ROWS = ("rows", "data", "items", "datasets", "dataset", "records", "results", "result")
_DEEP = 4  # how far below the top of a document its rows lie
#: What our own document says of its columns, and no row.
_NO_ROW = frozenset({"columns"})


def of_json(text: str, most: Most) -> Iterator[list[str]]:
    """Yield the keys and then the values of the objects of a JSON document.

    :raises Different: when there is no list of objects
    """
    found = _list_in(json.loads(text), _DEEP)
    if found is None:
        raise Different("no list of objects")
    if found and all(isinstance(one, list) for one in found):
        return most.held([cell(value) for value in one] for one in found)
    return most.held(list(line) for line in of_objects(found).lines)


def _list_in(value: Any, deep: int) -> list[Any] | None:
    if isinstance(value, list):
        kinds = {type(one) for one in value}
        return value if kinds in ({dict}, {list}) or not value else None
    if not isinstance(value, dict) or not deep:
        return None
    named = [value[key] for key in _ROWS if key in value]
    for inner in (*named, *value.values()):
        found = _list_in(inner, deep - 1)
        if found is not None:
            return found
    return None


def of_xml(content: bytes, most: Most) -> Iterator[list[str]]:
    """Yield the names and then the texts of the elements of an XML document.

    :raises Different: when there are no rows
    """
    root = ElementTree.parse(io.BytesIO(content)).getroot()  # noqa: S314 caged
    rows = _rows_in(root, _DEEP)
    if not rows:
        raise Different("no rows")
    return most.held(list(line) for line in of_objects(map(_object, rows)).lines)


def _rows_in(element: ElementTree.Element, deep: int) -> list[ElementTree.Element]:
    """Return the children that are most of their name, and hold something."""
    children = [one for one in element if _bare(one.tag) not in _NO_ROW]
    rows = [one for one in children if len(one) or one.attrib]
    if not deep or not rows:
        return []
    inner = rows[0]
    around = any(len(one) for one in inner) or all(one.attrib for one in inner)
    if len(children) == 1 and len(inner) and around:
        return _rows_in(rows[0], deep - 1) or rows
    names = Counter(_bare(one.tag) for one in rows)
    name = max(names, key=lambda one: names[one])
    return [one for one in rows if _bare(one.tag) == name]


def _object(row: ElementTree.Element) -> dict[str, Any]:
    found: dict[str, Any] = {_bare(key): value for key, value in row.attrib.items()}
    for one in row:
        text = " ".join(part for part in map(str.strip, one.itertext()) if part)
        text = (one.text or "") if not len(one) else text
        name = _bare(one.tag)
        found[name] = [found[name], text] if found.get(name) else text
    return found


def _bare(name: Any) -> str:
    return str(name).rpartition("}")[2]
