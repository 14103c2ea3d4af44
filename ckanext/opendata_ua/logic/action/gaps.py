"""What the passports of public datasets lack, and filling in many of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.logic import gaps, review, wording
from ckanext.opendata_ua.logic.gaps import FILLED, Holding, Judged
from ckanext.opendata_ua.logic.schema import gaps as schema
from ckanext.opendata_ua.model.dataset import lock_package
from ckanext.opendata_ua.model.gaps import portion


@tk.side_effect_free
def opendata_ua_gaps_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List public datasets whose passports have gaps, by id, with every gap.

    :param organization: id or name; ``-`` for datasets without one (optional: all
        whose datasets one prepares or moderates)
    :param elements: list of elements, leaves datasets with a gap in one of them
        (optional)
    :param ids: list of ids of datasets, leaves these (optional)
    :param after: ``next`` of the page before (optional)
    :param limit: at most 200, by default 50
    :returns: ``datasets``, dicts with ``id``, ``name``, ``title``, ``organization``,
        ``modified``, ``gaps`` (``code``, ``element``, ``message``, ``next_step``,
        ``place``) and ``values`` of what ``opendata_ua_gaps_fill`` fills in;
        ``next``, None on the last page
    """
    data = review.validated(context, data_dict, schema.page())
    tk.check_access("opendata_ua_gaps_list", context, data)
    holding = gaps.holding_of(context, data.get("organization"))
    if data.get("ids"):
        holding = Holding(holding.organizations, holding.unowned, data["ids"])
    found, following = gaps.page(
        holding, data.get("elements") or (), data.get("after") or "", data["limit"]
    )
    organizations = review.titles({one.dataset["owner_org"] for one in found})
    return {
        "datasets": [
            _dataset_dict(one, organizations.get(one.dataset["owner_org"]))
            for one in found
        ],
        "next": following,
    }


@tk.side_effect_free
def opendata_ua_gaps_count(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Count public datasets with gaps: in all, by element, and by organization.

    Reads every dataset that is meant: a second or two for ten thousand.

    :param organization: as of ``opendata_ua_gaps_list`` (optional)
    :returns: ``datasets``, ``with_gaps``; ``elements``: dicts with ``element`` and
        ``number`` of datasets, the commonest first; ``organizations``: dicts with
        ``id``, ``name``, ``title`` (all None without one), ``datasets``, ``with_gaps``
    """
    data = review.validated(context, data_dict, schema.whose())
    tk.check_access("opendata_ua_gaps_count", context, data)
    holding = gaps.holding_of(context, data.get("organization"))
    held: Counter[str] = Counter()
    lacking: Counter[str] = Counter()
    elements: Counter[str] = Counter()
    for one in gaps.judged(holding):
        owner = one.dataset["owner_org"] or ""
        held[owner] += 1
        lacking[owner] += bool(one.gaps)
        elements.update(one.elements)
    titles = review.titles(set(held))
    nobody = {"id": None, "name": None, "title": None}
    return {
        "datasets": held.total(),
        "with_gaps": lacking.total(),
        "elements": [
            {"element": element, "number": number}
            for element, number in sorted(
                elements.items(), key=lambda item: (-item[1], item[0])
            )
        ],
        "organizations": [
            {**titles.get(owner, nobody), "datasets": number, "with_gaps": with_gaps}
            for owner, number, with_gaps in sorted(
                ((owner, held[owner], lacking[owner]) for owner in held),
                key=lambda row: (-row[2], row[0]),
            )
        ],
    }


def opendata_ua_gaps_fill(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Fill in the commonest gaps of many public datasets; each has its own answer.

    Each row is one ``package_patch`` in the caller's name, so the same rights and the
    same rules hold; nothing else of a dataset changes. What is empty or as it is
    stored is left alone.

    :param rows: list of at most 100 dicts with ``id``, ``seen`` (``modified`` of the
        dataset as it was looked at) and any of ``update_frequency``,
        ``purpose_of_collecting_information``, ``maintainer``, ``maintainer_email``
    :returns: ``results`` in the same order: ``id``, ``name``, ``title``, ``outcome``
        (``saved``, ``unchanged``, ``stale``, ``refused``) and ``error``, the words by
        field; a stale row is of a dataset that was changed meanwhile
    """
    tk.check_access("opendata_ua_gaps_fill", context, data_dict)
    rows = schema.checked_rows(data_dict.get("rows"))
    return {"results": [_fill(context, row) for row in rows]}


def _fill(context: Context, row: Mapping[str, Any]) -> dict[str, Any]:
    """Write one row in a transaction of its own."""
    package = lock_package(model.Session, row["id"])
    stored = portion(model.Session, Holding(ids=[package.id]), "", 1) if package else []
    if not stored:
        model.Session.rollback()
        words = tk._("There is no such public dataset.")
        return _result(row["id"], None, "refused", {"id": [words]})
    dataset = stored[0]
    wanted = {
        key: value
        for key in FILLED
        if (value := _text(row.get(key))) and value != _text(dataset.get(key))
    }
    if not wanted:
        model.Session.rollback()
        return _result(dataset["id"], dataset, "unchanged", {})
    if row["seen"] != _moment(dataset):
        model.Session.rollback()
        words = tk._(
            "The dataset was changed meanwhile: look at what it says now and fill it "
            "in once more."
        )
        return _result(dataset["id"], dataset, "stale", {"seen": [words]})
    try:
        tk.get_action("package_patch")(
            tk.fresh_context(context), {"id": dataset["id"], **wanted}
        )
    except tk.ValidationError as refusal:
        model.Session.rollback()
        error = {
            key: [str(one) for one in words]
            for key, words in refusal.error_dict.items()
            if key != "code" and isinstance(words, list)
        }
        return _result(dataset["id"], dataset, "refused", error)
    except tk.NotAuthorized as refusal:
        model.Session.rollback()
        return _result(dataset["id"], dataset, "refused", {"id": [str(refusal)]})
    return _result(dataset["id"], dataset, "saved", {})


def _result(
    id_: str,
    dataset: Mapping[str, Any] | None,
    outcome: str,
    error: dict[str, list[str]],
) -> dict[str, Any]:
    name = dataset["name"] if dataset else None
    title = (dataset["title"] or name) if dataset else None
    return {
        "id": id_,
        "name": name,
        "title": title,
        "outcome": outcome,
        "error": error,
    }


def _dataset_dict(one: Judged, organization: dict[str, str] | None) -> dict[str, Any]:
    dataset = one.dataset
    return {
        "id": dataset["id"],
        "name": dataset["name"],
        "title": dataset["title"] or dataset["name"],
        "organization": organization,
        "modified": _moment(dataset),
        "gaps": [
            {
                "code": gap.code,
                "element": gap.place.get("element"),
                "message": wording.message(gap),
                "next_step": wording.next_step(gap),
                "place": dict(gap.place),
            }
            for gap in one.gaps
        ],
        "values": {key: _text(dataset.get(key)) for key in FILLED},
    }


def _text(value: Any) -> str:
    """Return a value as it is compared: browsers send lines with a carriage return."""
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _moment(dataset: Mapping[str, Any]) -> str:
    modified = dataset["metadata_modified"]
    return modified.isoformat() if modified else ""
