"""Somebody's register becomes drafts: on the real stack, of files of every kind."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from click.testing import CliRunner

from ckanext.opendata_ua.cli.register import register as register_command
from ckanext.opendata_ua.logic import work
from ckanext.opendata_ua.logic.reader import register as reading
from ckanext.opendata_ua.model.register_import import KEPT, RegisterImport
from tests.faults import portal as faults
from tests.faults.places import after, before, kill
from tests.integration.conftest import public_at_once
from tests.integration.sent import Client, storage

pytestmark = pytest.mark.usefixtures("portal")

ROW = {
    "Назва": "Перелік зупинок",
    "Опис": "Місця зупинок.",
    "Частота оновлення": "раз на місяць",
    "Ключові слова": "транспорт, зупинки",
    "Посилання на файл": "https://rada.example/stops.csv",
    "Відповідальна особа": "Коваль Олена Іванівна",
    "Email": "koval@rada.example",
}


@pytest.fixture
def organization(editor: dict[str, Any]) -> dict[str, Any]:
    """Return an organization of its own for each test, with the editor in it."""
    made = factories.Organization(edrpou="00360570")
    call_action(
        "organization_member_create",
        id=made["id"],
        username=editor["name"],
        role="editor",
    )
    return made


@pytest.fixture
def load(organization: dict[str, Any], editor: dict[str, Any]) -> Callable[..., Any]:
    """Return a function that imports into the organization as its editor."""

    def loaded(**data: Any) -> dict[str, Any]:
        context: Any = {"user": editor["name"], "ignore_auth": False}
        data.setdefault("organization", organization["id"])
        return call_action("opendata_ua_register_import", context, **data)

    return loaded


def datasets(organization: dict[str, Any]) -> list[Any]:
    model.Session.rollback()
    query = sa.select(model.Package).where(
        model.Package.owner_org == organization["id"]
    )
    return list(model.Session.scalars(query))


def outcomes(answer: dict[str, Any]) -> list[str]:
    return [row["outcome"] for row in answer["rows"]]


class TestDrafts:
    def test_a_dry_run_writes_nothing_and_tells(
        self, load: Callable[..., Any], organization: dict[str, Any]
    ) -> None:
        answer = load(rows=[ROW])
        assert answer["dry_run"] is True
        assert answer["counts"]["created"] == 1
        assert datasets(organization) == []

    def test_a_row_becomes_a_draft_with_links(
        self, load: Callable[..., Any], organization: dict[str, Any]
    ) -> None:
        answer = load(rows=[ROW], dry_run=False)
        (made,) = datasets(organization)
        assert outcomes(answer) == ["created"]
        assert answer["rows"][0]["id"] == made.id
        assert made.state == "draft"
        shown = call_action("package_show", id=made.id)
        assert shown["update_frequency"] == "once a month"
        assert {tag["name"] for tag in shown["tags"]} == {"транспорт", "зупинки"}
        (file,) = shown["resources"]
        assert (file["url"], file["format"]) == (
            "https://rada.example/stops.csv",
            "CSV",
        )

    def test_a_second_run_makes_nothing(
        self, load: Callable[..., Any], organization: dict[str, Any]
    ) -> None:
        load(rows=[ROW], dry_run=False)
        assert outcomes(load(rows=[ROW], dry_run=False)) == ["matched"]
        assert len(datasets(organization)) == 1

    def test_nothing_is_overwritten(
        self, load: Callable[..., Any], organization: dict[str, Any]
    ) -> None:
        load(rows=[ROW], dry_run=False)
        answer = load(rows=[{**ROW, "Опис": "Інший опис."}], dry_run=False)
        assert outcomes(answer) == ["conflict"]
        assert answer["rows"][0]["differences"] == [
            {"field": "description", "file": "Інший опис.", "portal": "Місця зупинок."}
        ]
        assert datasets(organization)[0].notes == "Місця зупинок."


CSV = (
    "Реєстр наборів даних;;\n"
    "Назва;Періодичність оновлення;Код ЄДРПОУ\n"
    "Бюджет;щорічно;360570\n"
    ";щорічно;360570\n"
    "Дороги;колись;360570\n"
    "Чуже;щорічно;14360570\n"
).encode("cp1251")


class TestRows:
    def test_a_bad_row_never_stops_good_ones(
        self, load: Callable[..., Any], organization: dict[str, Any]
    ) -> None:
        answer = load(upload=storage(CSV, "реєстр.csv"), dry_run=False)
        told = [
            (row["row"], row["outcome"], [one["code"] for one in row["findings"]])
            for row in answer["rows"]
        ]
        assert told == [
            (3, "created", []),
            (4, "invalid", ["register.title_missing"]),
            (5, "created", ["register.frequency_unknown"]),
            (6, "invalid", ["register.other_holder"]),
        ]
        assert answer["rows"][1]["findings"][0]["place"] == {
            "row": 4,
            "column": "Назва",
        }
        assert {one.title for one in datasets(organization)} == {"Бюджет", "Дороги"}

    def test_what_the_portal_refuses_is_told_and_the_next_row_is_made(
        self, load: Callable[..., Any], organization: dict[str, Any]
    ) -> None:
        odd = {**ROW, "Формати ресурсів": "Ф" * 101}
        answer = load(rows=[odd, {"Назва": "Добрий"}], dry_run=False)
        assert outcomes(answer) == ["invalid", "created"]
        assert answer["rows"][0]["findings"][0]["code"] == "register.refused"

    def test_an_identifier_that_is_a_page_of_the_portal_is_replaced(
        self, load: Callable[..., Any]
    ) -> None:
        rows = [{**ROW, "Назва": "Пошук", "Ідентифікатор": "search"}]
        for dry_run in (True, False):
            (row,) = load(rows=rows, dry_run=dry_run)["rows"]
            assert row["outcome"] == "created"
            codes = [one["code"] for one in row["findings"]]
            assert "register.identifier_replaced" in codes
        assert row["name"] == "poshuk"

    def test_a_forbidden_format_is_told_before_anything_is_made(
        self, load: Callable[..., Any], organization: dict[str, Any]
    ) -> None:
        sysadmin: Any = {"user": factories.Sysadmin()["name"]}
        own = json.dumps({"PDF": {"verdict": "forbidden", "reason": "Лише таблиці."}})
        call_action(
            "organization_patch", sysadmin, id=organization["id"], format_policy=own
        )
        rows = [{**ROW, "Формати ресурсів": "PDF"}, {"Назва": "Добрий"}]
        assert outcomes(load(rows=rows)) == ["invalid", "created"]
        answer = load(rows=rows, dry_run=False)
        assert outcomes(answer) == ["invalid", "created"]
        assert answer["rows"][0]["findings"][0]["code"] == "register.refused"

    def test_an_identifier_of_another_organization_is_a_conflict(
        self, load: Callable[..., Any], create_draft: Callable[..., Any]
    ) -> None:
        other = create_draft(title="Чужий набір")
        answer = load(rows=[{"identifier": other["name"], "title": "Чужий набір"}])
        assert outcomes(answer) == ["conflict"]
        assert answer["rows"][0]["findings"][0]["code"] == "register.identifier_taken"

    def test_rows_are_matched_by_page_id_and_title(
        self, load: Callable[..., Any], organization: dict[str, Any]
    ) -> None:
        load(rows=[{"identifier": "imp-a", "title": "Перший"}], dry_run=False)
        (made,) = [one for one in datasets(organization) if one.name == "imp-a"]
        page = tk.url_for("dataset.read", id="imp-a", qualified=True)
        for row, way in (
            ({"title": "Перший", "landingPage": page}, "page"),
            ({"title": "Перший", "uid": made.id}, "identifier"),
            ({"title": " ПЕРШИЙ "}, "title"),
        ):
            assert load(rows=[row])["rows"][0]["matched_by"] == way

    def test_a_file_without_titles_is_refused_in_words(
        self, load: Callable[..., Any]
    ) -> None:
        for content in (b"a,b\n1,2\n", b"%PDF-1.7", b"", b"{}"):
            with pytest.raises(tk.ValidationError) as refusal:
                load(upload=storage(content))
            assert refusal.value.error_dict["code"] == ["invalid"]
            assert refusal.value.error_dict["upload"]


class TestWho:
    @pytest.mark.parametrize("role", ["member", None])
    def test_who_may_create_no_datasets_loads_none(
        self, organization: dict[str, Any], role: str | None
    ) -> None:
        user = factories.User()
        if role:
            call_action(
                "organization_member_create",
                id=organization["id"],
                username=user["name"],
                role=role,
            )
        for action in ("import", "import_keep", "compare"):
            with pytest.raises(tk.NotAuthorized):
                call_action(
                    f"opendata_ua_register_{action}",
                    {"user": user["name"], "ignore_auth": False},
                    rows=[ROW],
                    organization=organization["name"],
                )

    def test_a_program_sends_a_file_over_http(
        self, app: Any, organization: dict[str, Any], editor: dict[str, Any]
    ) -> None:
        token = call_action("api_token_create", user=editor["name"], name="import")
        client = Client(app, token["token"])
        answer = client.send(
            "opendata_ua_register_import",
            {"upload": (CSV, "r.csv")},
            organization=organization["name"],
        )
        assert answer["counts"]["created"] == 2
        strange = Client(client.app)
        strange.send(
            "opendata_ua_register_import",
            {"upload": (CSV, "r.csv")},
            403,
            organization=organization["name"],
        )


SOURCE = [
    {
        "name": "rt-formula",
        "title": '=1+1 "так", <b>',
        "notes": "Рядок\nдругий & третій; кінець",
        "resources": [
            {"url": "https://rada.example/a.csv", "format": "CSV"},
            {"url": "https://rada.example/a.xlsx", "format": "XLSX"},
        ],
    },
    {
        "name": "rt-bare",
        "title": "Зупинки, і ще",
        "notes": "",
        "tag_string": "",
        "update_frequency": "",
        "resources": [],
    },
]
#: Each format and each layout once; ``prove_register_import.py`` has all pairs.
PAIRS = [
    ("csv", "2019"),
    ("xlsx", "2025"),
    ("ods", "2019-page"),
    ("json", "law"),
    ("xml", "2019"),
]


def written(organization: dict[str, Any], extension: str, layout: str) -> bytes:
    asked = {"format": extension, "layout": layout, "organization": organization["id"]}
    reading._seen.clear()  # no copy of a moment ago
    return b"".join(reading.open_register({"ignore_auth": True}, asked).start())


def publish(dataset: Any) -> None:
    admin = factories.Sysadmin()["name"]
    call_action("package_patch", public_at_once(admin), id=dataset.id, state="active")


def empty(organization: dict[str, Any]) -> None:
    for one in datasets(organization):
        call_action("dataset_purge", id=one.id)


@pytest.mark.parametrize(("extension", "layout"), PAIRS)
def test_an_exported_register_comes_back_as_it_was(
    load: Callable[..., Any],
    organization: dict[str, Any],
    editor: dict[str, Any],
    full: dict[str, str],
    extension: str,
    layout: str,
) -> None:
    for one in SOURCE:
        data = {**full, "owner_org": organization["id"], **one}
        call_action("package_create", public_at_once(editor), **data)
    before_it = written(organization, extension, layout)
    empty(organization)
    answer = load(upload=storage(before_it, f"Register.{extension}"), dry_run=False)
    assert outcomes(answer) == ["created", "created"], answer["rows"]
    for one in datasets(organization):
        assert one.state == "draft"
        publish(one)
    assert written(organization, extension, layout) == before_it
    again = load(upload=storage(before_it, f"Register.{extension}"), dry_run=False)
    assert outcomes(again) == ["matched", "matched"]
    empty(organization)


class TestRuns:
    """Runs that are killed, and runs at once: every draft is there, and once."""

    @pytest.fixture
    def rows(self) -> list[dict[str, str]]:
        names = ("Перший", "Другий", "Третій", "Четвертий")
        same = [{"identifier": f"{uuid.uuid4()}", "title": "Один"} for _ in range(2)]
        return [{"title": name} for name in names] + same

    @pytest.mark.parametrize(
        "point",
        [before("ckan.model.repo.commit", 2), after("ckan.model.repo.commit", 3)],
    )
    def test_a_killed_run_goes_on_where_it_was(
        self,
        load: Callable[..., Any],
        organization: dict[str, Any],
        rows: list[dict[str, str]],
        point: Any,
    ) -> None:
        killed = faults.run(lambda: len(load(rows=rows, dry_run=False)), kill(point))
        assert killed.killed, killed
        made = len(datasets(organization))
        assert 0 < made < len(rows)
        answer = load(rows=rows, dry_run=False)
        assert outcomes(answer) == ["matched"] * made + ["created"] * (len(rows) - made)
        assert len(datasets(organization)) == len(rows)

    def test_two_runs_at_once_make_each_draft_once(
        self,
        load: Callable[..., Any],
        organization: dict[str, Any],
        rows: list[dict[str, str]],
    ) -> None:
        work = lambda: load(rows=rows, dry_run=False)["counts"]  # noqa: E731 - thrice
        children = [faults.start(work) for _ in range(3)]
        counts = [one.wait().value for one in children]
        assert len(datasets(organization)) == len(rows)
        assert sum(one["created"] for one in counts) == len(rows), counts
        assert sum(one["matched"] for one in counts) == 2 * len(rows), counts


class TestKept:
    """A register that is sent on a page, and loaded by a job when it is long."""

    @pytest.fixture
    def ask(self, editor: dict[str, Any]) -> Callable[..., Any]:
        def asked(verb: str, **data: Any) -> dict[str, Any]:
            context: Any = {"user": editor["name"], "ignore_auth": False}
            return call_action(f"opendata_ua_register_import_{verb}", context, **data)

        return asked

    def long(self, number: int = 31) -> bytes:
        return json.dumps([{"title": f"Набір {n}"} for n in range(number)]).encode()

    def test_a_short_one_is_loaded_at_once(
        self, ask: Callable[..., Any], organization: dict[str, Any]
    ) -> None:
        kept = ask("keep", upload=storage(CSV), organization=organization["name"])
        shown = ask("show", import_id=kept["import_id"])
        assert shown["counts"]["created"] == 2
        told = ask("apply", import_id=kept["import_id"])
        assert (told["state"], told["created"], told["done"]) == ("done", 2, 4)
        shown = ask("show", import_id=kept["import_id"], outcome="matched")
        assert [row["title"] for row in shown["rows"]] == ["Бюджет", "Дороги"]

    def test_a_long_one_is_a_job_that_counts(
        self, ask: Callable[..., Any], organization: dict[str, Any]
    ) -> None:
        kept = ask("keep", upload=storage(self.long()), organization=organization["id"])
        page = ask("show", import_id=kept["import_id"], limit=30)
        assert len(page["rows"]) == page["next"] == 30
        rest = ask("show", import_id=kept["import_id"], limit=30, after=page["next"])
        assert (len(rest["rows"]), rest["next"]) == (1, None)
        assert ask("apply", import_id=kept["import_id"])["state"] == "waiting"
        assert ask("show", import_id=kept["import_id"])["rows"] == []
        while work.run_due(model.Session, 10):
            pass
        told = ask("show", import_id=kept["import_id"])
        assert (told["state"], told["created"], told["done"]) == ("done", 31, 31)
        assert len(datasets(organization)) == 31

    def test_a_file_is_forgotten_after_a_week(
        self, ask: Callable[..., Any], organization: dict[str, Any]
    ) -> None:
        kept = ask("keep", upload=storage(CSV), organization=organization["name"])
        long_ago = sa.func.now() - 2 * KEPT
        RegisterImport.change(model.Session, kept["import_id"], added=long_ago)
        model.Session.commit()
        call_action("opendata_ua_job_run")
        with pytest.raises(tk.ObjectNotFound):
            ask("show", import_id=kept["import_id"])


def test_differences_are_told_by_field(
    load: Callable[..., Any], organization: dict[str, Any], editor: dict[str, Any]
) -> None:
    load(
        rows=[{"title": "Один", "description": "Так"}, {"title": "Два"}], dry_run=False
    )
    for one in datasets(organization):
        publish(one)
    context: Any = {"user": editor["name"], "ignore_auth": False}
    found = call_action(
        "opendata_ua_register_compare",
        context,
        rows=[{"title": "Один", "description": "Ні"}, {"title": "Три"}, {"title": ""}],
        organization=organization["name"],
    )
    assert found["counts"] == {
        "only_file": 1,
        "differs": 1,
        "unclear": 0,
        "only_portal": 1,
    }
    told = [
        (one["kind"], one["title"], one["field"], one["file"], one["portal"])
        for one in found["differences"]
    ]
    assert told == [
        ("differs", "Один", "description", "Ні", "Так"),
        ("only_file", "Три", "", "", ""),
        ("only_portal", "Два", "", "", ""),
    ]


class TestCommand:
    def run(self, *arguments: str) -> Any:
        return CliRunner().invoke(register_command, list(arguments))

    def test_it_tells_first_and_makes_when_told(
        self, organization: dict[str, Any], tmp_path: Path
    ) -> None:
        file = tmp_path / "r.csv"
        file.write_bytes(CSV)
        asked = ("import", str(file), "--organization", organization["name"])
        told = self.run(*asked)
        assert told.exit_code == 1
        lines = [line.split("\t")[:2] for line in told.stdout.splitlines()]
        assert ["3", "created"] in lines
        assert ["4", "invalid"] in lines
        assert datasets(organization) == []
        self.run(*asked, "--apply")
        assert len(datasets(organization)) == 2
        assert "matched 2" in self.run(*asked, "--apply").output

    def test_it_refuses_in_words(
        self, organization: dict[str, Any], tmp_path: Path
    ) -> None:
        file = tmp_path / "r.csv"
        file.write_bytes(b"%PDF-1.7")
        told = self.run("import", str(file), "--organization", organization["name"])
        assert told.exit_code == 1
        assert "CSV" in told.output
        assert self.run("import", str(file), "--organization", "nema").exit_code == 1

    def test_it_compares(self, organization: dict[str, Any], tmp_path: Path) -> None:
        file, target = tmp_path / "r.csv", tmp_path / "d.csv"
        file.write_bytes("Назва\n=1+1\n".encode())
        asked = ("--organization", organization["name"], "--output", str(target))
        assert self.run("compare", str(file), *asked).exit_code == 1
        text = target.read_text(encoding="utf-8-sig")
        (line,) = csv.DictReader(io.StringIO(text))
        assert (line["kind"], line["title"]) == ("only_file", "'=1+1")
