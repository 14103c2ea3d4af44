"""The first rows of files on the real stack: whose they are, and what stops them."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.opendata_ua.logic.action import file_rows
from ckanext.opendata_ua.logic.store import store
from tests.integration.sent import Client, sha256, some, storage

pytestmark = pytest.mark.usefixtures("portal")

SHOW = "opendata_ua_file_rows_show"


def sent(create: Any, content: bytes, name: str, **resource: Any) -> str:
    """Return the id of a new file."""
    dataset = create(resources=[{"upload": storage(content, name), **resource}])
    return str(dataset["resources"][0]["id"])


def rows(id_: str) -> dict[str, Any]:
    return call_action(SHOW, {"user": ""}, resource_id=id_)


def problem(id_: str) -> str:
    told = rows(id_)
    assert told["problem"]["message"].endswith(".")
    return str(told["problem"]["code"])


def test_readers_of_a_public_file_see_its_first_rows(create: Any) -> None:
    content = "код;назва\n1;<b>Лавка</b>\n".encode("cp1251")
    id_ = sent(create, content, "лавки.csv")
    assert rows(id_) == {
        "resource_id": id_,
        "problem": None,
        "rows": [["код", "назва"], ["1", "<b>Лавка</b>"]],
        "columns": 2,
        "more_rows": False,
        "more_columns": False,
        "cut_cells": False,
        "uneven": False,
        "encoding": "windows-1251",
        "delimiter": ";",
    }


def test_rows_of_a_draft_are_for_those_who_may_read_its_file(
    create_draft: Any, editor_api: Client, stranger: Client, app: Any
) -> None:
    id_ = sent(create_draft, some(), "лавки.csv")
    assert editor_api.call(SHOW, resource_id=id_)["rows"][0] == ["назва", "номер"]
    stranger.call(SHOW, 403, resource_id=id_)
    other = Client(app, factories.APIToken(user=factories.User()["name"])["token"])
    other.call(SHOW, 403, resource_id=id_)


def test_what_is_not_there_is_not_found(stranger: Client) -> None:
    stranger.call(SHOW, 404, resource_id="nothing")
    stranger.call(SHOW, 409)


def test_a_workbook_and_a_text_are_read_too(create: Any) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["код", "назва"])
    book.save(file)
    assert rows(sent(create, file.getvalue(), "а.xlsx"))["rows"] == [["код", "назва"]]
    assert rows(sent(create, b'{"a": 1}', "a.json"))["lines"] == ["{", '  "a": 1', "}"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"%PDF-1.7", "format"),
        ("a.csv.zip", b"PK\x03\x04", "packed"),
        ("a.csv", b"PK\x03\x04\x00", "different"),
        ("a.ods", b"a,b", "different"),
        ("a.xlsx", b"PK\x03\x04", "broken"),
        ("a.json", b"{", "broken"),
    ],
)
def test_what_cannot_be_shown_is_said_in_words(
    create: Any, name: str, content: bytes, code: str
) -> None:
    assert problem(sent(create, content, name)) == code


def test_a_link_is_not_followed(create: Any) -> None:
    dataset = create(resources=[{"url": "https://rada.example/a.csv"}])
    assert problem(dataset["resources"][0]["id"]) == "remote"


def test_lost_bytes_are_said_in_words(create: Any) -> None:
    content = some("загублене")
    id_ = sent(create, content, "a.csv")
    store().remove(sha256(content))
    assert problem(id_) == "missing"


@pytest.mark.ckan_config("ckanext.opendata_ua.cage.output", "1")
@pytest.mark.ckan_config("ckanext.opendata_ua.cage.memory", "16")
def test_a_file_that_breaks_the_cage_is_said_in_words(create: Any) -> None:
    deep = b'{"a":' * 40_000 + b"1" + b"}" * 40_000
    assert problem(sent(create, deep, "a.json")) in ("broken", "large")


def test_rows_of_files_in_a_remote_store_are_shown_too(
    create: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, file = sent(create, some(), "a.csv"), io.BytesIO()
    openpyxl.Workbook().save(file)
    book = sent(create, file.getvalue(), "a.xlsx")
    monkeypatch.setattr(type(store()), "is_local", False)
    assert rows(table)["rows"][0] == ["назва", "номер"]
    assert rows(book)["sheet"] == "Sheet"
    monkeypatch.setattr(file_rows, "REMOTE_WORKBOOK", 10)
    assert problem(book) == "large"
