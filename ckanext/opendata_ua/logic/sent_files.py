"""What a caller may say of the files of a dataset, and what the portal says itself.

Callers send resource dicts they once were shown, dicts made by hand, and dicts of other
sites. Which bytes a resource has, and what these are, is never theirs to say: it comes
from the file that was sent now, or from what is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.munge import munge_filename
from ckan.types import Context

from ckanext.opendata_ua import compat
from ckanext.opendata_ua.domain import dates
from ckanext.opendata_ua.domain.dates import FileState
from ckanext.opendata_ua.domain.link_check import is_readable
from ckanext.opendata_ua.logic import rights
from ckanext.opendata_ua.logic.store import store
from ckanext.opendata_ua.logic.upload import (
    AcceptedFile,
    ArrivedFile,
    arrived,
    media_type_of_link,
    waits_to_be_read,
)
from ckanext.opendata_ua.model.dataset import existing_resources
from ckanext.opendata_ua.model.file_version import FileVersion, VersionRow

#: Keys of a resource that describe the bytes of its file.
FACTS = ("hash", "size", "mimetype")
#: Another one; CKAN has no column for it.
ENCODING = "encoding"
#: Letters of a format that is declared; the longest of the list has eleven.
LONGEST_FORMAT = 100

Resource = dict[str, Any]
Errors = dict[str, list[str]]


@dataclass(frozen=True)
class StoredFiles:
    """What the files of a dataset are before a write; empty for a new dataset.

    ``rows`` has resources that were deleted and not yet purged, too.
    """

    rows: Mapping[str, model.Resource] = field(default_factory=dict)
    versions: Mapping[str, VersionRow] = field(default_factory=dict)

    @classmethod
    def of(cls, package: model.Package) -> StoredFiles:
        """Read them, of a dataset that is locked: one statement for the versions."""
        return cls(
            {row.id: row for row in package.resources_all},
            FileVersion.current_of_package(model.Session, package.id),
        )

    def uploaded(self, resource_id: str) -> model.Resource | None:
        """Return the row of a resource that has a file of its own now."""
        row = self.rows.get(resource_id)
        return row if row is not None and row.url_type == "upload" else None

    @property
    def states(self) -> tuple[FileState, ...]:
        """Return what decides whether data changed; deleted resources are left out."""
        return tuple(
            FileState(
                id=row.id,
                url=_address(row.url, row.url_type),
                hash=row.hash or "",
                size=row.size,
                changed=dates.moment(str(row.last_modified or "")),
            )
            for row in self.rows.values()
            if row.state != "deleted"
        )


def bring_files(resources: Iterable[Any]) -> bool:
    """Tell whether something was sent that would have to be read."""
    return any(
        isinstance(one, dict) and waits_to_be_read(one.get("upload"))
        for one in resources
    )


def arrive(data: Mapping[str, Any]) -> bool:
    """Tell whether a file comes with a dataset whose resources were settled."""
    return any("upload" in one for one in data.get("resources") or ())


def settle(
    context: Context, resources: Sequence[Resource], stored: StoredFiles
) -> None:
    """Replace in resource dicts what callers claim of files by what is true.

    A file that was sent is measured and stands at ``upload`` as an ``AcceptedFile``;
    one that a resource has already is left out. Nothing is stored.

    :raises ValidationError: at ``resources``, all refusals at once; CKAN's transaction
        is rolled back
    """
    author = rights.user_id(context)
    taken = _taken_ids(resources, stored.rows)
    errors: Any = [_settle_one(one, stored, taken, author) for one in resources]
    if any(errors):
        model.Session.rollback()
        raise tk.ValidationError({"resources": errors})


def _taken_ids(resources: Iterable[Resource], rows: Collection[str]) -> Collection[str]:
    """Return ids that were sent and belong to another dataset, or to nobody's bytes."""
    strange = {str(one["id"]) for one in resources if one.get("id")}.difference(rows)
    if not strange:
        return ()
    session = model.Session
    taken = existing_resources(session, strange)
    taken |= FileVersion.known_resources(session, strange)
    return taken | {one for one in strange - taken if _has_classic_file(one)}


def _has_classic_file(resource_id: str) -> bool:
    # Of remote storages nothing is asked: there an id of nobody stays unclaimable only
    # by the rule that `upload` needs a file.
    try:
        path = compat.classic_file(resource_id).path
    except tk.ValidationError:  # an "id" that leads out of the folder
        return True
    return path is not None and path.is_file()


def _settle_one(
    resource: Resource, stored: StoredFiles, taken: Collection[str], author: str | None
) -> Errors:
    if str(resource.get("id") or "") in taken:
        return _refusal(
            "id",
            tk._(
                "This id belongs to another file. Leave the id out: a new file gets "
                "one of its own."
            ),
        )
    if unreadable := _unreadable(resource, stored):
        return unreadable
    try:
        sent = arrived(resource.pop("upload", None))
    except tk.ValidationError as refusal:
        refused: Any = refusal.error_dict
        return refused
    version = stored.versions.get(str(resource.get("id") or ""))
    if sent is not None and not _has_already(sent, version):
        _accept(resource, sent, stored, version, author)
        return {}
    if sent is None and resource.pop("clear_upload", None):
        resource["url_type"] = ""
    elif sent is not None or _means_file(resource, stored):
        return _keep(resource, stored, version)
    _forget_facts(resource, stored)
    return _odd_facts(resource)


def _odd_facts(resource: Resource) -> Errors:
    """Refuse facts of a link that mean nothing; those of a file are ours to find."""
    if isinstance(resource.get("mimetype") or "", (list, dict)):
        return _refusal(
            "mimetype", tk._("The media type is one short text, for example text/csv.")
        )
    if _text(resource, "size").strip().startswith("-"):
        return _refusal(
            "size", tk._("The size is the number of bytes: a whole number from 0 on.")
        )
    return {}


def _unreadable(resource: Resource, stored: StoredFiles) -> Errors:
    """Refuse what CKAN would store and then fail at, or keep out of search.

    An address that cannot be taken apart makes every later write of the dataset fail.
    What is stored already stays.
    """
    row = stored.rows.get(str(resource.get("id") or ""))
    address, declared = resource.get("url"), resource.get("format")
    if address and (row is None or address != row.url) and not is_readable(address):
        return _refusal(
            "url",
            tk._(
                "This is no address that programs can read. Copy it from the address "
                "line of a browser."
            ),
        )
    short = isinstance(declared, str) and len(declared) <= LONGEST_FORMAT
    if declared and not short and (row is None or declared != row.format):
        return _refusal(
            "format",
            tk._(
                "The format is one short name, for example CSV: {limit} letters at "
                "most."
            ).format(limit=LONGEST_FORMAT),
        )
    return {}


def _has_already(sent: ArrivedFile, version: VersionRow | None) -> bool:
    """Tell whether the resource has this file; one whose bytes were lost is mended."""
    return sent.is_version(version) and store().exists(sent.sha256)


def _accept(
    resource: Resource,
    sent: ArrivedFile,
    stored: StoredFiles,
    version: VersionRow | None,
    author: str | None,
) -> None:
    sent.describe(resource)
    row = stored.uploaded(str(resource.get("id") or ""))
    if row is not None and row.last_modified and sent.has_bytes_of(version):
        resource["last_modified"] = row.last_modified.isoformat()  # only a new name
    resource["upload"] = AcceptedFile(sent, author)


def _means_file(resource: Resource, stored: StoredFiles) -> bool:
    """Tell whether a dict without a file speaks of an uploaded one.

    Scripts that send only the fields they change repeat the address they were shown:
    that is no link to the portal itself.
    """
    if resource.get("url_type") == "upload":
        return True
    row = stored.uploaded(str(resource.get("id") or ""))
    own = row is not None and f"/resource/{row.id}/download/" in _text(resource, "url")
    return own and not resource.get("url_type")


def _keep(
    resource: Resource, stored: StoredFiles, version: VersionRow | None
) -> Errors:
    """Put back what is stored of a file; leave alone what already agrees.

    CKAN 2.12 passes by a resource that is equal to the one it shows.
    """
    row = stored.uploaded(str(resource.get("id") or ""))
    if row is None:
        return _no_file(resource)
    facts: Mapping[str, Any] = {name: getattr(row, name) for name in FACTS}
    if version is not None:
        facts = {
            "hash": version.sha256,
            "size": version.size,
            "mimetype": version.media_type,
        }
    for name, fact in facts.items():
        if fact is None:
            resource.pop(name, None)
        elif _text(resource, name) != str(fact):
            resource[name] = fact
    _keep_encoding(resource, row)
    stored_name = str(row.url).rsplit("/", 1)[-1]
    sent_name = _text(resource, "url").rsplit("/", 1)[-1]
    if sent_name not in (stored_name, munge_filename(stored_name)):
        resource["url"] = stored_name
    if row.last_modified and not resource.get("last_modified"):
        resource["last_modified"] = row.last_modified.isoformat()
    resource["url_type"] = "upload"
    return {}


def _keep_encoding(resource: Resource, row: Any) -> None:
    stored = (row.extras or {}).get(ENCODING)
    if stored:
        resource[ENCODING] = stored
    else:
        resource.pop(ENCODING, None)


def _no_file(resource: Resource) -> Errors:
    if not _text(resource, "url"):
        resource["url_type"] = ""  # neither file nor address: the schema says so
        return {}
    return _refusal(
        "url",
        tk._(
            'No file was sent, and this one has none: "url_type" cannot be "upload". '
            'Send the file at "upload" (multipart/form-data), or leave "url_type" out '
            "and give an address."
        ),
    )


def _forget_facts(resource: Resource, stored: StoredFiles) -> None:
    """Leave no facts of a file at the link that takes its place.

    CKAN keeps a stored value in place of one that is absent or None.
    """
    resource.pop(ENCODING, None)
    row = stored.uploaded(str(resource.get("id") or ""))
    if row is None:
        return
    for name in FACTS:
        if _text(resource, name) in ("", str(getattr(row, name))):
            resource[name] = ""
    resource["mimetype"] = resource["mimetype"] or media_type_of_link(resource) or ""


def _refusal(key: str, words: str) -> Errors:
    return {key: [words]}


def _text(resource: Mapping[str, Any], key: str) -> str:
    value = resource.get(key)
    return "" if value is None else str(value)


def states(
    resources: Iterable[Mapping[str, Any]], stored: StoredFiles
) -> tuple[FileState, ...]:
    """Return what decides whether data change, of resource dicts that were settled."""
    return tuple(_state(resource, stored) for resource in resources)


def _state(resource: Mapping[str, Any], stored: StoredFiles) -> FileState:
    id_ = str(resource.get("id") or "")
    version, sent = stored.versions.get(id_), resource.get("upload")
    url = _address(resource.get("url"), resource.get("url_type"))
    new = isinstance(sent, AcceptedFile) and not sent.file.has_bytes_of(version)
    if sent is not None and not new:
        url = _address(stored.rows[id_].url, "upload")  # the same bytes, a new name
    return FileState(
        id=id_,
        url=url,
        hash=_text(resource, "hash"),
        size=None,
        changed=dates.moment(_text(resource, "last_modified")),
        uploading=new,
    )


def _address(url: Any, url_type: Any) -> str:
    """Return the address of a file; of an uploaded one only its name.

    CKAN stores the name and shows the whole download address.
    """
    text = str(url or "")
    return text.rsplit("/", 1)[-1] if url_type == "upload" else text
