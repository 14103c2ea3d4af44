"""Every published version keeps an address; unpublished ones are nobody's business."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.sent import Client, sha256, some, storage, versions

pytestmark = [
    pytest.mark.usefixtures("portal"),
    pytest.mark.ckan_config("ckanext.opendata_ua.moderation.mode", "observe"),
]


def replaced(api: Client, create: Any, **fields: Any) -> tuple[str, bytes, bytes]:
    """Return a resource whose file was replaced once, and both contents."""
    first, second = some(), some()
    dataset = create(resources=[{"upload": storage(first, "зупинки.csv")}], **fields)
    id_ = dataset["resources"][0]["id"]
    api.send("resource_patch", {"upload": (second, "нові.csv")}, id=id_)
    return id_, first, second


def listed(api: Client, id_: str, status: int = 200) -> Any:
    return api.call("opendata_ua_file_version_list", status, resource_id=id_)


class TestList:
    def test_newest_first_with_all_that_is_known(
        self, stranger: Client, editor_api: Client, create: Any
    ) -> None:
        id_, first, second = replaced(editor_api, create)
        newest, oldest = listed(stranger, id_)
        assert (newest["hash"], oldest["hash"]) == (sha256(second), sha256(first))
        assert (newest["current"], oldest["current"]) == (True, False)
        assert (oldest["name"], oldest["size"]) == ("зупинки.csv", len(first))
        assert oldest["media_type"] == "text/csv"
        assert oldest["published"]
        assert oldest["created"] <= newest["created"]
        assert oldest["url"].endswith(f"/versions/{sha256(first)}/zupynky.csv")

    def test_a_link_has_none(self, stranger: Client, create: Any) -> None:
        dataset = create(resources=[{"url": "https://rada.example/a.csv"}])
        assert listed(stranger, dataset["resources"][0]["id"]) == []

    def test_versions_of_a_private_time_are_for_publishers(
        self, stranger: Client, editor_api: Client, create: Any
    ) -> None:
        id_, _first, second = replaced(editor_api, create, private=True)
        assert [one["published"] for one in listed(editor_api, id_)] == [None, None]
        listed(stranger, id_, 403)
        package = versions(id_)[0].package_id
        editor_api.call("package_patch", id=package, private=False)
        assert [one["hash"] for one in listed(stranger, id_)] == [sha256(second)]
        assert len(listed(editor_api, id_)) == 2

    def test_it_asks_for_a_resource(self, stranger: Client) -> None:
        listed_error = stranger.call("opendata_ua_file_version_list", 409)
        assert listed_error["resource_id"]
        listed(stranger, "no-such", 404)


class TestAddress:
    def test_an_older_version_is_given_for_ever(
        self, stranger: Client, editor_api: Client, create: Any
    ) -> None:
        id_, first, _second = replaced(editor_api, create)
        answer = stranger.get(listed(stranger, id_)[1]["url"])
        assert (answer.status_code, answer.data) == (200, first)
        told = answer.headers
        assert told["Cache-Control"] == (
            "public, max-age=31536000, immutable, s-maxage=60"
        )
        assert told["ETag"] == f'"{sha256(first)}"'
        assert told["Content-Security-Policy"] == "sandbox"
        assert 'filename="zupynky.csv"' in told["Content-Disposition"]

    def test_a_version_that_was_never_published(
        self, stranger: Client, editor_api: Client, create: Any
    ) -> None:
        id_, first, second = replaced(editor_api, create, private=True)
        mine = listed(editor_api, id_)
        package = versions(id_)[0].package_id
        editor_api.call("package_patch", id=package, private=False)
        assert stranger.get(mine[1]["url"]).status_code == 404
        assert stranger.get(mine[0]["url"]).data == second
        answer = editor_api.get(mine[1]["url"])
        assert (answer.status_code, answer.data) == (200, first)
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_a_published_version_of_a_set_that_became_private(
        self, stranger: Client, editor_api: Client, create: Any
    ) -> None:
        id_, first, _second = replaced(editor_api, create)
        address = listed(stranger, id_)[1]["url"]
        package = versions(id_)[0].package_id
        editor_api.call("package_patch", id=package, private=True)
        assert stranger.get(address).status_code == 403
        answer = editor_api.get(address)
        assert answer.data == first
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_what_is_no_version_is_not_found(
        self, stranger: Client, editor_api: Client, create: Any
    ) -> None:
        id_, first, _second = replaced(editor_api, create)
        address = listed(stranger, id_)[1]["url"]
        other = create(resources=[{"upload": storage(some())}])
        strange = address.replace(sha256(first), "0" * 64)
        assert stranger.get(strange).status_code == 404
        assert stranger.get(address.replace(sha256(first), "..")).status_code == 404
        package = versions(id_)[0].package_id
        elsewhere = address.replace(package, other["id"])
        assert stranger.get(elsewhere).status_code == 404

    def test_a_name_chooses_among_equal_bytes(
        self, stranger: Client, editor_api: Client, create: Any
    ) -> None:
        content = some()
        dataset = create(resources=[{"upload": storage(content, "перша.csv")}])
        id_ = dataset["resources"][0]["id"]
        editor_api.send("resource_patch", {"upload": (content, "друга.csv")}, id=id_)
        for one, name in zip(listed(stranger, id_), ("druha", "persha"), strict=True):
            told = stranger.get(one["url"]).headers["Content-Disposition"]
            assert f'filename="{name}.csv"' in told


class TestPublished:
    def test_the_moment_is_set_once(self, editor_api: Client, create: Any) -> None:
        dataset = create(resources=[{"upload": storage(some())}])
        id_ = dataset["resources"][0]["id"]
        before = versions(id_)[0].published
        assert before
        editor_api.call("package_patch", id=dataset["id"], notes="Новий опис.")
        assert versions(id_)[0].published == before

    def test_a_private_file_has_none(self, create: Any) -> None:
        dataset = create(resources=[{"upload": storage(some())}], private=True)
        assert versions(dataset["resources"][0]["id"])[0].published is None
