"""Callers say what they want of a file; what it is, the portal knows itself."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.lib.uploader import ResourceUpload

from tests.integration.sent import (
    Client,
    agree,
    row,
    some,
    storage,
    versions,
)

pytestmark = [
    pytest.mark.usefixtures("portal"),
    pytest.mark.ckan_config("ckanext.opendata_ua.moderation.mode", "observe"),
]


@pytest.fixture
def content() -> bytes:
    return some()


@pytest.fixture
def dataset(create: Any, content: bytes) -> dict[str, Any]:
    """Return a dataset with one file of this content."""
    return create(resources=[{"upload": storage(content)}])


class TestIds:
    def claim(self, create: Any, id_: str, **fields: str) -> Any:
        claimed = {"id": id_, "url": "https://rada.example/a.csv", **fields}
        with pytest.raises(Exception, match="id") as refusal:
            create(resources=[claimed])
        return refusal.value

    def test_a_file_of_another_dataset(self, create: Any, dataset: Any) -> None:
        error = self.claim(create, dataset["resources"][0]["id"], url_type="upload")
        assert error.error_dict["resources"][0]["id"]

    def test_a_deleted_file_of_another_dataset(
        self, editor_api: Client, create: Any, dataset: Any
    ) -> None:
        id_ = dataset["resources"][0]["id"]
        editor_api.call("resource_delete", id=id_)
        assert self.claim(create, id_).error_dict["resources"][0]["id"]

    def test_a_purged_file_that_has_versions(
        self, editor_api: Client, create: Any, dataset: Any
    ) -> None:
        id_ = dataset["resources"][0]["id"]
        editor_api.call("resource_delete", id=id_)
        editor_api.call(
            "resource_create", package_id=dataset["id"], url="https://rada.example/b"
        )
        assert self.claim(create, id_).error_dict["resources"][0]["id"]

    def test_an_old_file_that_nobody_owns(self, create: Any) -> None:
        id_ = str(uuid.uuid4())
        path = Path(ResourceUpload({}).get_path(id_))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"a secret of somebody")
        assert self.claim(create, id_).error_dict["resources"][0]["id"]

    @pytest.mark.parametrize("id_", ["../../../etc/passwd", "aaa/../bb"])
    def test_a_path_in_place_of_an_id(self, create: Any, id_: str) -> None:
        assert self.claim(create, id_).error_dict["resources"][0]["id"]

    def test_an_update_claims_no_more_than_a_new_dataset(
        self, editor_api: Client, create: Any, dataset: Any
    ) -> None:
        stolen = {"id": dataset["resources"][0]["id"], "url": "a", "url_type": "upload"}
        other = create()
        error = editor_api.call(
            "package_patch", 409, id=other["id"], resources=[stolen]
        )
        assert error["resources"][0]["id"]
        error = editor_api.call(
            "resource_create", 409, package_id=other["id"], **stolen
        )
        assert error["id"]

    def test_a_new_id_of_nobody_is_allowed(self, create: Any) -> None:
        id_ = str(uuid.uuid4())
        made = create(resources=[{"id": id_, "url": "https://rada.example/a.csv"}])
        assert made["resources"][0]["id"] == id_


class TestUploadWithoutFile:
    def test_of_a_new_resource(self, editor_api: Client, create: Any) -> None:
        error = editor_api.call(
            "resource_create",
            409,
            package_id=create()["id"],
            url="a.csv",
            url_type="upload",
        )
        assert "multipart/form-data" in error["url"][0]

    def test_of_a_link(self, editor_api: Client, create: Any) -> None:
        dataset = create(resources=[{"url": "https://rada.example/a.csv"}])
        error = editor_api.call(
            "resource_patch",
            409,
            id=dataset["resources"][0]["id"],
            url_type="upload",
        )
        assert error["url"]

    def test_of_a_link_that_once_was_a_file(
        self, editor_api: Client, dataset: Any
    ) -> None:
        id_ = dataset["resources"][0]["id"]
        link = {"url": "https://rada.example/a.csv", "url_type": ""}
        editor_api.call("resource_patch", id=id_, **link)
        error = editor_api.call("resource_patch", 409, id=id_, url_type="upload")
        assert error["url"]

    def test_neither_file_nor_address(self, editor_api: Client, create: Any) -> None:
        error = editor_api.call(
            "resource_create", 409, package_id=create()["id"], url="", url_type="upload"
        )
        assert error["url"]


class TestFacts:
    @pytest.mark.parametrize("action", ["resource_update", "resource_patch"])
    def test_facts_of_a_file_are_put_back(
        self, editor_api: Client, dataset: Any, content: bytes, action: str
    ) -> None:
        file = dataset["resources"][0]
        changed = editor_api.call(
            action,
            id=file["id"],
            url="other.csv",
            url_type="upload",
            hash="0" * 64,
            size=1,
            mimetype="text/html",
            description="Опис",
        )
        assert changed["description"] == "Опис"
        assert changed["url"] == file["url"]
        assert agree(file["id"], content)

    def test_a_script_that_sends_only_the_address_it_was_shown_keeps_the_file(
        self, editor_api: Client, dataset: Any, content: bytes
    ) -> None:
        file = dataset["resources"][0]
        was = row(file["id"]).last_modified
        editor_api.call("resource_update", id=file["id"], url=file["url"], name="Нова")
        assert agree(file["id"], content)
        assert row(file["id"]).last_modified == was

    def test_a_link_keeps_the_hash_its_harvester_gave(
        self, editor_api: Client, create: Any
    ) -> None:
        link = {"url": "https://rada.example/a.csv", "hash": "abc", "size": 12}
        made = create(resources=[link])["resources"][0]
        assert (made["hash"], made["size"]) == ("abc", 12)
        changed = editor_api.call("resource_patch", id=made["id"], hash="def")
        assert changed["hash"] == "def"

    @pytest.mark.parametrize("kind", ["datastore", "tabledesigner"])
    def test_other_types_of_address_are_left_alone(
        self, create: Any, kind: str
    ) -> None:
        address = "_datastore_only_resource"
        made = create(resources=[{"url": address, "url_type": kind, "hash": "abc"}])
        file = made["resources"][0]
        assert (file["url_type"], file["hash"]) == (kind, "abc")

    def test_a_shown_dict_sent_again_changes_nothing(
        self, editor_api: Client, dataset: Any, content: bytes
    ) -> None:
        shown = editor_api.call("package_show", id=dataset["id"])
        sent = {key: value for key, value in shown.items() if value is not None}
        again = editor_api.call("package_update", **sent)
        changed = {
            key: (value, again["resources"][0].get(key))
            for key, value in shown["resources"][0].items()
            if key != "metadata_modified" and value != again["resources"][0].get(key)
        }
        assert not changed
        assert again["data_modified"] == shown["data_modified"]
        file = shown["resources"][0]["id"]
        assert len(versions(file)) == 1
        assert agree(file, content)

    def test_files_keep_their_facts_when_they_change_places(
        self, editor_api: Client, create: Any
    ) -> None:
        one, other = some(), some()
        files = [{"upload": storage(one)}, {"upload": storage(other)}]
        dataset = create(resources=files)
        ids = [file["id"] for file in dataset["resources"]]
        editor_api.call("package_resource_reorder", id=dataset["id"], order=ids[::-1])
        assert agree(ids[0], one)
        assert agree(ids[1], other)

    def test_a_write_past_the_rules_is_mended_by_the_next_one(
        self, editor_api: Client, dataset: Any, content: bytes
    ) -> None:
        id_ = dataset["resources"][0]["id"]
        file = row(id_)
        file.hash, file.size = "0" * 64, 1
        model.Session.commit()
        model.Session.remove()
        editor_api.call("resource_patch", id=id_, description="Опис")
        assert agree(id_, content)
