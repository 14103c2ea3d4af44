"""A register that somebody brings, as drafts of an organization."""

from __future__ import annotations

from collections import Counter
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain.register.matching import Outcome
from ckanext.opendata_ua.logic.reader.register_import import Import, open_import


def opendata_ua_register_import(
    context: Context, data_dict: DataDict
) -> dict[str, Any]:
    """Make drafts of the rows of a register, or tell what would be made.

    Nothing is overwritten and nothing becomes public; a second run makes nothing. Each
    draft is a transaction of its own, so a call that was cut short is repeated.

    :param upload: the file: CSV, XLSX, XLS, ODS, JSON or XML, in any layout
    :param rows: or its rows: a list of dicts, keys of any layout
    :param organization: id or name
    :param dry_run: tell what would be, true by default
    :returns: ``dry_run``; ``organization``; ``columns``: headings by field of what was
        understood, ``unknown_columns``; ``counts`` by outcome; ``rows``: dicts with
        ``row`` (its number), ``title``, ``outcome`` (``created``, ``matched``,
        ``conflict``, ``invalid``), ``id`` and ``name`` of the dataset, ``matched_by``
        (``page``, ``identifier``, ``title``), ``differences`` (``field``, ``file``,
        ``portal``) and ``findings`` (``code``, ``severity``, ``place``, ``message``,
        ``next_step``)
    """
    data = dict(data_dict)
    dry_run = tk.asbool(data.pop("dry_run", True))
    importing = open_import(context, data)
    rows = list(importing.would() if dry_run else importing.become())
    return {
        "dry_run": dry_run,
        **about(importing),
        "counts": counts(rows),
        "rows": rows,
    }


def about(importing: Import) -> dict[str, Any]:
    """Return what was understood of a file, and where its rows go."""
    holder, head = importing.organization, importing.table.head
    return {
        "organization": {
            "id": holder.id,
            "name": holder.name,
            "title": holder.title or holder.name,
        },
        "columns": dict(head.names),
        "unknown_columns": list(head.unknown),
    }


def counts(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many rows came out how."""
    found = Counter(row["outcome"] for row in rows)
    return {one.value: found[one.value] for one in Outcome}
