"""The bytes of a file for whoever has the link of a preview."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.logic import previews, review
from ckanext.opendata_ua.logic.reader.file import FileBody, body_of
from ckanext.opendata_ua.logic.schema import publication as schema


def open_preview(context: Context, data_dict: DataDict) -> FileBody:
    """Return the current file of a resource of the dataset that a link opens.

    :param token: of the link
    :param resource_id: id of a resource with a file of its own

    :raises ObjectNotFound: when the link opens nothing, or the dataset has no such file
    :raises StoreError: when the bytes cannot be read
    """
    data = review.validated(context, data_dict, schema.token())
    tk.check_access("opendata_ua_moderation_preview_show", context, data)
    link = previews.open_link(data["token"])
    resource: Any = model.Resource.get(data.get("resource_id") or "")
    if (
        resource is None
        or resource.package_id != link.package_id
        or resource.state != "active"
        or resource.url_type != "upload"
    ):
        raise tk.ObjectNotFound(tk._("The dataset has no such file."))
    return body_of(resource.id, public=False)
