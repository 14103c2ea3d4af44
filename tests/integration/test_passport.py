"""The passport: action, page and files, on the real stack."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from ckan.tests.helpers import call_action
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] no types in lxml

from tests.integration.conftest import public_at_once

pytestmark = pytest.mark.usefixtures("portal")


@pytest.fixture(scope="module")
def dataset(
    body: dict[str, Any], editor: dict[str, Any], full: dict[str, str]
) -> dict[str, Any]:
    files = [
        {
            "url": "https://rada.example/zupynky.csv",
            "name": "Зупинки",
            "format": "csv",
            "data_actual_date": "2026-01-31",
        },
        {
            "url": "https://rada.example/struktura.json",
            "name": "Структура",
            "format": "JSON",
            "resource_type": "structure",
            "data_actual_date": "2026-01-31",
        },
    ]
    return call_action(
        "package_create",
        public_at_once(editor),
        **{**full, "owner_org": body["id"], "resources": files},
    )


def shown(dataset: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    return call_action("opendata_ua_passport_show", id=dataset["id"], **parameters)


class TestAction:
    def test_a_full_passport_is_complete(self, dataset: dict[str, Any]) -> None:
        passport = shown(dataset)
        assert passport["complete"] is True
        assert passport["findings"] == []

    def test_the_sixteen_elements_come_in_the_order_of_the_law(
        self, dataset: dict[str, Any]
    ) -> None:
        elements = shown(dataset)["elements"]
        assert [element["number"] for element in elements] == list(range(1, 17))

    def test_values_are_labels_in_the_language_asked_for(
        self, dataset: dict[str, Any]
    ) -> None:
        by_key = {one["key"]: one for one in shown(dataset, lang="en")["elements"]}
        assert by_key["update_frequency"]["value"] == "Monthly"
        assert by_key["update_frequency"]["uri"].endswith("/MONTHLY")

    def test_the_holder_is_named_with_its_code(self, dataset: dict[str, Any]) -> None:
        by_key = {one["key"]: one for one in shown(dataset)["elements"]}
        assert "14360570" in by_key["organization"]["value"]

    def test_what_is_missing_comes_as_findings_in_words(self, create: Any) -> None:
        bare = create(notes=None, update_frequency=None)
        codes = {one["code"] for one in shown(bare)["findings"]}
        assert {"passport.notes.missing", "passport.update_frequency.missing"} <= codes
        assert all(
            one["message"] and one["next_step"] for one in shown(bare)["findings"]
        )

    def test_finding_ids_survive_a_second_look(self, create: Any) -> None:
        bare = create(notes=None)
        first, second = (
            [one["finding_id"] for one in shown(bare)["findings"]] for _ in range(2)
        )
        assert first == second
        assert len(set(first)) == len(first)

    def test_an_unknown_language_is_refused(self, dataset: dict[str, Any]) -> None:
        with pytest.raises(tk.ValidationError):
            shown(dataset, lang="de")

    def test_a_private_passport_is_closed_to_strangers(self, create: Any) -> None:
        private = create(private=True)
        with pytest.raises(tk.NotAuthorized):
            call_action(
                "opendata_ua_passport_show",
                {"user": "", "ignore_auth": False},
                id=private["id"],
            )

    def test_there_is_no_passport_of_nothing(self) -> None:
        with pytest.raises(tk.ObjectNotFound):
            call_action("opendata_ua_passport_show", id="nemaie-takoho")

    def test_an_id_is_needed(self) -> None:
        with pytest.raises(tk.ValidationError) as refusal:
            call_action("opendata_ua_passport_show")
        assert set(refusal.value.error_dict) == {"id"}


class TestChecklist:
    def test_it_is_ready_when_nothing_blocks(
        self, dataset: dict[str, Any], editor: dict[str, Any]
    ) -> None:
        checklist = call_action(
            "opendata_ua_checklist_show",
            {"user": editor["name"], "ignore_auth": False},
            id=dataset["id"],
        )
        assert checklist == {"ready": True, "findings": []}

    def test_a_reader_does_not_see_it(self, dataset: dict[str, Any]) -> None:
        with pytest.raises(tk.NotAuthorized):
            call_action(
                "opendata_ua_checklist_show",
                {"user": factories.User()["name"], "ignore_auth": False},
                id=dataset["id"],
            )


def page(app: Any, address: str, status: int = 200, **headers: str) -> BeautifulSoup:
    return BeautifulSoup(
        app.get(address, status=status, headers=headers).body, "html.parser"
    )


class TestPages:
    def test_the_dataset_page_shows_all_sixteen_elements(
        self, app: Any, dataset: dict[str, Any]
    ) -> None:
        rows = page(app, f"/dataset/{dataset['name']}").select("[data-element]")
        assert len(rows) == 16

    def test_the_dataset_page_carries_the_reuse_notice(
        self, app: Any, dataset: dict[str, Any]
    ) -> None:
        notice = page(app, f"/dataset/{dataset['name']}").select_one(
            ".opendata-ua-reuse"
        )
        assert notice
        assert "вільного використання" in notice.get_text()

    def test_a_file_shows_format_and_the_day_it_is_actual_on(
        self, app: Any, dataset: dict[str, Any]
    ) -> None:
        file = page(app, f"/dataset/{dataset['name']}").select_one(".opendata-ua-file")
        assert file
        assert "CSV" in file.get_text()
        assert "31.01.2026" in file.get_text()

    def test_the_sheet_has_the_lines_of_the_printed_form(
        self, app: Any, dataset: dict[str, Any]
    ) -> None:
        sheet = page(app, f"/dataset/{dataset['name']}/passport")
        assert len(sheet.select("[data-element]")) == 17  # sixteen and the purpose

    @pytest.mark.ckan_config("ckanext.opendata_ua.passport.purpose_line", False)
    def test_a_council_may_leave_out_the_line_of_purpose(
        self, app: Any, dataset: dict[str, Any]
    ) -> None:
        sheet = page(app, f"/dataset/{dataset['name']}/passport")
        assert len(sheet.select("[data-element]")) == 16

    def test_the_sheet_resolves_by_id_too(
        self, app: Any, dataset: dict[str, Any]
    ) -> None:
        page(app, f"/dataset/{dataset['id']}/passport")

    @pytest.mark.parametrize("ending", ["", ".json", ".docx"])
    def test_strangers_do_not_learn_that_a_private_set_exists(
        self, app: Any, create: Any, ending: str
    ) -> None:
        private = create(private=True)
        page(app, f"/dataset/{private['name']}/passport{ending}", status=404)
        page(app, f"/dataset/nemaie-takoho/passport{ending}", status=404)

    def test_an_unknown_format_is_not_found(
        self, app: Any, dataset: dict[str, Any]
    ) -> None:
        page(app, f"/dataset/{dataset['name']}/passport.exe", status=404)


class TestFiles:
    def fetch(self, app: Any, dataset: dict[str, Any], extension: str) -> Any:
        return app.get(f"/dataset/{dataset['name']}/passport.{extension}", status=200)

    def test_json_has_the_national_keys(
        self, app: Any, dataset: dict[str, Any]
    ) -> None:
        passport = json.loads(self.fetch(app, dataset, "json").get_data())
        assert passport["update_frequency"] == "once a month"
        assert passport["purpose_of_collecting_information"].startswith("Закон")

    def test_csv_is_read_by_pythons_reader(
        self, app: Any, dataset: dict[str, Any]
    ) -> None:
        text = self.fetch(app, dataset, "csv").get_data().decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert dataset["title"] in cells

    def test_xml_is_well_formed(self, app: Any, dataset: dict[str, Any]) -> None:
        tree = etree.fromstring(self.fetch(app, dataset, "xml").get_data())
        assert dataset["title"] in "".join(tree.itertext())

    def test_docx_is_a_word_document(self, app: Any, dataset: dict[str, Any]) -> None:
        response = self.fetch(app, dataset, "docx")
        with zipfile.ZipFile(io.BytesIO(response.get_data())) as archive:
            assert dataset["title"] in archive.read("word/document.xml").decode()
        assert dataset["name"] in response.headers["Content-Disposition"]


class TestHostileValues:
    def test_only_web_addresses_become_links(self, app: Any, create: Any) -> None:
        dataset = create(
            notes="http://rada.example <b>опис</b> javascript:alert(1)",
            resources=[{"url": "javascript:alert(1)", "format": "CSV"}],
        )
        for address in ("", "/passport"):
            text = page(app, f"/dataset/{dataset['name']}{address}")
            links = [
                str(link.get("href")) for link in text.select("main a, .primary a")
            ]
            assert links
            assert not [link for link in links if link.startswith("javascript:")]
            assert not text.select("[data-element=notes] b")
