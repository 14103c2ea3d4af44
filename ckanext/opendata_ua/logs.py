"""Log lines that tell what happened, to which request or job, and nothing personal.

Our own code logs ids, numbers and codes: never names of people, addresses, what was
typed or what was asked for. What CKAN and libraries log is redacted here. Names of
people cannot be told from other words, so where CKAN logs what a person typed, all
values of the line are withheld.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timezone
from typing import Any

#: Under this name a line carries facts of its own: ``extra={FACTS: {"status": 200}}``.
#: Other extras are not written: pysolr hands over whole queries in that way.
FACTS = "opendata_ua"
WITHHELD = "[withheld]"
#: Loggers of CKAN, and of its client for Solr, whose lines carry what a person typed (a
#: login, a form, a query), or whom a page is about: its address holds the name.
TYPED = frozenset(
    {
        "ckan.config.middleware.flask_app",
        "ckan.lib.authenticator",
        "ckan.lib.search.query",
        "ckan.views",
        "ckan.views.api",
        "ckan.views.dataset",
        "ckan.views.user",
        "pysolr",
    }
)
#: Where the WSGI environment of a request holds its route.
RULE = "opendata_ua.rule"
#: A proxy may name a request; anything longer or stranger is replaced.
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

_request: ContextVar[str] = ContextVar("opendata_ua_request", default="")
_job: ContextVar[tuple[str, str]] = ContextVar("opendata_ua_job", default=("", ""))

# What forms, headers and questions to Solr hold, as Python and JSON print it.
_KEY = (
    r"""['"](?:pass(?:word|wd)?[12]?|login|e?mail|token|api_?key|authorization|secret"""
    r"""|cookie|q|fq|fq_list)['"]"""
)
_VALUE = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\[[^][]*\])"""
# Every repetition is bounded or cannot overlap with what follows it, so that a long
# line costs no more than its length.
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=://)[^/\s@'\"]{1,200}@"), "[credentials]@"),
    (re.compile(rf"({_KEY}\s?[:,]\s?){_VALUE}", re.IGNORECASE), rf"\1{WITHHELD}"),
    (
        re.compile(
            r"\b((?:set-)?cookie|authorization|x-[\w-]{0,40}(?:key|token))\s?[:=]\s?\S.*",
            re.IGNORECASE,
        ),
        rf"\1: {WITHHELD}",
    ),
    (
        # how Solr tells what is wrong with a query: with the query
        re.compile(r"\b(Cannot parse|in sort spec|For input string:)\s\S.*"),
        rf"\1 {WITHHELD}",
    ),
    (re.compile(r"(?<=[\w/])\?[^\s\"<>]+"), "?[query]"),
    (re.compile(r"\beyJ[\w-]+(?:\.[\w-]*){0,2}"), "[token]"),
    (
        re.compile(r"(?<![\w.+-])\w[\w.!#$&'*+^`{|}~-]{0,63}(?:@|%40)[\w.-]{1,255}"),
        "[e-mail]",
    ),
)
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4})"
    r"(?![\w:])(?!\.\d)",
    re.IGNORECASE,
)


def redacted(text: str) -> str:
    """Return a text without addresses of people, credentials, tokens and queries."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return _ADDRESS.sub(_hide_public, text)


def _hide_public(found: re.Match[str]) -> str:
    """Hide the address of a person; those of the portal's own services stay.

    Readers come from public addresses. Loopback and private ones name the machine
    that refused a connection, which is what an administrator looks for.
    """
    try:
        address = ipaddress.ip_address(found.group())
    except ValueError:
        return found.group()
    return "[address]" if address.is_global else found.group()


@contextmanager
def doing_job(kind: str, id: str) -> Iterator[None]:
    """Name the job to which the lines written meanwhile belong."""
    token = _job.set((kind, id))
    try:
        yield
    finally:
        _job.reset(token)


def begin_request(proposed: str) -> str:
    """Name the request to which the lines that follow belong, and return its id.

    :param proposed: what the caller sent as X-Request-ID, kept if it looks like an id
    """
    id = proposed if REQUEST_ID.fullmatch(proposed) else uuid.uuid4().hex
    _request.set(id)
    return id


def end_request() -> None:
    """Let the lines that follow belong to no request."""
    _request.set("")


def note_rule(environ: dict[str, Any], rule: object) -> None:
    """Note the route of a request: a pattern without ids and query, None for none."""
    environ[RULE] = str(rule or "(none)")


def _message(record: logging.LogRecord) -> str:
    """Return the text of a line, redacted; a line that cannot be made says so."""
    if record.name in TYPED and record.args:
        record.args = _withheld(record.args)
    try:
        return redacted(record.getMessage())
    except Exception:  # a log call must not break the work it tells about
        return f"{redacted(str(record.msg))} [its values do not fit]"


def _withheld(values: object) -> tuple[object, ...] | Mapping[str, object]:
    """Return the values of a line without texts; numbers stay."""
    if isinstance(values, Mapping):
        return {str(key): _number(value) for key, value in values.items()}
    return tuple(map(_number, values if isinstance(values, tuple) else (values,)))


def _number(value: object) -> object:
    return value if isinstance(value, int | float) else WITHHELD


class Redaction(logging.Filter):
    """Redact what passes through a handler, whatever its formatter is."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the line in place: other handlers see it redacted too."""
        record.msg, record.args = _message(record), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redacted(record.exc_text)
        return True


class JsonFormatter(logging.Formatter):
    """Write each line as one JSON object, redacted.

    Keys: ``time`` (UTC), ``level``, ``logger``, ``message``; where they apply
    ``request_id``, ``job_kind``, ``job_id``, ``exception`` and the facts of the line.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = datetime.fromtimestamp(record.created, timezone.utc)
        kind, job = _job.get()
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            "request_id": _request.get(),
            "job_kind": kind,
            "job_id": job,
            **getattr(record, FACTS, {}),
        }
        if record.exc_info:
            line["exception"] = redacted(self.formatException(record.exc_info))
        written = {key: value for key, value in line.items() if value != ""}
        return json.dumps(written, ensure_ascii=False, default=str)


def redact_everything() -> None:
    """Put the redaction before every handler there is; safe to repeat."""
    loggers = [logging.getLogger(), *logging.Logger.manager.loggerDict.values()]
    for logger in loggers:
        for handler in getattr(logger, "handlers", ()):  # a placeholder has none
            if not any(isinstance(kept, Redaction) for kept in handler.filters):
                handler.addFilter(Redaction())
