"""What a reader gets for a file: the right bytes under safe and honest headers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.uploader import ResourceUpload, get_resource_uploader
from ckan.tests import factories

from ckanext.opendata_ua.adapters.file_store import StoreUnreachable
from ckanext.opendata_ua.implementations.download import is_core_download
from ckanext.opendata_ua.logic.reader import file as reader
from ckanext.opendata_ua.logic.store import store
from tests.integration.sent import Client, sha256, some, storage

pytestmark = [
    pytest.mark.usefixtures("portal"),
    pytest.mark.ckan_config("ckanext.opendata_ua.moderation.mode", "observe"),
]

CONTENT = "назва,номер\nВокзал,1\n".encode()


@pytest.fixture
def address(create: Any) -> str:
    """Return where readers take a public file with ``CONTENT``."""
    return published(create, CONTENT, "зупинки.csv")


def published(create: Any, content: bytes, name: str, **fields: Any) -> str:
    dataset = create(resources=[{"upload": storage(content, name)}], **fields)
    return str(dataset["resources"][0]["url"])


def change_row(table: Any, id_: str, **values: Any) -> None:
    """Write past every action; the index learns nothing."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    changed = {**values, "metadata_modified": now}
    model.Session.execute(sa.update(table).where(table.id == id_).values(changed))
    model.Session.commit()
    model.Session.remove()


def head(app: Any, address: str) -> Any:
    return app.test_client().head(address)


class TestHeaders:
    def test_a_public_file(self, stranger: Client, address: str) -> None:
        answer = stranger.get(address)
        told = answer.headers
        assert (answer.status_code, answer.data) == (200, CONTENT)
        assert told["Content-Type"] == "text/csv"
        assert told["Content-Length"] == str(len(CONTENT))
        assert told["ETag"] == f'"{sha256(CONTENT)}"'
        assert told["Last-Modified"].endswith("GMT")
        assert told["Accept-Ranges"] == "bytes"
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["Content-Security-Policy"] == "sandbox"
        assert told["Cache-Control"] == (
            "public, max-age=0, must-revalidate, s-maxage=60"
        )
        assert "X-Opendata-Ua-Caching" not in told

    def test_the_name_is_cyrillic_and_latin(
        self, stranger: Client, address: str
    ) -> None:
        named = stranger.get(address).headers["Content-Disposition"]
        assert named.startswith('inline; filename="zupynky.csv"; ')
        assert unquote(named.partition("UTF-8''")[2]) == "зупинки.csv"

    @pytest.mark.parametrize(
        "name",
        ["a.html", "a.svg", "a.xml", "a.xhtml", "a.js", "a.pdf", "a.zip", "a.mht"],
    )
    def test_what_may_run_is_saved_and_not_opened(
        self, stranger: Client, create: Any, name: str
    ) -> None:
        page = b"<html><script>alert(1)</script></html>" + some()
        told = stranger.get(published(create, page, name)).headers
        assert told["Content-Disposition"].startswith("attachment;")
        assert told["Content-Security-Policy"] == "sandbox"

    def test_a_page_under_the_name_of_a_table_is_told_to_be_a_page_and_saved(
        self, stranger: Client, create: Any
    ) -> None:
        page = b"<html><script>alert(1)</script></html>"
        told = stranger.get(published(create, page, "a.csv")).headers
        assert told["Content-Type"].startswith("text/html")
        assert told["Content-Disposition"].startswith("attachment;")
        assert told["Content-Security-Policy"] == "sandbox"
        assert told["X-Content-Type-Options"] == "nosniff"

    def test_an_address_without_a_name_gives_the_same(
        self, stranger: Client, address: str
    ) -> None:
        answer = stranger.get(address.rpartition("/")[0])
        assert answer.data == CONTENT
        assert 'filename="zupynky.csv"' in answer.headers["Content-Disposition"]

    def test_head_has_the_headers_and_no_bytes(self, app: Any, address: str) -> None:
        answer = head(app, address)
        assert (answer.status_code, answer.data) == (200, b"")
        assert answer.headers["Content-Length"] == str(len(CONTENT))
        assert answer.headers["ETag"] == f'"{sha256(CONTENT)}"'

    def test_links_redirect_as_before(self, stranger: Client, create: Any) -> None:
        dataset = create(resources=[{"url": "https://rada.example/a.csv"}])
        file = dataset["resources"][0]["id"]
        answer = stranger.get(f"/dataset/{dataset['id']}/resource/{file}/download")
        assert answer.status_code == 302
        assert answer.headers["Location"] == "https://rada.example/a.csv"

    def test_downloads_are_signalled(self, stranger: Client, address: str) -> None:
        heard: list[str] = []

        def hear(sender: str, **_: Any) -> None:
            heard.append(sender)

        with tk.signals.resource_download.connected_to(hear):
            stranger.get(address)
        assert heard == [address.split("/")[-3]]

    def test_no_endpoint_has_the_view_of_ckan(self, app: Any) -> None:
        views = app.flask_app.view_functions
        assert {"resource.download", "dataset_resource.download"} <= views.keys()
        assert not any(map(is_core_download, views.values()))


class TestConditions:
    def test_a_known_file_is_not_sent_again(
        self, stranger: Client, address: str
    ) -> None:
        first = stranger.get(address)
        for header, value in (
            ("If-None-Match", first.headers["ETag"]),
            ("If-Modified-Since", first.headers["Last-Modified"]),
        ):
            answer = stranger.get(address, **{header: value})
            assert (answer.status_code, answer.data) == (304, b""), header
            assert answer.headers["ETag"] == first.headers["ETag"]

    @pytest.mark.parametrize(
        ("asked", "got", "told"),
        [
            ("bytes=0-4", CONTENT[:5], f"bytes 0-4/{len(CONTENT)}"),
            ("bytes=5-", CONTENT[5:], f"bytes 5-{len(CONTENT) - 1}/{len(CONTENT)}"),
            (
                "bytes=-3",
                CONTENT[-3:],
                f"bytes {len(CONTENT) - 3}-{len(CONTENT) - 1}/{len(CONTENT)}",
            ),
        ],
    )
    def test_a_part(
        self, stranger: Client, address: str, asked: str, got: bytes, told: str
    ) -> None:
        answer = stranger.get(address, Range=asked)
        assert (answer.status_code, answer.data) == (206, got)
        assert answer.headers["Content-Range"] == told
        assert answer.headers["Content-Disposition"].startswith("inline")

    def test_a_part_of_another_version_is_not_sent(
        self, stranger: Client, address: str
    ) -> None:
        changed = stranger.get(address, Range="bytes=0-4", **{"If-Range": '"other"'})
        assert (changed.status_code, changed.data) == (200, CONTENT)
        etag = f'"{sha256(CONTENT)}"'
        same = stranger.get(address, Range="bytes=0-4", **{"If-Range": etag})
        assert same.status_code == 206

    def test_a_part_beyond_the_end_is_refused(
        self, stranger: Client, address: str
    ) -> None:
        assert stranger.get(address, Range="bytes=9999-").status_code == 416


class TestRemoteStore:
    """The same without a local file, as from S3."""

    @pytest.fixture(autouse=True)
    def remote(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(store()), "is_local", False)

    def test_the_whole(self, stranger: Client, address: str) -> None:
        answer = stranger.get(address)
        assert (answer.status_code, answer.data) == (200, CONTENT)
        assert answer.headers["Content-Length"] == str(len(CONTENT))
        assert answer.headers["ETag"] == f'"{sha256(CONTENT)}"'
        assert answer.headers["Content-Type"] == "text/csv"

    def test_a_part(self, stranger: Client, address: str) -> None:
        answer = stranger.get(address, Range="bytes=3-7")
        assert (answer.status_code, answer.data) == (206, CONTENT[3:8])
        assert answer.headers["Content-Range"] == f"bytes 3-7/{len(CONTENT)}"
        assert answer.headers["Content-Length"] == "5"

    def test_a_known_file(self, stranger: Client, address: str) -> None:
        etag = f'"{sha256(CONTENT)}"'
        answer = stranger.get(address, **{"If-None-Match": etag})
        assert (answer.status_code, answer.data) == (304, b"")

    def test_head(self, app: Any, address: str) -> None:
        answer = head(app, address)
        assert (answer.status_code, answer.data) == (200, b"")
        assert answer.headers["Content-Length"] == str(len(CONTENT))

    def test_a_part_beyond_the_end(self, stranger: Client, address: str) -> None:
        assert stranger.get(address, Range="bytes=9999-").status_code == 416


class TestRights:
    def test_a_private_file_is_for_its_organization(
        self, stranger: Client, editor_api: Client, create: Any
    ) -> None:
        address = published(create, CONTENT, "a.csv", private=True)
        assert stranger.get(address).status_code == 403
        answer = editor_api.get(address)
        assert (answer.status_code, answer.data) == (200, CONTENT)
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_a_file_of_a_draft_is_for_its_publishers(
        self, stranger: Client, editor_api: Client, create: Any
    ) -> None:
        address = published(create, CONTENT, "a.csv")
        change_row(model.Package, address.split("/")[4], state="draft")
        assert stranger.get(address).status_code == 403
        answer = editor_api.get(address)
        assert (answer.status_code, answer.data) == (200, CONTENT)
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_an_unknown_resource_is_not_found(
        self, stranger: Client, create: Any
    ) -> None:
        gone = "/dataset/no-such/resource/no-such/download/a.csv"
        assert stranger.get(gone).status_code == 404
        dataset = create()
        here = f"/dataset/{dataset['id']}/resource/no-such/download/a.csv"
        assert stranger.get(here).status_code == 404


class TestMissingBytes:
    def test_lost_bytes_are_a_page_and_a_line_in_the_log(
        self,
        stranger: Client,
        create: Any,
        caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(reader.log, "disabled", False)  # migrations switch it off
        content = some()
        address = published(create, content, "a.csv")
        store().remove(sha256(content))
        answer = stranger.get(address)
        assert answer.status_code == 503
        assert "Content-Disposition" not in answer.headers
        assert any("cannot be read" in one.message for one in caplog.records)

    def test_a_store_that_does_not_answer(
        self, stranger: Client, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def gone(*_: Any) -> Path:
            raise StoreUnreachable("no answer")

        monkeypatch.setattr(store(), "local_path", gone)
        assert stranger.get(address).status_code == 503


class TestOldFiles:
    """Files from before the extension stay where CKAN put them."""

    @pytest.fixture
    def old(self, create: Any) -> Iterator[dict[str, Any]]:
        dataset = create(resources=[{"url": "https://rada.example/old_file.csv"}])
        resource = dataset["resources"][0]
        path = Path(ResourceUpload({}).get_path(resource["id"]))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CONTENT)
        old = {"url": "old_file.csv", "url_type": "upload", "mimetype": "text/html"}
        change_row(model.Resource, resource["id"], **old)
        change_row(model.Package, dataset["id"])
        yield {**resource, "package_id": dataset["id"], "path": path}
        path.unlink(missing_ok=True)

    def get(self, api: Client, old: dict[str, Any], **headers: str) -> Any:
        place = (
            f"/dataset/{old['package_id']}/resource/{old['id']}/download/old_file.csv"
        )
        return api.get(place, **headers)

    def test_they_are_read_in_place_under_the_same_headers(
        self, stranger: Client, old: dict[str, Any]
    ) -> None:
        answer = self.get(stranger, old)
        assert (answer.status_code, answer.data) == (200, CONTENT)
        assert answer.headers["Content-Type"] == "text/csv"
        assert answer.headers["Content-Security-Policy"] == "sandbox"
        etag = answer.headers["ETag"]
        again = self.get(stranger, old, **{"If-None-Match": etag})
        assert again.status_code == 304
        old["path"].write_bytes(CONTENT + CONTENT)
        os.utime(old["path"], (1, 1))
        assert self.get(stranger, old, **{"If-None-Match": etag}).status_code == 200
        assert self.get(stranger, old, Range="bytes=0-4").data == CONTENT[:5]

    def test_a_lost_one_is_a_page(self, stranger: Client, old: dict[str, Any]) -> None:
        old["path"].unlink()
        assert self.get(stranger, old).status_code == 503

    def test_an_edit_of_the_dataset_keeps_them(
        self, editor_api: Client, old: dict[str, Any]
    ) -> None:
        editor_api.call("resource_patch", id=old["id"], description="Опис")
        assert self.get(editor_api, old).data == CONTENT

    def test_a_new_file_takes_the_place_and_the_old_bytes_stay_untouched(
        self, editor_api: Client, old: dict[str, Any]
    ) -> None:
        content = some()
        changed = editor_api.send(
            "resource_patch", {"upload": (content, "new.csv")}, id=old["id"]
        )
        assert editor_api.get(changed["url"]).data == content
        assert old["path"].read_bytes() == CONTENT


def test_get_path_gives_other_plugins_a_local_file(address: str) -> None:
    uploader = get_resource_uploader({"url_type": "upload"})
    assert isinstance(uploader, ResourceUpload)
    path = Path(uploader.get_path(address.split("/")[-3]))
    assert path.read_bytes() == CONTENT


def test_somebody_logged_in_gets_public_files_that_may_be_kept(
    app: Any, address: str
) -> None:
    reader = factories.UserWithToken()
    told = Client(app, reader["token"]).get(address).headers
    assert told["Cache-Control"].startswith("public")
