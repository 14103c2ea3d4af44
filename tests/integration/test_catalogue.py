"""The catalogue: facets with labels and the orders offered, on the real stack."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.lib import search
from ckan.tests.helpers import call_action

from tests.integration.conftest import public_at_once

pytestmark = pytest.mark.usefixtures("portal")


@pytest.fixture(scope="module")
def datasets(
    body: dict[str, Any], editor: dict[str, Any], full: dict[str, str]
) -> None:
    """Three datasets, first published in the order a, b, c."""
    for name, theme, frequency in (
        ("nabir-a", "transport", "once a month"),
        ("nabir-b", "finansy", "once a year"),
        ("nabir-c", "finansy", "once a year"),
    ):
        call_action(
            "package_create",
            public_at_once(editor),
            **{
                **full,
                "name": name,
                "title": f"Зупинки {name}",
                "theme": theme,
                "update_frequency": frequency,
                "owner_org": body["id"],
                "resources": [{"url": "https://rada.example/a.csv", "format": "csv"}],
            },
        )
        published(name, f"2026-01-0{'abc'.index(name[-1]) + 1}T10:00:00+02:00")
    search.commit()


def published(name: str, moment: str) -> None:
    """Let a set have been published at another moment than its neighbours."""
    package = model.Package.get(name)
    assert package
    package.extras["date_first_published"] = moment
    model.Session.commit()
    search.rebuild(package.id)


def page(app: Any, address: str) -> BeautifulSoup:
    return BeautifulSoup(app.get(address, status=200).body, "html.parser")


@pytest.mark.usefixtures("datasets")
class TestFacets:
    def test_the_five_facets_have_ukrainian_headings(self, app: Any) -> None:
        headings = [
            one.get_text(strip=True)
            for one in page(app, "/dataset/").select(".module-heading")
        ]
        for title in (
            "Організації",
            "Теми",
            "Формати",
            "Частота оновлення",
            "Ключові слова",
        ):
            assert any(title in heading for heading in headings), (title, headings)

    def test_facets_show_labels_not_codes(self, app: Any) -> None:
        text = page(app, "/dataset/").get_text()
        assert "Фінанси" in text
        assert "Щороку" in text
        assert "once a year" not in text

    def test_a_theme_narrows_the_list(self, app: Any) -> None:
        text = page(app, "/dataset/?vocab_theme=finansy").get_text()
        assert "nabir-b" in text
        assert "nabir-a" not in text

    def test_an_organization_page_has_them_too(
        self, app: Any, body: dict[str, Any]
    ) -> None:
        text = page(app, f"/organization/{body['name']}").get_text()
        assert "Фінанси" in text


@pytest.mark.usefixtures("datasets")
class TestOrders:
    def test_first_publication_is_an_order_of_its_own(self) -> None:
        found = call_action("package_search", sort="opendata_ua_published_date desc")
        assert [one["name"] for one in found["results"]][:3] == [
            "nabir-c",
            "nabir-b",
            "nabir-a",
        ]

    def test_the_page_offers_it(self, app: Any) -> None:
        values = {
            str(option["value"])
            for option in page(app, "/dataset/").select("#field-order-by option")
        }
        assert {
            "score desc, metadata_modified desc",
            "title_string asc",
            "opendata_ua_published_date desc",
            "metadata_modified desc",
        } <= values

    def test_organizations_keep_the_orders_of_ckan(self, app: Any) -> None:
        values = {
            str(option["value"])
            for option in page(app, "/organization/").select("#field-order-by option")
        }
        assert "opendata_ua_published_date desc" not in values


@pytest.mark.usefixtures("datasets")
class TestMistypedWords:
    def test_the_page_says_for_which_words_it_answers(self, app: Any) -> None:
        note = page(app, "/dataset/?q=зупнки").select_one(".opendata-ua-corrected")
        assert note
        assert "зупинки" in note.get_text()

    def test_a_program_gets_the_answer_to_what_it_asked(self, app: Any) -> None:
        answer = app.get("/api/3/action/package_search?q=зупнки").json["result"]
        assert answer["count"] == 0

    def test_it_may_ask_what_was_meant(self, app: Any) -> None:
        answer = app.get("/api/3/action/opendata_ua_search_did_you_mean?q=зупнки")
        assert answer.json["result"]["suggestion"] == "зупинки"
