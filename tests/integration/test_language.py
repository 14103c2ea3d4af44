"""Pages speak Ukrainian, and English when asked to, on the real stack."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.lib import search
from ckan.lib.i18n import build_js_translations
from ckan.tests import factories
from ckan.tests.helpers import call_action

from tests.integration.conftest import public_at_once

pytestmark = pytest.mark.usefixtures("portal")

# English that no Ukrainian page may show. Names (CSV, API, CKAN, …) are no words.
ENGLISH = re.compile(
    r"\b(the|and|of|to|for|is|are|no|not|by|from|with|this|your|you|or|in|on|all"
    r"|dataset|datasets|organization|organizations|group|groups|resource|resources"
    r"|search|found|order|filter|show|hide|more|less|close|open|add|edit|save|delete"
    r"|update|create|remove|cancel|view|manage|members?|followers?|about|home|login"
    r"|logout|log|sign|register|password|username|email|remember|forgot|reset|profile"
    r"|account|settings|dashboard|language|skip|main|content|download|file|license"
    r"|licence|tags?|title|description|relevance|name|last|modified|popular|created"
    r"|updated|changed|activity|stream|changes|private|public|draft|next|previous"
    r"|submit|toggle|navigation|error|unknown|missing|value|required|upload|link)\b",
    re.IGNORECASE,
)
NAMES = re.compile(
    r"\S+@\S+|https?://\S+|\bOpen (Data( Commons)?|Definition)\b"
    r"|\bOpen Contracting for Infrastructure Data Standard\b"
)
# Words that templates of CKAN 2.11 hold without marking them for translation.
UNMARKED = frozenset(("close", "Name"))
ANYBODY: Mapping[str, str] = {}
SPOKEN = ("title", "alt", "aria-label", "placeholder")


@pytest.fixture(scope="module")
def dataset(
    body: dict[str, Any], editor: dict[str, Any], full: dict[str, str]
) -> dict[str, Any]:
    file = {"url": "https://rada.example/a.csv", "name": "Зупинки", "format": "CSV"}
    created = call_action(
        "package_create",
        public_at_once(editor),
        **{**full, "owner_org": body["id"], "resources": [file]},
    )
    # the invented biography of a test user is English
    user = model.User.get(editor["id"])
    assert user
    user.about = None
    model.Session.commit()
    search.commit()
    return created


@pytest.fixture
def signed_in(editor: dict[str, Any]) -> dict[str, str]:
    """Return the headers of the editor's requests."""
    return {"Authorization": factories.APIToken(user=editor["name"])["token"]}


def heard(
    app: Any, address: str, headers: Mapping[str, str] = ANYBODY, status: int = 200
) -> list[str]:
    """Return what a person reads or hears on a page, names of languages aside."""
    answer = app.get(address, status=status, headers=dict(headers))
    page = BeautifulSoup(answer.body, "html.parser")
    for hidden in page.select("script, style, code, pre, a[lang=en], option[value=en]"):
        hidden.decompose()
    spoken = [str(tag[name]) for name in SPOKEN for tag in page.select(f"[{name}]")]
    return [text.strip() for text in [*page.stripped_strings, *spoken] if text.strip()]


def english(texts: list[str]) -> list[str]:
    found = (text for text in texts if ENGLISH.search(NAMES.sub("", text)))
    return [text for text in found if text not in UNMARKED]


READERS = (
    "/",
    "/about",
    "/dataset/",
    "/dataset/?q=зупинки",
    "/dataset/?q=нічогосінько",
    "/organization/",
    "/group/",
    "/user/login",
    "/user/reset",
    "/dataset/{name}",
    "/dataset/{name}/passport",
    "/dataset/{name}/resource/{file}",
    "/dataset/groups/{name}",
    "/dataset/activity/{name}",
    "/organization/{body}",
    "/organization/about/{body}",
    "/organization/activity/{body}",
)
PUBLISHERS = (
    "/dataset/new",
    "/dataset/edit/{name}",
    "/dataset/resources/{name}",
    "/dataset/{name}/resource/new",
    "/dataset/{name}/resource/{file}/edit",
    "/dataset/{name}/resource/{file}/views",
    "/dataset/delete/{name}",
    "/dashboard/",
    "/dashboard/datasets",
    "/dashboard/organizations",
    "/dashboard/groups",
    "/user/edit/{editor}",
    "/user/{editor}",
    "/user/{editor}/api-tokens",
)


def english_pages(
    app: Any,
    addresses: Iterable[str],
    names: Mapping[str, str],
    headers: Mapping[str, str],
) -> dict[str, list[str]]:
    """Return the English of each page that has any; one app serves all of them."""
    found = {
        address: english(heard(app, address.format(**names), headers))
        for address in addresses
    }
    return {address: texts for address, texts in found.items() if texts}


class TestUkrainian:
    @pytest.fixture
    def names(self, dataset: dict[str, Any], editor: dict[str, Any]) -> dict[str, str]:
        return {
            "name": dataset["name"],
            "file": dataset["resources"][0]["id"],
            "body": dataset["organization"]["name"],
            "editor": editor["name"],
        }

    def test_readers_meet_no_english(self, app: Any, names: dict[str, str]) -> None:
        assert english_pages(app, READERS, names, ANYBODY) == {}

    def test_publishers_meet_no_english(
        self, app: Any, names: dict[str, str], signed_in: dict[str, str]
    ) -> None:
        assert english_pages(app, PUBLISHERS, names, signed_in) == {}

    def test_refusals_are_ukrainian(self, app: Any, signed_in: dict[str, str]) -> None:
        assert english(heard(app, "/dataset/nemaie-takoho", status=404)) == []
        assert english(heard(app, "/nemaie-takoi-storinky", status=404)) == []
        assert english(heard(app, "/dataset/new", status=403)) == []

    def test_errors_of_a_form_are_ukrainian(
        self, app: Any, signed_in: dict[str, str]
    ) -> None:
        answer = app.post("/dataset/new", headers=signed_in, data={"save": ""})
        page = BeautifulSoup(answer.body, "html.parser")
        summary = page.select_one(".error-explanation")
        assert summary
        assert english(list(summary.stripped_strings)) == []


class TestEnglish:
    def test_english_is_one_address_away(self, app: Any) -> None:
        texts = heard(app, "/en/dataset/")
        assert "Datasets" in texts
        assert "Frequency of updating" in texts

    def test_ukrainian_is_the_first_language(self, app: Any) -> None:
        page = BeautifulSoup(app.get("/dataset/").body, "html.parser")
        assert page.html
        assert page.html["lang"] == "uk"


class TestOursWins:
    """A word that CKAN translates as well is shown as we translate it."""

    def test_a_correction_is_shown(self, app: Any) -> None:
        with app.flask_app.test_request_context("/"):
            assert tk._("Organizations") == "Організації"  # CKAN's ends in a space
            assert tk._("Dashboard") == "Особистий кабінет"

    def test_three_plural_forms_are_told_apart(self, app: Any) -> None:
        with app.flask_app.test_request_context("/"):
            shown = [
                tk.ungettext("{num} Dataset", "{num} Datasets", number).format(
                    num=number
                )
                for number in (1, 2, 5, 11, 21)
            ]
        assert shown == [
            "1 набір даних",
            "2 набори даних",
            "5 наборів даних",
            "11 наборів даних",
            "21 набір даних",
        ]


def test_scripts_get_ukrainian_words(app: Any, ckan_config: Any, tmp_path: Any) -> None:
    """What ``ckan translation js`` builds has our words and CKAN's."""
    ckan_config["ckan.storage_path"] = str(tmp_path)
    build_js_translations()
    words = json.loads(app.get("/api/i18n/uk", status=200).get_data())
    assert (
        words["%(used)s of %(limit)s characters"][1] == "%(used)s із %(limit)s символів"
    )
    assert words["No matches found"][1] == "Збігів не знайдено"
