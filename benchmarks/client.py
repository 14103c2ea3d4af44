"""One HTTP request to one side, with what it cost."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from typing import Any

from stack.terminal import StackError

# headers that benchmarks/wsgi.py adds; that file can only be loaded by a site
STATEMENTS, CPU = "X-Bench-Statements", "X-Bench-CPU"
TIMEOUT = 60


@dataclass(frozen=True)
class Answer:
    """What a side answered.

    ``seconds`` from the request to the last byte; ``cpu`` seconds of its Python alone,
    without PostgreSQL and Solr.
    """

    text: str
    seconds: float
    cpu: float
    statements: int

    @property
    def result(self) -> Any:
        """The result of an action."""
        return json.loads(self.text)["result"]


@dataclass(frozen=True)
class Client:
    """Requests to one side as one person: with a token, or anonymous without."""

    port: int
    token: str = ""

    def page(self, path: str) -> Answer:
        """Return a page, or raise StackError when it is anything but a page."""
        return self._request("GET", path, None)

    def action(self, name: str, data: dict[str, Any] | None = None) -> Answer:
        """Call an action: by GET with no data, else by POST."""
        return self._request(
            "GET" if data is None else "POST", f"/api/3/action/{name}", data
        )

    def _request(self, method: str, path: str, data: dict[str, Any] | None) -> Answer:
        headers = {"Connection": "close"}
        if self.token:
            headers["Authorization"] = self.token
        body = None
        if data is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(data)
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        begun = time.perf_counter()
        try:
            link.request(method, path, body, headers)
            answer = link.getresponse()
            text = answer.read().decode()
            seconds = time.perf_counter() - begun
        except OSError as problem:
            raise StackError(f"{method} {path} got no answer: {problem}") from problem
        finally:
            link.close()
        if answer.status != http.client.OK:
            raise StackError(f"{method} {path} answered {answer.status}: {text[:2000]}")
        told = answer.headers
        return Answer(text, seconds, float(told[CPU]), int(told[STATEMENTS]))
