"""What is measured, and the proof that both sides answer it alike."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import quote

from benchmarks import catalogue
from benchmarks.client import Answer, Client
from stack.terminal import StackError

WRITES, READS, LARGE_WRITES = 1.15, 1.10, 1.20
PAGE_STATEMENTS = 2
PER_PAGE = 20
PROBE = catalogue.dataset(catalogue.SEEDED - 1)

_numbers = count(1)


@dataclass(frozen=True)
class Operation:
    """One row of the table; ``run`` takes the editor's client and a call's number."""

    name: str
    run: Callable[[Client, int], Answer]
    check: Callable[[Answer, int], None]
    goal: float
    page: bool = False


def _create(client: Client, number: int) -> Answer:
    return client.action("package_create", catalogue.dataset(number, name="created"))


def _patch(client: Client, number: int) -> Answer:
    return client.action("package_patch", {"id": PROBE["name"], **_patched(number)})


def _patched(number: int) -> dict[str, str]:
    return {"version": f"1.{number}", "maintainer": f"Коваль Іван, виклик {number}"}


def _link(client: Client, number: int) -> Answer:
    return client.action("resource_create", _linked(number))


def _linked(number: int) -> dict[str, str]:
    """Return a link for one of the datasets in turns, so that none grows long."""
    return {
        "package_id": catalogue.dataset(number % catalogue.SEEDED)["name"],
        "url": f"https://data.example.org/added/{number}.csv",
        "name": f"Додано, виклик {number}",
        "format": "CSV",
        "data_actual_date": "2026-02-20",
    }


def _file(client: Client, number: int) -> Answer:
    return _sent(client, number, catalogue.FILE)


def _large_file(client: Client, number: int) -> Answer:
    return _sent(client, number, catalogue.FILE * catalogue.LARGE)


def _sent(client: Client, number: int, table: bytes) -> Answer:
    sent = {key: value for key, value in _linked(number).items() if key != "url"}
    text = table + f"{number}\n".encode()
    return client.upload("resource_create", sent, f"{number}.csv", text)


def _added(answer: Answer, number: int) -> None:
    sent, told = _linked(number), answer.result
    for key in ("url", "name", "format"):
        _agree(key, sent[key], told[key])


def _stored(answer: Answer, number: int) -> None:
    told = answer.result
    _agree("name", _linked(number)["name"], told["name"])
    _agree("url_type", "upload", told["url_type"])
    _agree("address", True, told["url"].endswith(f"/{number}.csv"))


def _show(client: Client, number: int) -> Answer:
    return client.action(f"package_show?id={PROBE['name']}")


def _anonymous(path: str) -> Callable[[Client, int], Answer]:
    return lambda client, number: Client(client.port).page(path)


def _same_dataset(wanted: dict[str, Any], told: dict[str, Any]) -> None:
    """Compare an answer with what was sent; both sides must pass, so they agree."""
    for key, value in wanted.items():
        if key in ("resources", "owner_org", "tag_string", *catalogue.OF_THE_SYSTEM):
            continue
        _agree(key, str(value).strip(), str(told.get(key)))
    files = [(one["url"], one["name"], one["format"]) for one in told["resources"]]
    sent = [(one["url"], one["name"], one["format"]) for one in wanted["resources"]]
    _agree("resources", sent, files)
    tags = {tag["name"] for tag in told["tags"]}
    _agree("tags", {word.strip() for word in wanted["tag_string"].split(",")}, tags)
    _agree("organization", catalogue.ORGANIZATION["name"], told["organization"]["name"])
    public = told["state"] == "active"
    for key in catalogue.OF_THE_SYSTEM:
        # a new dataset of ours is a draft, which was never published
        if public or key != "date_first_published":
            _agree(f"{key} filled", True, bool(told.get(key)))


def _agree(what: str, wanted: object, told: object) -> None:
    if wanted != told:
        raise StackError(
            f"A side answers otherwise: {what} is {told!r}, not {wanted!r}"
        )


def _created(answer: Answer, number: int) -> None:
    _same_dataset(catalogue.dataset(number, name="created"), answer.result)


def _was_patched(answer: Answer, number: int) -> None:
    _same_dataset({**PROBE, **_patched(number)}, answer.result)


def _shown(answer: Answer, number: int) -> None:
    _same_dataset(PROBE, answer.result)


def _dataset_page(answer: Answer, number: int) -> None:
    text = html.unescape(answer.text)
    for told in (
        PROBE["title"],
        PROBE["notes"][:60],
        PROBE["maintainer"],
        catalogue.ORGANIZATION["title"],
        *(one["name"] for one in PROBE["resources"]),
    ):
        if told not in text:
            raise StackError(f"The dataset page of a side does not show {told!r}.")


def _search_page(answer: Answer, number: int) -> None:
    found = set(re.findall(r'href="/dataset/(bench-[a-z]+-\d+)"', answer.text))
    _agree("count of datasets on the search page", PER_PAGE, len(found))
    if str(catalogue.SEEDED) not in answer.text:
        raise StackError(
            f"A search page does not say that it found {catalogue.SEEDED}."
        )


# Reads come first: the writes then change the catalogue for nobody.
OPERATIONS = (
    Operation(
        "dataset page",
        _anonymous(f"/dataset/{PROBE['name']}"),
        _dataset_page,
        READS,
        page=True,
    ),
    Operation(
        "search page, no words",
        _anonymous("/dataset/"),
        _search_page,
        READS,
        page=True,
    ),
    Operation(
        "search page, one word",
        _anonymous(f"/dataset/?q={quote(catalogue.WORD)}"),
        _search_page,
        READS,
        page=True,
    ),
    Operation("package_show", _show, _shown, READS),
    Operation("package_patch", _patch, _was_patched, WRITES),
    Operation("package_create", _create, _created, WRITES),
    Operation("resource_create, a link", _link, _added, WRITES),
    Operation("resource_create, a file", _file, _stored, WRITES),
    Operation("resource_create, 100 MB", _large_file, _stored, LARGE_WRITES),
)


def alike(clients: tuple[Client, Client]) -> None:
    """Have both sides answer every operation and check what they say.

    :raises StackError: when a side answers anything but what was asked for
    """
    for operation in OPERATIONS:
        number = next_number()
        for client in clients:
            operation.check(operation.run(client, number), number)


def next_number() -> int:
    """Return a number no call has had: created datasets need names of their own."""
    return next(_numbers)
