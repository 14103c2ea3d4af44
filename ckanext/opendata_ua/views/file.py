"""Files for readers: the download of a resource, and addresses of its versions."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import flask
from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import files
from ckanext.opendata_ua.logic.reader.file import (
    FileBody,
    StoreError,
    open_current,
    open_version,
)
from ckanext.opendata_ua.views.asking import context

__all__ = ["opendata_ua_file"]


#: For so long a cache of many readers gives a file without asking: a file that has to
#: be taken back is out of all of them then. A reader's own copy is the reader's.
SHARED_SECONDS = 60

opendata_ua_file = Blueprint("opendata_ua_file", __name__)


def download(
    package_type: str, id: str, resource_id: str, filename: str | None = None
) -> AnyResponse:
    """Send the current file of a resource, or redirect to its address.

    Stands in the place of CKAN's own view, with its addresses and permissions.
    """
    resource, _dataset = _resource_and_dataset(id, resource_id)
    if resource.get("url_type") != "upload":
        if not resource.get("url"):
            return tk.abort(404, tk._("No download is available"))
        return tk.redirect_to(resource["url"])
    try:
        body = open_current(context(), {"id": resource_id})
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Not authorized to download resource"))
    except StoreError:
        return _unreadable()
    tk.signals.resource_download.send(resource_id)
    return send(body)


@opendata_ua_file.route("/dataset/<id>/resource/<resource_id>/versions/<sha256>/<name>")
def version(id: str, resource_id: str, sha256: str, name: str) -> AnyResponse:
    """Send one version of a file; of a published one the address is permanent."""
    resource, dataset = _resource_and_dataset(id, resource_id)
    if resource["package_id"] != dataset["id"]:
        return tk.abort(404, tk._("Resource not found"))
    try:
        body = open_version(
            context(), {"id": resource_id, "sha256": sha256, "name": name}
        )
    except tk.ObjectNotFound as absent:
        return tk.abort(404, str(absent))
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Not authorized to download resource"))
    except StoreError:
        return _unreadable()
    tk.signals.resource_download.send(resource_id)
    return send(body)


def _resource_and_dataset(
    id: str, resource_id: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        resource = tk.get_action("resource_show")(context(), {"id": resource_id})
        return resource, tk.get_action("package_show")(context(), {"id": id})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("Resource not found"))
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Not authorized to download resource"))


def _unreadable() -> Any:
    return tk.abort(
        503,
        tk._(
            "The file cannot be read at the moment. The administrator of the portal "
            "sees the fault in the log; try again later."
        ),
    )


def send(body: FileBody) -> Response:
    """Return a file as an answer to this request: whole, in part or not at all.

    Knows ``If-None-Match``, ``If-Modified-Since``, ``Range`` and ``If-Range``.
    """
    response = _from_path(body) if body.path else _from_stream(body)
    # as it is: with no guess of a charset, which Flask adds to text
    response.headers["Content-Type"] = body.media_type
    response.headers["Content-Disposition"] = files.disposition(
        body.name, body.media_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    # CKAN writes Cache-Control itself; implementations/download.py puts this there
    response.headers[files.CACHING] = _caching(body)
    return response


def _from_path(body: FileBody) -> Response:
    return flask.send_file(
        str(body.path),
        mimetype=body.media_type,
        etag=body.etag,
        last_modified=body.modified,
        conditional=True,
    )


def _from_stream(body: FileBody) -> Response:
    response = Response()
    response.set_etag(body.etag)
    response.last_modified = body.modified
    response.content_length = body.size
    response.make_conditional(tk.request, accept_ranges=True, complete_length=body.size)
    if response.status_code not in (200, 206) or tk.request.method == "HEAD":
        return response
    part = response.content_range
    start, stop = (part.start, part.stop) if response.status_code == 206 else (0, None)
    response.response = body.open(start or 0, body.size if stop is None else stop)
    return response


def _caching(body: FileBody) -> str:
    if not body.public:
        return "private, no-store"
    shared = f"s-maxage={SHARED_SECONDS}"
    if body.permanent:
        return f"public, max-age=31536000, immutable, {shared}"
    return f"public, max-age={config.cache_seconds()}, must-revalidate, {shared}"
