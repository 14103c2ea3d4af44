"""Looking on: what moderation would have stopped is counted, and nothing is stopped."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator
from io import StringIO
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action, changed_config
from click.testing import CliRunner

from ckanext.opendata_ua.cli.moderation import moderation
from ckanext.opendata_ua.logic.schema import observation as observation_schema
from ckanext.opendata_ua.model.observation import Observation
from tests.integration.conftest import FULL
from tests.integration.test_moderation_pages import Browser

pytestmark = pytest.mark.usefixtures("portal", "looking_on")

PAGE = "/moderation/observed"
FILE = {
    "url": "https://rada.example/zupynky.csv",
    "name": "Зупинки",
    "format": "CSV",
    "resource_type": "data",
    "data_actual_date": "2026-11-01",
}


@pytest.fixture
def looking_on() -> Iterator[None]:
    """Stop nothing; CKAN restores the configuration before each test."""
    with changed_config("ckanext.opendata_ua.moderation.mode", "observe"):
        yield


def seen(id_: str) -> dict[tuple[str, str], int]:
    """Return how often each rule was gone past, by what was done, rules of the door."""
    return {
        (one["what"], one["rule"]): one["count"]
        for one in everything()
        if one["dataset"]["id"] == id_ and one["rule"].startswith("door.")
    }


def everything(**wanted: Any) -> list[dict[str, Any]]:
    """Return all observations, read by small pages."""
    found: list[dict[str, Any]] = []
    after = ""
    while after is not None:
        page: Any = call_action(
            "opendata_ua_observation_list", limit=2, after=after, **wanted
        )
        found, after = found + page["observations"], page["next"]
    return found


def write(user: dict[str, Any], name: str, **data: Any) -> Any:
    """Call an action of CKAN as a person, permissions asked."""
    return call_action(name, {"user": user["name"], "ignore_auth": False}, **data)


@pytest.fixture
def made(create_draft: Any) -> dict[str, Any]:
    """Return a dataset that an editor has made: public at once, as in a stock CKAN."""
    return create_draft(title=f"Набір {uuid.uuid4().hex[:6]}", resources=[FILE])


def test_a_dataset_that_would_have_been_a_draft_is_public_and_seen(
    made: dict[str, Any], body: dict[str, Any]
) -> None:
    assert made["state"] == "active"
    assert seen(made["id"]) == {("create", "door.created"): 1}
    [told] = [
        one
        for one in everything(rule="door.created", organization=body["name"])
        if one["dataset"]["id"] == made["id"]
    ]
    assert told["dataset"]["title"] == made["title"]
    assert told["organization"]["name"] == body["name"]
    assert "draft" in told["message"]


def test_nothing_personal_is_kept() -> None:
    columns = set(Observation.__table__.columns.keys())
    assert columns == {
        *("package_id", "what", "rule", "organization_id"),
        *("first_seen", "last_seen", "count"),
    }


def test_gaps_of_what_became_public_are_seen(create_draft: Any) -> None:
    id_ = create_draft(title="Без мети", purpose_of_collecting_information=None)["id"]
    gaps = [
        one["rule"]
        for one in everything()
        if one["dataset"]["id"] == id_ and one["rule"].startswith("passport.")
    ]
    assert any("purpose" in rule for rule in gaps)


def test_what_is_as_it_should_be_is_not_seen(
    made: dict[str, Any], editor: dict[str, Any]
) -> None:
    before = seen(made["id"])
    write(editor, "package_patch", id=made["id"], notes="Інші слова.")
    draft = write(
        editor,
        "package_create",
        **{**FULL, "title": "Внутрішній", "owner_org": made["owner_org"]},
        private=True,
    )
    assert seen(made["id"]) == before
    assert seen(draft["id"]) == {}


def test_each_way_to_move_visibility_is_seen_and_counted(
    made: dict[str, Any], editor: dict[str, Any]
) -> None:
    for _turn in range(2):
        write(editor, "package_patch", id=made["id"], private=True)
        write(editor, "package_patch", id=made["id"], private=False)
    write(editor, "package_delete", id=made["id"])
    assert seen(made["id"]) == {
        ("create", "door.created"): 1,
        ("update", "door.hidden"): 2,
        ("update", "door.published"): 2,
        ("delete", "door.deleted"): 1,
    }


def test_writes_by_the_dozen_are_seen(
    made: dict[str, Any], body: dict[str, Any]
) -> None:
    call_action(
        "bulk_update_private",
        {"user": factories.Sysadmin()["name"]},
        datasets=[made["id"]],
        org_id=body["id"],
    )
    assert seen(made["id"])["bulk", "door.bulk"] == 1


def test_a_write_that_a_review_would_have_stopped_is_seen(
    create_draft: Any, editor: dict[str, Any]
) -> None:
    title = f"Набір {uuid.uuid4().hex[:6]}"
    draft = create_draft(title=title, resources=[FILE], private=True)
    write(editor, "opendata_ua_moderation_submit", id=draft["id"])
    write(editor, "package_patch", id=draft["id"], notes="Змінено після подання.")
    assert seen(draft["id"]) == {("update", "door.locked"): 1}


def test_a_write_that_fails_is_not_seen(
    made: dict[str, Any], editor: dict[str, Any]
) -> None:
    before = seen(made["id"])
    with pytest.raises(tk.ValidationError):
        write(editor, "package_patch", id=made["id"], private=True, title="")
    model.Session.commit()
    assert seen(made["id"]) == before


def rename(old: str, new: str) -> None:
    """Rename a table, in a transaction of its own."""
    engine: Any = model.meta.engine
    model.Session.rollback()  # a table that is being read keeps its name
    with engine.begin() as connection:
        connection.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))


def test_an_observation_that_cannot_be_noted_stops_no_write(
    editor: dict[str, Any], create_draft: Any
) -> None:
    kept, away = "opendata_ua_observation", "observation_elsewhere"
    rename(kept, away)
    try:
        made = create_draft(title=f"Набір {uuid.uuid4().hex[:6]}")
    finally:
        rename(away, kept)
    assert made["state"] == "active"
    assert seen(made["id"]) == {}


def test_other_types_and_enforced_moderation_are_not_looked_at(
    create_draft: Any, editor: dict[str, Any], body: dict[str, Any]
) -> None:
    with changed_config("ckanext.opendata_ua.moderation.mode", "enforce"):
        draft = create_draft(title=f"Набір {uuid.uuid4().hex[:6]}")
        write(editor, "package_patch", id=draft["id"], state="active")
    other = call_action(
        "package_create",
        {"user": factories.Sysadmin()["name"]},
        type="harvest",
        name=f"h-{uuid.uuid4().hex[:8]}",
        title="Джерело",
        owner_org=body["id"],
    )
    assert seen(draft["id"]) == seen(other["id"]) == {}


def test_only_administrators_read_it(editor: dict[str, Any]) -> None:
    with pytest.raises(tk.NotAuthorized):
        write(editor, "opendata_ua_observation_list")


@pytest.mark.parametrize("wrong", [{"after": "1~2"}, {"limit": "багато"}])
def test_a_wrong_parameter_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(tk.ValidationError) as refusal:
        call_action("opendata_ua_observation_list", **wrong)
    assert set(wrong) < set(refusal.value.error_dict)


def test_it_is_counted_by_rule_and_organization(
    made: dict[str, Any], editor: dict[str, Any], body: dict[str, Any]
) -> None:
    for private in (True, False, True):
        write(editor, "package_patch", id=made["id"], private=private)
    told: Any = call_action("opendata_ua_observation_count", organization=body["name"])
    assert told["looks_on"]
    by_rule = {one["rule"]: one for one in told["rules"]}
    seen_here = everything(organization=body["name"])
    hidden = [one for one in seen_here if one["rule"] == "door.hidden"]
    assert by_rule["door.hidden"]["datasets"] == len(hidden)
    assert by_rule["door.hidden"]["count"] == sum(one["count"] for one in hidden)
    assert [one["name"] for one in told["organizations"]] == [body["name"]]
    assert told["datasets"] == len({one["dataset"]["id"] for one in seen_here})
    narrowed: Any = call_action("opendata_ua_observation_count", rule="door.hidden")
    assert [one["rule"] for one in narrowed["rules"]] == ["door.hidden"]


@pytest.fixture
def admin(app: Any) -> Browser:
    return Browser(app, factories.Sysadmin())


def test_a_page_tells_it_to_administrators_only(
    admin: Browser, app: Any, made: dict[str, Any], editor: dict[str, Any]
) -> None:
    page = admin.get(f"{PAGE}?rule=door.created&organization={made['owner_org']}")
    row = page.select_one(f"tr[data-name='{made['name']}']")
    assert row is not None
    assert row["data-rule"] == "door.created"
    assert page.select_one("table tr[data-rule='door.created'] a[aria-current]")
    desk = admin.get("/moderation").select("nav .opendata-ua-tabs a")
    assert PAGE in {str(link["href"]) for link in desk}
    assert admin.get("/gaps").select(f"a[href='{PAGE}']")
    Browser(app, editor).get(PAGE, 403)
    Browser(app, editor).get(f"{PAGE}.csv", 403)
    assert app.get(PAGE).status_code == 403


def test_a_page_says_when_nothing_is_looked_at_any_more(admin: Browser) -> None:
    with changed_config("ckanext.opendata_ua.moderation.mode", "enforce"):
        assert "вимк" not in admin.get(PAGE).text
        assert "looks on" not in admin.get(f"/en{PAGE}").text


def test_a_wrong_address_is_no_error_of_the_portal(admin: Browser) -> None:
    admin.get(f"{PAGE}?after=1~2", 400)


def test_a_file_tells_everything_as_it_is_read(
    admin: Browser, made: dict[str, Any], body: dict[str, Any]
) -> None:
    answer = admin.app.get(
        f"{PAGE}.csv?organization={body['name']}", headers=admin.headers
    )
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(StringIO(answer.body.lstrip("\ufeff"))))
    assert len(rows) == len(everything(organization=body["name"]))
    [row] = [one for one in rows if one["dataset"] == made["name"]]
    assert (row["rule"], row["what"], row["count"]) == ("door.created", "create", "1")
    assert row["address"].endswith(f"/dataset/{made['name']}")
    assert row["title"] == made["title"]


def test_no_cell_of_the_file_is_a_formula(admin: Browser, create_draft: Any) -> None:
    create_draft(title="=HYPERLINK(1)")
    body_of_file = admin.app.get(f"{PAGE}.csv", headers=admin.headers).body
    assert ",'=HYPERLINK(1)," in body_of_file


def test_the_file_is_read_by_parts(
    admin: Browser, monkeypatch: pytest.MonkeyPatch, create_draft: Any
) -> None:
    for number in range(3):
        create_draft(title=f"Частина {number} {uuid.uuid4().hex[:6]}")
    monkeypatch.setattr(observation_schema, "MOST", 2)
    answer = admin.app.get(f"{PAGE}.csv", headers=admin.headers)
    assert len(answer.body.splitlines()) == len(everything()) + 1


def test_a_command_prints_it(made: dict[str, Any], body: dict[str, Any]) -> None:
    told = CliRunner().invoke(moderation, ["observed", "--organization", body["name"]])
    assert told.exit_code == 0, told.output
    line = [one for one in told.output.splitlines() if made["name"] in one]
    assert line[0].split("\t")[:5] == [
        *(body["name"], made["name"], "create", "door.created", "1")
    ]
