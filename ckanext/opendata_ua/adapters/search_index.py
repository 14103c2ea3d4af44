"""The search index as a whole: entries streamed, labels checked, documents sent.

CKAN's own search module answers questions of readers; this one reads what is there and
writes many documents at once. Every error of Solr becomes ``IndexFailure``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pysolr
import requests

from ckanext.opendata_ua.domain.errors import DomainError
from ckanext.opendata_ua.domain.search_drift import Entry, written
from ckanext.opendata_ua.domain.words import N_

#: Entries in one answer: some hundred kilobytes.
PAGE = 2000
FIELDS = ("index_id", "id", "name", "state", "capacity", "metadata_modified")
LABELS = "permission_labels"
#: Stands between ids in a query; an id of CKAN has no such character.
BETWEEN = "|"


class IndexFailure(DomainError):
    """Say that Solr did not answer, or refused what it was asked."""


class SearchIndex:
    """Documents of one site in one Solr core."""

    def __init__(self, solr: pysolr.Solr, site_id: str) -> None:
        """Take a connection that decodes no dates, and the site's ``ckan.site_id``."""
        self._solr = solr
        self._own = f'+entity_type:package +site_id:"{site_id}"'

    def entries(self) -> Iterator[Entry]:
        """Yield what the index knows of every dataset, in the order of ids.

        :raises IndexFailure: on the way too
        """
        mark, last = "*", ""
        while mark != last:
            answer = self._ask(
                fl=",".join(FIELDS),
                sort="id asc, index_id asc",
                rows=PAGE,
                cursorMark=mark,
            )
            yield from map(_entry, answer.docs)
            last, mark = mark, str(answer.nextCursorMark)

    def some(self, ids: Collection[str]) -> list[Entry]:
        """Return what the index knows of these datasets, in the order of ids."""
        answer = self._ask(
            _among(ids),
            fl=",".join(FIELDS),
            sort="id asc, index_id asc",
            rows=2 * len(ids) + PAGE,
        )
        return list(map(_entry, answer.docs))

    def without_exactly(self, labels: Collection[str], ids: Sequence[str]) -> set[str]:
        """Return which of the datasets do not have exactly these permission labels.

        The labels are not stored, only indexed; so all are counted at once, and only
        where the numbers do not fit each label is asked for by name.
        """
        among = _among(ids)
        answer = self._ask(
            among,
            rows=0,
            facet="true",
            **{"facet.field": LABELS, "facet.limit": -1, "facet.mincount": 1},
        )
        flat: Sequence[Any] = answer.facets["facet_fields"][LABELS]
        counted = Counter(dict(zip(flat[::2], flat[1::2], strict=True)))
        if counted == Counter(dict.fromkeys(labels, answer.hits)):
            return set()
        wrong: set[str] = set()
        for label in {*counted, *labels}:
            wanted = label in labels
            name = label.replace("\\", r"\\").replace('"', r"\"")
            wrong |= self._ids(among, f'{"-" if wanted else ""}{LABELS}:"{name}"')
        return wrong

    def add(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Send documents in one request; they are seen after ``publish``."""
        try:
            self._solr.add(docs=documents, commit=False)
        except (pysolr.SolrError, requests.RequestException) as error:
            raise _failure(error) from error

    def delete(self, keys: Sequence[str]) -> None:
        """Delete documents by their ``index_id``; they are seen until ``publish``."""
        try:
            self._solr.delete(id=list(keys), commit=False)
        except (pysolr.SolrError, requests.RequestException) as error:
            raise _failure(error) from error

    def publish(self) -> None:
        """Make visible what was sent, and wait until it is."""
        try:
            self._solr.add(docs=[], commit=True)
        except (pysolr.SolrError, requests.RequestException) as error:
            raise _failure(error) from error

    def _ids(self, among: str, condition: str) -> set[str]:
        answer = self._ask(among, condition, fl="id", rows=1_000_000)
        return {document["id"] for document in answer.docs}

    def _ask(self, *conditions: str, **parameters: Any) -> Any:
        try:
            return self._solr.search("*:*", fq=[self._own, *conditions], **parameters)
        except (pysolr.SolrError, requests.RequestException) as error:
            raise _failure(error) from error


def _among(ids: Collection[str]) -> str:
    return f"{{!terms f=id separator='{BETWEEN}'}}{BETWEEN.join(ids)}"


def _entry(document: Mapping[str, Any]) -> Entry:
    return Entry(
        id=document["id"],
        name=document.get("name", ""),
        state=document.get("state", ""),
        private=document.get("capacity") != "public",
        modified=written(document.get("metadata_modified", "")),
        key=document["index_id"],
    )


def _failure(error: Exception) -> IndexFailure:
    return IndexFailure(
        "solr",
        N_("Solr did not do what it was asked: {error}"),
        {"error": str(error)[:300]},
    )
