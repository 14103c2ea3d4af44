"""docs/install.md and docs/leave.md, executed: a portal that lives loses nothing.

One portal of stock CKAN goes through the page once; what was seen at each stage is
kept in a ``Story``, and every test reads one sentence from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup, Tag

if TYPE_CHECKING:
    from tests.install.conftest import Portal

CSV = "назва;адреса\nЛіцей № 1;вул. Шкільна, 1\n".encode()
#: What the national harvester reads without looking whether it is there, and what it
#: needs to know a dataset again; keys of empty elements may be absent.
NATIONAL_KEYS = {
    *("id", "name", "title", "tags", "tag_string", "resources"),
    *("state", "private", "organization", "metadata_modified"),
}
#: Fields of CKAN that the page promises to leave as they are.
CORE = (
    *("id", "name", "title", "notes", "license_id", "version", "url", "author"),
    *("author_email", "maintainer", "maintainer_email", "private", "state"),
    *("owner_org", "metadata_created"),
)
FILE = ("id", "name", "url", "url_type", "format", "mimetype", "size", "description")
OWNED = {"owner_org": "rada"}
#: What a portal has gathered in years: name → fields as plain CKAN takes them.
DATASETS: Mapping[str, Mapping[str, Any]] = {
    "shkoly": {
        **OWNED,
        "title": "Перелік закладів освіти",
        "notes": "Школи й ліцеї громади",
        "license_id": "cc-by",
        "tags": [{"name": "освіта"}, {"name": "школи"}],
        "groups": [{"name": "osvita"}],
        "extras": [
            {"key": "update_frequency", "value": "за потреби"},
            {"key": "language", "value": "українська"},
            {"key": "Затверджено", "value": "рішення № 5"},
        ],
    },
    "dorohy": {
        **OWNED,
        "title": "Ремонт доріг у 2023 році",
        "author": "Відділ доріг",
        "author_email": "dorohy@rada.example",
        "url": "https://rada.example/dorohy",
        "version": "2 (чернетка)",
        "maintainer": "Коваль О. І.",
        "maintainer_email": "koval@rada.example",
        "license_id": "other-open",
        "extras": [{"key": "Протяжність", "value": "48 км"}],
    },
    "dovha-nazva": {**OWNED, "title": "Дуже довга назва " * 20, "notes": ""},
    "nichyje": {"title": "Набір без розпорядника", "license_id": ""},
    "zakrytyi": {**OWNED, "title": "Закритий набір", "private": True},
    "chernetka": {**OWNED, "title": "Чернетка набору", "state": "draft"},
    "vydalenyi": {**OWNED, "title": "Видалений набір"},
}
PUBLIC = {"shkoly", "dorohy", "dovha-nazva", "nichyje"}
#: dataset → files: a file to upload, or the address of another server.
FILES: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "shkoly": ({"name": "Школи", "format": "csv"},),
    "dorohy": (
        {"name": "Дороги", "url": "https://rada.example/d.xls", "format": "EXEL"},
    ),
    "zakrytyi": ({"name": "Таємне", "format": ""},),
}


@dataclass(frozen=True)
class Sight:
    """What the portal shows at one moment; keys are names of datasets."""

    shown: Mapping[str, Mapping[str, Any]]  # package_show of the administrator
    statuses: Mapping[str, tuple[int, int]]  # package_show and page, of a stranger
    files: Mapping[str, tuple[int, bytes]]  # uploaded files, downloaded by a stranger
    search: frozenset[str]
    listed: frozenset[str]
    all: frozenset[str]  # what the administrator finds, private sets and drafts too

    def values(self, name: str) -> dict[str, Any]:
        """Return additional fields, wherever package JSON shows them."""
        shown = self.shown[name]
        return {
            **{key: value for key, value in shown.items() if isinstance(value, str)},
            **{extra["key"]: extra["value"] for extra in shown.get("extras", ())},
        }


@dataclass(frozen=True)
class Left:
    """What stock CKAN makes of the work that was done with the extension."""

    states: Mapping[str, str]  # of datasets, as the administrator sees them
    statuses: Mapping[str, int]  # package_show of a stranger
    files: Mapping[str, bytes]  # as the administrator downloads them
    reviews: Mapping[str, str]  # state of the exported review by id of its dataset
    history: frozenset[str]  # kinds of exported events
    ids: Mapping[str, str]


@dataclass(frozen=True)
class Story:
    """What was seen on the way through the page."""

    libraries: Mapping[str, str]  # before the page
    libraries_after: Mapping[str, str]
    stock: Sight
    installed: Sight
    patched: Mapping[str, Any]
    forms: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]  # before, after
    pages: Mapping[str, int]  # page of ours → status
    exact: list[str]  # found on the stock schema
    inflected_on_stock: list[str]
    inflected: list[str]
    searched: Sight
    removed: Sight
    left: Left


@pytest.fixture(scope="module")
def story(stock: Portal, wheel: Path, page: Callable[[str], list[str]]) -> Story:
    """Go through the page once, as a reader would."""
    package, plugins, database, solr = page("install")
    (advised,) = page("advised")
    export, remove = page("leave")
    libraries = _libraries(stock)
    _fill(stock)
    before = look(stock)

    stock.stop()
    for block in (package, plugins, database, advised):
        stock.follow(block, wheel)
    libraries_after = _libraries(stock)
    stock.start()
    installed = look(stock)
    exact, inflected_on_stock = stock.found("доріг"), stock.found("дорогами")
    pages = {path: stock.get(path, known).status_code for path, known in PAGES.items()}
    patched = stock.act("package_patch", {"id": "shkoly", "notes": "Школи громади"})
    forms = {name: _save_form_unchanged(stock, name) for name in FORMS}

    stock.follow(solr, wheel)
    inflected = stock.found("дорогами")
    searched = look(stock)
    work = _work(stock)
    stock.stop()

    stock.follow(export, wheel)
    stock.follow(remove, wheel)
    stock.start()
    removed = look(stock)
    return Story(
        libraries=libraries,
        libraries_after=libraries_after,
        stock=before,
        installed=installed,
        patched=patched,
        forms=forms,
        pages=pages,
        exact=exact,
        inflected_on_stock=inflected_on_stock,
        inflected=inflected,
        searched=searched,
        removed=removed,
        left=_left(stock, work),
    )


#: page → whether the administrator asks for it, who alone may see it
PAGES: Mapping[str, bool] = {
    "/": False,
    "/dataset/": False,
    "/organization/rada": False,
    "/dataset/shkoly": False,
    "/dataset/dorohy": False,
    "/dataset/nichyje": False,
    "/dataset/shkoly/passport": False,
    "/dataset/nichyje/passport": False,
    "/dataset/shkoly/passport.json": False,
    "/dataset/shkoly/passport.docx": False,
    "/dataset/zakrytyi/passport": True,
    "/dataset/new": True,
    "/dataset/edit/shkoly": True,
    "/dataset/edit/dovha-nazva": True,
    "/dataset/edit/nichyje": True,
    "/organization/edit/rada": True,
}


#: datasets whose form is opened and saved as it is, and what must stay beside CORE
FORMS = ("shkoly", "dorohy", "dovha-nazva")
KEPT = ("update_frequency", "theme", "extras", "tag_string", "resources")


def _fill(portal: Portal) -> None:
    """Make the old datasets with what plain CKAN offers."""
    portal.act("organization_create", {"name": "rada", "title": "Сільська рада"})
    portal.act("group_create", {"name": "osvita", "title": "Освіта"})
    for name, fields in DATASETS.items():
        portal.act("package_create", {"name": name, **fields})
        for file in FILES.get(name, ()):
            upload = None if "url" in file else (f"{name}.csv", CSV)
            portal.act("resource_create", {"package_id": name, **file}, upload)
    portal.act("package_delete", {"id": "vydalenyi"})


#: Made while the extension was on: one went through moderation, one waits for it.
NEW = ("oprylyudnenyi", "chekaie")
PASSPORT = {
    "title": "Перелік мостів",
    "notes": "Мости громади, їхні розміри й стан.",
    "purpose_of_collecting_information": "Рішення ради № 5",
    "language": "ua",
    "update_frequency": "once a year",
    "tag_string": "мости",
    "maintainer": "Коваль О. І.",
    "maintainer_email": "koval@rada.example",
    **OWNED,
}


def _work(portal: Portal) -> Mapping[str, str]:
    """Use the extension for what it is made; return ids of the new datasets."""
    ids = {}
    for name in NEW:
        ids[name] = portal.act("package_create", {"name": name, **PASSPORT})["id"]
        file = {
            "package_id": name,
            "name": "Мости",
            "format": "CSV",
            "data_actual_date": "2026-01-31",
        }
        portal.act("resource_create", file, (f"{name}.csv", CSV + name.encode()))
        case = portal.act("opendata_ua_moderation_submit", {"id": name})
        if name == "oprylyudnenyi":
            decision = {key: case[key] for key in ("case_id", "case_version")}
            portal.act("opendata_ua_moderation_approve", decision)
    return ids


def _left(portal: Portal, ids: Mapping[str, str]) -> Left:
    shown = {name: portal.act("package_show", {"id": name}) for name in NEW}
    addresses = {name: shown[name]["resources"][0]["url"] for name in NEW}
    kept = portal.folder / "opendata-ua-kept"
    cases, events = (
        [json.loads(line) for line in (kept / name).read_text().splitlines()]
        for name in ("opendata_ua_case.jsonl", "opendata_ua_case_event.jsonl")
    )
    return Left(
        states={name: shown[name]["state"] for name in NEW},
        statuses={
            name: portal.get("/api/3/action/package_show", id=name).status_code
            for name in NEW
        },
        files={name: portal.get(addresses[name], known=True).content for name in NEW},
        reviews={case["package_id"]: case["state"] for case in cases},
        history=frozenset(event["kind"] for event in events),
        ids=ids,
    )


def look(portal: Portal) -> Sight:
    """Look at every dataset as a stranger and as the administrator."""
    api = "/api/3/action/package_show"
    shown = {name: portal.act("package_show", {"id": name}) for name in DATASETS}
    addresses = {
        file["url"]: name
        for name, dataset in shown.items()
        for file in dataset["resources"]
        if file["url_type"] == "upload"
    }
    downloads = {name: portal.get(url) for url, name in addresses.items()}
    every = {"rows": 100, "include_private": True, "include_drafts": True}
    return Sight(
        shown=shown,
        statuses={
            name: (
                portal.get(api, id=name).status_code,
                portal.get(f"/dataset/{name}").status_code,
            )
            for name in DATASETS
        },
        files={
            name: (answer.status_code, answer.content if answer.ok else b"")
            for name, answer in downloads.items()
        },
        search=frozenset(portal.found("*:*")) - {*NEW},
        listed=frozenset(portal.get("/api/3/action/package_list").json()["result"])
        - {*NEW},
        all=frozenset(
            one["name"] for one in portal.act("package_search", every)["results"]
        )
        - {*NEW},
    )


def _libraries(portal: Portal) -> dict[str, str]:
    told = portal.run(portal.venv / "bin" / "pip", "list", "--format=freeze")
    return dict(re.findall(r"^([\w.-]+)==(\S+)$", told, re.MULTILINE))


def _save_form_unchanged(
    portal: Portal, name: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Open the form of a dataset and press its button, as a person would.

    :returns: the dataset before and after
    """
    before = portal.act("package_show", {"id": name})
    path = f"/dataset/edit/{name}"
    page = BeautifulSoup(portal.get(path, known=True).text, "html.parser")
    form = page.find("form", id="dataset-edit")
    assert isinstance(form, Tag), page.get_text()[:2000]
    fields = [
        (str(control["name"]), _value(control))
        for control in form.select("input[name], select[name], textarea[name]")
        if control.get("type") not in ("submit", "file")
    ]
    answer = portal.post(path, [*fields, ("save", "")])
    assert answer.status_code == 302, BeautifulSoup(answer.text, "html.parser").select(
        ".error-explanation"
    )
    return before, portal.act("package_show", {"id": name})


def _value(control: Tag) -> str:
    """Return what a browser sends for a field."""
    if control.name == "textarea":
        return control.get_text().removeprefix("\n")
    if control.name == "select":
        chosen = control.select_one("option[selected]") or control.select_one("option")
        return str(chosen.get("value", "")) if chosen else ""
    return str(control.get("value", ""))


def test_pip_changes_no_library_of_the_portal(story: Story) -> None:
    kept = {name: story.libraries_after.get(name) for name in story.libraries}
    assert kept == story.libraries


def test_every_dataset_is_exactly_as_public_as_before(story: Story) -> None:
    assert {name for name, seen in story.stock.statuses.items() if seen[0] == 200} == (
        PUBLIC
    )
    for sight in (story.installed, story.searched, story.removed):
        assert sight.statuses == story.stock.statuses


def test_search_and_lists_hold_the_same_datasets(story: Story) -> None:
    assert story.stock.search == PUBLIC
    for sight in (story.installed, story.searched, story.removed):
        assert (sight.search, sight.listed, sight.all) == (
            *(story.stock.search, story.stock.listed, story.stock.all),
        )


def test_files_keep_their_bytes_and_their_secrecy(story: Story) -> None:
    assert story.stock.files["shkoly"] == (200, CSV)
    assert story.stock.files["zakrytyi"][0] in (403, 404)
    for sight in (story.installed, story.searched, story.removed):
        assert sight.files == story.stock.files


@pytest.mark.parametrize("name", DATASETS)
def test_old_values_stay(story: Story, name: str) -> None:
    for key in CORE:
        # a key without a value is left out where our schema has a field of that name
        before, after = story.stock.shown[name][key], story.installed.shown[name]
        assert (after.get(key) or "") == (before or ""), key
    assert story.stock.values(name).items() <= story.installed.values(name).items()


@pytest.mark.parametrize("name", FILES)
def test_files_are_described_as_before(story: Story, name: str) -> None:
    before, after = story.stock.shown[name], story.installed.shown[name]
    assert [[file.get(key) or "" for key in FILE] for file in after["resources"]] == [
        [file.get(key) or "" for key in FILE] for file in before["resources"]
    ]


@pytest.mark.parametrize("name", DATASETS)
def test_tags_and_groups_stay(story: Story, name: str) -> None:
    before, after = story.stock.shown[name], story.installed.shown[name]
    for key in ("tags", "groups"):
        assert [one["name"] for one in after[key]] == [
            one["name"] for one in before[key]
        ]


@pytest.mark.parametrize("name", DATASETS)
def test_package_json_gains_the_national_keys(story: Story, name: str) -> None:
    assert story.installed.shown[name].keys() >= NATIONAL_KEYS


def test_an_additional_field_becomes_the_element_of_its_name(story: Story) -> None:
    shown = story.installed.shown["shkoly"]
    assert (shown["update_frequency"], shown["language"]) == (
        "за потреби",
        "українська",
    )


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_old_datasets_answer(story: Story, path: str) -> None:
    assert story.pages[path] == 200


def test_an_old_wrong_value_does_not_stop_other_changes(story: Story) -> None:
    assert (story.patched["notes"], story.patched["update_frequency"]) == (
        "Школи громади",
        "за потреби",
    )


@pytest.mark.parametrize("name", FORMS)
def test_saving_the_form_of_an_old_dataset_changes_nothing(
    story: Story, name: str
) -> None:
    before, after = story.forms[name]
    for key in (*CORE, *KEPT):
        assert (after.get(key) or "") == (before.get(key) or ""), key


def test_exact_words_are_found_on_the_stock_schema(story: Story) -> None:
    assert story.exact == ["dorohy"]
    assert story.inflected_on_stock == []


def test_any_form_of_a_word_is_found_after_the_solr_step(story: Story) -> None:
    assert story.inflected == ["dorohy"]


#: What the portal made of it itself, as it does ``opendata_ua_…``.
MADE = ("tag_string", "metadata_modified")


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_what_people_wrote_survives_removal(story: Story, name: str) -> None:
    kept = {
        key: value
        for key, value in story.searched.values(name).items()
        if key not in MADE and not key.startswith("opendata_ua_") and value
    }
    assert kept.items() <= story.removed.values(name).items()


def test_what_was_published_with_the_extension_is_public_without_it(
    story: Story,
) -> None:
    assert story.left.states["oprylyudnenyi"] == "active"
    assert story.left.statuses["oprylyudnenyi"] == 200


def test_what_waited_for_a_moderator_stays_a_draft(story: Story) -> None:
    assert story.left.states["chekaie"] == "draft"
    assert story.left.statuses["chekaie"] in (403, 404)


@pytest.mark.parametrize("name", NEW)
def test_files_of_the_store_are_served_by_stock_ckan(story: Story, name: str) -> None:
    assert story.left.files[name] == CSV + name.encode()


def test_pending_work_is_exported(story: Story) -> None:
    states = {name: story.left.reviews[id_] for name, id_ in story.left.ids.items()}
    assert states == {"oprylyudnenyi": "applied", "chekaie": "submitted"}
    assert {"submit", "approve", "apply"} <= story.left.history
