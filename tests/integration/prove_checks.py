"""The long proofs of checks: speed of a first look, every way and kind, eight at once.

Run by ``make prove ONLY=checks``; some minutes and 200 MB of disk (5 GB of holes).
"""

from __future__ import annotations

import io
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ckan.tests.helpers import call_action
from werkzeug.datastructures import FileStorage

from ckanext.opendata_ua.domain import format_check
from ckanext.opendata_ua.logic import cage, checks
from stack.terminal import say
from tests.formats import corpus
from tests.formats.hostile import Case
from tests.integration.sent import Client, some, stored
from tests.integration.test_file_checks import WAYS, codes_in, with_file

pytestmark = pytest.mark.usefixtures("portal")

MEBIBYTE = 1 << 20
SIZES = {"1 MB": MEBIBYTE, "100 MB": 100 * MEBIBYTE, "5 GB": 5 << 30}
FIRST_LOOK = 0.3  # seconds
TIMES = 9
ROW = "Вокзал;50.45;30.52\n".encode()


def _salt() -> bytes:
    return uuid.uuid4().bytes


KINDS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a program of Windows": (
        "дані.csv",
        lambda: b"MZ\x90\x00" + _salt() + bytes(60) + b"PE\x00\x00" + bytes(512),
    ),
    "a program of Linux": (
        "дані.xlsx",
        lambda: b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\x3e\x00" + _salt() * 8,
    ),
    "a program by its name": ("звіт.exe", some),
    "Flash": ("мапа.swf", lambda: b"FWS\x09" + _salt() + bytes(256)),
    "Flash under another name": (
        "мапа.json",
        lambda: b"FWS\x09" + _salt() + bytes(256),
    ),
}


@pytest.fixture
def draft(create_draft: Any, editor_api: Client) -> dict[str, Any]:
    dataset = create_draft(title=f"Набір {uuid.uuid4().hex[:8]}")
    return with_file(editor_api, dataset, some())


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Return tables of all sizes; the largest is mostly a hole."""
    folder = tmp_path_factory.mktemp("tables")
    found = {}
    for name, size in SIZES.items():
        found[name] = folder / f"{size}.csv"
        with found[name].open("wb") as file:
            file.write("назва;широта;довгота\n".encode())
            for _ in range(min(size, 100 * MEBIBYTE) // (len(ROW) * 1000)):
                file.write(ROW * 1000)
            file.truncate(size)
    yield found
    for path in found.values():
        path.unlink()


@pytest.mark.parametrize("size", SIZES)
def test_a_first_look_is_short_at_any_size(size: str, tables: dict[str, Path]) -> None:
    cage.parse("formats.quick", io.BytesIO(ROW))  # the keeper starts
    took = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        assert cage.parse("formats.quick", tables[size]).done
        took.append(time.perf_counter() - begun)
    say(f"A first look at {size}: {statistics.median(took) * 1000:.0f} ms")
    assert statistics.median(took) <= FIRST_LOOK


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_refused_by_every_way(
    kind: str, way: str, draft: dict[str, Any], editor_api: Client
) -> None:
    name, make = KINDS[kind]
    content = make()
    error = WAYS[way](editor_api, draft, content, name)
    assert codes_in(error) == {"forbidden_format"}
    assert not stored(content)


def test_eight_hostile_files_at_once_are_told_and_the_checker_goes_on(
    tables: dict[str, Path],
) -> None:
    """One of each kind: bombs, entities, links, programs in documents."""
    kinds: dict[str, Case] = {}
    for case in corpus.everything()[0]:
        if not case.long:
            kinds.setdefault(case.name.partition("-")[0], case)
    for round_ in range(0, len(kinds), 8):
        eight = list(kinds.values())[round_ : round_ + 8]
        with ThreadPoolExecutor(8) as crowd:
            told = list(crowd.map(_codes, eight))
        wrong = [
            (case.name, codes)
            for case, codes in zip(eight, told, strict=True)
            if not case.codes & codes
        ]
        assert not wrong
        assert cage.parse("formats.deep", tables["1 MB"]).done
    say(f"{len(kinds)} kinds of hostile files, eight at once")


def _codes(case: Case) -> set[str]:
    outcome = cage.parse("formats.deep", io.BytesIO(case.make()))
    found = (
        format_check.read_detection(outcome.value)
        if outcome.done
        else format_check.unreadable(0)
    )
    rules = format_check.policy()
    judged = format_check.judge(case.declared, case.file_name, "", found, rules)
    return {one.code for one in judged}


def test_eight_large_files_at_once_are_all_looked_at(tables: dict[str, Path]) -> None:
    with ThreadPoolExecutor(8) as crowd:
        outcomes = list(
            crowd.map(lambda _: cage.parse("formats.deep", tables["100 MB"]), range(8))
        )
    assert all(one.done for one in outcomes)


def test_an_upload_costs_little_more_with_its_check(
    draft: dict[str, Any],
    editor: dict[str, Any],
    tables: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    ckan_config: Any,
) -> None:
    """The one thing left out is the look: all else is the same upload."""
    ckan_config["ckan.max_resource_size"] = 200
    context: Any = {"user": editor["name"], "ignore_auth": False}

    def upload() -> float:
        with tables["100 MB"].open("rb") as file:
            sent = FileStorage(io.BytesIO(file.read() + _salt()), "зупинки.csv")
        begun = time.perf_counter()
        call_action("resource_create", context, package_id=draft["id"], upload=sent)
        return time.perf_counter() - begun

    with_checks = statistics.median(upload() for _ in range(5))
    monkeypatch.setattr(checks, "first_look", lambda *_: checks.Known())
    without = statistics.median(upload() for _ in range(5))
    say(f"100 MB: {with_checks:.2f} s with a first look, {without:.2f} s without")
    assert with_checks <= 1.2 * without
