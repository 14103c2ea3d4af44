"""Every gap of the public datasets one looks after, row by row."""

from __future__ import annotations

from collections.abc import Iterator

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain.formulas import harmless
from ckanext.opendata_ua.logic import gaps, review, wording
from ckanext.opendata_ua.logic.gaps import Judged
from ckanext.opendata_ua.logic.schema import gaps as schema

COLUMNS = (
    "organization",
    "dataset",
    "title",
    "address",
    "code",
    "element",
    "file",
    "message",
    "next_step",
)


def open_gaps(context: Context, data_dict: DataDict) -> Iterator[list[str]]:
    """Return a row for each gap, in the order of ``COLUMNS``; refuse at once.

    A portion of datasets is in memory at a time, however many there are.

    :param organization: as of ``opendata_ua_gaps_list`` (optional)
    :raises tk.NotAuthorized: as that action does
    :raises tk.ObjectNotFound: when there is no such organization
    """
    data = review.validated(context, data_dict, schema.whose())
    tk.check_access("opendata_ua_gaps_list", context, data)
    holding = gaps.holding_of(context, data.get("organization"))
    return _rows(gaps.judged(holding))


def _rows(found: Iterator[Judged]) -> Iterator[list[str]]:
    titles: dict[str, str] = {}
    for one in found:
        dataset = one.dataset
        owner = dataset["owner_org"] or ""
        if one.gaps and owner not in titles:
            group = model.Group.get(owner)
            titles[owner] = (group.title or group.name) if group else ""
        files = {file["id"]: file["name"] or "" for file in dataset["resources"]}
        for gap in one.gaps:
            cells = (
                titles[owner],
                dataset["name"],
                dataset["title"] or dataset["name"],
                f"{config.site_url()}/dataset/{dataset['name']}",
                gap.code,
                str(gap.place.get("element", "")),
                files.get(str(gap.place.get("resource_id", "")), ""),
                wording.message(gap),
                wording.next_step(gap),
            )
            yield [harmless(cell) for cell in cells]
