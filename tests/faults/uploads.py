"""Writes with files, and what must hold of files whatever died meanwhile.

For the proofs in tests/integration: each write changes words and bytes at once, so that
half of one can be seen.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests.helpers import call_action
from click.testing import CliRunner
from werkzeug.datastructures import FileStorage

from ckanext.opendata_ua.cli.files import files
from ckanext.opendata_ua.logic.store import store
from ckanext.opendata_ua.model.file_version import FileVersion
from tests.faults import clock

# of a resource: its name, the name of its file, hash and size of its bytes
FileState = tuple[str, str, str, int]
# of a dataset: its title and its resources; None where there is no dataset
State = tuple[str, tuple[FileState, ...]] | None


@dataclass(frozen=True)
class Write:
    """A write with a file: how it is called, and what it makes of which dataset."""

    kind: str
    dataset: str
    work: Callable[[], object]
    before: State
    after: State
    sha256: str  # of the bytes that are sent


@dataclass(frozen=True)
class _File:
    """A file nobody has sent yet, and the words it comes with."""

    words: str
    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def state(self) -> FileState:
        return (self.words, self.name, self.sha256, len(self.content))

    def sent(self) -> FileStorage:
        return sent(self.name, self.content)


def sent(name: str, content: bytes) -> FileStorage:
    """Return a file as a form or a client sends it."""
    return FileStorage(io.BytesIO(content), name)


class Publisher:
    """Somebody who writes files into datasets, each time new words and bytes."""

    def __init__(self, create: Callable[..., dict[str, Any]], user: str) -> None:
        self._create, self._user = create, user
        self._numbers = itertools.count()

    def call(self, action: str, **data: Any) -> Any:
        """Call an action with the publisher's own rights."""
        context: Any = {"user": self._user, "ignore_auth": False}
        return call_action(action, context, **data)

    def dataset(self) -> str:
        """Create a dataset with one file and return its name."""
        write = self.package_create("")
        write.work()
        return write.dataset

    def writes(self) -> tuple[Callable[[str], Write], ...]:
        """Return every way in which files come, each for a dataset of some name."""
        return (
            self.package_create,
            self.package_update,
            self.package_revise,
            self.resource_create,
            self.resource_update,
        )

    def first_resource(self, dataset: str) -> str:
        """Return the id of the first resource of a dataset."""
        return str(self.call("package_show", id=dataset)["resources"][0]["id"])

    def _new(self, lines: int | None = None) -> _File:
        number = next(self._numbers)
        words = f"mark {number} {uuid.uuid4().hex}"
        lines = lines or 3000 * (number % 3) + 1
        return _File(words, f"file-{number}.csv", f"{words}\n".encode() * lines)

    def package_create(self, _: str) -> Write:
        """Create another dataset with a file."""
        file, dataset = self._new(), f"set-{uuid.uuid4().hex[:12]}"

        def work() -> None:
            resource = {"name": file.words, "format": "CSV", "upload": file.sent()}
            self._create(name=dataset, title=file.words, resources=[resource])

        after = (file.words, (file.state,))
        return Write("package_create", dataset, work, None, after, file.sha256)

    def package_update(self, dataset: str) -> Write:
        """Give a dataset another title, and its first resource another file."""
        file, shown = self._new(), self.call("package_show", id=dataset)

        def work() -> None:
            shown["title"] = file.words
            shown["resources"][0] |= {"name": file.words, "upload": file.sent()}
            self.call("package_update", **shown)

        title, files = _seen(dataset)
        after = (file.words, (file.state, *files[1:]))
        return Write(
            "package_update", dataset, work, (title, files), after, file.sha256
        )

    def package_revise(self, dataset: str) -> Write:
        """Do the same by ``package_revise``."""
        file = self._new()

        def work() -> None:
            self.call(
                "package_revise",
                match={"name": dataset},
                update={"title": file.words},
                update__resources__0={"name": file.words},
                update__resources__0__upload=file.sent(),
            )

        title, files = _seen(dataset)
        after = (file.words, (file.state, *files[1:]))
        return Write(
            "package_revise", dataset, work, (title, files), after, file.sha256
        )

    def resource_patch(self, dataset: str) -> Write:
        """Do the same by ``resource_patch``."""
        file, resource_id = self._new(), self.first_resource(dataset)

        def work() -> None:
            self.call(
                "resource_patch", id=resource_id, name=file.words, upload=file.sent()
            )

        return self._replaced("resource_patch", dataset, file, work)

    def resource_update(self, dataset: str, lines: int | None = None) -> Write:
        """Give the first resource of a dataset another name and another file."""
        file = self._new(lines)
        resource = self.call("package_show", id=dataset)["resources"][0]

        def work() -> None:
            changes = {"name": file.words, "upload": file.sent()}
            self.call("resource_update", **{**resource, **changes})

        return self._replaced("resource_update", dataset, file, work)

    def _replaced(
        self, kind: str, dataset: str, file: _File, work: Callable[[], object]
    ) -> Write:
        title, files = _seen(dataset)
        after = (title, (file.state, *files[1:]))
        return Write(kind, dataset, work, (title, files), after, file.sha256)

    def resource_create(self, dataset: str) -> Write:
        """Add a resource with a file to a dataset."""
        file = self._new()
        package_id = self.call("package_show", id=dataset)["id"]

        def work() -> None:
            self.call(
                "resource_create",
                package_id=package_id,
                name=file.words,
                format="CSV",
                upload=file.sent(),
            )

        title, files = _seen(dataset)
        after = (title, (*files, file.state))
        return Write(
            "resource_create", dataset, work, (title, files), after, file.sha256
        )


def _seen(dataset: str) -> tuple[str, tuple[FileState, ...]]:
    state = seen(dataset)
    assert state is not None
    return state


def seen(dataset: str, *, from_index: bool = False) -> State:
    """Return what CKAN tells of a dataset, from the database or as readers get it."""
    context: Any = {"ignore_auth": True, "use_cache": from_index}
    try:
        shown = call_action("package_show", context, id=dataset)
    except tk.ObjectNotFound:
        return None
    finally:
        model.Session.remove()
    files = tuple(_told(resource) for resource in shown["resources"])
    return (shown["title"], files)


def _told(resource: dict[str, Any]) -> FileState:
    name = resource["url"].rpartition("/")[2]
    return (resource["name"], name, resource["hash"], int(resource["size"] or -1))


def agree(dataset: str, told: str = "") -> None:
    """Demand that words, pointers and bytes of a dataset are one thing.

    Each resource points to one current version with its hash, size and name, the bytes
    are those of the hash, and older versions have theirs too.

    :param told: what was done to it, for the person who reads a failure
    """
    state = seen(dataset)
    assert seen(dataset, from_index=True) == state, told
    package = model.Package.get(dataset)
    resources = list(package.resources) if package else []
    for resource in resources:
        rows = versions(resource.id)
        current = [version for version in rows if version.current]
        assert len(current) == 1, f"{told}: {len(current)} current versions"
        words = (resource.hash, resource.size, resource.url)
        pointed = (current[0].sha256, current[0].size, current[0].name)
        assert words == pointed, told
        for version in rows:
            found = store().rehash(version.sha256)
            assert (found.sha256, found.size) == (version.sha256, version.size), told
    model.Session.remove()


def versions(resource_id: str) -> list[Any]:
    """Return the rows of a resource's versions, newest first."""
    found: list[Any] = FileVersion.of_resource(model.Session, resource_id)
    model.Session.remove()  # the rows keep what was read
    return found


def orphans() -> list[str]:
    """Return bytes without a row, rows without bytes, and rests of uploads."""
    rows = set(model.Session.scalars(sa.select(FileVersion.sha256)))
    model.Session.remove()
    blobs = {blob.sha256 for blob in store().scan()}
    return [
        *(f"bytes without a row: {sha256}" for sha256 in sorted(blobs - rows)),
        *(f"a row without bytes: {sha256}" for sha256 in sorted(rows - blobs)),
        *(f"a rest: {rest.handle}" for rest in store().leftovers(timedelta(0))),
    ]


def collect_beside(sha256: str) -> None:
    """Collect, of whatever age, in the part of the store where some bytes lie."""
    context: Any = {"ignore_auth": True}
    part = sha256[:2]
    call_action("opendata_ua_files_collect", context, part=part, older_than=0)


def collect() -> str:
    """Run ``files collect`` two days later, and return what it says.

    What uploads left behind counts as rubbish only after a day.
    """
    with clock.shifted(timedelta(days=2)):
        done = CliRunner().invoke(files, ["collect", "--older-than", "0"])
    model.Session.remove()
    assert done.exit_code == 0, done.output
    return done.output
