"""The demo on the real stack: what a load brings, and that it may be repeated."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from ckan.tests.helpers import call_action
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from ckanext.opendata_ua.cli.demo import demo
from ckanext.opendata_ua.demo import catalogue, loader

DAY = "2026-11-20"
TODAY = date.fromisoformat(DAY)
#: Datasets of every kind: with map and structure, compressed, with a link, in cp1251,
#: with a dirty format, with a lying one, of the second editor, rejected, draft.
ONLY = (
    "zakhysni-sporudy",
    "likarski-zasoby",
    "mistobudivna-dokumentatsiia",
    "systema-obliku-publichnoi-informatsii",
    "pereviznyky-ta-marshruty",
    "enerhetychnyi-menedzhment",
    "finansova-zvitnist-komunalnykh-pidpryiemstv",
    "kamery-videosposterezhennia",
    "kvartyrnyi-oblik",
)
DATASETS = {d.name: d for d in catalogue.read().datasets if d.name in ONLY}

pytestmark = pytest.mark.usefixtures("portal")


def run(*options: str) -> Result:
    """Run `ckan opendata-ua demo load`, of nine datasets unless told others."""
    only = [part for name in ONLY for part in ("--only", name)]
    return CliRunner().invoke(demo, ["load", "--today", DAY, *(options or only)])


@pytest.fixture(scope="module")
def loaded(portal: None) -> Result:
    """Load the nine datasets once."""
    result = run()
    assert result.exit_code == 0, result.output
    return result


def show(name: str, user: str = "admin") -> dict[str, Any]:
    """Read a dataset as a user."""
    context: Any = {"user": user, "ignore_auth": False}
    return call_action("package_show", context, id=name)


def body_of(app: Any, resource: dict[str, Any], who: str = "") -> bytes:
    """Download a file as a reader, or as a person of the demo."""
    token = {"Authorization": factories.APIToken(user=who)["token"]} if who else {}
    return app.get(resource["url"], headers=token, status=200).data


@pytest.mark.usefixtures("loaded")
class TestLoad:
    def test_it_tells_how_much_was_created(self, loaded: Result) -> None:
        assert "23 created, 0 were there already" in loaded.output

    def test_five_people_have_their_parts(self) -> None:
        assert call_action("user_show", id="admin")["sysadmin"]
        parts = {
            name: [
                (body["name"], body["capacity"])
                for body in call_action("organization_list_for_user", id=name)
            ]
            for name in ("publisher", "publisher2", "member", "moderator")
        }
        assert parts == {
            "publisher": [("miska-rada", "editor")],
            "publisher2": [("finansove-upravlinnia", "editor")],
            "member": [("miska-rada", "member")],
            "moderator": [],
        }

    def test_a_person_signs_in_with_the_password_of_the_demo(self) -> None:
        user = model.User.get("publisher")
        assert user
        assert user.validate_password(loader.PASSWORD)

    def test_a_body_has_its_codes_and_the_council_its_arms(self) -> None:
        council = call_action("organization_show", id="miska-rada")
        assert (council["short_name"], council["edrpou"]) == ("Міська рада", "99000011")
        assert council["image_display_url"].endswith(".png")

    def test_a_passport_comes_whole(self) -> None:
        found, asked = show("zakhysni-sporudy"), DATASETS["zakhysni-sporudy"]
        assert found["title"] == asked.title
        assert found["purpose_of_collecting_information"] == asked.purpose
        assert found["update_frequency"] == asked.frequency
        assert found["mandated_item"] == asked.mandated_item
        assert found["maintainer_email"] == "data@verbohirsk.gov.ua.example"
        assert {tag["name"] for tag in found["tags"]} == set(asked.keywords)
        assert found["date_first_published"]
        assert found["data_modified"]

    @pytest.mark.parametrize("name", [n for n in ONLY if n != "kvartyrnyi-oblik"])
    def test_every_file_of_the_catalogue_is_there(self, name: str) -> None:
        found = show(name)
        listed = [(spec.name, spec.structure != "") for spec in DATASETS[name].files]
        assert listed == [
            (r["name"], r["resource_type"] == "structure") for r in found["resources"]
        ]
        public = DATASETS[name].review == "approve"
        assert found["state"] == ("active" if public else "draft")
        for resource in found["resources"]:
            assert resource["url_type"] != "upload" or resource["size"] > 100

    def test_files_download_as_they_were_made(self, app: Any) -> None:
        files = {r["name"]: r for r in show("likarski-zasoby")["resources"]}
        table = body_of(app, files["Залишки лікарських засобів"]).decode()
        assert table.startswith("identifier,institutionIdentifier")
        assert table.count("\n") == 2401
        packed = files["Залишки лікарських засобів (стиснений файл)"]
        assert (packed["format"], packed["compress_format"]) == ("CSV", "GZIP")

    def test_a_proposal_waits_for_an_answer_as_a_reader_sent_it(self) -> None:
        listed = call_action("opendata_ua_proposal_list", id="zakhysni-sporudy")
        (found,) = listed["proposals"]
        assert (found["kind"], found["state"]) == ("error", "shown")
        assert "Людмила" not in str(found)

    def test_a_workbook_opens(self, app: Any) -> None:
        found = show("finansova-zvitnist-komunalnykh-pidpryiemstv")
        data = body_of(app, found["resources"][0])
        sheet = load_workbook(io.BytesIO(data)).worksheets[0]
        assert sheet.max_row == 729

    def test_the_day_of_the_data_counts_from_the_day_of_the_load(self) -> None:
        dates = [
            resource.get("data_actual_date")
            for resource in show("zakhysni-sporudy")["resources"]
        ]
        assert dates[0] == "2026-10-30"

    def test_the_editor_of_the_body_is_the_author(self) -> None:
        authors = {
            name: model.User.get(show(name)["creator_user_id"]).name  # type: ignore[union-attr]  # there is one
            for name in (ONLY[0], ONLY[6], ONLY[4])
        }
        assert list(authors.values()) == ["publisher", "publisher2", "admin"]

    @pytest.mark.parametrize(
        ("name", "state"),
        [
            ("zakhysni-sporudy", "public"),
            ("kvartyrnyi-oblik", "draft"),
            ("systema-obliku-publichnoi-informatsii", "submitted"),
            ("mistobudivna-dokumentatsiia", "returned"),
            ("kamery-videosposterezhennia", "rejected"),
        ],
    )
    def test_every_stage_of_moderation_is_there(self, name: str, state: str) -> None:
        assert show(name)["opendata_ua_state"] == state

    def test_the_rejected_and_the_draft_are_not_for_readers(self, app: Any) -> None:
        app.get("/dataset/kamery-videosposterezhennia", status=404)
        assert show("kvartyrnyi-oblik")["state"] == "draft"
        assert "kvartyrnyi-oblik" not in call_action("package_list")

    def test_faults_stay_as_they_are(self, app: Any) -> None:
        old = show("systema-obliku-publichnoi-informatsii")["resources"][0]
        data = body_of(app, old, "admin")
        assert "документа".encode("cp1251") in data or "лист".encode("cp1251") in data
        lying = show("enerhetychnyi-menedzhment")["resources"][0]
        assert lying["format"] == "JSON"
        assert not body_of(app, lying, "admin").startswith((b"{", b"["))


@pytest.mark.usefixtures("loaded")
class TestRepeat:
    def test_a_second_load_changes_nothing(self) -> None:
        before = show("zakhysni-sporudy")
        result = run()
        assert "0 created, 23 were there already" in result.output
        assert show("zakhysni-sporudy") == before

    def test_a_load_that_was_cut_short_is_finished(self) -> None:
        call_action("package_delete", {"user": "admin"}, id="likarski-zasoby")
        call_action("dataset_purge", {"user": "admin"}, id="likarski-zasoby")
        asked = loader._passport(DATASETS["likarski-zasoby"])
        files = [loader._resource(DATASETS["likarski-zasoby"].files[0], TODAY)]
        context: Any = {"user": "publisher"}
        call_action("package_create", context, **asked, resources=files)
        assert "1 created, 22 were there" in run().output
        found = show("likarski-zasoby")
        assert (found["state"], len(found["resources"])) == ("active", 1)

    def test_a_deleted_dataset_is_not_raised_from_the_dead(self) -> None:
        call_action("package_delete", {"user": "admin"}, id="zakhysni-sporudy")
        assert "0 created" in run().output
        assert show("zakhysni-sporudy")["state"] == "deleted"

    def test_a_second_load_waits_for_the_first(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(loader, "LOCK_PATIENCE", 0.2)
        site = loader._site_user()
        held = connect_to_redis().lock(f"ckan:{site}:opendata-ua:demo", timeout=30)
        assert held.acquire(blocking=False)
        try:
            result = run()
        finally:
            held.release()
        assert result.exit_code == 1
        assert "waiting for it to end" in result.output
        assert "has not ended" in result.output

    def test_a_load_whose_step_was_too_long_takes_its_lock_again(self) -> None:
        with loader.one_at_a_time(lambda: None) as renew:
            name = f"ckan:{loader._site_user()}:opendata-ua:demo"
            connect_to_redis().delete(name)
            renew()
            assert connect_to_redis().exists(name)
        assert not connect_to_redis().exists(name)


class TestRefusals:
    def test_an_unknown_dataset_is_named(self) -> None:
        result = run("--only", "nemaie")
        assert result.exit_code == 1
        assert "no dataset nemaie" in result.output

    def test_a_missing_library_is_told_before_anything_is_done(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(loader.files, "missing", ImportError("odf"))
        result = run()
        assert result.exit_code == 1
        assert "pip install 'ckanext-opendata-ua[demo]'" in result.output

    def test_a_refused_step_is_told_with_its_reason(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_entry: object) -> bool:
            return bool(call_action("user_create", {"user": "x"}, name="Ы"))

        monkeypatch.setattr(loader, "_user", refuse)
        result = run()
        assert result.exit_code == 1
        assert "user admin was refused" in result.output
