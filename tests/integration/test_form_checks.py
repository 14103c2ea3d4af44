"""A forbidden file or link is refused by every form, in words, and nothing changes."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from ckan.tests.helpers import call_action

from tests.integration.sent import Client, some, storage, stored
from tests.integration.test_file_checks import ABOUT, picture, program, with_file

pytestmark = pytest.mark.usefixtures("portal")

Fields = dict[str, Any]
#: What a publisher may choose: name → the fields of the form and the bytes sent.
CHOICES: Mapping[str, Callable[[bytes], Fields]] = {
    "a Flash film": lambda made: _upload(b"FWS\x09" + made, "мапа.swf"),
    "a Flash film that is called a table": lambda made: _upload(
        b"FWS\x09" + made, "мапа.csv"
    ),
    "a program that is called a table": lambda made: _upload(
        b"MZ\x90\x00" + made[:60] + b"PE\x00\x00" + made, "дані.xlsx"
    ),
    "a program that is called so": lambda made: _upload(
        b"MZ\x90\x00" + made, "звіт.pdf.exe"
    ),
    "a link to a Flash film": lambda made: _link("https://rada.example/мапа.swf"),
    "a link that is said to be Flash": lambda made: {
        **_link("https://rada.example/мапа"),
        "format": "SWF",
    },
}


def _upload(content: bytes, name: str) -> Fields:
    return {"url_type": "upload", "url": name, "upload": (content, name)}


def _link(address: str) -> Fields:
    return {"url_type": "", "url": address}


def _bytes() -> bytes:
    return uuid.uuid4().bytes * 20


@pytest.fixture(scope="module")
def draft(
    body: dict[str, Any], editor: dict[str, Any], full: dict[str, str]
) -> dict[str, Any]:
    """Return a draft with one good file; all forms leave it as it is."""
    context: Any = {"user": editor["name"], "ignore_auth": False}
    made = call_action("package_create", context, **full, owner_org=body["id"])
    context = {"user": editor["name"], "ignore_auth": False}
    file = storage(some(), "a.csv")
    call_action("resource_create", context, package_id=made["id"], upload=file, **ABOUT)
    return call_action("package_show", id=made["id"])


class Form:
    """A browser that sends the form of a file."""

    def __init__(self, app: Any, api: Client) -> None:
        self._app, self._api = app, api

    def send(self, address: str, fields: Fields) -> Any:
        """Open a page and send its form as a browser does: CKAN chooses where to."""
        page = BeautifulSoup(
            self._app.get(address, headers=self._api.headers).body, "html.parser"
        )
        (form,) = [one for one in page.select("form") if one.select("[name=upload]")]
        hidden = {
            str(one["name"]): str(one.get("value") or "")
            for one in form.select("input[type=hidden][name]")
        }
        data = {**hidden, "name": "Зупинки", "resource_type": "data", **fields}
        if isinstance(data.get("upload"), tuple):
            content, name = data["upload"]
            data["upload"] = (io.BytesIO(content), name)
        return self._app.post(
            urljoin(f"http://test.ckan.net{address}", str(form.get("action") or "")),
            data=data,
            content_type="multipart/form-data",
            headers=self._api.headers,
            follow_redirects=False,
        )

    def stands(self, dataset: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        shown = self._api.call("package_show", id=dataset["id"])
        return [
            (one["id"], one["url"], one.get("format") or "")
            for one in shown["resources"]
        ]


@pytest.fixture
def form(app: Any, editor_api: Client) -> Form:
    return Form(app, editor_api)


def refused(answer: Any) -> str:
    """Return the words of a form that came back, with the fault of what was sent."""
    assert answer.status_code == 200
    page = BeautifulSoup(answer.body, "html.parser")
    assert page.select_one("form[enctype]")
    told = page.select_one(".error-explanation")
    assert told
    words = told.get_text(" ", strip=True)
    beside = [one.get_text(" ", strip=True) for one in page.select(".error-block")]
    assert all(one.count(one[:30]) == 1 for one in beside), "a reason is told twice"
    assert "forbidden_format" not in answer.body
    return words


TABLE = "a Flash film that is called a table"
#: All choices with the portal's own button, and all buttons with one choice.
OF_A_NEW_FILE = [(choice, "go-checklist") for choice in CHOICES] + [
    (TABLE, button)
    for button in (
        *("again", "go-dataset", "go-dataset-complete", ""),
        *("go-metadata", "go-metadata-publish", "go-metadata-preview"),
    )
]
OF_AN_OLD_FILE = [(choice, "go-dataset-complete") for choice in CHOICES] + [
    (TABLE, button) for button in ("go-metadata", "")
]


@pytest.mark.parametrize(("choice", "button"), OF_A_NEW_FILE)
def test_the_form_of_a_new_file_comes_back_with_the_reason(
    choice: str, button: str, form: Form, draft: dict[str, Any]
) -> None:
    fields, before = CHOICES[choice](_bytes()), form.stands(draft)
    address = f"/uk/dataset/{draft['id']}/resource/new"
    words = refused(form.send(address, {**fields, "save": button}))
    assert "CSV" in words
    assert form.stands(draft) == before
    assert not ("upload" in fields and stored(fields["upload"][0]))


@pytest.mark.parametrize(("choice", "button"), OF_AN_OLD_FILE)
def test_the_form_of_a_file_that_lies_there_comes_back_with_the_reason(
    choice: str, button: str, form: Form, draft: dict[str, Any]
) -> None:
    before = form.stands(draft)
    file, fields = before[0][0], CHOICES[choice](_bytes())
    address = f"/uk/dataset/{draft['id']}/resource/{file}/edit"
    words = refused(form.send(address, {**fields, "save": button}))
    assert "CSV" in words
    assert form.stands(draft) == before
    assert not ("upload" in fields and stored(fields["upload"][0]))


@pytest.mark.parametrize("choice", [TABLE, "a link to a Flash film"])
def test_the_forms_of_a_public_dataset_refuse_as_well(
    choice: str, form: Form, create: Any, editor_api: Client
) -> None:
    public = with_file(editor_api, create(), some())
    before = form.stands(public)
    for path in ("new", f"{before[0][0]}/edit"):
        address = f"/uk/dataset/{public['id']}/resource/{path}"
        fields = {**CHOICES[choice](_bytes()), "save": ""}
        refused(form.send(address, fields))
    assert form.stands(public) == before


def test_a_good_file_cannot_be_renamed_into_a_forbidden_format(
    form: Form, draft: dict[str, Any]
) -> None:
    before = form.stands(draft)
    file = before[0][0]
    fields = {"url_type": "upload", "url": before[0][1], "format": "SWF"}
    address = f"/uk/dataset/{draft['id']}/resource/{file}/edit"
    assert "CSV" in refused(form.send(address, {**fields, "save": ""}))
    assert form.stands(draft) == before


def test_the_form_of_a_dataset_carries_no_file_past_the_rules(
    app: Any, form: Form, draft: dict[str, Any], editor_api: Client, full: Any
) -> None:
    content = picture()
    for address in ("/uk/dataset/new", f"/uk/dataset/edit/{draft['id']}"):
        before = form.stands(draft)
        fields = {
            **full,
            "owner_org": draft["owner_org"],
            "name": f"nabir-{uuid.uuid4().hex[:8]}",
            "title": "Набір",
            "save": "",
            "_ckan_phase": "1",
            "resources__0__name": "Мапа",
            "resources__0__url": "мапа.swf",
            "resources__0__url_type": "upload",
        }
        answer = app.post(
            address,
            data={**fields, "resources__0__upload": (io.BytesIO(content), "мапа.swf")},
            content_type="multipart/form-data",
            headers=editor_api.headers,
            follow_redirects=False,
        )
        assert answer.status_code < 500
        assert not stored(content)
        assert not any(one[1].endswith(".swf") for one in form.stands(draft))
        assert len(form.stands(draft)) <= len(before)


def test_the_copy_in_utf_8_is_made_of_what_lies_there_only(
    app: Any, draft: dict[str, Any], editor_api: Client
) -> None:
    content, file = program(), draft["resources"][0]["id"]
    before = editor_api.call("package_show", id=draft["id"])["resources"]
    answer = app.post(
        f"/uk/dataset/{draft['id']}/resource/{file}/utf8",
        data={"upload": (io.BytesIO(content), "дані.csv")},
        content_type="multipart/form-data",
        headers=editor_api.headers,
        follow_redirects=False,
    )
    assert answer.status_code < 500
    assert not stored(content)
    assert editor_api.call("package_show", id=draft["id"])["resources"] == before
