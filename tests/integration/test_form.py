"""The form a publisher fills in, without JavaScript, on the real stack."""

from __future__ import annotations

import io
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from ckan.tests import factories
from ckan.tests.helpers import call_action

pytestmark = pytest.mark.usefixtures("portal")


@pytest.fixture
def signed_in(editor: dict[str, Any]) -> dict[str, str]:
    """Return the headers of the editor's requests."""
    token = factories.APIToken(user=editor["name"])
    return {"Authorization": token["token"]}


def form(
    app: Any, headers: dict[str, str], address: str = "/dataset/new"
) -> BeautifulSoup:
    return BeautifulSoup(
        app.get(address, headers=headers, status=200).body, "html.parser"
    )


def post(app: Any, headers: dict[str, str], **fields: Any) -> Any:
    return app.post(
        "/dataset/new",
        headers=headers,
        data={"save": "", "_ckan_phase": "1", **fields},
        follow_redirects=False,
    )


def field_of(page: BeautifulSoup, name: str) -> Tag:
    field = page.select_one(f"#field-{name}")
    assert field, name
    return field


class TestNewDataset:
    def test_no_frequency_is_preselected(
        self, app: Any, signed_in: dict[str, str]
    ) -> None:
        select = form(app, signed_in).select_one("#field-update_frequency")
        assert select
        chosen = select.select("option[selected]")
        assert [option["value"] for option in chosen] in ([], [""])

    def test_ukrainian_is_the_preset_language(
        self, app: Any, signed_in: dict[str, str]
    ) -> None:
        option = form(app, signed_in).select_one("#field-language option[selected]")
        assert option
        assert option["value"] == "ua"

    def test_the_responsible_person_of_the_organization_is_preset(
        self, app: Any, signed_in: dict[str, str], body: dict[str, Any]
    ) -> None:
        page = form(app, signed_in, f"/dataset/new?group={body['id']}")
        field = page.select_one("#field-maintainer")
        assert field
        assert field["value"] == "Коваль Олена Іванівна"

    def test_every_field_has_a_label_and_its_help(
        self, app: Any, signed_in: dict[str, str]
    ) -> None:
        page = form(app, signed_in)
        fields = page.select("#dataset-edit .form-control")
        assert len(fields) > 10
        for field in fields:
            assert page.select_one(f"label[for='{field['id']}']"), field
            helper = field.get("aria-describedby")
            assert not helper or page.find(id=helper), field

    def test_unscheduled_is_not_offered(
        self, app: Any, signed_in: dict[str, str]
    ) -> None:
        page = form(app, signed_in)
        assert not page.select("#field-update_frequency option[value=unscheduled]")

    def test_the_first_step_makes_a_draft_and_leads_to_files(
        self,
        app: Any,
        signed_in: dict[str, str],
        body: dict[str, Any],
        full: dict[str, str],
    ) -> None:
        answer = post(
            app, signed_in, **full, owner_org=body["id"], name="", private="False"
        )
        assert answer.status_code == 302
        name = "perelik-zupynok-hromadskoho-transportu-testovoi-miskoi-rady"
        assert answer.headers["Location"].endswith(f"/dataset/{name}/resource/new")
        context: Any = {"ignore_auth": True}
        assert call_action("package_show", context, id=name)["state"] == "draft"
        self.finish(app, signed_in, name)
        shown = call_action("package_show", {"ignore_auth": True}, id=name)
        assert (shown["state"], len(shown["resources"])) == ("draft", 1)
        assert shown["resources"][0]["format"] == "CSV"

    def finish(self, app: Any, headers: dict[str, str], name: str) -> None:
        file = (io.BytesIO("а,б\n1,2\n".encode()), "зупинки.csv")
        answer = app.post(
            f"/dataset/{name}/resource/new",
            headers=headers,
            data={
                "id": "",
                "save": "go-checklist",
                "upload": file,
                "url": "зупинки.csv",
                "url_type": "upload",
                "name": "Зупинки",
                "data_actual_date": "2026-01-31",
                "resource_type": "data",
            },
            content_type="multipart/form-data",
            follow_redirects=False,
        )
        assert answer.status_code == 302, answer.body
        assert answer.headers["Location"].endswith(f"/dataset/{name}/checklist")

    def test_all_errors_stand_beside_their_fields_and_nothing_is_lost(
        self,
        app: Any,
        signed_in: dict[str, str],
        body: dict[str, Any],
        full: dict[str, str],
    ) -> None:
        answer = post(
            app,
            signed_in,
            **{**full, "title": "д" * 255, "maintainer_email": "не адреса"},
            owner_org=body["id"],
        )
        page = BeautifulSoup(answer.body, "html.parser")
        for name in ("title", "maintainer_email"):
            field = page.select_one(f"#field-{name}")
            assert field
            group = field.find_parent(class_="form-group")
            assert group
            assert group.select_one(".error-block"), name
        assert field_of(page, "notes").get_text().strip() == full["notes"]
        assert field_of(page, "tag_string")["value"] == full["tag_string"]

    def test_a_repaired_keyword_is_told_to_the_person(
        self,
        app: Any,
        signed_in: dict[str, str],
        body: dict[str, Any],
        full: dict[str, str],
    ) -> None:
        fields = {**full, "title": "Здоровʼя", "tag_string": "здоров'я"}
        answer = app.test_client().post(
            "/dataset/new",
            headers=signed_in,
            data={"save": "", "_ckan_phase": "1", **fields, "owner_org": body["id"]},
            follow_redirects=True,
        )
        message = BeautifulSoup(answer.body, "html.parser").select_one(".alert-info")
        assert message
        assert "здоровʼя" in message.get_text()


class TestEdit:
    def test_an_old_code_stays_choosable(
        self, app: Any, signed_in: dict[str, str], create: Any
    ) -> None:
        dataset = create(update_frequency="unscheduled")
        page = form(app, signed_in, f"/dataset/edit/{dataset['name']}")
        option = page.select_one("#field-update_frequency option[selected]")
        assert option
        assert option["value"] == "unscheduled"

    def test_an_old_file_does_not_become_actual_today_by_itself(
        self, app: Any, signed_in: dict[str, str], create: Any
    ) -> None:
        dataset = create(resources=[{"url": "https://rada.example/a.csv"}])
        file = dataset["resources"][0]["id"]
        page = form(app, signed_in, f"/dataset/{dataset['name']}/resource/{file}/edit")
        field = page.select_one("#field-data_actual_date")
        assert field
        assert not field["value"]

    def test_the_edit_form_holds_what_is_stored(
        self, app: Any, signed_in: dict[str, str], create: Any
    ) -> None:
        dataset = create()
        page = form(app, signed_in, f"/dataset/edit/{dataset['name']}")
        assert field_of(page, "tag_string")["value"] == "зупинки, транспорт"
        assert field_of(page, "maintainer_email")["value"] == "koval@rada.example"


class TestFile:
    def send(
        self, app: Any, headers: dict[str, str], address: str, **fields: Any
    ) -> Any:
        return app.post(
            address,
            headers=headers,
            data={"save": "go-dataset-complete", "resource_type": "data", **fields},
            content_type="multipart/form-data",
            follow_redirects=False,
        )

    def uploaded(
        self, app: Any, headers: dict[str, str], dataset: dict[str, Any]
    ) -> dict[str, Any]:
        self.send(
            app,
            headers,
            f"/dataset/{dataset['name']}/resource/new",
            id="",
            url="",
            url_type="upload",
            upload=(io.BytesIO(b"a\n1\n"), "stops.csv"),
        )
        return call_action("package_show", id=dataset["id"])["resources"][0]

    def test_a_file_is_uploaded_without_scripts(
        self, app: Any, signed_in: dict[str, str], create: Any
    ) -> None:
        file = self.uploaded(app, signed_in, create())
        assert (file["url_type"], file["format"]) == ("upload", "CSV")
        assert app.get(file["url"], status=200).get_data() == b"a\n1\n"

    def test_an_edit_without_a_new_file_keeps_the_old_one(
        self, app: Any, signed_in: dict[str, str], create: Any
    ) -> None:
        dataset = create()
        file = self.uploaded(app, signed_in, dataset)
        answer = self.send(
            app,
            signed_in,
            f"/dataset/{dataset['name']}/resource/{file['id']}/edit",
            id=file["id"],
            url="",
            url_type="upload",
            name="Нова назва",
        )
        assert answer.status_code == 302
        after = call_action("resource_show", id=file["id"])
        assert (after["name"], after["url"]) == ("Нова назва", file["url"])

    def test_neither_file_nor_address_is_refused_beside_the_field(
        self, app: Any, signed_in: dict[str, str], create: Any
    ) -> None:
        dataset = create()
        answer = self.send(
            app,
            signed_in,
            f"/dataset/{dataset['name']}/resource/new",
            id="",
            url="",
            url_type="",
            name="Порожній",
        )
        assert answer.status_code == 200
        page = BeautifulSoup(answer.body, "html.parser")
        assert page.select_one(".opendata-ua-source .error-block")
        assert call_action("package_show", id=dataset["id"])["resources"] == []


class TestOldFields:
    def test_what_the_form_does_not_show_is_not_lost(
        self, app: Any, signed_in: dict[str, str], create: Any
    ) -> None:
        old = {
            "url": "https://rada.example/dorohy",
            "author": "Відділ доріг",
            "author_email": "dorohy@rada.example",
            "extras": [{"key": "Протяжність", "value": "48 км"}],
        }
        dataset = create(**old)
        address = f"/dataset/edit/{dataset['name']}"
        fields = sent_by(form(app, signed_in, address))
        answer = app.post(
            address,
            headers=signed_in,
            data={**fields, "save": "", "title": "Нова назва"},
            follow_redirects=False,
        )
        assert answer.status_code == 302
        shown = call_action("package_show", id=dataset["id"])
        assert {key: shown[key] for key in old} == old
        assert shown["title"] == "Нова назва"


def sent_by(page: BeautifulSoup) -> dict[str, str]:
    """Return what a browser sends when nothing on the form was touched."""
    fields: dict[str, str] = {}
    for field in page.select("#dataset-edit [name]"):
        chosen = field.select_one("option[selected]")
        if field.name == "textarea":
            value: Any = field.get_text()
        elif field.name == "select":
            value = chosen["value"] if chosen else ""
        else:
            value = field.get("value", "")
        if field.name != "button":
            fields[str(field["name"])] = str(value)
    return fields
