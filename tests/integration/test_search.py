"""A reader finds a dataset by a word in any form, on real Solr through CKAN's search.

``tests/data/search/titles.csv`` is a small catalogue (files: name of the only file),
``queries.csv`` what people type, with the dataset that must come first. The same
queries go to the stock schema, to stock CKAN's own ``package_search``.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from ckan import model
from ckan.common import config
from ckan.lib import search
from ckan.lib.search import common
from ckan.logic.action.get import package_search as package_search_of_ckan
from ckan.tests import factories
from ckan.tests.helpers import call_action, changed_config

from ckanext.opendata_ua.adapters import solr_schema
from tests.integration.conftest import public_at_once

DATA = Path(__file__).parent.parent / "data" / "search"
ENOUGH = 0.95

Finder = Callable[[str], list[str]]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TITLES = _rows("titles.csv")
QUERIES = _rows("queries.csv")


@pytest.fixture(scope="module")
def catalogue(portal: None) -> dict[str, str]:
    """Store the catalogue; return the id of each dataset by its name."""
    admin = factories.Sysadmin()["name"]
    owners = {
        title: call_action(
            "organization_create", {"user": admin}, name=f"org-{number}", title=title
        )
        for number, title in enumerate(sorted({row["organization"] for row in TITLES}))
    }
    ids = {}
    # one commit for all: each would cost Solr a new searcher
    with changed_config("ckan.search.solr_commit", False):
        for row in TITLES:
            dataset = call_action(
                "package_create",
                public_at_once(admin),
                name=row["name"],
                title=row["title"],
                notes=row["notes"],
                tags=[{"name": word} for word in row["tags"].split(";")],
                owner_org=owners[row["organization"]]["id"],
                resources=[
                    {"name": row["files"], "url": "https://rada.example/file.csv"}
                ],
            )
            ids[row["name"]] = dataset["id"]
    search.commit()
    return ids


@pytest.fixture(scope="module")
def stock_core(catalogue: dict[str, str]) -> Iterator[None]:
    """Turn CKAN to the core with the stock schema, with the same datasets in it."""
    ours = str(config["solr_url"])
    _turn_to(ours.rpartition("/")[0] + "/ckan_stock")
    try:
        search.clear_all()
        search.rebuild(package_ids=list(catalogue.values()), defer_commit=True)
        search.commit()
        yield
        search.clear_all()
    finally:
        _turn_to(ours)


def _turn_to(solr_url: str) -> None:
    config["solr_url"] = solr_url
    kept_apart = getattr(common, "SolrSettings", None)  # CKAN 2.11
    if kept_apart:
        kept_apart.init(solr_url, config["solr_user"], config["solr_password"])


def _names(answer: dict[str, Any]) -> list[str]:
    return [dataset["name"] for dataset in answer["results"]]


def _ask(query: str) -> list[str]:
    """Return what a reader without an account finds."""
    return _names(call_action("package_search", {"user": ""}, q=query, rows=3))


def _ask_ckan(query: str) -> list[str]:
    """Return what CKAN finds without this extension's part in the search."""
    context: Any = {"model": model, "session": model.Session}
    context |= {"user": "", "auth_user_obj": None}
    return _names(package_search_of_ckan(context, {"q": query, "rows": 3}))


def _right(ask: Finder) -> tuple[Counter[str], list[str]]:
    """Return how many queries of each kind are answered right, and the others."""
    right, wrong = Counter(), []
    for row in QUERIES:
        found = ask(row["query"])
        if found[:1] == [row["expected"]]:
            right[row["kind"]] += 1
        else:
            wrong.append(f"{row['query']}: {row['expected']} expected, found {found}")
    return right, wrong


@pytest.fixture(scope="module")
def measured(catalogue: dict[str, str]) -> tuple[Counter[str], list[str]]:
    """Ask every query once."""
    return _right(_ask)


def test_the_sample_is_large_enough() -> None:
    assert len({row["query"] for row in QUERIES}) == len(QUERIES) >= 60
    assert len({row["title"] for row in TITLES}) == len(TITLES) >= 40
    assert {row["expected"] for row in QUERIES} <= {row["name"] for row in TITLES}


def test_the_right_dataset_comes_first(
    measured: tuple[Counter[str], list[str]],
) -> None:
    """95 of 100 queries, the rule this project set itself."""
    right, wrong = measured
    assert sum(right.values()) >= ENOUGH * len(QUERIES), "\n".join(wrong)


def test_no_kind_of_query_is_left_behind(
    measured: tuple[Counter[str], list[str]],
) -> None:
    right, wrong = measured
    asked = Counter(row["kind"] for row in QUERIES)
    weak = {kind for kind in asked if right[kind] < 0.8 * asked[kind]}
    assert not weak, "\n".join(wrong)


def test_synonyms_meet_in_the_index(catalogue: dict[str, str]) -> None:
    """Each name of a group is found by each name that the group gives it."""
    missed = []
    with requests.Session() as solr:
        for line in _synonym_groups():
            left, _, right = line.partition("=>")
            for name in _names_of(left):
                indexed, sought = _terms(solr, name, " ".join(_names_of(right or left)))
                if sought - indexed:
                    missed.append((name, sought - indexed))
    assert not missed


def _synonym_groups() -> list[str]:
    text = (solr_schema.DATA / "synonyms_uk.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _names_of(side: str) -> list[str]:
    return [name.strip() for name in side.split(",")]


def _terms(solr: requests.Session, text: str, query: str) -> tuple[set[str], ...]:
    """Return what Solr stores of a text and seeks for a query, by its own report."""
    answer = solr.get(
        f"{config['solr_url']}/analysis/field",
        params={
            "analysis.fieldtype": "text",
            "analysis.fieldvalue": text,
            "analysis.query": query,
            "wt": "json",
        },
        timeout=30,
    )
    answer.raise_for_status()
    steps = answer.json()["analysis"]["field_types"]["text"]
    return tuple(
        {token["text"] for token in steps[moment][-1]} for moment in ("index", "query")
    )


def test_a_corrected_search_says_what_was_searched(
    catalogue: dict[str, str],
) -> None:
    answer = call_action("package_search", {"user": ""}, q="генеральний палн")
    assert answer["opendata_ua_corrected"] == "генеральний план"
    found = call_action("package_search", {"user": ""}, q="генеральний план")
    assert "opendata_ua_corrected" not in found


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("кладвище", "кладовище"),
        ("irjkf", "школа"),
        ("школа", ""),  # nothing to correct
        ("щщщщщщщщ", ""),  # nothing alike
        ("abcd-1234", ""),  # a code is not a word
        ("title:кладвище", ""),  # Solr's own language
        ("", ""),
    ],
)
def test_did_you_mean(catalogue: dict[str, str], query: str, suggestion: str) -> None:
    answer = call_action(
        "opendata_ua_search_did_you_mean", {"user": "", "ignore_auth": False}, q=query
    )
    assert answer == {"q": query, "suggestion": suggestion}


def test_a_word_of_a_hidden_dataset_is_not_suggested(
    catalogue: dict[str, str],
) -> None:
    owner = call_action("organization_show", id="org-0")
    admin = factories.Sysadmin()["name"]
    call_action(
        "package_create",
        public_at_once(admin),
        name="hidden",
        title="Криптозахист",
        private=True,
        owner_org=owner["id"],
    )
    search.commit()
    mistyped = {"q": "криптозахсит"}
    reader: Any = {"user": "", "ignore_auth": False}
    answer = call_action("opendata_ua_search_did_you_mean", reader, **mistyped)
    assert answer["suggestion"] == ""
    assert call_action("package_search", dict(reader), **mistyped)["count"] == 0
    call_action("package_patch", public_at_once(admin), id="hidden", private=False)
    search.commit()
    answer = call_action("opendata_ua_search_did_you_mean", reader, **mistyped)
    assert answer["suggestion"] == "криптозахист"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title:гідрантами", "hidranty"),
        ('"захисних споруд"', "ukryttia"),
        ("res_name:hydrant", "hidranty"),
        ("res_description:* OR name:mosty", "mosty"),
        ("tags:ліки", "liky"),
        ("шляхопроводи -гідрант", "mosty"),
    ],
)
def test_the_language_of_solr_still_works(
    catalogue: dict[str, str], query: str, expected: str
) -> None:
    assert _ask(query)[0] == expected


def test_a_reader_may_narrow_a_corrected_search(catalogue: dict[str, str]) -> None:
    answer = call_action(
        "package_search", {"user": ""}, q="тролебус", fq='tags:"екологія"'
    )
    assert answer["count"] == 0


@pytest.mark.parametrize("typed", ["адміністративних", "пам'ятки", "Поіменн"])
def test_suggestions_while_typing_know_long_words(
    catalogue: dict[str, str], typed: str
) -> None:
    """CKAN's own ``package_autocomplete`` stops at ten letters on the stock schema."""
    found = call_action("package_autocomplete", {"user": ""}, q=typed)
    assert found


def _report(
    ours: Counter[str], helped: Counter[str], stock: Counter[str], wrong: list[str]
) -> Iterator[str]:
    """Yield the comparison, a line a kind, and what is still answered wrong."""
    asked = Counter(row["kind"] for row in QUERIES)
    yield f"{'first hits right':18}{'ours':>9}{'stock schema':>15}{'stock CKAN':>13}"
    for kind, number in [*asked.items(), ("all", asked.total())]:
        scores = [
            of.total() if kind == "all" else of[kind] for of in (ours, helped, stock)
        ]
        cells = [f"{score} of {number}" for score in scores]
        yield f"{kind:18}{cells[0]:>11}{cells[1]:>13}{cells[2]:>13}"
    yield from wrong


class TestStockSchema:
    """A portal whose Solr has the stock schema works; it only finds less."""

    def test_ours_is_better(
        self,
        measured: tuple[Counter[str], list[str]],
        stock_core: None,
        capsys: pytest.CaptureFixture[str],
        record_property: Callable[[str, object], None],
    ) -> None:
        stock, _ = _right(_ask_ckan)
        helped, _ = _right(_ask)
        ours, wrong = measured
        lines = list(_report(ours, helped, stock, wrong))
        for line in lines:
            record_property("ukrainian_search", line)
        with capsys.disabled():
            sys.stdout.write("\n".join(["", *lines, ""]))
        assert sum(stock.values()) <= sum(helped.values()) < sum(ours.values())

    @pytest.mark.parametrize("query", ["укритями", "на мостах", "irjkf", "тролебус"])
    def test_no_query_is_an_error(self, stock_core: None, query: str) -> None:
        assert call_action("package_search", {"user": ""}, q=query)["count"] >= 0

    def test_the_name_of_the_organization_is_found(self, stock_core: None) -> None:
        answer = call_action("package_search", {"user": ""}, q="Відділ екології")
        assert {"dereva", "povitria", "tvaryny"} <= set(_names(answer))
