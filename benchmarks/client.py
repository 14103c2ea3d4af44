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
BOUNDARY = "bench-2f8c1d"


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

    def upload(self, name: str, data: dict[str, str], file: str, text: bytes) -> Answer:
        """Call an action with a file, as a form of a browser sends it."""
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n'
            f"{value}\r\n"
            for key, value in data.items()
        ]
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="upload"; '
            f'filename="{file}"\r\nContent-Type: text/csv\r\n\r\n'
        )
        body = (
            "".join([*parts, head]).encode() + text + f"\r\n--{BOUNDARY}--\r\n".encode()
        )
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return self._send("POST", f"/api/3/action/{name}", body, kind)

    def _request(self, method: str, path: str, data: dict[str, Any] | None) -> Answer:
        body = None if data is None else json.dumps(data).encode()
        return self._send(method, path, body, "application/json")

    def _send(self, method: str, path: str, body: bytes | None, kind: str) -> Answer:
        headers = {"Connection": "close"}
        if self.token:
            headers["Authorization"] = self.token
        if body is not None:
            headers["Content-Type"] = kind
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
