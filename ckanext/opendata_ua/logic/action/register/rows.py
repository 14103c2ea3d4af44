"""The register of datasets, page by page."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain.register import LAYOUTS, Heading
from ckanext.opendata_ua.domain.register.cells import values_of
from ckanext.opendata_ua.domain.register.json_writer import columns
from ckanext.opendata_ua.logic import review
from ckanext.opendata_ua.logic.reader.register import open_page
from ckanext.opendata_ua.logic.schema import register as schema


@tk.side_effect_free
def opendata_ua_register_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List public datasets as rows of the register.

    Suspended and withdrawn ones are in it; their titles say so.

    :param organization: id or name of an organization; all by default
    :param layout: ``law``, ``2019``, ``2019-page`` or ``2025``; ``2019`` by default
    :param after: what was ``next`` in the answer before (optional)
    :param limit: how many rows at most, 100 by default, up to 1000
    :param q: words that have to be in the identifier, the title, the description or
        the keywords (optional)
    :param sort: ``identifier`` (by default) or ``title``
    :returns: ``layout``, ``columns`` (dicts with ``key``, ``title``, ``datatype`` and
        ``required``), ``rows`` (dicts by key) and ``next``, None on the last page
    """
    data = review.validated(context, data_dict, schema.listing())
    tk.check_access("opendata_ua_register_list", context, data)
    page = open_page(context, data)
    layout = LAYOUTS[data["layout"]]
    values = values_of(layout)
    return {
        "layout": layout.name,
        "columns": columns(Heading(layout)),
        "rows": [dict(zip(layout.keys, values(row), strict=True)) for row in page.rows],
        "next": page.next,
    }
