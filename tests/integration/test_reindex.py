"""The rebuild by several processes: the same documents, and no silence."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from ckan import model
from ckan.common import config
from ckan.lib import search
from ckan.lib.search import index as index_of_ckan
from ckan.tests import factories
from ckan.tests.helpers import call_action
from click.testing import CliRunner

from ckanext.opendata_ua.cli.search import search as command
from ckanext.opendata_ua.logic import reindex
from ckanext.opendata_ua.logic.index_documents import document_of
from tests.faults import portal as apart
from tests.faults.places import before, kill

pytestmark = pytest.mark.usefixtures("portal")

DATASETS = 7
#: Fields that Solr writes by itself.
OF_SOLR = {"indexed_ts", "_version_"}


@pytest.fixture(scope="module")
def datasets(
    portal: None, body: dict[str, Any], full: dict[str, str]
) -> list[dict[str, Any]]:
    """Return public datasets, a private one and a draft."""
    admin: Any = {"user": factories.Sysadmin()["name"]}
    made = []
    for number in range(DATASETS):
        resource = {"url": f"https://rada.example/{number}.csv", "name": "Зупинки"}
        made.append(
            call_action(
                "package_create",
                dict(admin),
                **full,
                name=f"zupynky-{number}",
                owner_org=body["id"],
                resources=[resource | {"format": "CSV", "description": "Місця"}],
            )
        )
    model.Session.execute(
        sa.text(
            "UPDATE package SET state = 'active', private = (name = 'zupynky-1') "
            "WHERE name <> 'zupynky-0'"
        )
    )
    model.Session.commit()
    model.Session.remove()  # it keeps what it once read
    search.rebuild(quiet=True)
    search.commit()
    return made


@pytest.fixture(autouse=True)
def small_hand_outs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindex, "TOGETHER", 2)


@pytest.fixture(autouse=True)
def nothing_is_left(datasets: list[dict[str, Any]]) -> Iterator[None]:
    """Whatever happened: no worker lives, and the lock is free."""
    yield
    assert multiprocessing.active_children() == []
    with reindex._alone():
        pass


def quiet(step: str, done: int, whole: int) -> None:
    """Show no progress."""


def documents() -> dict[str, dict[str, Any]]:
    """Return all documents with every stored field, by id."""
    search.commit()
    found = solr(q="*:*", rows=1000)["response"]["docs"]
    return {one["id"]: {key: one[key] for key in one.keys() - OF_SOLR} for one in found}


def words() -> dict[str, Any]:
    """Return how often each term stands in the fields that are only indexed."""
    fields = ["permission_labels", "text", "vocab_theme", "name_ngram", "title_ngram"]
    answer = solr(
        q="*:*", rows=0, facet="true", **{"facet.field": fields, "facet.limit": -1}
    )
    return dict(answer["facet_counts"]["facet_fields"])


def solr(**asked: Any) -> dict[str, Any]:
    answer = requests.get(
        f"{config['solr_url']}/select", params={**asked, "wt": "json"}, timeout=30
    )
    answer.raise_for_status()
    return dict(answer.json())


def ruin(monkeypatch: pytest.MonkeyPatch, name: str, deed: Any) -> None:
    """Have a deed done whenever the document of a dataset is made."""
    make = index_of_ckan.PackageSearchIndex.index_package

    def ruined(self: Any, pkg_dict: Any, defer_commit: bool = False) -> None:
        if pkg_dict and pkg_dict["name"] == name:
            deed()
        make(self, pkg_dict, defer_commit)

    monkeypatch.setattr(index_of_ckan.PackageSearchIndex, "index_package", ruined)


def test_documents_are_those_of_ckans_own_rebuild(datasets: list[Any]) -> None:
    search.clear_all()
    search.rebuild(quiet=True, defer_commit=True)
    theirs, terms = documents(), words()
    search.clear_all()
    assert documents() == {}
    done = reindex.rebuild(2, quiet)
    assert (done.indexed, done.failed, done.deaths) == (DATASETS, {}, 0)
    assert documents() == theirs
    assert words() == terms
    assert (done.removed, done.changed) == (0, 0)


def test_old_documents_are_found_until_new_ones_are_there(
    datasets: list[Any],
) -> None:
    counted: list[int] = []

    def count(step: str, done: int, whole: int) -> None:
        counted.append(len(documents()))

    reindex.rebuild(2, count)
    assert set(counted) == {DATASETS}


def test_what_has_no_dataset_is_removed(datasets: list[Any]) -> None:
    pattern = document_of(datasets[0]["id"]) or {}
    gone = {**pattern, "id": "gone", "name": "gone", "index_id": "gone"}
    connection: Any = search.make_connection()
    connection.add([gone], commit=True)
    assert "gone" in documents()
    assert reindex.rebuild(2, quiet).removed == 1
    assert "gone" not in documents()


def test_a_dataset_that_fails_is_named_and_the_others_are_indexed(
    datasets: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    search.clear_all()

    def fail() -> None:
        raise ValueError("a plugin that fails")

    ruin(monkeypatch, "zupynky-3", fail)
    done = reindex.rebuild(2, quiet)
    assert done.failed == {"zupynky-3": "ValueError: a plugin that fails"}
    assert len(documents()) == DATASETS - 1


def test_a_dataset_that_kills_its_worker_is_named_and_the_others_are_indexed(
    datasets: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    search.clear_all()
    ruin(monkeypatch, "zupynky-3", lambda: os.kill(os.getpid(), signal.SIGKILL))
    done = reindex.rebuild(2, quiet)
    assert done.failed == {"zupynky-3": "the process that indexed it ended by signal 9"}
    assert done.deaths == 2  # at its first try, and at its second
    assert len(documents()) == DATASETS - 1


def test_a_worker_that_dies_once_costs_nothing(
    datasets: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    search.clear_all()

    def die_once() -> None:
        if not (tmp_path / "died").exists():
            (tmp_path / "died").touch()
            os._exit(3)

    ruin(monkeypatch, "zupynky-3", die_once)
    done = reindex.rebuild(2, quiet)
    assert (done.failed, done.deaths) == ({}, 1)
    assert len(documents()) == DATASETS


def test_workers_may_die_all_at_once(datasets: list[Any]) -> None:
    """Those that work, and those that wait for work."""
    killed: list[int] = []
    search.clear_all()

    def kill_them(step: str, done: int, whole: int) -> None:
        if not killed:
            for worker in multiprocessing.active_children():
                worker.kill()
                worker.join()
                killed.append(worker.pid or 0)

    done = reindex.rebuild(3, kill_them)
    assert (done.failed, done.indexed) == ({}, DATASETS)
    assert done.deaths == len(killed) == 3
    assert len(documents()) == DATASETS


def test_a_document_that_solr_refuses_is_named(
    datasets: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    make = reindex.search.rebuild

    def spoil(package_ids: Any) -> None:
        make(package_ids=package_ids)
        for one in index_of_ckan.make_connection().documents:  # type: ignore[attr-defined]  # what keeps them
            if one["name"] == "zupynky-3":
                one["metadata_created"] = "yesterday"

    monkeypatch.setattr(reindex.search, "rebuild", spoil)
    done = reindex.rebuild(2, quiet)
    assert list(done.failed) == ["zupynky-3"]
    assert "Solr" in done.failed["zupynky-3"]


def test_work_that_cannot_succeed_is_given_up(
    datasets: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindex, "TROUBLE", 1)
    monkeypatch.setattr(reindex.search, "rebuild", lambda **_asked: os._exit(3))
    done = reindex.rebuild(2, quiet)
    assert len(done.failed) == DATASETS
    assert done.indexed == 0


def test_a_second_rebuild_is_refused(datasets: list[Any]) -> None:
    with reindex._alone():
        result = CliRunner().invoke(command, ["rebuild", "--workers", "2"])
    assert result.exit_code == 1
    assert "under way" in result.output


def test_an_interrupted_rebuild_breaks_nothing(datasets: list[Any]) -> None:
    def interrupt(step: str, done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex.rebuild(2, interrupt)
    assert len(documents()) == DATASETS


def test_a_killed_rebuild_leaves_no_worker_and_no_lock(datasets: list[Any]) -> None:
    """``run`` waits until PostgreSQL has ended every session of the dead."""
    outcome = apart.run(
        lambda: reindex.rebuild(2, quiet).indexed,
        kill(before("ckanext.opendata_ua.logic.reindex._compare")),
    )
    assert outcome.killed
    assert len(documents()) == DATASETS


def test_the_command_ends_with_0_or_with_the_names(
    datasets: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = CliRunner().invoke(command, ["rebuild", "--workers", "2"])
    assert result.exit_code == 0
    assert f"Indexed: {DATASETS}." in result.output

    def fail() -> None:
        raise ValueError("a plugin that fails")

    ruin(monkeypatch, "zupynky-3", fail)
    result = CliRunner().invoke(command, ["rebuild", "--workers", "2"])
    assert result.exit_code == 1
    assert "zupynky-3: ValueError: a plugin that fails" in result.output
