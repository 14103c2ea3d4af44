"""Each part of a portal is made sick; the doctor sees it, and mends what he can."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.tests import factories
from ckan.tests.helpers import call_action, changed_config
from click.testing import CliRunner

from ckanext.opendata_ua.cli.doctor import doctor
from ckanext.opendata_ua.logic import index_drift
from ckanext.opendata_ua.logic.index_documents import document_of
from ckanext.opendata_ua.logic.index_drift import open_index
from tests.faults import portal as apart
from tests.integration.conftest import empty_our_tables

pytestmark = pytest.mark.usefixtures("portal")

SHA = "ab" * 32


def examine(*parts: str, repair: bool = False) -> dict[str, Any]:
    """Return the report on some parts, by code where it can be."""
    report = call_action("opendata_ua_doctor_run", only=list(parts), repair=repair)
    for kind in ("findings", "repaired"):
        report[kind] = {one["code"]: one for one in report[kind]}
    return report


def sql(statement: str, **values: Any) -> None:
    """Change rows behind CKAN's back."""
    model.Session.execute(sa.text(statement), values)
    model.Session.commit()


@contextmanager
def for_a_while(change: str, back: str) -> Iterator[None]:
    """Change the database, and put it back whatever happens."""
    sql(change)
    try:
        yield
    finally:
        model.Session.rollback()
        sql(back)


@pytest.fixture(scope="module", autouse=True)
def all_plugins_are_migrated(portal: None, migrate_db_for: Any) -> None:
    migrate_db_for("tracking")


@pytest.fixture
def published(create: Any) -> dict[str, Any]:
    """Return a dataset that readers see, and the index with them."""
    dataset = create()
    sql(
        "UPDATE package SET state = 'active', private = false WHERE id = :id",
        id=dataset["id"],
    )
    search.rebuild(dataset["id"])
    examine("index", repair=True)  # of other tests' datasets
    return dataset


def send(document: dict[str, Any]) -> None:
    """Put a document into the index as it is."""
    index = open_index()
    index.add([document])
    index.publish()


def given_to_readers(dataset: dict[str, Any]) -> int:
    """Return how many entries of a dataset Solr gives to those who did not sign in."""
    query: Any = search.query_for(model.Package)
    asked = {"q": f"name:{dataset['name']}"}
    return int(query.run(asked, permission_labels=["public"])["count"])


def document(dataset: dict[str, Any]) -> dict[str, Any]:
    """Return what CKAN would send of a dataset."""
    made = document_of(dataset["id"])
    assert made
    return made


def lose(dataset: dict[str, Any]) -> None:
    search.clear(dataset["id"])
    search.commit()


def hide(dataset: dict[str, Any]) -> None:
    sql("UPDATE package SET private = true WHERE id = :id", id=dataset["id"])


def touch(dataset: dict[str, Any]) -> None:
    sql("UPDATE package SET metadata_modified = now() WHERE id = :id", id=dataset["id"])


def mislabel(dataset: dict[str, Any]) -> None:
    send(document(dataset) | {"permission_labels": ["member-of-nothing"]})


def overlabel(dataset: dict[str, Any]) -> None:
    send(document(dataset) | {"permission_labels": ["public", "member-x"]})


def double(dataset: dict[str, Any]) -> None:
    send(document(dataset) | {"index_id": "another"})


class TestIndex:
    """The search index against the rows."""

    @pytest.mark.parametrize(
        ("sickness", "kind"),
        [
            (lose, "missing"),
            (hide, "visibility"),
            (touch, "stale"),
            (mislabel, "labels"),
            (overlabel, "labels"),
            (double, "orphan"),
        ],
    )
    def test_what_differs_is_seen_mended_and_gone(
        self, published: dict[str, Any], sickness: Callable[[Any], None], kind: str
    ) -> None:
        sickness(published)
        seen = examine("index")
        assert set(seen["findings"]) == {f"doctor.index.{kind}"}
        assert seen["findings"][f"doctor.index.{kind}"]["count"] == 1
        assert seen["findings"][f"doctor.index.{kind}"]["examples"] == [
            published["name"]
        ]
        assert seen["repaired"] == {}
        mended = examine("index", repair=True)
        assert set(mended["repaired"]) == {f"doctor.index.{kind}"}
        assert mended["healthy"]
        assert examine("index")["healthy"]

    def test_the_index_no_longer_gives_a_hidden_dataset_to_readers(
        self, published: dict[str, Any]
    ) -> None:
        hide(published)
        assert given_to_readers(published) == 1
        examine("index", repair=True)
        assert given_to_readers(published) == 0

    def test_a_purged_dataset_leaves_the_index(self, published: dict[str, Any]) -> None:
        send(document(published) | {"id": "gone", "name": "gone", "index_id": "gone"})
        seen = examine("index")["findings"]["doctor.index.orphan"]
        assert seen["examples"] == ["gone"]
        assert examine("index", repair=True)["healthy"]

    def test_deleted_datasets_belong_where_ckan_keeps_them(
        self, published: dict[str, Any]
    ) -> None:
        sql("UPDATE package SET state = 'deleted' WHERE id = :id", id=published["id"])
        assert set(examine("index")["findings"]) == {"doctor.index.orphan"}
        with changed_config("ckan.search.remove_deleted_packages", False):
            assert set(examine("index")["findings"]) == {"doctor.index.visibility"}

    def test_more_examples_than_ten_are_counted_only(
        self, published: dict[str, Any]
    ) -> None:
        pattern = document(published)
        for number in range(12):
            key = f"gone-{number:02}"
            send(pattern | {"id": key, "name": key, "index_id": key})
        seen = examine("index")["findings"]["doctor.index.orphan"]
        assert seen["count"] == 12
        assert seen["examples"] == [f"gone-{number:02}" for number in range(10)]
        assert examine("index", repair=True)["healthy"]

    def test_a_write_under_way_is_no_illness(
        self, published: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        touch(published)
        look_again = index_drift._second_look

        def after_the_write(*arguments: Any) -> Any:
            search.rebuild(published["id"])
            search.commit()
            return look_again(*arguments)

        monkeypatch.setattr(index_drift, "_second_look", after_the_write)
        assert examine("index")["healthy"]

    def test_a_dataset_that_cannot_be_indexed_stays_a_finding(
        self, published: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(**_asked: Any) -> None:
            raise RuntimeError("a plugin that fails")

        touch(published)
        monkeypatch.setattr(search, "rebuild", refuse)
        report = examine("index", repair=True)
        assert report["repaired"] == {}
        assert set(report["findings"]) == {"doctor.index.stale"}

    def test_without_solr_the_rest_is_looked_at(self) -> None:
        with nobody_listens() as port:
            outcome = apart.run(
                lambda: examine("index", "datasets"),
                first=lambda: apart.through(solr_port=port),
            )
        assert outcome.well, outcome.said
        (unseen,) = outcome.value["not_looked"]
        assert unseen["part"] == "index"
        assert "Solr" in unseen["reason"]
        assert not outcome.value["healthy"]


@contextmanager
def nobody_listens() -> Iterator[int]:
    """Yield a port that refuses connections."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@contextmanager
def revision(number: str) -> Iterator[str]:
    """Write another revision of ours into the database; yield the right one."""
    query = sa.text("SELECT version_num FROM opendata_ua_alembic_version")
    newest = str(model.Session.scalar(query))
    change = "UPDATE opendata_ua_alembic_version SET version_num = :number"
    sql(change, number=number)
    try:
        yield newest
    finally:
        model.Session.rollback()
        sql(change, number=newest)


class TestMigrations:
    """Revisions of the database against those of the code."""

    def test_a_migrated_portal_is_healthy(self) -> None:
        assert examine("migrations")["healthy"]

    def test_missing_ones_of_ours_are_named(self) -> None:
        with revision("001") as newest:
            seen = examine("migrations")["findings"]["doctor.migrations.ours"]
        assert seen["examples"][0] == "002"
        assert seen["count"] == int(newest) - 1
        assert "ckan db upgrade -p opendata_ua" in seen["remedy"]

    def test_a_portal_that_never_had_ours_is_told(self) -> None:
        table = "opendata_ua_alembic_version"
        with for_a_while(
            f"ALTER TABLE {table} RENAME TO hidden",
            f"ALTER TABLE hidden RENAME TO {table}",
        ):
            seen = examine("migrations")["findings"]["doctor.migrations.ours"]
        assert seen["examples"][0] == "001"

    def test_those_of_ckan_and_of_other_plugins_are_told(self) -> None:
        with for_a_while(
            "ALTER TABLE alembic_version RENAME TO hidden; "
            "ALTER TABLE activity_alembic_version RENAME TO hidden_too",
            "ALTER TABLE hidden RENAME TO alembic_version; "
            "ALTER TABLE hidden_too RENAME TO activity_alembic_version",
        ):
            seen = examine("migrations")["findings"]
        assert set(seen) == {"doctor.migrations.core", "doctor.migrations.plugins"}
        assert seen["doctor.migrations.plugins"]["examples"] == ["activity"]

    def test_an_older_release_over_a_newer_database_is_told(self) -> None:
        with revision("999"):
            seen = examine("migrations")["findings"]
        assert seen["doctor.migrations.ahead"]["examples"] == ["opendata_ua"]

    def test_a_missing_table_stops_its_part_only(self) -> None:
        with for_a_while(
            "ALTER TABLE opendata_ua_job RENAME TO hidden",
            "ALTER TABLE hidden RENAME TO opendata_ua_job",
        ):
            report = examine("jobs", "messages")
        (unseen,) = report["not_looked"]
        assert unseen["part"] == "jobs"
        assert "opendata_ua_job" in unseen["reason"]


class TestWork:
    """Jobs and messages."""

    @pytest.fixture(autouse=True)
    def nothing_waits(self) -> Iterator[None]:
        empty_our_tables()
        yield
        empty_our_tables()

    @pytest.mark.parametrize(
        ("state", "ago", "code"),
        [
            ("waiting", "1 minute", None),
            ("waiting", "1 day", "doctor.jobs.late"),
            ("running", "1 minute", None),
            ("running", "1 day", "doctor.jobs.silent"),
            ("dead", "1 day", "doctor.jobs.dead"),
            ("done", "1 day", None),
        ],
    )
    def test_jobs(self, state: str, ago: str, code: str | None) -> None:
        sql(
            "INSERT INTO opendata_ua_job (id, kind, key, arguments, state, run_after, "
            "lease, lease_until) VALUES ('j1', 'apply', 'k', '{}', :state, "
            "now() - :ago * interval '1 second', 'token', "
            "now() - :ago * interval '1 second')",
            state=state,
            ago={"1 minute": 60, "1 day": 86400}[ago],
        )
        seen = examine("jobs")["findings"]
        assert list(seen) == ([code] if code else [])
        if code:
            assert seen[code]["examples"] == ["apply j1"]

    @pytest.mark.parametrize(
        ("state", "minutes", "code"),
        [
            ("waiting", 10, None),
            ("waiting", 100, "doctor.messages.late"),
            ("dead", 10, "doctor.messages.dead"),
            ("sent", 100, None),
        ],
    )
    def test_messages(self, state: str, minutes: int, code: str | None) -> None:
        sql(
            "INSERT INTO opendata_ua_outbox (id, dedupe_key, channel, recipient, "
            "payload, state, created) VALUES ('m1', 'd', 'mail', 'olena@rada.example', "
            "'{}', :state, now() - :minutes * interval '1 minute')",
            state=state,
            minutes=minutes,
        )
        report = examine("messages")
        assert list(report["findings"]) == ([code] if code else [])
        assert "olena" not in json.dumps(report)


class TestFiles:
    """Pointers to bytes that are not there."""

    @pytest.fixture(autouse=True)
    def no_versions(self) -> Iterator[None]:
        empty_our_tables()
        yield
        empty_our_tables()

    def test_bytes_that_are_gone_are_told_by_resource(
        self, published: dict[str, Any]
    ) -> None:
        point(published["id"], "r1", size=5)
        seen = examine("files")["findings"]
        assert seen["doctor.files.missing"]["examples"] == ["r1"]

    def test_a_resource_of_ckan_without_its_file_is_told(
        self, published: dict[str, Any]
    ) -> None:
        sql(
            "INSERT INTO resource (id, package_id, url, url_type, state, position) "
            "VALUES ('lost', :id, 'a.csv', 'upload', 'active', 0)",
            id=published["id"],
        )
        try:
            seen = examine("files")["findings"]
            assert "lost" in seen["doctor.files.classic"]["examples"]
            point(published["id"], "lost", size=5)
            seen = examine("files")["findings"]
            assert "doctor.files.classic" not in seen
        finally:
            sql("DELETE FROM resource WHERE id = 'lost'")


def point(package_id: str, resource_id: str, size: int) -> None:
    """Write that a resource has bytes, which nobody stored."""
    sql(
        "INSERT INTO opendata_ua_file_version (id, package_id, resource_id, sha256, "
        "size, media_type, name, current) VALUES (:version, :package, :resource, "
        ":sha, :size, 'text/csv', 'a.csv', true)",
        version=f"v-{resource_id}",
        package=package_id,
        resource=resource_id,
        sha=SHA,
        size=size,
    )


@contextmanager
def plugins(names: list[str]) -> Iterator[None]:
    """Load these plugins in this order for a while."""
    p.unload_all()
    try:
        with changed_config("ckan.plugins", names):
            p.load_all()
            yield
            p.unload_all()
    finally:
        p.load_all()


class TestSettings:
    """Settings, plugins, Redis, datasets without an owner."""

    @pytest.mark.parametrize(
        ("option", "value", "code"),
        [
            ("ckan.auth.create_unowned_dataset", True, "create_unowned_dataset"),
            ("ckan.auth.anon_create_dataset", True, "anon_create_dataset"),
            ("ckan.datastore.sqlsearch.enabled", True, "sqlsearch"),
            ("ckan.auth.create_user_via_web", True, "register_on_page"),
            ("ckan.auth.public_user_details", True, "public_user_details"),
            ("debug", True, "debug"),
            ("ckan.site_url", "http://data.rada.example", "no_https"),
            ("ckan.search.solr_commit", False, "solr_commit"),
            ("ckan.jobs.timeout", 30, "jobs_timeout"),
        ],
    )
    def test_a_dangerous_setting_is_told(
        self, option: str, value: Any, code: str
    ) -> None:
        assert f"doctor.settings.{code}" not in examine("settings")["findings"]
        with changed_config(option, value):
            assert f"doctor.settings.{code}" in examine("settings")["findings"]

    def test_options_of_another_ckan_are_passed_over(self) -> None:
        known = tk.check_ckan_version("2.12.0")
        with changed_config("ckan.files.authenticated_uploads.allow", True):
            seen = examine("settings")["findings"]
        assert ("doctor.settings.authenticated_uploads" in seen) is known

    def test_secrets_are_judged_and_never_shown(self) -> None:
        with changed_config("SECRET_KEY", "hunter2"):
            report = examine("settings")
        assert "doctor.settings.secret_key" in report["findings"]
        assert "hunter2" not in json.dumps(report)

    def test_holes_of_this_ckan_are_told(self) -> None:
        seen = examine("ckan")["findings"]
        known = tk.check_ckan_version("2.12.0", "2.12.0")
        assert set(seen) == ({"doctor.ckan.csrf"} if known else set())
        with changed_config("smtp.starttls", True):
            assert ("doctor.ckan.starttls" in examine("ckan")["findings"]) is known

    def test_a_plugin_that_decides_before_ours_is_told(self) -> None:
        assert examine("plugins")["healthy"]
        other = "example_ipermissionlabels"
        on = tk.config["ckan.plugins"]
        with plugins([other, *on]):
            seen = examine("plugins")["findings"]
            assert seen["doctor.plugins.labels"]["examples"] == [other]
        with plugins([*on, other]):
            assert examine("plugins")["healthy"]

    def test_a_plugin_that_loads_drafts_is_told(self) -> None:
        with changed_config("ckan.plugins", ["opendata_ua", "xloader"]):
            report = examine("plugins")
        assert report["findings"]["doctor.plugins.drafts"]["examples"] == ["xloader"]
        assert report["healthy"]  # advice only

    def test_a_dataset_without_an_owner_is_told(
        self, published: dict[str, Any]
    ) -> None:
        assert examine("datasets")["healthy"]
        sql("UPDATE package SET owner_org = NULL WHERE id = :id", id=published["id"])
        seen = examine("datasets")["findings"]["doctor.datasets.unowned"]
        assert seen["examples"] == [published["name"]]
        sql(
            "UPDATE package SET owner_org = :owner WHERE id = :id",
            id=published["id"],
            owner=published["owner_org"],
        )

    def test_redis_answers_what_it_keeps(self) -> None:
        report = examine("redis")
        assert report["healthy"]
        assert set(report["findings"]) <= {"doctor.redis.volatile"}

    def test_without_redis_the_doctor_says_so(self) -> None:
        with nobody_listens() as port:
            outcome = apart.run(
                lambda: examine("redis"), first=lambda: apart.through(redis_port=port)
            )
        assert outcome.well, outcome.said
        assert "Redis" in outcome.value["not_looked"][0]["reason"]


class TestWays:
    """The action and the command."""

    @pytest.mark.parametrize("who", ["nobody", "editor"])
    def test_only_administrators_may_call(
        self, who: str, editor: dict[str, Any]
    ) -> None:
        context: Any = {
            "user": editor["name"] if who == "editor" else "",
            "ignore_auth": False,
        }
        with pytest.raises(tk.NotAuthorized):
            call_action("opendata_ua_doctor_run", context)

    def test_an_administrator_may(self) -> None:
        context: Any = {"user": factories.Sysadmin()["name"], "ignore_auth": False}
        assert call_action("opendata_ua_doctor_run", context, only=["datasets"])

    def test_an_unknown_part_is_refused(self) -> None:
        with pytest.raises(tk.ValidationError):
            examine("liver")

    def test_a_healthy_portal_ends_with_0(self, published: dict[str, Any]) -> None:
        result = CliRunner().invoke(doctor, ["--only", "index"])
        assert (result.exit_code, result.output) == (0, "The portal is healthy.\n")

    def test_a_sick_portal_ends_with_1_and_says_what_to_do(
        self, published: dict[str, Any]
    ) -> None:
        touch(published)
        result = CliRunner().invoke(doctor, ["--only", "index"])
        assert result.exit_code == 1
        for words in ("WARNING", "doctor.index.stale", published["name"], "--repair"):
            assert words in result.output
        result = CliRunner().invoke(doctor, ["--only", "index", "--repair"])
        assert result.exit_code == 0
        assert "MENDED" in result.output

    def test_what_could_not_be_looked_at_ends_with_2(self) -> None:
        with for_a_while(
            "ALTER TABLE opendata_ua_job RENAME TO hidden",
            "ALTER TABLE hidden RENAME TO opendata_ua_job",
        ):
            result = CliRunner().invoke(doctor, ["--only", "jobs"])
        assert result.exit_code == 2
        assert "UNSEEN" in result.output

    def test_json_is_the_report_of_the_action(self, published: dict[str, Any]) -> None:
        result = CliRunner().invoke(doctor, ["--only", "index", "--json"])
        assert json.loads(result.output) == {
            "healthy": True,
            "findings": [],
            "repaired": [],
            "not_looked": [],
        }

    def test_a_whole_examination_looks_everywhere(self) -> None:
        result = CliRunner().invoke(doctor, ["--json"])
        assert json.loads(result.output)["not_looked"] == []
