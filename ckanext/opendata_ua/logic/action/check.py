"""Looking at the whole of files: jobs by hash, and what waits for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.adapters.file_store import BlobMissing
from ckanext.opendata_ua.domain.format_check import ENGINE
from ckanext.opendata_ua.logic import broken_links, checks, links, review
from ckanext.opendata_ua.logic.schema import check as schemas
from ckanext.opendata_ua.logic.schema import one_object
from ckanext.opendata_ua.model.check import Check
from ckanext.opendata_ua.model.link import Link


def opendata_ua_check_run(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Look at the whole of a stored file, unless that was done: what its job does.

    :param id: hash of the file (SHA-256), or the key of one that CKAN stored, as
        ``opendata_ua_check_list`` names it
    :param again: ``true`` to look although it was done
    :returns: ``outcome``: ``done``, ``known`` (nothing to do) or ``missing``
    """
    data = review.validated(context, data_dict, schemas.run())
    tk.check_access("opendata_ua_check_run", context, data)
    try:
        asked = checks.look_at_all(data["id"], again=data["again"])
    except BlobMissing:  # collected meanwhile, or lost: others tell of that
        return {"outcome": "missing"}
    if not context.get("defer_commit"):
        model.Session.commit()
    return {"outcome": "done" if asked else "known"}


@tk.side_effect_free
def opendata_ua_check_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List files that this version of the checker has not looked at, by their keys.

    :param all: ``true`` for files that were looked at, and old versions, too
    :param after: the last hash of the page before (optional)
    :param limit: how many at most, 100 by default
    :returns: ``files``, a list of hashes, and of keys of files that CKAN stored before
        the extension came; ``left``, how many there are in all after ``after``;
        ``next``, None at the end
    """
    data = review.validated(context, data_dict, schemas.listing())
    tk.check_access("opendata_ua_check_list", context, data)
    files, left = Check.open(
        model.Session,
        ENGINE,
        everything=data["all"],
        after=data["after"],
        limit=data["limit"],
    )
    return {
        "files": files,
        "left": left,
        "next": files[-1] if left > len(files) else None,
    }


def opendata_ua_link_check(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Ask the address of a resource, and keep what lies there: what its job does.

    :param address: of a resource; one that no resource has is not asked
    :returns: ``fault``, empty for none
    """
    data = review.validated(context, data_dict, schemas.link())
    tk.check_access("opendata_ua_link_check", context, data)
    fault = links.look(data["address"]) if config.links_are_checked() else ""
    if not context.get("defer_commit"):
        model.Session.commit()
    return {"fault": fault}


@tk.side_effect_free
def opendata_ua_link_due(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List addresses of resources that were not asked for a week, or never.

    :param all: ``true`` for those that were asked, too
    :param after: the last address of the page before (optional)
    :param limit: how many at most, 100 by default
    :returns: ``links``, ``left``, ``next`` as in ``opendata_ua_check_list``
    """
    data = review.validated(context, data_dict, schemas.listing())
    tk.check_access("opendata_ua_link_due", context, data)
    if not config.links_are_checked():
        return {"links": [], "left": 0, "next": None}
    age = timedelta(days=0 if data["all"] else config.links_days())
    found, left = Link.due(model.Session, age, data["after"], data["limit"])
    return {
        "links": found,
        "left": left,
        "next": found[-1] if left > len(found) else None,
    }


def opendata_ua_link_tell(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Write to an organization about links that broke: what its job does.

    :param id: of the organization
    :returns: ``links``, how many it is told of; ``letters``, how many were posted
    """
    data = review.validated(context, data_dict, one_object())
    tk.check_access("opendata_ua_link_tell", context, data)
    told = broken_links.tell(data["id"])
    if not context.get("defer_commit"):
        model.Session.commit()
    return told
