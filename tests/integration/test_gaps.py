"""What public passports lack: told from rows as the checklist does, and filled in."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.lib import search
from ckan.tests import factories
from ckan.tests.helpers import call_action
from sqlalchemy import event

from ckanext.opendata_ua.domain import passport
from ckanext.opendata_ua.domain.findings import Severity
from ckanext.opendata_ua.logic import reading
from ckanext.opendata_ua.logic.door import KEY, PASS
from ckanext.opendata_ua.model.moderator import Moderator
from tests.integration.conftest import FULL, public_at_once

pytestmark = pytest.mark.usefixtures("portal")

PURPOSE = "passport.purpose_of_collecting_information.missing"
PERSON = {"maintainer": None, "maintainer_email": None}
FILLED = {
    "update_frequency": "once a year",
    "purpose_of_collecting_information": "Рішення ради № 7",
    "maintainer": "Бойко Ірина",
    "maintainer_email": "boiko@rada.example",
}
LINK = {
    "url": "https://rada.example/z.csv",
    "name": "Зупинки",
    "format": "CSV",
    "data_actual_date": "2026-01-31",
}


def as_person(user: dict[str, Any]) -> Any:
    return {"user": user["name"], "ignore_auth": False}


def spoil(dataset_id: str, **fields: str | None) -> None:
    """Write what today's rules refuse, as an old portal had it."""
    package: Any = model.Package.get(dataset_id)
    for key, value in fields.items():
        if key in package.__table__.c:
            setattr(package, key, value)
            continue
        kept = {name: old for name, old in package.extras.items() if name != key}
        package.extras = kept if value is None else {**kept, key: value}
    model.Session.commit()
    search.rebuild(dataset_id)  # CKAN 2.12 indexes in actions only


def organization_of(editor: dict[str, Any]) -> dict[str, Any]:
    """Return an organization of its own, with the editor in it."""
    body = factories.Organization()
    call_action(
        "organization_member_create",
        id=body["id"],
        username=editor["name"],
        role="editor",
    )
    return body


@pytest.fixture
def organization(editor: dict[str, Any]) -> dict[str, Any]:
    return organization_of(editor)


def made(
    editor: dict[str, Any], organization: dict[str, Any], **fields: Any
) -> dict[str, Any]:
    """Make a public dataset; what is None is taken away from its rows."""
    data = {**FULL, "owner_org": organization["id"], "resources": [LINK], **fields}
    one = call_action("package_create", public_at_once(editor), **data)
    removed = {key: None for key, value in fields.items() if value is None}
    if removed:
        spoil(one["id"], **removed)
    return one


@pytest.fixture
def make(organization: dict[str, Any], editor: dict[str, Any]) -> Any:
    """Return a function that makes a public dataset of the organization."""
    return partial(made, editor, organization)


@dataclass(frozen=True)
class Catalogue:
    """An organization, and public datasets of it with every kind of gap."""

    organization: dict[str, Any]
    datasets: list[dict[str, Any]]


@pytest.fixture(scope="module")
def odd(editor: dict[str, Any]) -> Catalogue:
    """Return what tests only read; the last test fills it in."""
    organization = organization_of(editor)
    make = partial(made, editor, organization)
    datasets = [
        make(),
        make(purpose_of_collecting_information=None),
        make(**PERSON, update_frequency=None),
        make(),
        make(resources=[]),
        make(resources=[{**LINK, "url": "https://rada.example/z.zip"}]),
        make(resources=[{**LINK, "resource_type": "structure"}]),
    ]
    file: Any = model.Package.get(datasets[3]["id"]).resources[0]  # type: ignore[union-attr]  # it was made above
    file.format, file.extras = "", {}
    for fields in (
        {"update_frequency": "за потреби"},
        {"title": "Дуже довга назва " * 20, "notes": ""},
        {"maintainer_email": "нема"},
        {"license_id": "other-open", "language": "українська мова"},
    ):
        datasets.append(make())
        spoil(datasets[-1]["id"], **fields)
    return Catalogue(organization, datasets)


def listed(user: dict[str, Any], **asked: Any) -> list[dict[str, Any]]:
    return call_action("opendata_ua_gaps_list", as_person(user), **asked)["datasets"]


def test_rows_tell_what_the_rules_say_of_package_show(
    odd: Catalogue, editor: dict[str, Any]
) -> None:
    found = listed(editor, organization=odd.organization["name"])
    told = {one["id"]: [gap["code"] for gap in one["gaps"]] for one in found}
    wanted = {}
    for dataset in odd.datasets:
        record = reading.passport_record(shown(dataset["id"]))
        findings = passport.findings(record, today=reading.today_date())
        codes = [one.code for one in findings if one.severity is Severity.BLOCKING]
        if codes:
            wanted[dataset["id"]] = codes
    assert len(wanted) >= 8
    assert told == wanted


def test_only_public_datasets_have_gaps(
    make: Any, editor: dict[str, Any], organization: dict[str, Any]
) -> None:
    gap = {"purpose_of_collecting_information": None}
    public, hidden, old = make(**gap), make(**gap), make(**gap)
    spoil(hidden["id"], private=True)  # type: ignore[arg-type]  # a row takes it
    spoil(old["id"], state="deleted")
    call_action(
        "package_create",
        as_person(editor),
        title="Чернетка",
        owner_org=organization["id"],
    )
    shown = listed(editor, organization=organization["id"])
    assert [one["id"] for one in shown] == [public["id"]]


def test_a_list_is_paged_by_key_and_narrowed_by_element(
    odd: Catalogue, editor: dict[str, Any]
) -> None:
    asked: dict[str, Any] = {"organization": odd.organization["name"], "limit": 3}
    whole = [one["id"] for one in listed(editor, **{**asked, "limit": 200})]
    seen: list[str] = []
    while True:
        page = call_action("opendata_ua_gaps_list", as_person(editor), **asked)
        seen += [one["id"] for one in page["datasets"]]
        if page["next"] is None:
            break
        asked["after"] = page["next"]
    assert seen == whole == sorted(whole)
    some = listed(
        editor, organization=odd.organization["name"], elements=["maintainer"]
    )
    assert [one["id"] for one in some] == [odd.datasets[2]["id"]]


def test_counts_agree_with_the_list(odd: Catalogue, editor: dict[str, Any]) -> None:
    count = call_action(
        "opendata_ua_gaps_count",
        as_person(editor),
        organization=odd.organization["name"],
    )
    found = listed(editor, organization=odd.organization["name"], limit=200)
    assert (count["datasets"], count["with_gaps"]) == (len(odd.datasets), len(found))
    for row in count["elements"]:
        have = [
            one
            for one in found
            if row["element"] in {gap["element"] for gap in one["gaps"]}
        ]
        assert row["number"] == len(have), row
    (body,) = count["organizations"]
    assert (body["name"], body["datasets"], body["with_gaps"]) == (
        *(odd.organization["name"], len(odd.datasets), len(found)),
    )


def test_the_number_of_statements_does_not_grow(
    make: Any, editor: dict[str, Any], organization: dict[str, Any]
) -> None:
    def statements() -> int:
        sent: list[str] = []
        engine = model.Session.get_bind()
        listen = (engine, "before_cursor_execute", lambda *a: sent.append(a[2]))
        event.listen(*listen)
        try:
            listed(editor, organization=organization["name"])
        finally:
            event.remove(*listen)
        return len(sent)

    make(**PERSON)
    statements()  # what is known of the person afterwards is asked for no more
    one = statements()
    for _ in range(5):
        make(**PERSON)
    assert statements() == one


def test_who_sees_whose_gaps(make: Any, organization: dict[str, Any]) -> None:
    make(**PERSON)
    here = {"organization": organization["name"]}
    stranger, moderator, other = factories.User(), factories.User(), factories.User()
    Moderator.add(model.Session, moderator["id"], organization["id"])
    body = factories.Organization(users=[{"name": other["name"], "capacity": "admin"}])
    model.Session.commit()
    for user in (moderator, factories.Sysadmin()):
        assert len(listed(user, **here)) == 1
    for user in (stranger, other):
        with pytest.raises(Exception, match="see its gaps"):
            listed(user, **here)
    assert listed(other, organization=body["name"]) == []
    assert listed(other) == []
    with pytest.raises(Exception, match="see its gaps"):
        listed(other, organization="-")
    with pytest.raises(Exception, match="no such organization"):
        listed(factories.Sysadmin(), organization="nema-takoi")


def test_datasets_without_an_organization_are_the_administrators(make: Any) -> None:
    lost = make()
    spoil(lost["id"], owner_org=None)
    found = listed(factories.Sysadmin(), organization="-", limit=200)
    codes = {one["id"]: [gap["code"] for gap in one["gaps"]] for one in found}
    assert codes[lost["id"]] == ["passport.organization.missing"]


def shown(dataset_id: str) -> dict[str, Any]:
    context: Any = {"ignore_auth": True, "use_cache": False}
    return call_action("package_show", context, id=dataset_id)


def fill(user: dict[str, Any], *rows: dict[str, Any]) -> list[dict[str, Any]]:
    answer = call_action("opendata_ua_gaps_fill", as_person(user), rows=list(rows))
    return answer["results"]


def row_of(dataset: dict[str, Any], **fields: str) -> dict[str, Any]:
    return {"id": dataset["id"], "seen": dataset["metadata_modified"], **fields}


def test_what_is_empty_or_the_same_is_left_alone(
    make: Any, editor: dict[str, Any]
) -> None:
    dataset = shown(make(purpose_of_collecting_information="Рішення\nради")["id"])
    same = {"purpose_of_collecting_information": "Рішення\r\nради ", "maintainer": ""}
    (result,) = fill(editor, row_of(dataset, **same))
    assert (result["outcome"], result["error"]) == ("unchanged", {})
    assert shown(dataset["id"]) == dataset


def test_a_row_that_changed_meanwhile_is_told(
    make: Any, editor: dict[str, Any]
) -> None:
    first, second = (shown(make(**PERSON)["id"]) for _ in range(2))
    call_action(
        "package_patch", as_person(editor), id=first["id"], maintainer="Інша особа"
    )
    results = fill(editor, row_of(first, **FILLED), row_of(second, **FILLED))
    assert [one["outcome"] for one in results] == ["stale", "saved"]
    assert "changed meanwhile" in results[0]["error"]["seen"][0]
    assert shown(first["id"])["maintainer"] == "Інша особа"


def test_rows_are_refused_one_by_one(
    make: Any, editor: dict[str, Any], body: dict[str, Any]
) -> None:
    wrong, right = (shown(make(**PERSON)["id"]) for _ in range(2))
    foreign = call_action(
        "package_create",
        {"user": factories.Sysadmin()["name"], "ignore_auth": True, KEY: PASS},
        **{**FULL, "owner_org": factories.Organization()["id"]},
    )
    results = fill(
        editor,
        row_of(wrong, update_frequency="інколи"),
        row_of(foreign, maintainer="Не моя"),
        {"id": "nema", "seen": "x", "maintainer": "Ніхто"},
        row_of(right, **FILLED),
    )
    assert [one["outcome"] for one in results] == [*["refused"] * 3, "saved"]
    assert "update_frequency" in results[0]["error"]
    assert shown(foreign["id"])["maintainer"] == FULL["maintainer"]


@pytest.mark.parametrize("rows", [None, "x", [{}], [{"id": "x"}], [{}] * 101])
def test_what_is_no_table_is_refused(rows: Any, editor: dict[str, Any]) -> None:
    with pytest.raises(Exception, match="rows"):
        call_action("opendata_ua_gaps_fill", as_person(editor), rows=rows)


def test_strangers_fill_in_nothing() -> None:
    with pytest.raises(Exception, match="Only editors"):
        fill(factories.User(), {"id": "x", "seen": "y"})


class Browser:
    """A person at the pages, known by a token."""

    def __init__(self, app: Any, user: dict[str, Any]) -> None:
        self.app = app
        self.headers = {"Authorization": factories.APIToken(user=user["name"])["token"]}

    def get(self, address: str, status: int = 200) -> Any:
        answer = self.app.get(address, headers=self.headers)
        assert answer.status_code == status, answer.body[-2000:]
        return answer

    def page(self, address: str) -> BeautifulSoup:
        return BeautifulSoup(self.get(address).body, "html.parser")

    def post(self, address: str, fields: Any, status: int = 200) -> BeautifulSoup:
        answer = self.app.post(address, headers=self.headers, data=fields)
        assert answer.status_code == status, answer.body[-2000:]
        return BeautifulSoup(answer.body, "html.parser")


@pytest.fixture
def browser(app: Any, editor: dict[str, Any]) -> Browser:
    return Browser(app, editor)


def test_the_page_shows_gaps_and_counts(odd: Catalogue, browser: Browser) -> None:
    name = odd.organization["name"]
    page = browser.page(f"/gaps?organization={name}")
    names = {str(one["data-name"]) for one in page.select("li[data-name]")}
    assert odd.datasets[1]["name"] in names
    assert odd.datasets[0]["name"] not in names
    (row,) = page.select("tr[data-element=maintainer] td")
    assert row.get_text() == "1"
    page = browser.page(f"/gaps?organization={name}&element=maintainer")
    assert [one["data-name"] for one in page.select("li[data-name]")] == [
        odd.datasets[2]["name"]
    ]
    browser.page("/gaps")
    browser.get("/gaps?organization=nema-takoi", 404)


def test_the_file_has_a_row_for_each_gap(odd: Catalogue, browser: Browser) -> None:
    answer = browser.get(f"/gaps.csv?organization={odd.organization['name']}")
    text = answer.body.removeprefix("\ufeff")
    assert len(text) == len(answer.body) - 1
    rows = list(csv.DictReader(io.StringIO(text)))
    found = [(row["dataset"], row["code"]) for row in rows]
    assert (odd.datasets[1]["name"], PURPOSE) in found
    wrong = [row for row in rows if row["code"] == "passport.format.missing"]
    assert [row["file"] for row in wrong] == ["Зупинки"]
    assert {row["organization"] for row in rows} == {odd.organization["title"]}


def test_cells_are_no_formulas(
    make: Any, browser: Browser, organization: dict[str, Any]
) -> None:
    spoil(make(**PERSON)["id"], title="=cmd()")
    text = browser.get(f"/gaps.csv?organization={organization['name']}").body
    assert ",'=cmd()," in text


def test_strangers_see_no_gaps(app: Any, organization: dict[str, Any]) -> None:
    name = organization["name"]
    person = Browser(app, factories.User())
    for address in ("/gaps", "/gaps.csv", "/gaps/fill"):
        assert app.get(address).status_code == 403
        person.get(f"{address}?organization={name}", 403)


def sent(page: BeautifulSoup, **cells: str) -> list[tuple[str, str]]:
    """Return the form as a browser without scripts sends it, some cells typed in."""
    fields = []
    for one in page.select("form[method=post] [name]"):
        name = str(one["name"])
        if one.name == "select":
            chosen = one.select_one("option[selected]")
            value = str(chosen["value"]) if chosen else ""
        else:
            value = one.get_text() if one.name == "textarea" else str(one["value"])
        fields.append((name, cells.get(name, value)))
    return fields


def multi(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name, []).append(value)
    return found


def test_the_table_is_filled_in_without_scripts(
    make: Any, browser: Browser, organization: dict[str, Any]
) -> None:
    one, two = (shown(make(**PERSON, update_frequency=None)["id"]) for _ in range(2))
    address = f"/gaps/fill?organization={organization['name']}"
    page = browser.page(address)
    assert len(page.select("tbody tr[data-name]")) == 2
    assert page.select(f"[name='purpose_of_collecting_information~{one['id']}']")
    fields = sent(
        page,
        **{
            "maintainer~all": "Бойко Ірина",
            "maintainer_email~all": "boiko@rada.example",
            "update_frequency~all": "once a year",
            f"maintainer~{two['id']}": "Ткач Олег",
        },
    )
    done = browser.post("/gaps/fill", multi(fields))
    assert [row["data-outcome"] for row in done.select("[data-outcome]")] == [
        *["saved"] * 2
    ]
    people = [shown(dataset["id"])["maintainer"] for dataset in (one, two)]
    assert people == ["Бойко Ірина", "Ткач Олег"]
    assert not browser.page(address).select("tbody tr[data-name]")


def test_a_refused_row_keeps_what_was_typed_and_says_what_is_stored(
    make: Any, browser: Browser, organization: dict[str, Any], editor: dict[str, Any]
) -> None:
    dataset = shown(make(**PERSON)["id"])
    page = browser.page(f"/gaps/fill?organization={organization['name']}")
    call_action(
        "package_patch", as_person(editor), id=dataset["id"], maintainer="Перша"
    )
    fields = sent(page, **{f"maintainer~{dataset['id']}": "Друга"})
    again = browser.post("/gaps/fill", multi(fields), 409)
    cell = again.select_one(f"[name='maintainer~{dataset['id']}']")
    assert cell is not None
    assert cell["value"] == "Друга"
    row = again.select_one("tbody tr[data-name]")
    assert row is not None
    assert "Перша" in row.get_text()
    browser.post("/gaps/fill", multi(sent(again)))  # seen now, and meant
    assert shown(dataset["id"])["maintainer"] == "Друга"


def test_a_form_that_is_not_ours_is_refused(browser: Browser) -> None:
    browser.post("/gaps/fill", {"row": "no-mark"}, 400)


def test_reading_rows_takes_no_lock(make: Any, editor: dict[str, Any]) -> None:
    make(**PERSON)
    listed(editor)
    held = model.Session.execute(
        sa.text(
            "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() "
            "AND mode NOT IN ('AccessShareLock', 'ExclusiveLock')"
        )
    ).scalar_one()
    assert held == 0


def test_filling_in_changes_nothing_else(
    odd: Catalogue, editor: dict[str, Any]
) -> None:
    before = {one["id"]: shown(one["id"]) for one in odd.datasets}
    results = fill(editor, *(row_of(one, **FILLED) for one in before.values()))
    assert [one["outcome"] for one in results] == ["saved"] * len(before)
    for dataset_id, old in before.items():
        new = shown(dataset_id)
        for file in (*old["resources"], *new["resources"]):
            # CKAN guesses a format at any edit where it is empty
            del file["format"], file["metadata_modified"]
        keys = old.keys() | new.keys()
        changed = {k for k in keys if (old.get(k) or "") != (new.get(k) or "")}
        assert changed <= {*FILLED, "metadata_modified"}
        assert {key: new[key] for key in FILLED} == FILLED
