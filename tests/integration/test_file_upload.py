"""Files come in by every way of writing, and each is one commit with its dataset."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.opendata_ua.adapters.file_store import StoreFull
from ckanext.opendata_ua.logic.store import store
from tests.integration.sent import (
    Client,
    agree,
    row,
    sha256,
    some,
    storage,
    stored,
    versions,
)

pytestmark = [
    pytest.mark.usefixtures("portal"),
    pytest.mark.ckan_config("ckanext.opendata_ua.moderation.mode", "observe"),
]


def file_of(dataset: dict[str, Any], number: int = 0) -> str:
    """Return the id of a resource of a shown dataset."""
    return str(dataset["resources"][number]["id"])


def new_file(api: Client, dataset: dict[str, Any], content: bytes) -> dict[str, Any]:
    files = {"upload": (content, "зупинки.csv")}
    return api.send("resource_create", files, package_id=dataset["id"])


class TestOneResource:
    def test_resource_create_stores_bytes_and_says_what_they_are(
        self, editor_api: Client, create: Any, editor: dict[str, Any]
    ) -> None:
        content = some()
        resource = new_file(editor_api, create(), content)
        assert agree(resource["id"], content)
        assert resource["url"].endswith("/download/zupynky.csv")
        assert resource["last_modified"]
        version = versions(resource["id"])[0]
        assert (version.name, version.author) == ("зупинки.csv", editor["id"])
        assert editor_api.get(resource["url"]).data == content

    @pytest.mark.parametrize("action", ["resource_create", "resource_patch"])
    def test_a_dataset_in_a_group_of_others_takes_files_of_its_editors(
        self, editor_api: Client, create: Any, action: str
    ) -> None:
        """CKAN asks for the right to a group only when a dataset is brought into it."""
        dataset = create()
        resource = new_file(editor_api, dataset, some())
        call_action(
            "member_create",
            id=factories.Group()["id"],
            object=dataset["id"],
            object_type="package",
            capacity="public",
        )
        named = {
            "resource_create": {"package_id": dataset["id"]},
            "resource_patch": {"id": resource["id"]},
        }[action]
        content = some()
        changed = editor_api.send(action, {"upload": (content, "нові.csv")}, **named)
        assert agree(changed["id"], content)

    @pytest.mark.parametrize("action", ["resource_update", "resource_patch"])
    def test_a_replaced_file_is_a_new_version(
        self, editor_api: Client, create: Any, action: str
    ) -> None:
        first, second = some(), some()
        resource = new_file(editor_api, create(), first)
        files = {"upload": (second, "зупинки нові.csv")}
        changed = editor_api.send(action, files, id=resource["id"])
        assert changed["url"].endswith("/zupynky-novi.csv")
        assert agree(resource["id"], second)
        assert [one.sha256 for one in versions(resource["id"])] == [
            sha256(first),
            sha256(second),
        ]
        assert stored(first)

    @pytest.mark.parametrize("action", ["resource_update", "resource_patch"])
    def test_the_same_file_again_is_no_version_and_no_new_data(
        self, editor_api: Client, create: Any, action: str
    ) -> None:
        content, dataset = some(), create()
        resource = new_file(editor_api, dataset, content)
        before = editor_api.call("package_show", id=dataset["id"])["data_modified"]
        was = row(resource["id"]).last_modified
        editor_api.send(action, {"upload": (content, "зупинки.csv")}, id=resource["id"])
        after = editor_api.call("package_show", id=dataset["id"])["data_modified"]
        assert (len(versions(resource["id"])), after) == (1, before)
        assert row(resource["id"]).last_modified == was
        assert agree(resource["id"], content)

    def test_the_same_bytes_under_a_new_name_are_a_version_but_no_new_data(
        self, editor_api: Client, create: Any
    ) -> None:
        content, dataset = some(), create()
        resource = new_file(editor_api, dataset, content)
        before = editor_api.call("package_show", id=dataset["id"])["data_modified"]
        files = {"upload": (content, "перелік.csv")}
        editor_api.send("resource_patch", files, id=resource["id"])
        after = editor_api.call("package_show", id=dataset["id"])
        assert after["data_modified"] == before
        assert after["resources"][0]["url"].endswith("/perelik.csv")
        assert [one.name for one in versions(resource["id"])] == [
            "зупинки.csv",
            "перелік.csv",
        ]

    def test_bytes_that_were_lost_are_mended_by_sending_them_again(
        self, editor_api: Client, create: Any
    ) -> None:
        content = some()
        resource = new_file(editor_api, create(), content)
        store().remove(sha256(content))
        files = {"upload": (content, "зупинки.csv")}
        editor_api.send("resource_patch", files, id=resource["id"])
        assert agree(resource["id"], content)
        assert len(versions(resource["id"])) == 1

    def test_a_removed_file_is_a_version_no_more_once_it_is_purged(
        self, editor_api: Client, create: Any
    ) -> None:
        dataset, content = create(), some()
        resource = new_file(editor_api, dataset, content)
        editor_api.call("resource_delete", id=resource["id"])
        editor_api.call("package_patch", id=dataset["id"], notes="Новий опис.")
        editor_api.call(
            "resource_create", package_id=dataset["id"], url="https://rada.example/a"
        )
        assert [one.current for one in versions(resource["id"])] == [False]

    def test_two_resources_share_bytes(self, editor_api: Client, create: Any) -> None:
        content, dataset = some(), create()
        one = new_file(editor_api, dataset, content)
        other = new_file(editor_api, dataset, content)
        assert agree(one["id"], content)
        assert agree(other["id"], content)

    def test_the_declared_type_and_size_are_not_believed(
        self, editor_api: Client, create: Any
    ) -> None:
        content = some()
        resource = editor_api.send(
            "resource_create",
            {"upload": (content, "зупинки.csv")},
            package_id=create()["id"],
            mimetype="text/html",
            size="1",
            hash="0" * 64,
            url="https://elsewhere.example/a.html",
        )
        assert agree(resource["id"], content)
        assert resource["mimetype"] == "text/csv"

    def test_an_unknown_extension_is_recognised_by_its_first_bytes(
        self, editor_api: Client, create: Any
    ) -> None:
        page = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
        resource = editor_api.send(
            "resource_create", {"upload": (page, "дані")}, package_id=create()["id"]
        )
        assert resource["mimetype"] == "text/html"


class TestLinks:
    def test_a_link_takes_the_place_of_a_file_and_back(
        self, editor_api: Client, create: Any
    ) -> None:
        first, second = some(), some()
        resource = new_file(editor_api, create(), first)
        link = editor_api.call(
            "resource_patch",
            id=resource["id"],
            url="https://rada.example/дані.csv",
            url_type="",
        )
        assert link["url"] == "https://rada.example/дані.csv"
        assert not any(link.get(key) for key in ("hash", "size"))
        assert link["mimetype"] == "text/csv"
        assert [one.current for one in versions(resource["id"])] == [False]
        editor_api.send(
            "resource_patch", {"upload": (second, "a.csv")}, id=resource["id"]
        )
        assert agree(resource["id"], second)

    def test_clear_upload_of_the_stock_form_makes_a_link(
        self, editor_api: Client, create: Any
    ) -> None:
        resource = new_file(editor_api, create(), some())
        link = editor_api.call(
            "resource_patch",
            id=resource["id"],
            url="https://rada.example/a.csv",
            clear_upload="true",
        )
        assert (link["url"], link["url_type"]) == ("https://rada.example/a.csv", "")
        assert not versions(resource["id"])[0].current


class TestWholeDataset:
    def test_package_create_takes_files(
        self, editor_api: Client, body: dict[str, Any], full: dict[str, str]
    ) -> None:
        one, other = some(), some()
        dataset = editor_api.send(
            "package_create",
            {
                "resources__0__upload": (one, "один.csv"),
                "resources__1__upload": (other, "два.csv"),
            },
            **full,
            owner_org=body["id"],
            resources__0__name="Перший",
        )
        assert [file["url"].rsplit("/")[-1] for file in dataset["resources"]] == [
            "odyn.csv",
            "dva.csv",
        ]
        assert dataset["resources"][0]["name"] == "Перший"
        assert agree(file_of(dataset), one)
        assert agree(file_of(dataset, 1), other)

    def test_package_create_inside_the_process_takes_files(self, create: Any) -> None:
        content = some()
        files = [{"url": "https://rada.example/a"}, {"upload": storage(content)}]
        assert agree(file_of(create(resources=files), 1), content)

    def test_package_update_with_files(self, editor_api: Client, create: Any) -> None:
        first, second, third = some(), some(), some()
        dataset = create(resources=[{"upload": storage(first)}])
        shown = editor_api.call("package_show", id=dataset["id"])
        shown["resources"].append({"name": "Новий"})
        files = {
            "resources__0__upload": (second, "а.csv"),
            "resources__1__upload": (third, "б.csv"),
        }
        changed = editor_api.send(
            "package_update",
            files,
            id=dataset["id"],
            title=shown["title"],
            name=shown["name"],
            owner_org=shown["owner_org"],
            tag_string=shown["tag_string"],
            notes=shown["notes"],
            theme=shown["theme"],
            language=shown["language"],
            update_frequency=shown["update_frequency"],
            purpose_of_collecting_information=shown[
                "purpose_of_collecting_information"
            ],
            license_id=shown["license_id"],
            maintainer=shown["maintainer"],
            maintainer_email=shown["maintainer_email"],
            mandated_item=shown["mandated_item"],
            resources=shown["resources"],
        )
        assert file_of(changed) == file_of(dataset)
        assert agree(file_of(changed), second)
        assert agree(file_of(changed, 1), third)

    def test_package_patch_with_a_file(self, editor_api: Client, create: Any) -> None:
        kept, second = some(), some()
        files = [{"upload": storage(kept)}, {"upload": storage(some())}]
        dataset = create(resources=files)
        changed = editor_api.send(
            "package_patch",
            {"resources__1__upload": (second, "нові.csv")},
            id=dataset["id"],
            resources__1__name="Нова назва",
        )
        assert changed["resources"][1]["name"] == "Нова назва"
        assert agree(file_of(dataset, 0), kept)
        assert agree(file_of(dataset, 1), second)
        assert len(versions(file_of(dataset, 0))) == 1

    def test_package_revise_with_a_file(self, editor_api: Client, create: Any) -> None:
        first, second = some(), some()
        dataset = create(resources=[{"upload": storage(first)}])
        revised = editor_api.send(
            "package_revise",
            {"update__resources__0__upload": (second, "нові.csv")},
            match__id=dataset["id"],
        )
        assert revised["package"]["id"] == dataset["id"]
        assert agree(file_of(dataset), second)

    def test_package_revise_adds_a_file(self, editor_api: Client, create: Any) -> None:
        dataset, content = create(), some()
        revised = editor_api.send(
            "package_revise",
            {"update__resources__-1__upload": (content, "нові.csv")},
            match__id=dataset["id"],
            update__resources__extend=[{"name": "Новий"}],
        )
        assert agree(file_of(revised["package"]), content)

    def test_purging_a_dataset_forgets_its_versions(
        self, app: Any, create: Any
    ) -> None:
        dataset = create(resources=[{"upload": storage(some())}])
        admin = factories.SysadminWithToken()
        Client(app, admin["token"]).call("dataset_purge", id=dataset["id"])
        assert versions(file_of(dataset)) == []

    def test_a_stranger_purges_nothing(self, editor_api: Client, create: Any) -> None:
        dataset = create(resources=[{"upload": storage(some())}])
        editor_api.call("dataset_purge", 403, id=dataset["id"])
        assert len(versions(file_of(dataset))) == 1


class TestFlatKeys:
    def test_a_number_without_a_resource_is_refused(
        self, editor_api: Client, create: Any
    ) -> None:
        dataset = create(resources=[{"upload": storage(some())}])
        files = {"resources__1__upload": (some(), "a.csv")}
        error = editor_api.send("package_patch", files, 409, id=dataset["id"])
        assert "1" in error["resources__1__upload"][0]

    def test_a_list_and_single_fields_exclude_each_other_in_a_patch(
        self, editor_api: Client, create: Any
    ) -> None:
        dataset = create(resources=[{"upload": storage(some())}])
        error = editor_api.call(
            "package_patch",
            409,
            id=dataset["id"],
            resources=[],
            resources__0__name="a",
        )
        assert error["resources"]

    def test_the_same_field_twice_is_refused(
        self, editor_api: Client, body: dict[str, Any], full: dict[str, str]
    ) -> None:
        error = editor_api.send(
            "package_create",
            {"resources__0__upload": (some(), "a.csv")},
            409,
            **full,
            owner_org=body["id"],
            resources=[{"name": "Перший"}],
            resources__0__name="Інший",
        )
        assert list(error) == ["resources__0__name", "__type"]

    def test_an_update_needs_the_list(self, editor_api: Client, create: Any) -> None:
        dataset = create(resources=[{"upload": storage(some())}])
        files = {"resources__0__upload": (some(), "a.csv")}
        error = editor_api.send("package_update", files, 409, id=dataset["id"])
        assert "package_patch" in error["resources"][0]

    def test_a_list_that_is_no_json_is_refused(
        self, editor_api: Client, create: Any
    ) -> None:
        files = {"resources__0__upload": (some(), "a.csv")}
        error = editor_api.send(
            "package_update", files, 409, id=create()["id"], resources="[{"
        )
        assert error["resources"]


class TestRefusals:
    def refused(self, api: Client, create: Any, content: bytes, **data: Any) -> Any:
        return api.send(
            "resource_create",
            {"upload": (content, "зупинки.csv")},
            409,
            package_id=create()["id"],
            **data,
        )

    @pytest.mark.ckan_config("ckan.max_resource_size", 1)
    def test_a_file_too_large_is_refused_in_words(
        self, editor_api: Client, create: Any
    ) -> None:
        content = b"a" * (1024 * 1024 + 1)
        error = self.refused(editor_api, create, content)
        assert "1" in error["upload"][0]
        assert not stored(content)

    @pytest.mark.ckan_config("ckan.max_resource_size", 1)
    def test_a_file_of_just_the_limit_is_taken(
        self, editor_api: Client, create: Any
    ) -> None:
        content = some() + b"a" * (1024 * 1024)
        content = content[: 1024 * 1024]
        assert agree(new_file(editor_api, create(), content)["id"], content)

    def test_an_empty_file_is_refused(self, editor_api: Client, create: Any) -> None:
        assert self.refused(editor_api, create, b"")["upload"]

    def test_text_in_place_of_a_file_is_refused(
        self, editor_api: Client, create: Any
    ) -> None:
        error = editor_api.call(
            "resource_create", 409, package_id=create()["id"], upload="а,б\n1,2\n"
        )
        assert "multipart/form-data" in error["upload"][0]

    @pytest.mark.parametrize("action", ["resource_create", "package_patch"])
    def test_a_refused_form_stores_nothing(
        self, editor_api: Client, create: Any, action: str
    ) -> None:
        dataset = create(resources=[{"upload": storage(some())}])
        content = some()
        if action == "resource_create":
            data = {"package_id": dataset["id"], "data_actual_date": "2999-01-01"}
            error = editor_api.send(action, {"upload": (content, "a.csv")}, 409, **data)
            assert error["data_actual_date"]
        else:
            files = {"resources__0__upload": (content, "a.csv")}
            data = {"id": dataset["id"], "resources__0__data_actual_date": "2999-01-01"}
            error = editor_api.send(action, files, 409, **data)
            assert error["resources"][0]["data_actual_date"]
        assert not stored(content)
        assert not leftovers()

    def test_errors_of_files_stand_at_their_resources(
        self, editor_api: Client, body: dict[str, Any], full: dict[str, str]
    ) -> None:
        error = editor_api.send(
            "package_create",
            {
                "resources__0__upload": (some(), "a.csv"),
                "resources__1__upload": (b"", "b.csv"),
            },
            409,
            **full,
            owner_org=body["id"],
        )
        assert [list(one) for one in error["resources"]] == [[], ["upload"]]

    def test_a_stranger_is_refused_before_a_byte_is_read(
        self, stranger: Client, create: Any
    ) -> None:
        dataset = create(resources=[{"upload": storage(some())}])
        content = some()
        files = {"resources__0__upload": (content, "a.csv")}
        stranger.send("package_patch", files, 403, id=dataset["id"])
        stranger.send(
            "resource_create", {"upload": (content, "a")}, 403, package_id=dataset["id"]
        )
        assert not stored(content)
        assert not leftovers()


def leftovers() -> list[Path]:
    """Return copies of uploads that nobody ended."""
    return list((Path(store().settings.path) / "tmp").glob("*"))


class TestFaults:
    """What goes wrong after intake leaves the dataset as it was."""

    @pytest.fixture
    def broken_folder(self) -> Iterator[None]:
        """Let a file stand where the store wants its folder."""
        root = Path(store().settings.path)
        aside = root.with_name("aside")
        root.rename(aside)
        root.write_text("no folder")
        yield
        root.unlink()
        aside.rename(root)

    def test_no_store_is_said_in_words_and_nothing_changes(
        self, editor_api: Client, create: Any, broken_folder: None
    ) -> None:
        dataset = create()
        error = editor_api.send(
            "resource_create",
            {"upload": (some(), "зупинки.csv")},
            409,
            package_id=dataset["id"],
        )
        assert error["upload"]
        shown = editor_api.call("package_show", id=dataset["id"])
        assert shown["resources"] == []

    def test_a_full_store_leaves_the_old_file(
        self, editor_api: Client, create: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        content = some()
        resource = new_file(editor_api, create(), content)

        def full(*_: Any) -> bool:
            raise StoreFull("no room")

        monkeypatch.setattr(store(), "put", full)
        error = editor_api.send(
            "resource_patch", {"upload": (some(), "a.csv")}, 409, id=resource["id"]
        )
        monkeypatch.undo()
        assert error["upload"]
        assert agree(resource["id"], content)

    def test_a_failure_after_the_bytes_rolls_the_pointer_back(
        self,
        editor_api: Client,
        create: Any,
        editor: dict[str, Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        content = some()
        resource = new_file(editor_api, create(), content)

        def fail() -> None:
            raise RuntimeError("the database went away")

        monkeypatch.setattr(model.repo, "commit", fail)
        context: Any = {"user": editor["name"], "ignore_auth": False}
        with pytest.raises(RuntimeError):
            call_action(
                "resource_patch", context, id=resource["id"], upload=storage(some())
            )
        monkeypatch.undo()
        model.Session.rollback()
        assert agree(resource["id"], content)
        assert len(versions(resource["id"])) == 1


class TestForm:
    def post(
        self, app: Any, api: Client, dataset: Any, path: str, **fields: Any
    ) -> Any:
        return app.post(
            f"/dataset/{dataset['name']}/resource/{path}",
            headers=api.headers,
            data={
                "id": "",
                "save": "go-dataset-complete" if path != "new" else "again",
                "url": "",
                "name": "Зупинки",
                "resource_type": "data",
                **fields,
            },
            content_type="multipart/form-data",
            follow_redirects=False,
        )

    def test_the_form_uploads_replaces_and_keeps(
        self, app: Any, editor_api: Client, create: Any
    ) -> None:
        first, second, dataset = some(), some(), create()
        file = (io.BytesIO(first), "зупинки.csv")
        self.post(app, editor_api, dataset, "new", url_type="upload", upload=file)
        resource = editor_api.call("package_show", id=dataset["id"])["resources"][0]
        assert agree(resource["id"], first)

        edit = f"{resource['id']}/edit"
        file = (io.BytesIO(second), "зупинки.csv")
        known = {"id": resource["id"], "url_type": "upload"}
        self.post(app, editor_api, dataset, edit, **known, upload=file)
        assert agree(resource["id"], second)

        nothing = (io.BytesIO(b""), "")
        self.post(
            app, editor_api, dataset, edit, **known, upload=nothing, description="Опис"
        )
        assert row(resource["id"]).description == "Опис"
        assert agree(resource["id"], second)

    def test_images_of_organizations_are_left_to_ckan(
        self, app: Any, body: dict[str, Any]
    ) -> None:
        admin = factories.SysadminWithToken()
        picture = (
            Path(tk.__file__ or "").parents[1] / "public/base/images/ckan-logo.png"
        )
        content = picture.read_bytes()
        files = {"image_upload": (content, "герб.png")}
        changed = Client(app, admin["token"]).send(
            "organization_patch", files, id=body["id"]
        )
        assert "/uploads/group/" in changed["image_display_url"]
        assert not stored(content)


class TestTogether:
    def test_parallel_replacements_of_one_file_agree_in_the_end(
        self, app: Any, editor_api: Client, create: Any
    ) -> None:
        resource = new_file(editor_api, create(), some())
        contents = [some(str(number)) for number in range(20)]

        def replace(content: bytes) -> int:
            with app.flask_app.test_client() as client:
                answer = client.post(
                    "/api/3/action/resource_patch",
                    data={
                        "id": resource["id"],
                        "upload": (io.BytesIO(content), "зупинки.csv"),
                    },
                    headers=editor_api.headers,
                    content_type="multipart/form-data",
                )
                return answer.status_code

        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(replace, contents))
        rows = versions(resource["id"])
        assert len(rows) == 1 + answers.count(200)
        assert answers.count(200) == len(contents)
        current = next(one for one in rows if one.current)
        assert current is rows[-1]
        last = next(one for one in contents if sha256(one) == current.sha256)
        assert agree(resource["id"], last)


def test_what_is_said_of_a_dataset_is_json(create: Any) -> None:
    dataset = create(resources=[{"upload": storage(some())}])
    assert json.dumps(dataset)
