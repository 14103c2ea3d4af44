"""Files meet the rules of formats by whatever way they come, and are checked once."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.tests import factories
from ckan.tests.helpers import call_action
from click.testing import CliRunner

from ckanext.opendata_ua import compat
from ckanext.opendata_ua.adapters.cage import Pool, Verdict
from ckanext.opendata_ua.cli.checks import checks as checks_command
from ckanext.opendata_ua.domain.format_check import ENGINE
from ckanext.opendata_ua.logic import cage, checks
from ckanext.opendata_ua.model.check import Check
from ckanext.opendata_ua.model.file_version import FileVersion
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.moderator import Moderator
from tests.integration.sent import Client, sha256, some, stored, versions
from tests.integration.test_file_download import change_row

pytestmark = pytest.mark.usefixtures("portal")

Way = Callable[[Client, dict[str, Any], bytes, str], Any]
ABOUT = {"format": "CSV", "resource_type": "data", "data_actual_date": "2026-11-01"}


def program() -> bytes:
    """Return a program of Windows that no other test has."""
    return b"MZ\x90\x00" + uuid.uuid4().bytes + bytes(64) + b"PE\x00\x00" + bytes(512)


def picture() -> bytes:
    """Return a Flash program, which the list forbids, under another name."""
    return b"FWS\x09" + uuid.uuid4().bytes + bytes(256)


def _new(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "title": f"Набір {uuid.uuid4().hex[:8]}"}


def _create(api: Client, dataset: dict[str, Any], file: bytes, name: str) -> Any:
    fields = _new({"owner_org": dataset["owner_org"], "notes": "Опис."})
    files = {"resources__0__upload": (file, name)}
    return api.send("package_create", files, 409, resources=[{}], **fields)


def _update(api: Client, dataset: dict[str, Any], file: bytes, name: str) -> Any:
    shown = api.call("package_show", id=dataset["id"])
    keys = ("id", "name", "title", "owner_org", "notes", "tag_string", "resources")
    data = {key: shown[key] for key in keys}
    files = {"resources__0__upload": (file, name)}
    return api.send("package_update", files, 409, **data)


def _patch(api: Client, dataset: dict[str, Any], file: bytes, name: str) -> Any:
    files = {"resources__0__upload": (file, name)}
    return api.send("package_patch", files, 409, id=dataset["id"])


def _revise(api: Client, dataset: dict[str, Any], file: bytes, name: str) -> Any:
    files = {"update__resources__0__upload": (file, name)}
    return api.send("package_revise", files, 409, match={"id": dataset["id"]})


def _resource_create(
    api: Client, dataset: dict[str, Any], file: bytes, name: str
) -> Any:
    files = {"upload": (file, name)}
    return api.send("resource_create", files, 409, package_id=dataset["id"])


def _resource_update(
    api: Client, dataset: dict[str, Any], file: bytes, name: str
) -> Any:
    id_ = dataset["resources"][0]["id"]
    return api.send("resource_update", {"upload": (file, name)}, 409, id=id_)


def _resource_patch(
    api: Client, dataset: dict[str, Any], file: bytes, name: str
) -> Any:
    id_ = dataset["resources"][0]["id"]
    return api.send("resource_patch", {"upload": (file, name)}, 409, id=id_)


WAYS: dict[str, Way] = {
    "package_create": _create,
    "package_update": _update,
    "package_patch": _patch,
    "package_revise": _revise,
    "resource_create": _resource_create,
    "resource_update": _resource_update,
    "resource_patch": _resource_patch,
}


def codes_in(error: Any) -> set[str]:
    """Return all codes that an error carries, at whatever depth."""
    if isinstance(error, dict):
        own = set(error["code"]) if isinstance(error.get("code"), list) else set()
        return own.union(*(codes_in(one) for one in error.values()))
    if isinstance(error, list):
        return set().union(*(codes_in(one) for one in error))
    return set()


@pytest.fixture(scope="module")
def moderator(body: dict[str, Any]) -> dict[str, Any]:
    user = factories.User()
    Moderator.add(model.Session, user["id"], body["id"])
    model.Session.commit()
    return user


@pytest.fixture
def draft(create_draft: Any, editor_api: Client) -> dict[str, Any]:
    """Return a draft with one good file that was uploaded."""
    dataset = create_draft(title=f"Набір {uuid.uuid4().hex[:8]}")
    return with_file(editor_api, dataset, some())


def with_file(
    api: Client,
    dataset: dict[str, Any],
    content: bytes,
    name: str = "a.csv",
    **more: Any,
) -> dict[str, Any]:
    about = {**ABOUT, **more}
    api.send(
        "resource_create",
        {"upload": (content, name)},
        package_id=dataset["id"],
        **about,
    )
    return api.call("package_show", id=dataset["id"])


def submit(user: dict[str, Any], dataset: dict[str, Any]) -> Any:
    context: Any = {"user": user["name"], "ignore_auth": False}
    return call_action("opendata_ua_moderation_submit", context, id=dataset["id"])


def checklist(user: dict[str, Any], dataset: dict[str, Any]) -> dict[str, Any]:
    context: Any = {"user": user["name"], "ignore_auth": False}
    return call_action("opendata_ua_checklist_show", context, id=dataset["id"])


def findings(user: dict[str, Any], dataset: dict[str, Any]) -> dict[str, Any]:
    """Return the findings of a checklist by their codes."""
    return {one["code"]: one for one in checklist(user, dataset)["findings"]}


def count(table: Any) -> int:
    query = sa.select(sa.func.count()).select_from(table)
    return int(model.Session.execute(query).scalar_one())


class TestEveryWay:
    @pytest.mark.parametrize("way", WAYS)
    def test_a_forbidden_file_is_refused_and_nothing_is_stored(
        self, way: str, draft: dict[str, Any], editor_api: Client
    ) -> None:
        content, before = program(), count(FileVersion)
        error = WAYS[way](editor_api, draft, content, "дані.csv")
        assert codes_in(error) == {"forbidden_format"}
        assert "дані.csv" in str(error)
        assert not stored(content)
        assert count(FileVersion) == before

    @pytest.mark.parametrize("way", ["package_patch", "resource_create"])
    def test_a_public_dataset_is_no_way_around(
        self, way: str, create: Any, editor_api: Client
    ) -> None:
        public = with_file(editor_api, create(), some())
        content = picture()
        error = WAYS[way](editor_api, public, content, "мапа.swf")
        assert codes_in(error) == {"forbidden_format"}
        assert not stored(content)

    def test_a_link_is_refused_by_what_is_declared(
        self, draft: dict[str, Any], editor_api: Client
    ) -> None:
        error = editor_api.call(
            "resource_create",
            409,
            package_id=draft["id"],
            url="https://rada.example/мапа.swf",
            format="SWF",
        )
        assert codes_in(error) == {"forbidden_format"}

    def test_a_form_says_why_and_what_to_do_instead(
        self, app: Any, draft: dict[str, Any], editor_api: Client
    ) -> None:
        answer = app.post(
            f"/en/dataset/{draft['id']}/resource/new",
            data={
                "url_type": "upload",
                "upload": (io.BytesIO(picture()), "map.swf"),
                "id": "",
                "save": "go-checklist",
            },
            content_type="multipart/form-data",
            headers=editor_api.headers,
        )
        assert "CSV or JSON" in answer.body
        assert "forbidden_format" not in answer.body

    def test_several_files_are_refused_all_at_once(
        self, draft: dict[str, Any], editor_api: Client
    ) -> None:
        files = {f"resources__{n}__upload": (program(), f"{n}.csv") for n in (0, 1)}
        error = editor_api.send(
            "package_create",
            files,
            409,
            resources=[{}, {}],
            **_new({"owner_org": draft["owner_org"]}),
        )
        assert [bool(one) for one in error["resources"]] == [True, True]

    def test_an_old_file_that_is_forbidden_today_may_stay(
        self, draft: dict[str, Any], editor_api: Client, ckan_config: Any
    ) -> None:
        option = "ckanext.opendata_ua.formats.policy"
        ckan_config[option] = '{"CSV": "forbidden"}'
        editor_api.call("package_patch", id=draft["id"], notes="Інший опис.")
        error = _resource_patch(editor_api, draft, some(), "b.csv")
        assert codes_in(error) == {"forbidden_format"}


class TestOddInput:
    """What nobody means is refused in words, and a dataset lives on after it."""

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("url", "http://[::1"),
            ("url", {"a": 1}),
            ("url", 7),
            ("url", ["http://rada.example/", "b"]),
            ("url", "http://rada.example/a.csv\r\nX-Evil: 1"),
            ("format", ["CSV", "XLSX"]),
            ("format", {"a": 1}),
            ("format", "Я" * 40_000),
            ("size", -5),
            ("size", "-1"),
            ("mimetype", ["text/csv"]),
            ("mimetype", {"a": 1}),
        ],
    )
    def test_it_is_refused_at_its_field(
        self, field: str, value: Any, draft: dict[str, Any], editor_api: Client
    ) -> None:
        sent = {"url": "https://rada.example/a.csv", field: value}
        error = editor_api.call("resource_create", 409, package_id=draft["id"], **sent)
        assert field in error
        editor_api.call("package_patch", id=draft["id"], notes="Інший опис.")

    def test_what_is_stored_already_stays(
        self, draft: dict[str, Any], editor_api: Client
    ) -> None:
        long = "Я" * 200
        id_ = draft["resources"][0]["id"]
        change_row(model.Resource, id_, format=long)
        search.rebuild(draft["id"])
        changed = editor_api.call("resource_patch", id=id_, name="Зупинки")
        assert changed["format"] == long


class TestPassport:
    def test_what_was_detected_goes_into_the_resource(
        self, draft: dict[str, Any], editor_api: Client
    ) -> None:
        table = "назва;місце\nВокзал;Львів\n".encode("cp1251")
        made = editor_api.send(
            "resource_create", {"upload": (table, "дані")}, package_id=draft["id"]
        )
        assert (made["format"], made["encoding"]) == ("CSV", "windows-1251")
        assert (made["size"], made["mimetype"]) == (len(table), "text/csv")

    def test_what_was_detected_stays_with_an_edit_of_other_fields(
        self, draft: dict[str, Any], editor_api: Client
    ) -> None:
        id_ = draft["resources"][0]["id"]
        changed = editor_api.call(
            "resource_patch", id=id_, encoding="x", name="Зупинки"
        )
        assert changed["encoding"] == "UTF-8"

    def test_the_page_of_a_file_tells_it_in_words(
        self, draft: dict[str, Any], editor_api: Client
    ) -> None:
        file = draft["resources"][0]
        page = editor_api.get(f"/uk/dataset/{draft['id']}/resource/{file['id']}")
        for told in ("Кодування", "Тип даних (MIME)", "Машиночитаний: чому"):
            assert told in page.text
        assert file["hash"] in page.text
        assert "Tracking summary" not in page.text
        assert "Package id" not in page.text


class TestChecklist:
    def test_a_small_file_is_looked_at_when_it_is_submitted(
        self, draft: dict[str, Any], editor: dict[str, Any]
    ) -> None:
        assert "check.pending" in findings(editor, draft)
        assert submit(editor, draft)["state"] == "submitted"
        assert "check.pending" not in findings(editor, draft)

    def test_a_dead_checker_leaves_a_file_pending_never_clean(
        self,
        draft: dict[str, Any],
        editor: dict[str, Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        nobody = Pool(packages=["no_such_package"])
        monkeypatch.setattr(cage, "_pool", lambda parallel: nobody)
        down = cage.parse("formats.deep", io.BytesIO(b"x"))
        assert down.verdict is Verdict.UNAVAILABLE
        with pytest.raises(tk.ValidationError) as refusal:
            submit(editor, draft)
        assert refusal.value.error_dict["code"] == ["incomplete"]
        found: Any = refusal.value.error_dict["findings"]
        assert [one["code"] for one in found] == ["check.pending"]

    def test_the_same_bytes_are_looked_at_once(
        self, draft: dict[str, Any], editor: dict[str, Any], editor_api: Client
    ) -> None:
        submit(editor, draft)
        hashed = str(versions(draft["resources"][0]["id"])[0].sha256)
        assert checks.look_at_all(hashed) is False
        assert call_action("opendata_ua_check_run", id=hashed) == {"outcome": "known"}

    def test_a_warning_needs_a_word_and_the_moderator_reads_it(
        self,
        create_draft: Any,
        editor_api: Client,
        editor: dict[str, Any],
        moderator: dict[str, Any],
    ) -> None:
        text = f"Пояснення до даних. {uuid.uuid4()}\n".encode()
        draft = create_draft(title=f"Набір {uuid.uuid4().hex[:8]}")
        draft = with_file(editor_api, draft, text, "опис.txt", format="TXT")
        with pytest.raises(tk.ValidationError) as refusal:
            submit(editor, draft)
        found: Any = refusal.value.error_dict["findings"]
        warned = next(one for one in found if one["code"] == "format.warned")
        for ground in ("", " x"):
            error = editor_api.call(
                "opendata_ua_finding_acknowledge",
                409,
                finding_id=warned["finding_id"],
                ground=ground,
            )
            assert error["ground"]
        answered = editor_api.call(
            "opendata_ua_finding_acknowledge",
            finding_id=warned["finding_id"],
            ground="Інших даних немає.",
        )
        assert answered["acknowledged"]
        assert submit(editor, draft)["state"] == "submitted"
        read = findings(moderator, draft)["format.warned"]
        assert read["acknowledgement"]["ground"] == "Інших даних немає."
        assert read["acknowledgement"]["person"]["id"] == editor["id"]

    def test_what_has_to_be_mended_takes_no_answer(
        self, create_draft: Any, editor_api: Client, editor: dict[str, Any]
    ) -> None:
        draft = create_draft(notes=None)
        finding = findings(editor, draft)["passport.notes.missing"]
        error = editor_api.call(
            "opendata_ua_finding_acknowledge",
            409,
            finding_id=finding["finding_id"],
            ground="Так треба.",
        )
        assert error["code"] == ["wrong_state"]

    def test_a_stranger_answers_for_nothing(
        self, draft: dict[str, Any], editor: dict[str, Any], app: Any
    ) -> None:
        finding = findings(editor, draft)["check.pending"]
        other = Client(app, factories.APIToken(user=factories.User()["name"])["token"])
        other.call(
            "opendata_ua_finding_acknowledge",
            403,
            finding_id=finding["finding_id"],
            ground="Так треба.",
        )


class TestPolicy:
    def test_an_organization_says_more_than_the_site(
        self, draft: dict[str, Any], editor_api: Client, body: dict[str, Any]
    ) -> None:
        sysadmin: Any = {"user": factories.Sysadmin()["name"]}
        rule = {"verdict": "forbidden", "reason": "Лише JSON.", "instead": ["JSON"]}
        own = json.dumps({"CSV": rule})
        call_action("organization_patch", sysadmin, id=body["id"], format_policy=own)
        try:
            error = _resource_create(editor_api, draft, some(), "b.csv")
            assert codes_in(error) == {"forbidden_format"}
            assert "Лише JSON." in str(error)
        finally:
            call_action("organization_patch", sysadmin, id=body["id"], format_policy="")

    def test_a_policy_that_cannot_be_read_is_refused_with_the_reason(
        self, body: dict[str, Any]
    ) -> None:
        sysadmin: Any = {"user": factories.Sysadmin()["name"]}
        with pytest.raises(tk.ValidationError) as refusal:
            call_action(
                "organization_patch", sysadmin, id=body["id"], format_policy="CSV: no"
            )
        assert "format_policy" in refusal.value.error_dict

    def test_the_policy_is_shown(self, editor_api: Client) -> None:
        shown = editor_api.call("opendata_ua_format_policy_show")
        assert {"format", "verdict", "reason", "instead"} <= set(shown["formats"][0])


class TestCommand:
    def test_every_file_is_looked_at_once(self, draft: dict[str, Any]) -> None:
        runner = CliRunner()
        assert runner.invoke(checks_command, ["run"]).exit_code == 0
        file = str(versions(draft["resources"][0]["id"])[0].sha256)
        assert Check.of(model.Session, [file], ENGINE)[file].whole
        again = runner.invoke(checks_command, ["run"])
        assert "0 files" in again.output


class TestCopy:
    def test_one_click_makes_a_version_in_utf_8(
        self, draft: dict[str, Any], editor_api: Client
    ) -> None:
        text = f"назва;місце\nВокзал;Львів {uuid.uuid4()}\n"
        old = text.encode("cp1251")
        dataset = with_file(editor_api, draft, old, "дані.csv")
        id_ = dataset["resources"][-1]["id"]
        changed = editor_api.call("opendata_ua_file_recode", resource_id=id_)
        assert changed["encoding"] == "UTF-8"
        assert changed["hash"] == sha256(text.encode())
        assert stored(old)

    def test_what_is_utf_8_already_stays(
        self, draft: dict[str, Any], editor_api: Client
    ) -> None:
        id_ = draft["resources"][0]["id"]
        error = editor_api.call("opendata_ua_file_recode", 409, resource_id=id_)
        assert error["code"] == ["wrong_state"]


class TestOldFiles:
    """Files that CKAN stored before the extension came are looked at in their place."""

    @pytest.fixture
    def old(self, create_draft: Any) -> Any:
        """Return what makes a draft whose file CKAN itself stored."""

        def make(content: bytes, name: str = "zupynky.csv") -> dict[str, Any]:
            about = {**ABOUT, "url": f"https://rada.example/{name}", "name": "Зупинки"}
            dataset = create_draft(
                title=f"Набір {uuid.uuid4().hex[:8]}", resources=[about]
            )
            id_ = dataset["resources"][0]["id"]
            compat.classic_write(compat.classic_file(id_), [content], len(content))
            change_row(model.Resource, id_, url=name, url_type="upload")
            search.rebuild(dataset["id"])
            return dataset

        return make

    def test_nobody_calls_one_clean_before_it_was_looked_at(
        self, old: Any, editor: dict[str, Any]
    ) -> None:
        dataset = old(some())
        assert "check.pending" in findings(editor, dataset)
        assert submit(editor, dataset)["state"] == "submitted"
        assert "check.pending" not in findings(editor, dataset)

    def test_one_that_is_not_what_it_is_called_is_not_submitted(
        self, old: Any, editor: dict[str, Any]
    ) -> None:
        dataset = old(program())
        with pytest.raises(tk.ValidationError):
            submit(editor, dataset)
        assert "content.executable" in findings(editor, dataset)

    def test_the_command_looks_at_them_once(
        self, old: Any, editor: dict[str, Any]
    ) -> None:
        dataset = old("назва;місце\nВокзал;Львів\n".encode("cp1251"))
        runner = CliRunner()
        assert runner.invoke(checks_command, ["run"]).exit_code == 0
        found = findings(editor, dataset)
        assert "check.pending" not in found
        assert "content.encoding" in found
        assert "0 files" in runner.invoke(checks_command, ["run"]).output
        assert "0 files" not in runner.invoke(checks_command, ["run", "--all"]).output

    def test_one_click_makes_a_version_in_utf_8_of_one(
        self, old: Any, editor: dict[str, Any], editor_api: Client
    ) -> None:
        text = f"назва;місце\nВокзал;Львів {uuid.uuid4()}\n"
        dataset = old(text.encode("cp1251"))
        id_ = dataset["resources"][0]["id"]
        call_action("opendata_ua_checklist_show", id=dataset["id"], look=True)
        changed = editor_api.call("opendata_ua_file_recode", resource_id=id_)
        assert changed["hash"] == sha256(text.encode())
        assert "content.encoding" not in findings(editor, dataset)

    def test_a_format_that_the_rules_forbid_cannot_be_declared_of_one(
        self, old: Any, editor_api: Client
    ) -> None:
        dataset = old(some())
        id_ = dataset["resources"][0]["id"]
        error = editor_api.call("resource_patch", 409, id=id_, format="SWF")
        assert codes_in(error) == {"forbidden_format"}

    def test_one_that_is_moved_is_looked_at_by_its_hash(self, old: Any) -> None:
        content = some()
        id_ = old(content)["resources"][0]["id"]
        call_action("opendata_ua_files_move", resource_id=id_, to="store")
        waiting = Job.standing(model.Session, "check_file", [sha256(content)])
        assert waiting[sha256(content)][0] == "waiting"
