"""Organizations as holders of information, on the real stack."""

from __future__ import annotations

import uuid
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from ckan.tests.helpers import call_action

pytestmark = pytest.mark.usefixtures("portal")


@pytest.fixture
def make() -> Any:
    """Return a function that creates an organization as a sysadmin."""

    def organization(**fields: Any) -> dict[str, Any]:
        data = {"name": f"rada-{uuid.uuid4().hex[:8]}", "title": "Рада", **fields}
        return call_action(
            "organization_create", {"user": factories.Sysadmin()["name"]}, **data
        )

    return organization


def test_the_codes_stand_at_the_top_level(body: dict[str, Any]) -> None:
    shown = call_action("organization_show", id=body["id"])
    assert (shown["edrpou"], shown["katottg"]) == ("14360570", "UA05020030010063857")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("edrpou", "1436"),
        ("edrpou", "1436057О"),  # a letter instead of a zero
        ("katottg", "05020030010063857"),
        ("site_url", "rada.example"),
        ("responsible_email", "не адреса"),
    ],
)
def test_a_wrong_code_is_refused_beside_its_field(
    make: Any, field: str, value: str
) -> None:
    with pytest.raises(tk.ValidationError) as refusal:
        make(**{field: value})
    assert set(refusal.value.error_dict) == {field}


def test_a_failing_check_digit_is_a_warning_not_a_refusal(make: Any) -> None:
    # 01234567 stands in the official samples and fails its own check digit.
    organization = make(edrpou="01234567")
    shown = call_action("opendata_ua_body_show", id=organization["id"])
    assert [finding["code"] for finding in shown["findings"]] == [
        "passport.edrpou.check_digit"
    ]
    assert shown["findings"][0]["severity"] == "warning"


def test_there_is_no_body_of_nothing() -> None:
    with pytest.raises(tk.ObjectNotFound):
        call_action("opendata_ua_body_show", id="nemaie-takoi")


def test_its_page_shows_the_codes_to_everybody(app: Any, body: dict[str, Any]) -> None:
    page = BeautifulSoup(
        app.get(f"/organization/about/{body['name']}").body, "html.parser"
    )
    assert "14360570" in page.get_text()
    assert "https://rada.example" in page.get_text()


def test_its_editors_see_the_warning_about_the_check_digit(app: Any, make: Any) -> None:
    organization = make(edrpou="01234567")
    admin = factories.Sysadmin()
    token = factories.APIToken(user=admin["name"])["token"]
    address = f"/organization/about/{organization['name']}"
    stranger = BeautifulSoup(app.get(address).body, "html.parser")
    editor = BeautifulSoup(
        app.get(address, headers={"Authorization": token}).body, "html.parser"
    )
    assert not stranger.select(".opendata-ua-finding")
    assert editor.select(".opendata-ua-finding")


def test_the_form_keeps_what_was_typed_beside_the_error(app: Any) -> None:
    admin = factories.Sysadmin()
    token = factories.APIToken(user=admin["name"])["token"]
    answer = app.post(
        "/organization/new",
        headers={"Authorization": token},
        data={"save": "", "title": "Рада", "name": "rada-z-pomylkoiu", "edrpou": "12"},
        follow_redirects=False,
    )
    page = BeautifulSoup(answer.body, "html.parser")
    field = page.select_one("#field-edrpou")
    assert field
    assert field["value"] == "12"
    group = field.find_parent(class_="form-group")
    assert group
    assert group.select_one(".error-block")
