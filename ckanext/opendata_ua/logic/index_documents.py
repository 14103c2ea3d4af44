"""Documents of the search index as CKAN makes them, without sending each by itself.

CKAN makes a document and sends it in one function, and offers no place between the two.
So for a while something that only keeps stands where its connection to Solr stands;
what is kept is what CKAN would have sent, plugins and permission labels included.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ckan.lib import search
from ckan.lib.search import index


class Kept:
    """What CKAN wanted to send: takes the place of its connection to Solr."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.documents: list[dict[str, Any]] = []

    def add(self, docs: list[dict[str, Any]], **_options: Any) -> None:
        """Keep documents."""
        self.documents += docs

    def delete(self, **_options: Any) -> None:
        """Do nothing: what has no row is removed when all else is done."""


@contextmanager
def kept() -> Iterator[Kept]:
    """Keep documents instead of sending them, in the whole process."""
    keeper, connect = Kept(), index.make_connection
    index.make_connection = lambda: keeper  # type: ignore[assignment,return-value]  # quacks like pysolr.Solr
    try:
        yield keeper
    finally:
        index.make_connection = connect


def document_of(dataset_id: str) -> dict[str, Any] | None:
    """Return the document of a dataset, None when CKAN would rather remove it.

    Raises whatever CKAN or a plugin raises; not to be used while others index.
    """
    with kept() as keeper:
        search.rebuild(package_ids=[dataset_id])
    return keeper.documents[0] if keeper.documents else None
