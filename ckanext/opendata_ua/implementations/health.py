"""The address that load balancers ask, answered before any hook of CKAN."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context
from werkzeug.wrappers import Response

from ckanext.opendata_ua import config, logs

PATH = "/open-data-health"
TOKEN_HEADER = "HTTP_X_HEALTH_TOKEN"  # noqa: S105  # the name of a header
METHODS = ("GET", "HEAD")
CODES = {"ok": 200, "degraded": 200, "down": 503}
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Health:
    """Answer the probe of a load balancer.

    A view would come too late: before any view CKAN asks the database whether its
    settings have changed, and without a database it waits, then answers 500. Here
    there is no session, no cookie and no user either; sysadmins ask the action.
    """

    def __init__(self, app: Application) -> None:
        self.app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH:
            return self.app(environ, start_response)
        logs.note_rule(environ, PATH)
        if environ["REQUEST_METHOD"] in METHODS:
            answer = _answer(environ.get(TOKEN_HEADER, ""))
        else:
            answer = Response(status=405, headers={"Allow": ", ".join(METHODS)})
        answer.headers["Cache-Control"] = "no-store"
        return answer(environ, start_response)


def _answer(token: str) -> Response:
    context: Context = {"user": "", "ignore_auth": _is_known(token)}
    shown = tk.get_action("opendata_ua_health_show")(context, {})
    return Response(
        json.dumps(shown) + "\n", CODES[shown["status"]], mimetype="application/json"
    )


def _is_known(token: str) -> bool:
    """Compare in constant time; an empty option opens nothing."""
    expected = config.health_token()
    same = hmac.compare_digest(token.encode(), expected.encode())
    return bool(expected) and same
