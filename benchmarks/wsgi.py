"""A site as gunicorn loads it for the bench; each answer tells what it cost.

The same file serves both sides, so what counting costs is in both times.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from sqlalchemy import event
from sqlalchemy.engine import Engine

STATEMENTS, CPU = "X-Bench-Statements", "X-Bench-CPU"

_request = threading.local()


@event.listens_for(Engine, "before_cursor_execute")
def _count(*_: object) -> None:
    """Count one statement of the request that this thread answers."""
    _request.statements = getattr(_request, "statements", 0) + 1


class Counted:
    """The site's WSGI application with its costs in two headers.

    Pages and JSON are whole when their answer starts: the costs are complete then.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        _request.statements = 0
        begun = time.thread_time()

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            cost = [
                (STATEMENTS, str(_request.statements)),
                (CPU, str(time.thread_time() - begun)),
            ]
            return start_response(status, [*headers, *cost], *rest)

        return self.application(environ, start)


application = Counted(make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config()))
