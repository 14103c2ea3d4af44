"""What somebody may see of a list that CKAN made without looking at datasets' rows.

Lists come from the index, which may be behind, or from tables that know nothing of
datasets. What a list names is asked again here, of the rows: one statement for readers,
whatever its length, none for sysadmins and for the portal itself.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ckan import model
from ckan.lib.plugins import get_permission_labels
from ckan.lib.search.query import solr_literal
from ckan.types import Action, Context, DataDict

from ckanext.opendata_ua.logic import door, publication, rights
from ckanext.opendata_ua.model import publicity

log = logging.getLogger(__name__)

#: How often a search is asked anew without what the index should have forgotten.
ATTEMPTS = 3
#: For how long the index may be behind a dataset that was hidden, and how many such
#: datasets a search names; Solr takes about a thousand.
LATE_DAYS, LATE_MOST = 2, 500
#: What the labels of a dataset are made of.
DECISIVE = ("state", "private", "owner_org")


def is_whole(context: Context) -> bool:
    """Tell whether the user may see everything there is."""
    if context.get("ignore_auth"):
        return True
    user = rights.user_of(context)
    return user is not None and user.sysadmin


def seen(context: Context, named: Iterable[Any]) -> set[str]:
    """Return those ids and names whose datasets the user may read, by their rows.

    :param named: ids or names; what no dataset has is not returned
    """
    wanted = {str(one) for one in named if one}
    rows = publicity.datasets(model.Session, wanted)
    return wanted & _keys(_readable(context, rows))


def search(up_action: Action, context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Search, and leave out what the index has not yet learnt to hide.

    Files of suspended datasets are left out too, by the same look at the rows.

    :param up_action: CKAN's ``package_search``; asked anew without the hidden ones, so
        that neither counts nor facets nor pages speak of them
    """
    if is_whole(context):
        answer = up_action(context, data_dict)
        publication.veil(answer["results"], _rows(answer["results"]))
        return answer
    asked, added = _with_ids(data_dict)
    if _counts(asked):
        asked = _asked_without(asked, _late(context))
    answer = up_action({**context}, asked)
    rows, hidden = _judged(context, answer["results"], trusted="fl" not in asked)
    for _attempt in range(ATTEMPTS):
        if not hidden:
            break
        log.warning("The search index shows hidden datasets: %s", sorted(hidden))
        asked = _asked_without(asked, hidden)
        answer = up_action({**context}, asked)
        rows, hidden = _judged(context, answer["results"], trusted="fl" not in asked)
    kept = [one for one in answer["results"] if one.get("id") not in hidden]
    publication.veil(kept, rows)
    if added:
        for one in kept:
            one.pop("id", None)
    return {**answer, "results": kept}


def _counts(asked: Mapping[str, Any]) -> bool:
    """Tell whether more than the datasets of one page is asked for: words and numbers.

    The page is compared with the rows; what counts the rest comes from the index alone.
    """
    return bool(asked.get("facet.field")) or str(asked.get("rows")) == "0"


def _late(context: Context) -> set[str]:
    """Return ids of hidden datasets that the index may take for public still."""
    rows = publicity.lately_hidden(model.Session, LATE_DAYS, LATE_MOST)
    readable = _keys(_readable(context, rows))
    return {row.id for row in rows} - readable


def _asked_without(asked: Mapping[str, Any], hidden: set[str]) -> dict[str, Any]:
    if not hidden:
        return {**asked}
    without = " OR ".join(solr_literal(id_) for id_ in sorted(hidden))
    return {**asked, "fq": f"{asked.get('fq') or ''} -id:({without})".strip()}


def _with_ids(data_dict: DataDict) -> tuple[dict[str, Any], bool]:
    """Return the search with ids among what is asked for, and whether they were not."""
    fields = data_dict.get("fl")
    if not fields:
        return {key: data_dict[key] for key in data_dict if key != "fl"}, False
    listed = fields if isinstance(fields, list) else [str(fields)]
    if any("id" in re.split(r"[\s,]+", str(one)) for one in listed):
        return {**data_dict}, False
    return {**data_dict, "fl": [*listed, "id"]}, True


def _rows(results: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what decides who reads found datasets, by id; one statement for a page."""
    ids = [str(one["id"]) for one in results if one.get("id")]
    return {row.id: row for row in publicity.datasets(model.Session, ids)}


def _judged(
    context: Context, results: Iterable[Mapping[str, Any]], *, trusted: bool
) -> tuple[Mapping[str, Any], set[str]]:
    """Return the rows of found datasets by id, and ids that the user may not read.

    :param trusted: the dicts are whole ones of the index; while what decides who may
        read is as in the row, the index has judged right, and nobody need be asked
    """
    told = {str(one.get("id")): one for one in results}
    rows = _rows(results)
    same = {id_ for id_ in rows if trusted and _agrees(told.get(id_, {}), rows[id_])}
    asked = [row for id_, row in rows.items() if id_ not in same]
    return rows, told.keys() - same - _keys(_readable(context, asked))


def _agrees(told: Mapping[str, Any], row: Any) -> bool:
    return all(key in told and told[key] == getattr(row, key) for key in DECISIVE)


def _readable(context: Context, rows: Iterable[Any]) -> list[Any]:
    rows = list(rows)
    public = [row for row in rows if door.is_public(row)]
    hidden = [row for row in rows if not door.is_public(row)]
    user = rights.user_of(context) if hidden else None
    if user is None:
        return public
    labels = get_permission_labels()
    own = set(labels.get_user_dataset_labels(user))
    return public + [row for row in hidden if own & set(labels.get_dataset_labels(row))]


def _keys(rows: Iterable[Any]) -> set[str]:
    return {key for row in rows for key in (row.id, row.name)}
