"""The register of datasets on the real stack: rows, files, the page, conditions."""

from __future__ import annotations

import gzip
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action, changed_config
from click.testing import CliRunner

from ckanext.opendata_ua.cli.register import register as register_command
from ckanext.opendata_ua.domain.register import LAYOUTS, MANDATED, OFFERS
from ckanext.opendata_ua.logic.reader import register as reading
from ckanext.opendata_ua.model import register as rows_of
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.register_mark import RegisterMark
from ckanext.opendata_ua.model.register_set import RegisterSet
from tests.integration.conftest import public_at_once
from tests.integration.stage import statements
from tests.register_readers import GRAPHS, READERS, TABLES, Rows, unordered

pytestmark = pytest.mark.usefixtures("portal")

CSV = {"url": "https://rada.example/a.csv", "format": "csv"}
XLSX = {"url": "https://rada.example/a.xlsx", "format": "xlsx"}
STRUCTURE = {
    "url": "https://rada.example/s.json",
    "format": "json",
    "resource_type": "structure",
}


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("storage")


@pytest.fixture(autouse=True)
def kept(app: Any, storage: Path) -> Iterator[Path]:
    """Keep copies apart from those of other runs; look at the database anew."""
    reading._seen.clear()
    with changed_config("ckan.storage_path", str(storage)):
        yield storage / "opendata_ua_register"


@pytest.fixture(scope="module")
def catalogue(
    portal: None, body: dict[str, Any], editor: dict[str, Any], full: dict[str, str]
) -> dict[str, Any]:
    """A catalogue with a dataset of every kind; return them by name."""
    other = factories.Organization(name="insha", title="Інша рада", edrpou="")

    def make(name: str, **fields: Any) -> dict[str, Any]:
        data = {**full, "name": name, "owner_org": body["id"], **fields}
        data.setdefault("resources", [CSV, STRUCTURE, XLSX, CSV])
        return call_action("package_create", public_at_once(editor), **data)

    made = {
        "a": make("reg-a"),
        "b": make("reg-b", title='=1+1 "так" <b>', notes="Рядок\r\nдругий & третій"),
        "c": make("reg-c", title="Зупинено", update_frequency="once a year"),
        "d": make("reg-d", title="Припинено", notes="Таємне слово"),
    }
    draft: Any = {"user": editor["name"], "ignore_auth": False}
    fields = {**full, "name": "reg-draft", "owner_org": body["id"]}
    call_action("package_create", draft, **fields)
    admin = {"user": factories.Sysadmin()["name"], "ignore_auth": False}
    call_action(
        "package_create",
        public_at_once(admin["user"]),
        **{**full, "name": "reg-other", "owner_org": other["id"], "resources": [CSV]},
    )
    for step, name in (("suspend", "reg-c"), ("withdraw", "reg-d")):
        action = f"opendata_ua_publication_{step}"
        call_action(action, dict(admin), id=name, reason="Перевірка адрес.")
    return made


def file(app: Any, extension: str = "csv", query: str = "", **headers: str) -> Any:
    return app.get(f"/datasets-register.{extension}?{query}", headers=headers)


def head(app: Any, address: str) -> Any:
    return app.flask_app.test_client().head(address)


def expected(app: Any, layout: str = "2019", query: str = "") -> Rows:
    """Return the rows as the action gives them, by field."""
    listed = app.get(
        f"/api/3/action/opendata_ua_register_list?layout={layout}&{query}"
    ).json["result"]
    columns = LAYOUTS[layout].columns
    assert [one["key"] for one in listed["columns"]] == [one.key for one in columns]
    return [{one.field: row[one.key] for one in columns} for row in listed["rows"]]


@pytest.mark.usefixtures("catalogue")
class TestRows:
    def test_there_is_what_is_public_or_was(self, app: Any) -> None:
        names = [row["identifier"] for row in expected(app)]
        assert names == ["reg-a", "reg-b", "reg-c", "reg-d", "reg-other"]

    def test_a_row_has_the_values_of_the_passport(
        self, app: Any, body: dict[str, Any]
    ) -> None:
        row = expected(app)[0]
        assert row == {
            "identifier": "reg-a",
            "title": "Перелік зупинок громадського транспорту Тестової міської ради",
            "description": "Місця зупинок міського транспорту з координатами.",
            "frequency": "Щомісяця",
            "keywords": "зупинки, транспорт",
            "purpose": "Закон України «Про автомобільний транспорт»",
            "page": row["page"],
            "formats": "CSV, XLSX",
            "publisher": "Тестова міська рада",
            "publisher_code": "14360570",
            "contact": "Коваль Олена Іванівна",
            "email": "koval@rada.example",
        }
        assert str(row["page"]).endswith("/dataset/reg-a")
        assert str(row["page"]).startswith("http")

    def test_suspended_and_withdrawn_rows_say_so(self, app: Any) -> None:
        suspended, withdrawn = expected(app)[2:4]
        assert suspended["title"] == "Зупинено (оприлюднення призупинено)"
        assert suspended["formats"] == ""
        assert withdrawn["title"] == "Припинено (оприлюднення припинено)"
        assert "Перевірка адрес." in str(withdrawn["description"])
        assert withdrawn["keywords"] == withdrawn["contact"] == ""

    def test_of_one_organization_by_name_or_id(
        self, app: Any, body: dict[str, Any]
    ) -> None:
        for named in (body["name"], body["id"]):
            rows = expected(app, query=f"organization={named}")
            assert [row["identifier"] for row in rows][-1] == "reg-d"

    def test_pages_by_key_give_every_row_once(self, app: Any) -> None:
        for order in ("identifier", "title"):
            seen, after = [], ""
            for _page in range(9):
                query = f"limit=2&sort={order}" + (after and f"&after={after}")
                address = f"/api/3/action/opendata_ua_register_list?{query}"
                answer = app.get(address).json["result"]
                seen += [row["identifier"] for row in answer["rows"]]
                after = answer["next"]
                if after is None:
                    break
            assert sorted(seen) == [f"reg-{x}" for x in ("a", "b", "c", "d", "other")]

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("третій", ["reg-b"]),
            ("REG-B другий", ["reg-b"]),
            ("Таємне", []),
            ("припинено", ["reg-d"]),
            ("100%", []),
            ("транспорт", ["reg-a", "reg-b", "reg-c", "reg-other"]),
        ],
    )
    def test_words_find_rows_and_nothing_hidden(
        self, app: Any, words: str, found: list[str]
    ) -> None:
        answer = call_action("opendata_ua_register_list", q=words)
        assert [row["identifier"] for row in answer["rows"]] == found

    @pytest.mark.parametrize(
        "query",
        [
            *("layout=2020", "sort=size", "q=%00", "after=%00", "organization=%00"),
            *("limit=1001", "limit=0", "limit=-1", "limit=x", f"limit={10**30}"),
        ],
    )
    def test_wrong_parameters_are_refused_in_words(self, app: Any, query: str) -> None:
        address = f"/api/3/action/opendata_ua_register_list?{query}"
        error = app.get(address, status=409).json["error"]
        assert error["code"] == ["invalid"]


@pytest.mark.usefixtures("catalogue")
class TestFiles:
    @pytest.mark.parametrize("layout", LAYOUTS)
    @pytest.mark.parametrize("extension", TABLES)
    def test_tables_have_the_rows(self, app: Any, extension: str, layout: str) -> None:
        content = file(app, extension, f"layout={layout}").data
        assert READERS[extension](content, layout) == expected(app, layout)

    @pytest.mark.parametrize("name", GRAPHS)
    def test_graphs_have_the_rows(self, app: Any, name: str) -> None:
        content = file(app, name if name in OFFERS else "html").data
        wanted = unordered(expected(app))
        if name == "microdata":  # its reader makes one space of all white space
            wanted = [
                {key: value and " ".join(value.split()) for key, value in row.items()}
                for row in wanted
            ]
        assert READERS[name](content, "") == wanted

    @pytest.mark.parametrize("name", ["rdfa", "microdata"])
    def test_the_page_carries_the_rows(self, app: Any, name: str) -> None:
        content = app.get("/datasets-register").data
        rows = READERS[name](content, "")
        assert [row["identifier"] for row in rows] == [
            row["identifier"] for row in expected(app)
        ]
        assert rows[0] == unordered(expected(app))[0]

    def test_headers_say_what_it_is(self, app: Any, body: dict[str, Any]) -> None:
        answer = file(app, "csv", f"organization={body['name']}&layout=law")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="Register-{body["name"]}-law.csv"'
        )
        assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"

    @pytest.mark.parametrize("extension", ["csv", "json", "ttl"])
    def test_gzip_is_given_to_who_takes_it(self, app: Any, extension: str) -> None:
        plain = file(app, extension)
        packed = file(app, extension, **{"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert packed.headers["ETag"] == plain.headers["ETag"]
        assert "Content-Encoding" not in plain.headers

    def test_sheets_are_not_packed_twice(self, app: Any) -> None:
        answer = file(app, "xlsx", **{"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in answer.headers

    @pytest.mark.parametrize("extension", OFFERS)
    def test_the_command_writes_the_same_bytes(
        self, app: Any, extension: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "out"
        asked = ["export", "--format", extension, "--layout", "2025", "--output"]
        done = CliRunner().invoke(register_command, [*asked, str(path)])
        assert done.exit_code == 0, done.output
        content = file(app, extension, "layout=2025").data
        assert path.read_bytes() == content

    def test_the_command_says_what_is_not_there(self) -> None:
        asked = ["export", "--organization", "nema", "--no-titles-row"]
        done = CliRunner().invoke(register_command, asked)
        assert done.exit_code == 1
        assert "nema" in done.output

    def test_the_second_row_of_headings_is_an_option(self, app: Any) -> None:
        with changed_config("ckanext.opendata_ua.register.titles_row", True):
            lines = file(app).data.decode().splitlines()
        assert lines[1].startswith("Ідентифікатор,Назва,")
        assert file(app, query="titles_row=true").data.decode().splitlines() == lines

    def test_wrong_addresses_are_answered_in_words(self, app: Any) -> None:
        for address, status in (
            ("/datasets-register.doc", 404),
            ("/datasets-register.csv?organization=nema", 404),
            ("/datasets-register?organization=nema", 404),
            ("/datasets-register.CSV", 404),
            ("/datasets-register.csv?layout=2020", 400),
            ("/datasets-register.csv?titles_row=perhaps", 400),
            ("/datasets-register.csv?organization=%00", 400),
            ("/datasets-register?sort=size", 400),
            ("/datasets-register?q=%00", 400),
            ("/datasets-register?after=%00", 400),
            ("/datasets-register?organization=%00", 400),
        ):
            app.get(address, status=status)

    @pytest.mark.parametrize("query", ["after=-1", "page=99999999", "q=%25%5C_'"])
    def test_odd_questions_to_the_page_are_answered(self, app: Any, query: str) -> None:
        app.get(f"/datasets-register?{query}", status=200)


@pytest.mark.usefixtures("catalogue")
class TestConditions:
    def test_what_is_known_already_is_not_sent(self, app: Any) -> None:
        first = file(app)
        etag, changed = first.headers["ETag"], first.headers["Last-Modified"]
        with statements() as sent:
            assert file(app, **{"If-None-Match": etag}).status_code == 304
        assert not [one for one in sent if "package_tag" in one]
        assert file(app, **{"If-Modified-Since": changed}).status_code == 304

    def test_a_change_is_another_etag(
        self, app: Any, catalogue: dict[str, Any], editor: dict[str, Any]
    ) -> None:
        etag = file(app).headers["ETag"]
        context = {"user": editor["name"], "ignore_auth": True}
        call_action("package_patch", context, id="reg-a", version="2")
        reading._seen.clear()
        assert file(app, **{"If-None-Match": etag}).status_code == 200

    def test_the_time_alone_tells_of_deletions_and_new_names(
        self,
        app: Any,
        body: dict[str, Any],
        editor: dict[str, Any],
        full: dict[str, str],
    ) -> None:
        context = {"user": site(), "ignore_auth": True}
        fields = {**full, "name": "reg-brief", "owner_org": body["id"]}
        call_action("package_create", public_at_once(editor), **fields)
        for action, id_, changes in (
            ("package_delete", "reg-brief", {}),
            ("organization_patch", body["id"], {"title": "Інша назва ради"}),
            ("organization_patch", body["id"], {"title": body["title"]}),
        ):
            an_hour_passes()
            known = {"If-Modified-Since": file(app).headers["Last-Modified"]}
            assert file(app, **known).status_code == 304
            call_action(action, dict(context), id=id_, **changes)
            reading._seen.clear()
            assert file(app, **known).status_code == 200, action

    def test_all_nodes_name_the_same_time_as_long_as_nothing_changes(
        self, app: Any
    ) -> None:
        times = set()
        for _node in range(3):
            reading._seen.clear()  # as a process that has just begun
            times.add(head(app, "/datasets-register.csv").headers["Last-Modified"])
        assert len(times) == 1

    def test_the_name_of_the_portal_is_in_the_etag(self, app: Any) -> None:
        etag = file(app, "ttl").headers["ETag"]
        reading._seen.clear()
        with changed_config("ckan.site_title", "Інший портал"):
            answer = file(app, "ttl", **{"If-None-Match": etag})
        assert "Інший портал" in answer.data.decode()
        reading._seen.clear()

    def test_formats_layouts_and_organizations_have_etags_of_their_own(
        self, app: Any, body: dict[str, Any]
    ) -> None:
        asked = ("", "layout=law", f"organization={body['name']}", "titles_row=1")
        etags = {file(app, query=one).headers["ETag"] for one in asked}
        etags |= {file(app, one).headers["ETag"] for one in OFFERS}
        assert len(etags) == len(asked) + len(OFFERS) - 1

    @pytest.mark.parametrize(
        ("how", "status"),
        [
            ('"other", {etag}', 304),
            ('"other",{strong},"third"', 304),
            ("{strong}", 304),
            ("*", 304),
            ('"other"', 200),
            ("rubbish", 200),
            ("", 200),
        ],
    )
    def test_lists_of_tags_weak_and_strong_are_understood(
        self, app: Any, how: str, status: int
    ) -> None:
        etag = file(app).headers["ETag"]
        asked = how.format(etag=etag, strong=etag.removeprefix("W/"))
        assert file(app, **{"If-None-Match": asked}).status_code == status

    @pytest.mark.parametrize(
        ("takes", "packed"),
        [
            ("gzip;q=0", False),
            ("*;q=0", False),
            ("gzip;q=abc", False),
            ("br, deflate", False),
            ("*", True),
            ("identity;q=0, gzip;q=0.1", True),
        ],
    )
    def test_gzip_is_given_only_to_who_takes_it(
        self, app: Any, takes: str, packed: bool
    ) -> None:
        answer = file(app, **{"Accept-Encoding": takes})
        assert ("Content-Encoding" in answer.headers) is packed

    @pytest.mark.parametrize("part", ["bytes=0-9", "bytes=999999999-", "lines=x"])
    def test_a_part_is_answered_by_the_whole(self, app: Any, part: str) -> None:
        answer = file(app, Range=part)
        assert (answer.status_code, answer.data) == (200, file(app).data)

    def test_head_reads_nothing(self, app: Any) -> None:
        with statements() as sent:
            answer = head(app, "/datasets-register.csv?layout=2019-page")
        assert answer.status_code == 200
        assert "Content-Length" not in answer.headers
        assert answer.headers["ETag"].startswith("W/")
        assert not [one for one in sent if "package_tag" in one]

    def test_a_second_reader_gets_the_copy(
        self, app: Any, kept: Path, editor: dict[str, Any]
    ) -> None:
        first = file(app, "json", "layout=law").data
        with statements() as sent:
            assert file(app, "json", "layout=law").data == first
        assert not [one for one in sent if "package_tag" in one]
        context = {"user": editor["name"], "ignore_auth": True}
        call_action("package_patch", context, id="reg-a", title="Інша назва")
        reading._seen.clear()
        assert "Інша назва" in file(app, "json", "layout=law").data.decode()
        assert len([*kept.glob("all-json-law-0~*")]) == 1

    def test_without_a_folder_everything_is_made_anew(self, app: Any) -> None:
        with changed_config("ckan.storage_path", ""):
            assert file(app).data == file(app).data


@pytest.mark.usefixtures("catalogue")
class TestManyAtOnce:
    def test_a_client_that_goes_away_frees_the_connection(self, kept: Path) -> None:
        drop(kept)
        pieces = reading.open_register({"ignore_auth": True}, {}).start()
        assert readings() == 1
        pieces.close()
        assert readings() == 0
        assert not list(kept.iterdir())

    def test_there_are_only_so_many_readings(self, app: Any, kept: Path) -> None:
        drop(kept)
        whole: Any = {"ignore_auth": True}
        open_ = [reading.open_register(whole, {}).start() for _ in range(rows_of.SCANS)]
        try:
            with short_patience():
                answer = file(app, "xml")
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "5"
            assert readings() == rows_of.SCANS
            # what is known or kept needs no reading
            etag = (
                app.flask_app.test_client()
                .head("/datasets-register.xml")
                .headers["ETag"]
            )
            assert file(app, "xml", **{"If-None-Match": etag}).status_code == 304
        finally:
            for one in open_:
                one.close()
        assert file(app, "xml").status_code == 200

    def test_who_waited_gets_the_copy_made_meanwhile(self, kept: Path) -> None:
        drop(kept)
        whole: Any = {"ignore_auth": True}
        open_ = [reading.open_register(whole, {}).start() for _ in range(rows_of.SCANS)]
        waiting = reading.open_register(whole, {})
        got: list[bytes] = []
        thread = threading.Thread(target=lambda: got.extend(waiting.start()))
        thread.start()
        first = b"".join(open_[0])
        for one in open_[1:]:
            one.close()
        thread.join()
        assert b"".join(got) == first

    def test_rows_stand_still_while_they_are_read(
        self, kept: Path, editor: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        drop(kept)
        monkeypatch.setattr(rows_of, "PORTION", 1)
        pieces = reading.open_register({"ignore_auth": True}, {}).start()
        begun = next(pieces)
        context = {"user": editor["name"], "ignore_auth": True}
        call_action("package_patch", context, id="reg-b", version="пізніше")
        call_action("package_patch", context, id="reg-b", notes="Зовсім інше")
        text = b"".join(itertools.chain([begun], pieces)).decode()
        assert "Рядок" in text
        assert "Зовсім інше" not in text
        call_action("package_patch", context, id="reg-b", notes="Рядок другий")


class TestPublishing:
    def test_one_click_makes_a_draft_and_submits_it(
        self,
        app: Any,
        catalogue: dict[str, Any],
        body: dict[str, Any],
        editor: dict[str, Any],
    ) -> None:
        context = {"user": editor["name"], "ignore_auth": False}
        made = call_action(
            "opendata_ua_register_publish", dict(context), organization=body["name"]
        )
        assert (made["created"], made["refusal"]) == (True, None)
        shown = call_action("package_show", dict(context), id=made["id"])
        assert shown["state"] == "draft"
        assert shown["mandated_item"] == "2024-10/all_holders/6"
        assert [one["resource_type"] for one in shown["resources"]] == [
            "data",
            "structure",
        ]
        again = call_action(
            "opendata_ua_register_publish", dict(context), organization=body["id"]
        )
        assert again == {**made, "created": False}
        assert refresh(body) == "waits"

    def test_it_stays_up_to_date_by_itself(
        self, app: Any, body: dict[str, Any], editor: dict[str, Any]
    ) -> None:
        package = approve(body)
        assert refresh(body) == "replaced"
        first = published(app, package)
        assert first == file(app, query=f"organization={body['name']}").data.decode()
        assert package["name"] in first
        assert refresh(body) == "unchanged"
        model.Session.execute(sa.delete(Job).where(Job.kind == "register_refresh"))
        model.Session.commit()
        context = {"user": editor["name"], "ignore_auth": True}
        call_action("package_patch", context, id="reg-a", title="Нова назва набору")
        call_action("package_patch", context, id="reg-a", title="Найновіша назва")
        waiting = [
            one
            for one in call_action("opendata_ua_job_list", state="waiting")
            if one["kind"] == "register_refresh"
        ]
        assert [one["key"] for one in waiting] == [body["id"]]
        reading._seen.clear()
        assert refresh(body) == "replaced"
        assert "Найновіша назва" in published(app, package)

    def test_a_deleted_dataset_is_not_kept_up(self, body: dict[str, Any]) -> None:
        known = RegisterSet.of(model.Session, body["id"])
        assert known
        call_action(
            "package_delete", {"ignore_auth": True, "user": site()}, id=known[1].id
        )
        assert refresh(body) == "gone"
        changed = call_action("opendata_ua_register_changed", id="reg-a")
        assert changed == {"job_id": None}

    def test_only_publishers_of_the_organization_may(self, app: Any) -> None:
        person = factories.User()
        with pytest.raises(Exception, match=r"."):
            call_action(
                "opendata_ua_register_publish",
                {"user": person["name"], "ignore_auth": False},
                organization="insha",
            )

    def test_the_page_offers_it_to_publishers_and_names_what_there_is(
        self,
        app: Any,
        body: dict[str, Any],
        editor: dict[str, Any],
        full: dict[str, str],
    ) -> None:
        address = f"/datasets-register?organization={body['name']}"
        assert "register/publish" not in app.get(address).body
        signed = {"Authorization": factories.APIToken(user=editor["name"])["token"]}
        shown = app.get(address, headers=signed).body
        assert "register/publish" in shown
        assert "/dataset/reg-by-hand" not in shown
        fields = {**full, "name": "reg-by-hand", "owner_org": body["id"]}
        fields["mandated_item"] = MANDATED
        call_action("package_create", public_at_once(editor), **fields)
        assert "/dataset/reg-by-hand" in app.get(address, headers=signed).body
        answer = app.post(
            "/datasets-register/publish",
            data={"organization": body["name"]},
            headers=signed,
            follow_redirects=False,
        )
        assert answer.status_code == 302
        assert "/dataset/" in answer.headers["Location"]

    def test_links_lead_to_the_register(self, app: Any, body: dict[str, Any]) -> None:
        of_one = f"/datasets-register?organization={body['name']}"
        assert of_one in app.get(f"/organization/{body['name']}").body
        assert of_one in app.get(f"/organization/about/{body['name']}").body
        assert "/datasets-register" in app.get("/").body


def site() -> str:
    return call_action("get_site_user", {"ignore_auth": True})["name"]


def refresh(body: dict[str, Any]) -> str:
    context = {"user": site(), "ignore_auth": True}
    return call_action("opendata_ua_register_refresh", context, id=body["id"])[
        "outcome"
    ]


def approve(body: dict[str, Any]) -> dict[str, Any]:
    known = RegisterSet.of(model.Session, body["id"])
    assert known
    admin = {"user": factories.Sysadmin()["name"], "ignore_auth": False}
    (case,) = [
        one
        for one in call_action("opendata_ua_moderation_case_list", dict(admin))["cases"]
        if one["dataset"]["id"] == known[1].id
    ]
    call_action(
        "opendata_ua_moderation_approve",
        dict(admin),
        case_id=case["case_id"],
        case_version=case["case_version"],
    )
    return call_action("package_show", dict(admin), id=known[1].id)


def published(app: Any, package: dict[str, Any]) -> str:
    resource = package["resources"][0]
    address = (
        f"/dataset/{package['id']}/resource/{resource['id']}/download/register.csv"
    )
    return app.get(address).data.decode()


@contextmanager
def short_patience() -> Iterator[None]:
    """Let nobody wait for long."""
    before, rows_of.PATIENCE = rows_of.PATIENCE, "50ms"
    try:
        yield
    finally:
        rows_of.PATIENCE = before


def an_hour_passes() -> None:
    """Let what was seen of the register be an hour old."""
    since = RegisterMark.since - timedelta(hours=1)
    model.Session.execute(sa.update(RegisterMark).values(since=since))
    model.Session.commit()
    reading._seen.clear()


def drop(kept: Path) -> None:
    """Forget copies, so that somebody has to read."""
    for one in kept.glob("*") if kept.exists() else ():
        one.unlink()


def readings() -> int:
    """Return how many readings are under way, by the locks that count them."""
    held = sa.text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted "
        "AND classid = :lock AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    found = model.Session.execute(held, {"lock": rows_of.LOCK}).scalar()
    model.Session.rollback()
    return int(found or 0)
