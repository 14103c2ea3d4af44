"""The id of a request, from its header to every line it leaves in the logs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wsgi import ClosingIterator

from ckanext.opendata_ua import config, logs

log = logging.getLogger(__name__)

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class RequestLog:
    """Give each request an id, answer it, and write one line when it has ended.

    It stands before CKAN's own hooks, so that what they log has the id too.
    """

    def __init__(self, app: Application) -> None:
        self.app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        began = time.monotonic()
        id = logs.begin_request(environ.get("HTTP_X_REQUEST_ID", ""))
        statuses: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            statuses.append(status)
            return start_response(status, [*headers, ("X-Request-ID", id)], *error)

        def end() -> None:
            milliseconds = round((time.monotonic() - began) * 1000)
            _write(environ, statuses[-1] if statuses else "500", milliseconds)
            logs.end_request()

        try:
            answer = self.app(environ, start)
        except Exception:
            end()
            raise
        return ClosingIterator(answer, end)


def _write(environ: dict[str, Any], status: str, milliseconds: int) -> None:
    if not config.logs_requests():
        return
    facts = {
        "method": environ["REQUEST_METHOD"],
        "rule": environ.get(logs.RULE, "(none)"),
        "status": int(status[:3]),
        "milliseconds": milliseconds,
    }
    log.info(
        "%(method)s %(rule)s %(status)s in %(milliseconds)s ms",
        facts,
        extra={logs.FACTS: facts},
    )
