"""``doctor --leaks`` finds what leaks, leaves no trace, and stands being broken off."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import logic, model
from ckan.common import config
from ckan.lib.search.common import make_connection
from ckan.tests import factories
from ckan.tests.helpers import _get_test_app, call_action
from sqlalchemy.engine import make_url

from ckanext.opendata_ua.logic.doctor import planting
from ckanext.opendata_ua.model import canary as rows
from tests.faults import portal
from tests.faults.gate import Gate
from tests.faults.places import after, before, call, kill
from tests.integration.sent import Client
from tests.integration.stage import FILE, WHOLE, Stage

pytestmark = pytest.mark.usefixtures("portal")

CREATE = "ckanext.opendata_ua.logic.doctor.planting._create"
DRESS = "ckanext.opendata_ua.logic.doctor.planting._dress"
CRAWL = "ckanext.opendata_ua.logic.doctor.leaks._crawl"
REMOVE = "ckanext.opendata_ua.logic.doctor.planting.remove"
TRACES = "ckanext.opendata_ua.model.canary.forget_traces"
FORGET = "ckanext.opendata_ua.model.canary.forget"
COMMIT = "sqlalchemy.engine.default.DefaultDialect.do_commit"
#: Where a crawl may die: before, while and after it is planted, asked and removed;
#: `make prove` has it die after more of its commits.
PLACES = [
    *(before(CREATE), after(CREATE), after(DRESS), before(TRACES)),
    *([before(REMOVE), after(TRACES), before(FORGET)] if WHOLE else ()),
    *(after(COMMIT, nth) for nth in (range(1, 20) if WHOLE else (1, 3))),
]
WHOLE_ROWS = 'select t::text from "{name}" t'
#: Seconds until a crawl that hangs is a failure; on a busy machine one takes a minute.
PATIENCE = 600
#: Copies of the register are made by whoever reads it, and hold what is public.
REGISTER = "opendata_ua_register"
#: Tables in which others write meanwhile, or that count: each with why.
MOVING = {
    "api_token": "a token notes when it was used last",
    "user": "CKAN notes when somebody was active",
    "opendata_ua_register_mark": "whoever asks for the register notes what it was",
}


@pytest.fixture(scope="module")
def stage(body: dict[str, Any], editor: dict[str, Any]) -> Stage:
    """Return a portal in which something is: the canary goes, the rest stays."""
    made = Stage(body, editor)
    for state in ("draft", "submitted", "public"):
        made.make(state)
    call_action("get_site_user", {"ignore_auth": True})
    return made


@pytest.fixture(scope="module")
def running(stage: Stage) -> Any:
    app = _get_test_app()
    app.flask_app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def examine(running: Any) -> Callable[..., dict[str, Any]]:
    """Return a function that does what ``ckan opendata-ua doctor`` does."""

    def doctor(**asked: Any) -> dict[str, Any]:
        context: Any = {
            "ignore_auth": True,
            "opendata_ua_portal": (running.app, running.flask_app),
        }
        report: Any = tk.get_action("opendata_ua_doctor_run")(context, asked)
        model.Session.remove()
        return report

    return doctor


def codes(report: dict[str, Any]) -> set[str]:
    return {one["code"] for one in report["findings"]}


def everything() -> dict[str, Any]:
    """Return all that the portal holds: rows, tables of data, documents, files."""
    model.Session.remove()
    return {
        "rows": _rows(config["sqlalchemy.url"], MOVING),
        "data": _rows(config["ckan.datastore.write_url"], {}),
        "index": _documents(),
        "files": _files(),
    }


def _rows(url: str, moving: Any) -> dict[str, list[str]]:
    """Return every row of every table, as text."""
    engine = sa.create_engine(make_url(url))
    with engine.connect() as link:
        names = link.execute(
            sa.text("select tablename from pg_tables where schemaname = 'public'")
        ).scalars()
        found = {
            name: sorted(link.execute(sa.text(WHOLE_ROWS.format(name=name))).scalars())
            for name in sorted(names)
            if name not in moving
        }
    engine.dispose()
    return found


def _documents() -> list[tuple[str, ...]]:
    documents = make_connection().search("*:*", rows=10_000, sort="id asc")
    return [
        tuple(f"{key}={one[key]}" for key in sorted(one) if key != "_version_")
        for one in documents
    ]


def _files() -> dict[str, str]:
    root = Path(config["ckan.storage_path"])
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and REGISTER not in path.parts
    }


def assert_equal(now: dict[str, Any], then: dict[str, Any]) -> None:
    """Name the table, document or file that differs, and not all of them."""
    for part in then:
        if isinstance(then[part], dict):
            differing = {
                name: (then[part].get(name), now[part].get(name))
                for name in then[part].keys() | now[part].keys()
                if then[part].get(name) != now[part].get(name)
            }
            assert differing == {}, part
        assert now[part] == then[part], part


def test_a_crawl_finds_nothing_and_leaves_no_trace(
    examine: Callable[..., dict[str, Any]],
) -> None:
    then = everything()
    report = examine(leaks=True, only=["leaks"])
    assert "doctor.leaks.told" not in codes(report), report["findings"]
    assert report["not_looked"] == []
    assert_equal(everything(), then)


@pytest.fixture
def leaky_action(monkeypatch: pytest.MonkeyPatch) -> str:
    """Add an action, as a plugin of a council might, that asks the database itself."""

    @tk.side_effect_free
    def council_titles(context: Any, data_dict: Any) -> list[str]:
        found = model.Session.query(model.Package.title).all()
        return [title for (title,) in found]

    tk.get_action("package_show")  # fills the registry
    monkeypatch.setitem(logic._actions, "council_titles", council_titles)
    return "council_titles"


def test_an_action_of_a_plugin_that_leaks_is_found(
    examine: Callable[..., dict[str, Any]], leaky_action: str
) -> None:
    then = everything()
    report = examine(leaks=True, only=["leaks"])
    [told] = [one for one in report["findings"] if one["code"] == "doctor.leaks.told"]
    assert any(leaky_action in example for example in told["examples"])
    assert any("title" in example for example in told["examples"])
    assert not report["healthy"]
    assert_equal(everything(), then)


def test_a_page_of_a_plugin_that_leaks_is_found(
    examine: Callable[..., dict[str, Any]],
    running: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An address that exists answers otherwise here: a running portal takes no new."""
    name = next(n for n in running.flask_app.view_functions if n.endswith("home.about"))

    def last_notes() -> str:
        found = model.Session.query(model.Package.notes)
        return "\n".join(notes or "" for (notes,) in found)

    monkeypatch.setitem(running.flask_app.view_functions, name, last_notes)
    report = examine(leaks=True, only=["leaks"])
    [told] = [one for one in report["findings"] if one["code"] == "doctor.leaks.told"]
    assert any("/about" in one and "notes" in one for one in told["examples"])


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_crawl_that_dies_is_cleaned_up_by_repair(
    examine: Callable[..., dict[str, Any]], place: Any
) -> None:
    then = everything()
    crawl = lambda: examine(leaks=True, only=["leaks"])  # noqa: E731 - once
    outcome = portal.run(crawl, kill(place), patience=PATIENCE)
    assert outcome.killed, outcome.said
    left = rows.recorded(model.Session)
    model.Session.remove()
    found = examine(only=["canary"])
    assert ("doctor.canary.left" in codes(found)) == bool(left)
    mended = examine(only=["canary"], repair=True)
    assert mended["healthy"], mended
    assert [one["code"] for one in mended["repaired"]] == ["doctor.canary.left"] * bool(
        left
    )
    assert_equal(everything(), then)


def test_a_crawl_that_dies_is_cleaned_up_by_the_next(
    examine: Callable[..., dict[str, Any]],
) -> None:
    then = everything()
    crawl = lambda: examine(leaks=True, only=["leaks"])  # noqa: E731 - three times
    assert portal.run(crawl, kill(before(CRAWL))).killed
    assert portal.run(crawl, kill(before(REMOVE))).killed  # that of the first one
    assert "doctor.leaks.told" not in codes(crawl())
    assert_equal(everything(), then)


def test_a_canary_that_was_left_is_seen_by_nobody(
    examine: Callable[..., dict[str, Any]], app: Any, stage: Stage
) -> None:
    crawl = lambda: examine(leaks=True, only=["leaks"])  # noqa: E731 - once
    assert portal.run(crawl, kill(before(CRAWL))).killed
    [left] = rows.recorded(model.Session).values()
    stem = next(iter(rows.recorded(model.Session)))
    model.Session.remove()
    stranger = factories.APIToken(user=stage.people["stranger"])["token"]
    for client in (Client(app), Client(app, stranger)):
        client.call("package_show", 403, id=left["id"])
        found = client.call("package_search", q=f"{stem}*", include_private=True)
        assert found["count"] == 0
        assert client.call("package_autocomplete", q=stem[:6]) == []
        assert stem not in str(client.call("package_list"))
        assert stem not in str(client.call("tag_list"))
    editor = stage.act("editor", "package_show", id=left["id"])
    assert editor["state"] == "draft"
    assert examine(only=["canary"], repair=True)["healthy"]


def test_two_crawls_do_not_disturb_each_other(
    examine: Callable[..., dict[str, Any]],
) -> None:
    then = everything()
    gate = Gate()
    first = portal.start(
        lambda: examine(leaks=True, only=["leaks"]), call(before(CRAWL), gate.stop)
    )
    gate.wait()
    second = portal.run(lambda: examine(leaks=True, only=["leaks"]), patience=PATIENCE)
    assert second.well, second.said
    [refusal] = second.value["not_looked"]
    assert refusal["part"] == "leaks"
    # what a running crawl has planted is not what an interrupted one has left
    assert examine(only=["canary"])["healthy"]
    assert examine(only=["canary"], repair=True)["repaired"] == []
    assert len(rows.recorded(model.Session)) == 1
    model.Session.remove()
    gate.open()
    outcome = first.wait(PATIENCE)
    assert outcome.well, outcome.said
    assert "doctor.leaks.told" not in codes(outcome.value)
    assert_equal(everything(), then)


def test_a_dataset_that_only_has_such_a_name_stays(
    examine: Callable[..., dict[str, Any]], stage: Stage
) -> None:
    run = planting.new_run()
    made = stage.make("draft", title=f"{run} canary", resources=[FILE])
    assert "doctor.leaks.told" not in codes(examine(leaks=True, only=["leaks"]))
    assert call_action("package_show", id=made["id"])["title"] == f"{run} canary"
