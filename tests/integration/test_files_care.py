"""An administrator checks, cleans and moves the files of the portal."""

from __future__ import annotations

import errno
import io
import os
import sys
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from click.testing import CliRunner, Result
from file_keeper import Location
from file_keeper.default.adapters.memory import MemoryStorage

from ckanext.opendata_ua import compat, config
from ckanext.opendata_ua.cli.files import files as commands
from ckanext.opendata_ua.logic.store import store
from ckanext.opendata_ua.model import FileVersion
from ckanext.opendata_ua.model.file_version import lock_blob
from tests.faults import disk, portal
from tests.faults.places import after, before, call, fail, kill, line
from tests.integration.sent import sha256, some

pytestmark = [
    pytest.mark.usefixtures("portal"),
    pytest.mark.ckan_config("ckanext.opendata_ua.moderation.mode", "observe"),
]

LONG_AGO = datetime(2020, 2, 3, 4, 5, 6, tzinfo=timezone.utc)
MOVE = ("ckanext.opendata_ua.logic.action.files_move", "ckanext.opendata_ua.compat")


@pytest.fixture(autouse=True)
def storage(
    ckan_config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Give each test a portal without versions, and folders of its own."""
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path))
    model.Session.execute(sa.delete(FileVersion))
    model.Session.commit()
    yield tmp_path
    model.Session.execute(sa.text("UPDATE resource SET url_type = NULL"))
    model.Session.commit()


def put(content: bytes, age: timedelta = timedelta()) -> str:
    """Store bytes as if some time ago; return their hash."""
    digest = store().digest(io.BytesIO(content))
    store().put(io.BytesIO(content), digest.sha256, digest.size)
    moment = (datetime.now(timezone.utc) - age).timestamp()
    os.utime(store().local_path(digest.sha256), (moment, moment))
    return digest.sha256


def point(content: bytes, resource: str | None = None, **fields: Any) -> FileVersion:
    """Write a pointer row, current unless told otherwise, of a purged resource."""
    version = FileVersion(
        **{
            "id": str(uuid.uuid4()),
            "package_id": str(uuid.uuid4()),
            "resource_id": resource or str(uuid.uuid4()),
            "sha256": sha256(content),
            "size": len(content),
            "media_type": "text/csv",
            "name": "зупинки.csv",
            "current": True,
            **fields,
        }
    )
    model.Session.add(version)
    model.Session.commit()
    return version


@pytest.fixture
def linked(create: Any) -> dict[str, Any]:
    """Return a public dataset with a link, which a test may turn into a file."""
    link = {"url": "https://rada.example/a.csv", "name": "Зупинки", "format": "CSV"}
    return create(resources=[link])


def classic(dataset: dict[str, Any], content: bytes) -> str:
    """Make the link of a dataset a file as CKAN itself stored it; return its id."""
    resource_id = str(dataset["resources"][0]["id"])
    model.Session.execute(
        sa.update(model.Resource)
        .where(model.Resource.id == resource_id)
        .values(
            url="zupynky.csv",
            url_type="upload",
            hash="",
            last_modified=LONG_AGO.replace(tzinfo=None),
        )
        .execution_options(synchronize_session=False)
    )
    model.Session.commit()
    compat.classic_write(compat.classic_file(resource_id), [content], len(content))
    return resource_id


def original(resource_id: str) -> Path:
    path = compat.classic_file(resource_id).path
    assert path
    return path


def versions(resource_id: str) -> list[FileVersion]:
    model.Session.rollback()
    return FileVersion.of_resource(model.Session, resource_id)


def row(resource_id: str) -> Any:
    model.Session.remove()
    return model.Resource.get(resource_id)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(commands, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result
    return result


def move(resource_id: str, to: str = "store", **how: Any) -> str:
    answer = call_action(
        "opendata_ua_files_move", resource_id=resource_id, to=to, **how
    )
    return answer["outcome"]


def collect(content: bytes, **how: Any) -> dict[str, Any]:
    """Collect the part of the store where these bytes lie."""
    return call_action("opendata_ua_files_collect", part=sha256(content)[:2], **how)


def test_the_store_lies_in_the_folder_of_ckan(storage: Path) -> None:
    settings = config.file_store()
    assert (settings["adapter"], settings["path"]) == ("fs", f"{storage}/opendata_ua")
    assert settings["cache"] == f"{storage}/opendata_ua_cache"
    assert settings["durable"] == 16 * 1024 * 1024
    assert store() is store()


@pytest.mark.ckan_config("ckanext.opendata_ua.files.durable", -1)
@pytest.mark.ckan_config("ckanext.opendata_ua.files.path", "/srv/files")
def test_options_of_the_store_are_obeyed() -> None:
    settings = config.file_store()
    assert (settings["durable"], settings["path"]) == (sys.maxsize, "/srv/files")


class TestVerify:
    def test_whole_files_are_whole(self) -> None:
        for _ in range(3):
            content = some()
            put(content)
            point(content)
        result = run("verify")
        assert result.exit_code == 0
        assert "All files that were read are whole." in result.output

    def test_missing_and_damaged_files_are_named_with_their_resources(self) -> None:
        lost, torn = some(), some()
        point(lost, "resource-lost")
        put(torn)
        point(torn, "resource-torn")
        path = store().local_path(sha256(torn))
        path.unlink()
        path.write_bytes(torn[::-1])
        result = run("verify")
        assert result.exit_code == 1
        assert f"missing {sha256(lost)} resource-lost\n" in result.output
        assert f"damaged {sha256(torn)} resource-torn\n" in result.output
        assert "Bring them back from a backup" in result.output

    def test_pages_follow_one_another_and_bytes_are_read_once(self) -> None:
        contents = [some() for _ in range(5)]
        for content in [*contents, contents[0]]:
            put(content)
            point(content)
        pages: list[dict[str, Any]] = []
        after_: str | None = ""
        while after_ is not None:
            pages.append(call_action("opendata_ua_files_verify", after=after_, limit=2))
            after_ = pages[-1]["next"]
        assert [page["checked"] for page in pages] == [2, 2, 1]
        assert [page["left"] for page in pages] == [3, 1, 0]
        assert sum(page["bytes"] for page in pages) == sum(map(len, contents))

    def test_a_sample_reads_no_more_than_asked(self) -> None:
        for _ in range(4):
            point(some())
        answer = call_action("opendata_ua_files_verify", sample=3)
        assert (answer["checked"], len(answer["faults"]), answer["next"]) == (
            3,
            3,
            None,
        )
        assert run("verify", "--sample", "1").exit_code == 1

    def test_a_store_that_cannot_be_used_ends_the_command(
        self, storage: Path, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        point(some())
        (storage / "file").touch()
        path = str(storage / "file" / "store")
        monkeypatch.setitem(ckan_config, "ckanext.opendata_ua.files.path", path)
        result = run("verify")
        assert result.exit_code == 1
        assert "cannot use the folder" in result.output


class TestCollect:
    def test_old_bytes_that_nothing_points_to_are_removed(self) -> None:
        needed, unneeded, new = some(), some(), some()
        for content, days in ((needed, 31), (unneeded, 31), (new, 29)):
            put(content, timedelta(days=days))
        point(needed, published=LONG_AGO, current=False)
        assert "1 files (0.0 MiB)" in run("collect", "--dry-run").output
        assert store().exists(sha256(unneeded))
        assert "Removed: 1 files" in run("collect").output
        kept = {blob.sha256 for blob in store().scan()}
        assert kept == {sha256(needed), sha256(new)}

    def test_leftovers_of_killed_uploads_are_removed_after_a_day(
        self, storage: Path
    ) -> None:
        put(some())
        folder = storage / "opendata_ua" / "tmp"
        for name, hours in (("old", 25), ("new", 23)):
            (folder / name).write_bytes(b"half of a f")
            moment = (datetime.now(timezone.utc) - timedelta(hours=hours)).timestamp()
            os.utime(folder / name, (moment, moment))
        assert "1 leftovers" in run("collect", "--dry-run").output
        assert "1 leftovers" in run("collect").output
        assert [path.name for path in folder.iterdir()] == ["new"]

    def test_versions_of_purged_resources_and_unseen_ones_are_forgotten(
        self, linked: dict[str, Any]
    ) -> None:
        resource = linked["resources"][0]["id"]
        unseen: dict[str, Any] = {"current": False, "created": LONG_AGO}
        purged = point(some(), created=LONG_AGO, published=LONG_AGO).id
        replaced = point(some(), resource, **unseen).id
        kept = {
            point(some(), resource, created=LONG_AGO).id,
            point(some(), resource, published=LONG_AGO, **unseen).id,
            point(some(), resource, current=False).id,
            point(some()).id,
        }
        answer = call_action("opendata_ua_files_forget", dry_run=True)
        assert answer == {"purged": 1, "unpublished": 1}
        assert call_action("opendata_ua_files_forget") == answer
        left = set(model.Session.scalars(sa.select(FileVersion.id)))
        assert left == kept
        assert not left & {purged, replaced}

    def test_an_upload_that_is_under_way_keeps_its_bytes(self) -> None:
        content = some()
        put(content, timedelta(days=31))
        with model.meta.engine.connect() as other, other.begin():  # type: ignore[union-attr]  # CKAN is loaded
            lock_blob(other, sha256(content), exclusive=False)  # type: ignore[arg-type]  # a connection executes too
            answer = collect(content)
            assert (answer["removed"], answer["busy"]) == ([], 1)
            assert store().exists(sha256(content))
        assert [one["sha256"] for one in collect(content)["removed"]] == [
            sha256(content)
        ]

    def test_a_pointer_that_came_after_the_search_keeps_its_bytes(self) -> None:
        content = some()
        put(content, timedelta(days=31))
        lock = before("ckanext.opendata_ua.model.file_care.try_lock_blob")
        outcome = portal.run(
            lambda: collect(content), call(lock, lambda: point(content))
        )
        assert outcome.place, outcome.said
        assert (outcome.value["removed"], outcome.value["busy"]) == ([], 1)
        assert store().exists(sha256(content))

    def test_a_part_that_is_none_is_refused(self) -> None:
        for part in ("", "0", "000", "..", "AB", "zz"):
            with pytest.raises(tk.ValidationError):
                call_action("opendata_ua_files_collect", part=part)


class TestIntoTheStore:
    def test_a_file_becomes_the_current_version_and_the_data_did_not_change(
        self, linked: dict[str, Any]
    ) -> None:
        content = some()
        resource_id = classic(linked, content)
        before_ = call_action("package_show", id=linked["id"])["metadata_modified"]
        assert move(resource_id) == "moved"
        found: Any = versions(resource_id)
        (version,) = found
        assert (version.current, version.sha256) == (True, sha256(content))
        assert (version.name, version.media_type) == ("zupynky.csv", "text/csv")
        assert version.created == version.published == LONG_AGO
        facts = row(resource_id)
        assert (facts.hash, facts.size) == (sha256(content), len(content))
        shown = call_action("package_show", id=linked["id"])
        assert shown["metadata_modified"] == before_
        assert store().rehash(sha256(content)).size == len(content)
        assert not original(resource_id).exists()

    def test_search_shows_the_hash(self, linked: dict[str, Any]) -> None:
        content = some()
        move(classic(linked, content))
        found = call_action("package_search", q=f"id:{linked['id']}")["results"]
        assert found[0]["resources"][0]["hash"] == sha256(content)

    def test_a_draft_is_moved_and_not_published(self, linked: dict[str, Any]) -> None:
        resource_id = classic(linked, some())
        change = sa.update(model.Package).where(model.Package.id == linked["id"])
        model.Session.execute(change.values(private=True))
        model.Session.commit()
        move(resource_id)
        assert versions(resource_id)[0].published is None

    def test_repeating_it_does_nothing(self, linked: dict[str, Any]) -> None:
        resource_id = classic(linked, some())
        assert [move(resource_id), move(resource_id)] == ["moved", "done"]
        assert len(versions(resource_id)) == 1

    def test_the_original_may_stay(self, linked: dict[str, Any]) -> None:
        content = some()
        resource_id = classic(linked, content)
        move(resource_id, keep=True)
        assert original(resource_id).read_bytes() == content
        move(resource_id)
        assert not original(resource_id).exists()
        assert len(versions(resource_id)) == 1

    def test_a_file_that_was_replaced_since_becomes_an_older_version(
        self, linked: dict[str, Any]
    ) -> None:
        older, newer = some(), some()
        resource_id = classic(linked, older)
        put(newer)
        point(newer, resource_id)
        move(resource_id)
        found: Any = {one.sha256: one.current for one in versions(resource_id)}
        assert found == {sha256(older): False, sha256(newer): True}
        assert row(resource_id).hash != sha256(older)

    def test_what_cannot_be_moved_is_told(self, linked: dict[str, Any]) -> None:
        link = linked["resources"][0]["id"]
        assert [move(link), move(str(uuid.uuid4()))] == ["done", "done"]
        resource_id = classic(linked, some())
        original(resource_id).unlink()
        assert move(resource_id) == "missing"
        result = run("move", "--to", "store")
        assert result.exit_code == 1
        assert f"{resource_id} has no bytes" in result.output

    def test_a_dry_run_tells_and_changes_nothing(self, linked: dict[str, Any]) -> None:
        resource_id = classic(linked, some())
        assert "To move: 1 files" in run("move", "--to", "store", "--dry-run").output
        assert (versions(resource_id), list(store().scan())) == ([], [])
        assert "Moved: 1 files" in run("move", "--to", "store").output
        assert "Nothing to do: 1." in run("move", "--to", "store").output

    def test_a_move_killed_anywhere_is_ended_by_the_next(
        self, linked: dict[str, Any]
    ) -> None:
        resource_id = classic(linked, some())
        lines = portal.run(lambda: move(resource_id), count=MOVE).lines
        assert lines
        for number in range(3, lines, 7):
            content = some()
            classic(linked, content)
            outcome = portal.run(lambda: move(resource_id), kill(line(number, MOVE)))
            where = outcome.place
            assert outcome.killed, where
            assert original(resource_id).exists() or versions(resource_id), where
            move(resource_id)
            assert sha256(content) in {one.sha256 for one in versions(resource_id)}
            assert store().rehash(sha256(content)).sha256 == sha256(content), where
            assert not original(resource_id).exists(), where
            model.Session.execute(sa.delete(FileVersion))
            model.Session.commit()

    def test_a_killed_commit_leaves_the_original(self, linked: dict[str, Any]) -> None:
        resource_id = classic(linked, some())
        put_ = after("ckanext.opendata_ua.adapters.file_store.FileStore.put")
        assert portal.run(lambda: move(resource_id), kill(put_)).killed
        assert original(resource_id).exists()
        assert versions(resource_id) == []
        assert move(resource_id) == "moved"

    def test_a_full_disk_leaves_the_original(
        self, linked: dict[str, Any], storage: Path
    ) -> None:
        resource_id = classic(linked, bytes(2 * 1024 * 1024))
        full = storage / "opendata_ua"
        full.mkdir(exist_ok=True)

        def refused() -> str:
            disk.make_small(full, 1024 * 1024)
            with pytest.raises(tk.ValidationError) as refusal:
                move(resource_id)
            return str(refusal.value)

        outcome = portal.run(refused)
        assert "no room" in str(outcome.value), outcome.said
        assert original(resource_id).exists()
        assert versions(resource_id) == []

    def test_a_failure_is_told_and_the_others_go_on(
        self, create: Any, linked: dict[str, Any]
    ) -> None:
        link = {"url": "https://rada.example/b.csv", "name": "Б", "format": "CSV"}
        ids = [classic(linked, some()), classic(create(resources=[link]), some())]
        broken = fail(
            after("ckanext.opendata_ua.adapters.file_store.FileStore.stage"),
            OSError(errno.EIO, "Input/output error"),
        )
        outcome = portal.run(lambda: run("move", "--to", "store").output, broken)
        assert f"{min(ids)} failed" in outcome.value, outcome.said
        assert "Moved: 1 files" in outcome.value
        assert "Failed: 1." in outcome.value


class TestBack:
    @pytest.fixture
    def stored(self, linked: dict[str, Any]) -> tuple[str, bytes]:
        """Return a resource whose file lies in the store, and its bytes."""
        content = some()
        resource_id = classic(linked, content)
        move(resource_id)
        return resource_id, content

    def test_the_current_bytes_come_to_their_old_place(
        self, stored: tuple[str, bytes]
    ) -> None:
        resource_id, content = stored
        assert move(resource_id, "ckan") == "moved"
        assert original(resource_id).read_bytes() == content
        assert len(versions(resource_id)) == 1
        assert move(resource_id, "ckan") == "done"

    def test_a_file_replaced_after_the_move_is_moved_again(
        self, stored: tuple[str, bytes]
    ) -> None:
        resource_id, _ = stored
        move(resource_id, "ckan")
        newer = some()
        put(newer)
        model.Session.execute(sa.update(FileVersion).values(current=False))
        point(newer, resource_id)
        assert move(resource_id, "ckan") == "moved"
        assert original(resource_id).read_bytes() == newer

    def test_forgetting_leaves_ckan_its_own_file(
        self, stored: tuple[str, bytes]
    ) -> None:
        resource_id, content = stored
        assert "To move: 1" in run("move", "--to", "ckan", "--dry-run").output
        assert "Moved: 1" in run("move", "--to", "ckan", "--forget").output
        assert versions(resource_id) == []
        assert original(resource_id).read_bytes() == content
        assert "Nothing to do: 1" in run("move", "--to", "ckan", "--forget").output

    def test_damaged_bytes_are_not_moved_and_nothing_is_forgotten(
        self, stored: tuple[str, bytes]
    ) -> None:
        resource_id, content = stored
        path = store().local_path(sha256(content))
        path.unlink()
        path.write_bytes(content[::-1])
        with pytest.raises(tk.ValidationError, match="promised"):
            move(resource_id, "ckan", forget=True)
        assert not original(resource_id).exists()
        assert len(versions(resource_id)) == 1

    def test_lost_bytes_are_told(self, stored: tuple[str, bytes]) -> None:
        resource_id, content = stored
        store().remove(sha256(content))
        assert move(resource_id, "ckan", forget=True) == "missing"
        assert len(versions(resource_id)) == 1

    def test_a_move_killed_anywhere_is_ended_by_the_next(
        self, stored: tuple[str, bytes]
    ) -> None:
        resource_id, content = stored
        for number in range(2, 60, 6):
            strike = kill(line(number, MOVE))
            outcome = portal.run(lambda: move(resource_id, "ckan"), strike)
            if original(resource_id).exists():
                assert original(resource_id).read_bytes() == content, outcome.place
            move(resource_id, "ckan")
            assert original(resource_id).read_bytes() == content, outcome.place
            original(resource_id).unlink()

    def test_options_that_do_not_go_together_are_refused(self) -> None:
        assert run("move", "--to", "ckan", "--keep").exit_code == 2
        assert run("move", "--to", "store", "--forget").exit_code == 2


class TestStorageOfCkan:
    """CKAN 2.12 may keep files in a storage of file-keeper that has no paths."""

    @pytest.fixture
    def found(self) -> compat.ClassicFile:
        remote = MemoryStorage({"overwrite_existing": False})
        return compat.ClassicFile(Location("abc/def"), None, remote)

    def test_bytes_are_written_read_replaced_and_removed(
        self, found: compat.ClassicFile
    ) -> None:
        content = os.urandom(3 * 1024 * 1024)
        for pieces in ([b"older"], [content[:100], content[100:]]):
            compat.classic_write(found, pieces, sum(map(len, pieces)))
        assert compat.classic_exists(found)
        stream = compat.ClassicStream(found)
        for _ in range(2):
            assert store().stage(stream).sha256 == sha256(content)
        compat.classic_remove(found)
        assert not compat.classic_exists(found)


def test_only_administrators_take_care(editor: dict[str, Any]) -> None:
    context: Any = {"user": editor["name"], "ignore_auth": False}
    for verb in ("verify", "forget", "collect", "sweep", "movable", "move"):
        with pytest.raises(tk.NotAuthorized, match="administrators"):
            call_action(f"opendata_ua_files_{verb}", dict(context))
