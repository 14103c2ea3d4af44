"""The administrators' page of moderators, and the menu of the desk."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from bs4 import Tag
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from tests.integration.test_moderation_pages import Browser

pytestmark = pytest.mark.usefixtures("portal")

PAGE = "/moderation/moderators"


@pytest.fixture
def admin(app: Any) -> Browser:
    return Browser(app, factories.Sysadmin())


@pytest.fixture
def person() -> dict[str, Any]:
    return factories.User(fullname=f"Ткачук Олена {uuid.uuid4().hex[:6]}")


def of(browser: Browser, organization: str) -> Tag:
    """Return the row of an organization; an empty name is that of all of them."""
    row = browser.get(PAGE).select_one(f"tr[data-organization='{organization}']")
    assert row
    return row


def lacks(browser: Browser, organization: str) -> list[str]:
    """Return codes of what the row of an organization says is missing."""
    row = of(browser, organization)
    return [str(one["data-lacks"]) for one in row.select("[data-lacks]")]


def test_a_moderator_is_named_and_removed(
    admin: Browser, person: dict[str, Any], body: dict[str, Any]
) -> None:
    sent = {"user": person["name"], "organization": body["name"]}
    admin.post(PAGE, **sent)
    row = of(admin, body["name"])
    assert person["fullname"] in row.text
    assert not of(admin, "").select("[data-user]")
    sent = {
        name: str(field["value"])
        for name in ("user", "organization")
        for field in row.select(f"form input[name={name}]")
    }
    admin.post(f"{PAGE}/remove", 302, **sent)
    assert person["fullname"] not in of(admin, body["name"]).text


def test_it_says_where_nobody_decides_and_where_nobody_stands_in(
    admin: Browser, body: dict[str, Any]
) -> None:
    people = [(factories.User()["name"], body["name"] * own) for own in (1, 0, 0)]
    told = [lacks(admin, body["name"])]
    for name, organization in people:
        admin.post(PAGE, user=name, organization=organization)
        told.append(lacks(admin, body["name"]))
    everywhere = [lacks(admin, "")]
    for name, organization in people:
        admin.post(f"{PAGE}/remove", user=name, organization=organization)
        told.append(lacks(admin, body["name"]))
        everywhere.append(lacks(admin, ""))
    nobody, alone = ["moderator"], ["substitute"]
    assert told == [nobody, alone, [], [], [], [], nobody]
    assert everywhere == [[], [], alone, nobody]


def test_nobody_of_that_name_is_said_at_the_field(
    admin: Browser, body: dict[str, Any]
) -> None:
    page = admin.refused(PAGE, 409, user="olenka", organization=body["name"])
    assert page.select_one("#refusal a[href='#moderator-user']")
    field = page.select_one("#moderator-user")
    chosen = page.select_one("#moderator-organization [selected]")
    assert field
    assert chosen
    assert (field["value"], chosen["value"]) == ("olenka", body["name"])
    assert admin.refused(PAGE, 409, user="").select_one("#moderator-user-error")


def test_an_organization_that_is_not_there_is_said_at_the_field(
    admin: Browser, person: dict[str, Any]
) -> None:
    page = admin.refused(PAGE, 409, user=person["name"], organization="nothing")
    assert page.select_one("#moderator-organization-error")


def test_who_gets_no_letters_is_said(admin: Browser, person: dict[str, Any]) -> None:
    row = model.User.get(person["id"])
    assert row
    row.email = None
    model.Session.commit()
    admin.post(PAGE, user=person["name"], organization="")
    assert "email" in lacks(admin, "")
    admin.post(f"{PAGE}/remove", user=person["name"], organization="")


def test_a_deleted_account_is_neither_named_nor_kept(
    admin: Browser, person: dict[str, Any]
) -> None:
    admin.post(PAGE, user=person["name"], organization="")
    row = model.User.get(person["id"])
    assert row
    row.delete()
    model.Session.commit()
    assert "account" in lacks(admin, "")
    admin.post(f"{PAGE}/remove", user=person["name"], organization="")
    assert not of(admin, "").select(f"[data-user='{person['name']}']")
    admin.refused(PAGE, 409, user=person["name"], organization="")


def test_it_is_for_administrators_only(app: Any, person: dict[str, Any]) -> None:
    browser = Browser(app, person)
    browser.get(PAGE, 403)
    browser.post(PAGE, 403, user=person["name"])
    browser.post(f"{PAGE}/remove", 403, user=person["name"])
    assert app.get(PAGE, status=403)


def test_every_form_carries_a_token(admin: Browser, person: dict[str, Any]) -> None:
    admin.post(PAGE, user=person["name"], organization="")
    forms = admin.get(PAGE).select(".opendata-ua-desk form[method=post]")
    admin.post(f"{PAGE}/remove", user=person["name"], organization="")
    assert len(forms) > 1
    for form in forms:
        assert form.find("input", {"name": re.compile("csrf")})


def test_requests_of_publishers_stand_in_the_menu(
    admin: Browser, create: Any, editor: dict[str, Any]
) -> None:
    def links() -> list[str]:
        page = admin.get("/about")
        return [one.text for one in page.select("a[href$='/moderation/requests']")]

    assert not links()
    dataset = create()
    asking: Any = {"user": editor["name"], "ignore_auth": False}
    name = "opendata_ua_publication_suspend"
    call_action(name, asking, id=dataset["id"], reason="Помилка в адресах.")
    assert re.findall(r"\d", links()[0]) == ["1", "1"]
    page = admin.get("/moderation/requests")
    assert page.select_one(".opendata-ua-tabs [aria-current=page]")
    assert page.select_one(f"a.btn[href='/dataset/{dataset['id']}/publication']")
