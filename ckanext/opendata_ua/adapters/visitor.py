"""Visitors of a portal: one inside the process, one who comes over HTTP.

Both ask the same questions and get what a reader would get; neither follows redirects.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from werkzeug.test import Client

from ckanext.opendata_ua.domain.doctor import Answer, Question

log = logging.getLogger(__name__)

#: Bytes of a body that are looked at.
LARGEST = 32 * 1024 * 1024
JSON = "application/json"

Visitor = Callable[[Question], Answer]


def inside(app: Any, site_url: str, headers: Mapping[str, str]) -> Visitor:
    """Return a visitor who asks a WSGI application in this process.

    :param site_url: address by which the portal believes to be asked
    :param headers: sent with every question
    """
    client = Client(app, use_cookies=False)
    base = "{0.scheme}://{0.netloc}/".format(urlsplit(site_url))

    def ask(question: Question) -> Answer:
        try:
            answer = client.open(
                question.address,
                method="GET" if question.sent is None else "POST",
                base_url=base,
                headers=dict(headers),
                **_sent(question),
            )
        except Exception:  # a web server would answer so, whatever was raised
            log.debug("%s failed", question.way, exc_info=True)
            return Answer(500, (), b"")
        with answer:
            body = answer.get_data()[:LARGEST]
            return Answer(answer.status_code, tuple(answer.headers), body)

    return ask


def outside(site_url: str, headers: Mapping[str, str], seconds: float) -> Visitor:
    """Return a visitor who asks over HTTP, through whatever stands before the portal.

    :param site_url: address of the portal
    :param seconds: how long an answer is waited for

    The visitor raises ``requests.RequestException`` when nobody answers.
    """
    session = requests.Session()
    session.headers.update(headers)

    def ask(question: Question) -> Answer:
        with session.request(
            "GET" if question.sent is None else "POST",
            site_url.rstrip("/") + question.address,
            allow_redirects=False,
            timeout=seconds,
            stream=True,
            headers={"Content-Type": JSON} if question.is_json else {},
            data=_sent(question).get("data"),
        ) as answer:
            body = answer.raw.read(LARGEST, decode_content=True)
            told = tuple(answer.headers.items())
            return Answer(answer.status_code, told, body)

    return ask


def _sent(question: Question) -> dict[str, Any]:
    if question.sent is None:
        return {}
    if question.is_json:
        return {"data": question.sent, "content_type": JSON}
    return {"data": json.loads(question.sent)}
