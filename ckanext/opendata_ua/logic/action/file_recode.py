"""A copy of a text file in UTF-8, in one step."""

from __future__ import annotations

import tempfile
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict
from werkzeug.datastructures import FileStorage

from ckanext.opendata_ua.domain.format_check import utf8_copy
from ckanext.opendata_ua.logic import checks, review, schema
from ckanext.opendata_ua.logic.reader.file import open_current
from ckanext.opendata_ua.model.check import Check
from ckanext.opendata_ua.model.file_version import FileVersion

#: Encodings of which UTF-8 is no copy but the thing itself.
_RIGHT = frozenset({"", "utf-8", "ascii"})
IN_MEMORY = 1024 * 1024  # bytes of a copy that are not written to a disk


def opendata_ua_file_recode(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Replace the text file of a resource by its copy in UTF-8: a new version.

    The version before stays where it was. Whoever may update the resource may do it.

    :param resource_id: id of a resource with a file of its own
    :returns: the resource
    :raises ValidationError: code ``wrong_state`` when there is nothing to do, or the
        file is no text in the encoding that was detected
    """
    data = review.validated(context, data_dict, schema.one_resource())
    tk.check_access("opendata_ua_file_recode", context, data)
    key = _key_of(data["resource_id"])
    known = checks.known([key]).get(key, checks.Known())
    encoding = known.found.encoding if known.found else ""
    if encoding in _RIGHT:
        raise _refusal(tk._("The file is in UTF-8 already, or it is no text."))
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as copy:
        try:
            body = open_current(context, {"id": data["resource_id"]})
            for piece in utf8_copy(body.open(0, body.size), encoding):
                copy.write(piece)
        except UnicodeDecodeError as error:
            raise _refusal(
                tk._(
                    "A part of the file is not in the encoding of the rest: open it in "
                    "its program and save it as UTF-8."
                )
            ) from error
        copy.seek(0)
        upload = FileStorage(copy, filename=body.name)  # type: ignore[arg-type]  # a stream of bytes
        return tk.get_action("resource_patch")(
            tk.fresh_context(context), {"id": data["resource_id"], "upload": upload}
        )


def _key_of(resource_id: str) -> str:
    """Return by what the facts about the file of a resource are kept.

    :raises ObjectNotFound: when it has none
    """
    version = FileVersion.current_of(model.Session, resource_id)
    if version is not None:
        return version.sha256
    resource: Any = model.Resource.get(resource_id)
    old = Check.old_files(model.Session, resource.package_id) if resource else {}
    if resource_id not in old:
        raise tk.ObjectNotFound(tk._("This resource has no file of its own."))
    return old[resource_id]


def _refusal(words: str) -> tk.ValidationError:
    return tk.ValidationError({"code": ["wrong_state"], "resource_id": [words]})
