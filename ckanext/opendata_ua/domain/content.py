"""What a moderator looked at, as one number: equal contents have equal hashes."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

#: Keys that CKAN or the portal keep by themselves: they change without anybody having
#: changed what would be published.
TECHNICAL = frozenset(
    {
        "creator_user_id",
        "data_modified",
        "date_first_published",
        "groups_label",
        "isopen",
        "license_title",
        "license_url",
        "metadata_created",
        "metadata_modified",
        "num_resources",
        "num_tags",
        "organization",
        "plugin_data",
        "private",
        "relationships_as_object",
        "relationships_as_subject",
        "state",
        "tag_string",
        "tracking_summary",
    }
)
TECHNICAL_OF_FILE = frozenset(
    {
        "cache_last_updated",
        "cache_url",
        "created",
        "datastore_active",
        "datastore_contains_all_records_of_source_file",
        "last_modified",
        "metadata_modified",
        "package_id",
        "position",
        "revision_id",
        "state",
        "tracking_summary",
        "validation_status",
        "validation_timestamp",
    }
)
_OURS = "opendata_ua_"


def content_hash(dataset: Mapping[str, Any]) -> str:
    """Return 64 hexadecimal digits that stand for what would be published.

    Technical keys, empty values and the order of tags and groups do not count; the
    order of files does. Of what belongs to others, a group, a keyword that many
    datasets share, or the address of the portal, only which one it is counts: that one
    of them is renamed is no change of the dataset.

    :param dataset: a dict as ``package_show`` gives it
    """
    decided = _contents(dataset)
    for key in ("tags", "groups"):
        decided[key] = sorted(_which(one) for one in dataset.get(key) or ())
    decided["resources"] = [_without_address(one) for one in decided["resources"]]
    text = json.dumps(decided, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _which(shared: Mapping[str, Any]) -> str:
    """Return what a tag or group keeps when it is renamed."""
    return str(shared.get("id") or shared["name"])


def _without_address(file: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file without the address of the portal, which a link of its own has."""
    url = str(file.get("url") or "")
    uploaded = file.get("url_type") == "upload"
    return {**file, "url": url.rpartition("/")[2] if uploaded else url}


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs between two contents: key → ``[before, after]``."""
    old, new = _contents(before), _contents(after)
    return {
        key: [old.get(key), new.get(key)]
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    }


def _contents(dataset: Mapping[str, Any]) -> dict[str, Any]:
    kept = _kept(dataset, TECHNICAL)
    kept["tags"] = sorted(str(tag["name"]) for tag in dataset.get("tags") or ())
    kept["groups"] = sorted(str(one["name"]) for one in dataset.get("groups") or ())
    kept["resources"] = [
        _kept(file, TECHNICAL_OF_FILE) for file in dataset.get("resources") or ()
    ]
    return kept


def _kept(values: Mapping[str, Any], technical: frozenset[str]) -> dict[str, Any]:
    return {
        key: value
        for key, value in values.items()
        if key not in technical
        and not key.startswith(_OURS)
        and value not in (None, "", [], {})
    }
