"""The first publication of a dataset, told once: "new dataset", in its author's name.

CKAN itself would tell readers of a change of something they have never seen. Its
activity of the apply step is left out; a message of its transaction is in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ckan.types import AlchemySession

from ckanext.opendata_ua.model.outbox import Message

CHANNEL = "publication"

_told_otherwise: ContextVar[str] = ContextVar("told_otherwise", default="")


def post(session: AlchemySession, package_id: str, author: str) -> str:
    """Promise to tell of a dataset, in the transaction of its first publication.

    :param author: id or name of a user
    :returns: the key of the message
    """
    key = f"{CHANNEL}:{package_id}"
    Message.post(session, CHANNEL, package_id, key, {"author": author})
    return key


@contextmanager
def instead_of_ckan(package_id: str) -> Iterator[None]:
    """Let CKAN tell nothing of what the block does to a dataset."""
    token = _told_otherwise.set(package_id)
    try:
        yield
    finally:
        _told_otherwise.reset(token)


def is_told_otherwise(package_id: str) -> bool:
    """Tell whether CKAN shall leave the activity of a dataset out now."""
    return bool(package_id) and _told_otherwise.get() == package_id
