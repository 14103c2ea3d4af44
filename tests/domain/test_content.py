"""The hash of what would be published."""

from typing import Any

import pytest

from ckanext.opendata_ua.domain.content import changed, content_hash

DATASET: dict[str, Any] = {
    "title": "Зупинки",
    "notes": "Місця зупинок.",
    "state": "draft",
    "metadata_modified": "2026-11-21T00:00:00",
    "tags": [{"name": "транспорт", "id": "t1"}, {"name": "зупинки", "id": "t2"}],
    "groups": [{"name": "misto", "id": "g1", "title": "Місто"}],
    "organization": {"id": "o1", "name": "rada", "title": "Рада"},
    "owner_org": "o1",
    "license_id": "cc-by",
    "license_title": "Attribution",
    "license_url": "https://license.example/by",
    "resources": [
        {
            "id": "1",
            "name": "Зупинки",
            "hash": "a",
            "position": 0,
            "url": "https://rada.example/dataset/1/resource/1/download/zupynky.csv",
            "url_type": "upload",
        },
        {
            "id": "2",
            "name": "Карта",
            "url": "https://rada.example/a/map",
            "url_type": "",
        },
    ],
}
FILE, LINK = DATASET["resources"]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "active"},
        {"metadata_modified": "2027-01-01T00:00:00"},
        {"opendata_ua_state": "submitted"},
        {"version": ""},
        {"version": None},
        {"tags": [{"name": "зупинки", "id": "t2"}, {"name": "транспорт", "id": "t1"}]},
        {"resources": [{**FILE, "datastore_active": True}, LINK]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_technical_changes_do_not_count(change: dict[str, Any]) -> None:
    assert content_hash({**DATASET, **change}) == content_hash(DATASET)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Зупинки міста"},
        {"notes": ""},
        {"tags": DATASET["tags"][:1]},
        {"tags": [*DATASET["tags"], {"name": "новий", "id": "t3"}]},
        {"tags": None},
        {"groups": []},
        {"groups": [{"name": "transport"}]},
        {"groups": [{"name": "misto", "id": "g2", "title": "Місто"}]},
        {"license_id": "cc-zero"},
        {"resources": [{**FILE, "hash": "b"}, LINK]},
        {"resources": [{**FILE, "url": "https://rada.example/download/x.csv"}, LINK]},
        {"resources": [FILE, {**LINK, "url": "https://rada.example/b/map"}]},
        {"resources": [LINK, FILE]},
        {"resources": None},
        {"owner_org": "1"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_readers_would_see_counts(change: dict[str, Any]) -> None:
    assert content_hash({**DATASET, **change}) != content_hash(DATASET)


@pytest.mark.parametrize(
    "change",
    [
        {"groups": [{"name": "velyke-misto", "id": "g1", "title": "Велике місто"}]},
        {"organization": {"id": "o1", "name": "miska-rada", "title": "Міська рада"}},
        {
            "license_title": "Із зазначенням авторства",
            "license_url": "https://new.example",
        },
        {"tags": [{"name": "рух", "id": "t1"}, {"name": "зупинки", "id": "t2"}]},
        {
            "resources": [
                {**FILE, "url": "https://data.rada.example/uk/download/zupynky.csv"},
                LINK,
            ]
        },
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_others_are_called_does_not_count(change: dict[str, Any]) -> None:
    assert content_hash({**DATASET, **change}) == content_hash(DATASET)


def test_a_renamed_group_is_named_where_people_read_of_changes() -> None:
    after = {**DATASET, "groups": [{"name": "transport", "id": "g2"}]}
    assert changed(DATASET, after) == {"groups": [["misto"], ["transport"]]}


def test_what_differs_is_named_with_both_values() -> None:
    after = {**DATASET, "title": "Зупинки міста", "state": "active", "version": "2"}
    assert changed(DATASET, after) == {
        "title": ["Зупинки", "Зупинки міста"],
        "version": [None, "2"],
    }
