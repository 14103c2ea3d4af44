"""How tests of files speak to the portal: over HTTP, as programs and browsers do."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from typing import Any

import sqlalchemy as sa
from ckan import model
from werkzeug.datastructures import FileStorage

from ckanext.opendata_ua.logic.store import store
from ckanext.opendata_ua.model import FileVersion


def some(note: str = "") -> bytes:
    """Return the bytes of a small CSV file that no other test has."""
    return f"назва,номер\n{note or 'зупинка'},{uuid.uuid4()}\n".encode()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def storage(content: bytes, name: str = "зупинки.csv") -> FileStorage:
    """Return a file as actions inside the process get it."""
    return FileStorage(io.BytesIO(content), filename=name)


class Client:
    """A program with an API token, or a stranger without one."""

    def __init__(self, app: Any, token: str | None = None) -> None:
        self.app = app
        self.headers = {"Authorization": token} if token else {}

    def call(self, action: str, status: int = 200, /, **data: Any) -> Any:
        """Call an action with JSON; return its result, or its error if one is due."""
        answer = self.app.post(
            f"/api/3/action/{action}",
            data=json.dumps(data),
            headers={**self.headers, "Content-Type": "application/json"},
        )
        return self._read(answer, status)

    def send(
        self, action: str, files: dict[str, Any], status: int = 200, /, **data: Any
    ) -> Any:
        """Call an action with multipart/form-data.

        :param files: key → (content, name)
        """
        form: dict[str, Any] = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in data.items()
        }
        for key, (content, name) in files.items():
            form[key] = (io.BytesIO(content), name)
        answer = self.app.post(
            f"/api/3/action/{action}",
            data=form,
            content_type="multipart/form-data",
            headers=self.headers,
        )
        return self._read(answer, status)

    @staticmethod
    def _read(answer: Any, status: int) -> Any:
        assert answer.status_code == status, answer.body
        told = json.loads(answer.body)
        return told["result"] if status == 200 else told["error"]

    def get(self, address: str, **headers: str) -> Any:
        """Ask for a page or a file; redirects are not followed."""
        return self.app.get(
            address.replace("http://test.ckan.net", ""),
            headers={**self.headers, **headers},
            follow_redirects=False,
        )


def versions(resource_id: str) -> list[FileVersion]:
    """Return the version rows of a resource that were committed, oldest first."""
    model.Session.rollback()
    query = sa.select(FileVersion).where(FileVersion.resource_id == resource_id)
    fresh = query.execution_options(populate_existing=True)
    return list(model.Session.scalars(fresh.order_by(FileVersion.created)))


def row(resource_id: str) -> model.Resource:
    """Return the committed row of a resource."""
    model.Session.rollback()
    model.Session.expire_all()
    found = model.Session.get(model.Resource, resource_id)
    assert found is not None
    return found


def stored(content: bytes) -> bool:
    """Tell whether the file store has these bytes."""
    return store().exists(sha256(content))


def agree(resource_id: str, content: bytes) -> bool:
    """Tell whether pointer, metadata and stored bytes all speak of these bytes."""
    current = [one for one in versions(resource_id) if one.current]
    shown = row(resource_id)
    facts = (sha256(content), len(content))
    with store().open(facts[0]) as chunks:
        same = b"".join(chunks) == content
    return (
        len(current) == 1
        and (current[0].sha256, current[0].size) == facts
        and (shown.hash, shown.size) == facts
        and shown.mimetype == current[0].media_type
        and shown.url_type == "upload"
        and same
    )
