"""One address from the question to the bytes, within limits."""

from __future__ import annotations

import hashlib
import http.client
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from ckanext.opendata_ua.domain.link_check import fault_of, may_be_asked

from .connecting import Fault, Resolver, connection, resolved

REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK = 64 * 1024
#: Characters of an address that go to a server as they are (RFC 3986).
_PLAIN = "%/:=&?~#+!$,;'@()*[]"
#: What a question by HEAD may end with where one by GET does not.
_OF_METHOD = frozenset({"answer", "timeout", "unreachable"})


@dataclass(frozen=True)
class Limits:
    """What asking one address may take.

    :param seconds: for all of it, redirects included
    :param size: bytes that are fetched
    """

    seconds: float = 30.0
    size: int = 50 * 1024 * 1024
    redirects: int = 5
    agent: str = "opendata-ua"


@dataclass(frozen=True)
class Found:
    """What an address led to.

    :param fault: a code of ``domain.link_check``, ``""`` for none
    :param file: the bytes, as long as the question lasts; None when they were not
        fetched
    """

    fault: str
    status: int = 0
    media_type: str = ""
    size: int = 0
    sha256: str = ""
    file: Path | None = None


class Asker:
    """Asks addresses.

    :param resolve: how names become IP addresses
    :param allowed: which IP addresses may be asked; tests have a server of their own
    """

    def __init__(
        self,
        limits: Limits,
        *,
        resolve: Resolver = resolved,
        allowed: Callable[[str], bool] = may_be_asked,
    ) -> None:
        self._limits, self._resolve, self._allowed = limits, resolve, allowed

    @contextmanager
    def ask(self, address: str) -> Iterator[Found]:
        """Give what an address leads to; its file goes when the block ends."""
        with tempfile.TemporaryDirectory(prefix="opendata-ua-link-") as folder:
            file = Path(folder, "file")
            until = time.monotonic() + self._limits.seconds
            try:
                found = self._found(address, file, until)
            except Fault as fault:
                found = Found(fault.code)
            yield found

    def _found(self, address: str, file: Path, until: float) -> Found:
        if large := self._too_large(address):
            return large
        with self._walk("GET", address, until) as (status, answer):
            if not http.client.OK <= status < http.client.MULTIPLE_CHOICES:
                return Found("status", status)
            return self._fetched(status, answer, file, until)

    def _too_large(self, address: str) -> Found | None:
        """Ask how much there is; servers that know no HEAD say so in many ways.

        :raises Fault: when the address may not be asked at all
        """
        try:
            with self._walk("HEAD", address, _half(self._limits.seconds)) as answered:
                status, answer = answered
                size = _size_of(answer) if status < http.client.BAD_REQUEST else 0
                if size > self._limits.size:
                    return Found("large", status, _media_type(answer), size)
        except Fault as fault:
            if fault.code not in _OF_METHOD:
                raise
        return None

    def _fetched(
        self, status: int, answer: http.client.HTTPResponse, file: Path, until: float
    ) -> Found:
        digest, size, media_type = hashlib.sha256(), 0, _media_type(answer)
        with file.open("wb") as out:
            while chunk := _read(answer, until):
                size += len(chunk)
                if size > self._limits.size:
                    return Found("large", status, media_type, size)
                digest.update(chunk)
                out.write(chunk)
        promised = _size_of(answer)
        if promised and size < promised:
            return Found("answer", status, media_type, size)
        return Found("", status, media_type, size, digest.hexdigest(), file)

    @contextmanager
    def _walk(
        self, method: str, address: str, until: float
    ) -> Iterator[tuple[int, http.client.HTTPResponse]]:
        """Give status and answer of the last of a chain of redirects.

        :raises Fault: where the chain breaks
        """
        for _ in range(self._limits.redirects + 1):
            if fault := fault_of(address):
                raise Fault(fault)
            parts = urlsplit(address)
            opened = connection(
                parts, _left(until), resolve=self._resolve, allowed=self._allowed
            )
            try:
                answer = self._answer(opened, method, parts, until)
                target = answer.getheader("Location")
                if answer.status in REDIRECTS and target:
                    address = urljoin(address, target)
                    continue
                yield answer.status, answer
                return
            finally:
                opened.close()
        raise Fault("redirects")

    def _answer(
        self,
        opened: http.client.HTTPConnection,
        method: str,
        parts: SplitResult,
        until: float,
    ) -> http.client.HTTPResponse:
        path = quote(parts._replace(scheme="", netloc="", fragment="").geturl(), _PLAIN)
        asked = {
            "User-Agent": self._limits.agent,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        try:
            opened.sock.settimeout(_left(until))
            opened.request(method, path or "/", headers=asked)
            return opened.getresponse()
        except TimeoutError as error:
            raise Fault("timeout") from error
        except (http.client.HTTPException, ValueError) as error:
            raise Fault("answer") from error
        except OSError as error:
            raise Fault("unreachable") from error


def _half(seconds: float) -> float:
    """Return the end of the first half of the time there is."""
    return time.monotonic() + seconds / 2


def _left(until: float) -> float:
    """Return how many seconds are left.

    :raises Fault: ``timeout`` when none are
    """
    left = until - time.monotonic()
    if left <= 0:
        raise Fault("timeout")
    return left


def _read(answer: http.client.HTTPResponse, until: float) -> bytes:
    """Return the next bytes, none at the end; a slow trickle ends in time too."""
    _left(until)
    try:
        return answer.read1(CHUNK)
    except TimeoutError as error:
        raise Fault("timeout") from error
    except (http.client.HTTPException, ValueError) as error:
        raise Fault("answer") from error
    except OSError as error:
        raise Fault("unreachable") from error


def _size_of(answer: http.client.HTTPResponse) -> int:
    told = answer.getheader("Content-Length") or ""
    return int(told) if told.isascii() and told.isdigit() else 0


def _media_type(answer: http.client.HTTPResponse) -> str:
    return (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
