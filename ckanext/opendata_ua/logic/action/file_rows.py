"""The first rows of a file, read in the cage: nothing of them is stored."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.adapters.cage import Outcome, Verdict
from ckanext.opendata_ua.domain import file_rows
from ckanext.opendata_ua.logic import cage
from ckanext.opendata_ua.logic.reader.file import FileBody, StoreError, open_current
from ckanext.opendata_ua.logic.schema import one_resource

#: A page waits: whoever wants more takes the file.
SECONDS = 3.0
LIMITS = {"rows": 10, "columns": 20, "letters": 200}
MEBIBYTE = 1024 * 1024
#: Bytes of a file that lies elsewhere: of a text its head, of a workbook all of it.
REMOTE_TEXT, REMOTE_WORKBOOK = MEBIBYTE // 2, 16 * MEBIBYTE


@tk.side_effect_free
def opendata_ua_file_rows_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show the first rows of a file: ten rows of a table, ten lines of a text.

    :param resource_id: id of a resource
    :returns: ``resource_id`` and ``problem``: None, or ``code`` and ``message`` when
        there are no rows to show. Of a table ``rows``, ``columns``, ``more_rows``,
        ``more_columns``, ``cut_cells``, ``uneven``, and what its kind has of
        ``encoding``, ``delimiter``, ``sheet``, ``sheets``, ``merged``; of a text
        ``lines``, ``more_rows``, ``cut_cells``, ``encoding``
    :raises ObjectNotFound: when there is no such resource
    """
    data, wrong = tk.navl_validate(data_dict, one_resource(), context)
    if wrong:
        raise tk.ValidationError(wrong)
    resource: Any = model.Resource.get(data["resource_id"])
    if resource is None or resource.state != "active":
        raise tk.ObjectNotFound(tk._("There is no such file."))
    tk.check_access("opendata_ua_file_rows_show", context, data)
    told = _read(context, resource)
    if "problem" in told:
        return {"resource_id": resource.id, **told}
    return {"resource_id": resource.id, "problem": None, **told}


def _read(context: Context, resource: Any) -> dict[str, Any]:
    if resource.url_type != "upload":
        return _problem("remote")
    try:
        body = open_current(context, {"id": resource.id})
    except StoreError:
        return _problem("missing")
    if file_rows.is_packed(resource.format or "", body.name):
        return _problem("packed")
    kind = file_rows.kind_of(resource.format or "", body.name)
    if kind is None:
        return _problem("format")
    return _looked_into(body, kind)


def _looked_into(body: FileBody, kind: str) -> dict[str, Any]:
    try:
        file = body.path or _fetched(body, kind)
        if file is None:
            return _problem("large")
        outcome = cage.parse(
            "rows.head", file, {**LIMITS, "kind": kind}, seconds=SECONDS
        )
    except (StoreError, OSError):
        return _problem("missing")
    if not outcome.done:
        return _problem(_reason(outcome))
    shown = file_rows.checked(outcome.value, **LIMITS)
    return _problem("broken") if shown is None else shown


def _fetched(body: FileBody, kind: str) -> BinaryIO | Path | None:
    """Return what is needed of a file in a remote store, None for too much."""
    if kind in file_rows.WORKBOOKS:
        if body.size > REMOTE_WORKBOOK:
            return None
        end = body.size
    else:
        end = min(body.size, REMOTE_TEXT)
    pieces: Iterable[bytes] = body.open(0, end)
    return io.BytesIO(b"".join(pieces))


def _reason(outcome: Outcome) -> str:
    if outcome.verdict is Verdict.REFUSED:
        return "different" if outcome.error == "Different" else "broken"
    return {
        Verdict.CRASHED: "broken",
        Verdict.OUT_OF_MEMORY: "large",
        Verdict.TOO_SLOW: "large",
        Verdict.TOO_MUCH_OUTPUT: "large",
    }.get(outcome.verdict, "unavailable")


def _problem(code: str) -> dict[str, Any]:
    words = {
        "remote": tk._(
            "The file lies on another site, so its rows are not shown: follow the link."
        ),
        "packed": tk._(
            "The file is packed, so its rows are not shown: download and unpack it."
        ),
        "format": tk._(
            "Rows of files in this format are not shown here: download the file."
        ),
        "different": tk._(
            "The content is not what the name and the format of the file say: "
            "download it and look what it is."
        ),
        "broken": tk._(
            "The file cannot be read: it seems to be damaged. Download it and try to "
            "open it."
        ),
        "large": tk._(
            "The file is too large or too complex to be shown here: download it."
        ),
        "missing": tk._(
            "The portal does not find the bytes of this file: tell its administrator."
        ),
        "unavailable": tk._(
            "The rows could not be read just now: reload the page in a minute. If it "
            "repeats, tell the administrator of the portal."
        ),
    }
    return {"problem": {"code": code, "message": words[code]}}
