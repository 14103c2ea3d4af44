"""Versions of files; and what happens to them when their dataset is purged."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Action, Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import dates, files
from ckanext.opendata_ua.logic import door, rights, schema
from ckanext.opendata_ua.model.file_version import FileVersion, VersionRow


@tk.side_effect_free
def opendata_ua_file_version_list(
    context: Context, data_dict: DataDict
) -> list[dict[str, Any]]:
    """Return the versions of the file of a resource, newest first.

    Each has ``hash`` (SHA-256), ``name``, ``size`` in bytes, ``media_type``,
    ``created``, ``published`` (None: readers never could take it), ``current`` and
    ``url``, which is permanent once the version is published. Versions that are not
    published are shown to those who may update the dataset.

    A link, and a file from before the extension came, has no versions.

    :param resource_id: id of a resource
    """
    data, wrong = tk.navl_validate(data_dict, schema.one_resource(), context)
    if wrong:
        raise tk.ValidationError(wrong)
    tk.check_access("opendata_ua_file_version_list", context, data)
    versions = FileVersion.of_resource(model.Session, data["resource_id"])
    if versions and not rights.may_update(context["user"], versions[0].package_id):
        versions = [one for one in versions if one.published or one.current]
    return [_shown(version) for version in versions]


def _shown(version: VersionRow) -> dict[str, Any]:
    path = files.version_path(
        version.package_id, version.resource_id, version.sha256, version.name
    )
    return {
        "hash": version.sha256,
        "name": version.name,
        "size": version.size,
        "media_type": version.media_type,
        "created": dates.iso(version.created),
        "published": dates.iso(version.published) if version.published else None,
        "current": version.current,
        "url": f"{config.site_url()}{path}",
    }


@tk.chained_action
def dataset_purge(up_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Purge a dataset together with the versions of its files.

    See CKAN's ``dataset_purge``. Bytes that nothing points to any more are removed by
    ``ckan opendata-ua files collect``.
    """
    tk.check_access("dataset_purge", context, data_dict)
    package = door.locked(data_dict)
    if package is not None:
        door.end_review(context, package)
        FileVersion.forget_package(model.Session, package.id)
    return up_action(context, data_dict)
