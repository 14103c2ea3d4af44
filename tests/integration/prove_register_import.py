"""A register of ten thousand rows becomes drafts; all formats and layouts come back.

    make prove ONLY=register_import

Most of the ten thousand are in the database already, as copies of the first: a draft
costs what CKAN's ``package_create`` does, a third of a second. The short form is
``test_register_import.py``. Speeds are printed and not judged.
"""

from __future__ import annotations

import itertools
import random
import resource
import time
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from benchmarks import seed
from ckanext.opendata_ua.domain.register import LAYOUTS, OFFERS, Heading, RegisterRow
from ckanext.opendata_ua.logic.reader import register as reading
from stack.terminal import say
from tests.faults import portal as faults
from tests.integration.conftest import public_at_once
from tests.integration.sent import storage

pytestmark = pytest.mark.usefixtures("portal")

SEED, ROWS, KILLS = 2026, 10_000, 5
#: So many of the rows are copies of the first one.
COPIES = 8_000
TABLES = [extension for extension, offer in OFFERS.items() if offer.has_layouts]
SIGNS = [
    "'",
    "=",
    " =",
    "+",
    "«",
    '"',
    "\n",
    ";",
    ",",
    "<",
    "&",
    "ʼ",
    "é",
    "…",
    "а",
    "b",
]


@pytest.fixture
def organization() -> dict[str, Any]:
    return factories.Organization()


@pytest.fixture
def admin() -> str:
    return str(factories.Sysadmin()["name"])


def load(admin: str, organization: dict[str, Any], content: bytes, **more: Any) -> Any:
    context: Any = {"user": admin, "ignore_auth": False}
    upload = storage(content, "register")
    named = {"upload": upload, "organization": organization["id"], **more}
    return call_action("opendata_ua_register_import", context, **named)


def drafts(organization: dict[str, Any]) -> int:
    model.Session.rollback()
    package: Any = model.Package
    query = sa.select(sa.func.count()).where(package.owner_org == organization["id"])
    return int(model.Session.scalar(query) or 0)


def named(at: int) -> tuple[int, str]:
    """Return the number in the title of a row, and its name."""
    copied = 1 <= at <= COPIES
    return (0, f"nabir-0-seed-{at}") if copied else (at, f"nabir-{at}")


def register(number: int) -> bytes:
    """Return a register as an old sheet of a council would have it."""
    writer = OFFERS["xlsx"].writer(Heading(layout=LAYOUTS["2019"], titles_row=True))
    rows = [
        RegisterRow(
            *(name, f"Набір даних {at}", "Опис набору даних. " * 20),
            *("Щомісяця", "бюджет, дороги", "Закон України"),
            *(f"https://data.gov.ua/dataset/{name}", "CSV, XLSX", "Рада", None),
            *("Коваль Олена Іванівна", "koval@rada.example"),
        )
        for at, name in map(named, range(number))
    ]
    return writer.begin() + writer.rows(rows) + writer.end()


def test_ten_thousand_rows_become_drafts_whatever_kills_them(
    admin: str, organization: dict[str, Any]
) -> None:
    content = register(ROWS)
    began = time.monotonic()
    counts = load(admin, organization, content)["counts"]
    say(f"dry run of {ROWS} rows: {time.monotonic() - began:.1f} s")
    assert counts["created"] == ROWS
    first = load(admin, organization, register(1), dry_run=False)["rows"][0]
    seed.rows(model.Session, first["id"], 1, COPIES)
    began = time.monotonic()
    assert load(admin, organization, content)["counts"]["matched"] == COPIES + 1
    first_draft = time.monotonic() - began
    say(f"the same with {COPIES + 1} of them there: {first_draft:.1f} s")
    chance = random.Random(SEED)  # noqa: S311 - a proof that can be repeated
    for _ in range(KILLS):
        before = drafts(organization)
        work = lambda: load(admin, organization, content, dry_run=False)  # noqa: E731
        faults.run(work, kill_after=first_draft + chance.uniform(5, 15))
        say(f"killed after {drafts(organization) - before} drafts")
    made = drafts(organization)
    assert made > COPIES + 1  # they were killed while they made drafts
    began = time.monotonic()
    counts = load(admin, organization, content, dry_run=False)["counts"]
    seconds = time.monotonic() - began
    rest = ROWS - made
    say(f"the rest: {rest} drafts in {seconds:.0f} s, {rest / seconds:.1f} rows/s")
    assert (counts["created"], counts["matched"]) == (rest, made)
    assert drafts(organization) == ROWS
    began = time.monotonic()
    counts = load(admin, organization, content, dry_run=False)["counts"]
    say(f"a second run: {time.monotonic() - began:.1f} s")
    assert counts["matched"] == ROWS
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(f"memory of the process: {most} MB at most")


@pytest.mark.parametrize(
    ("extension", "layout"), list(itertools.product(TABLES, LAYOUTS))
)
def test_every_format_and_layout_comes_back(
    admin: str,
    organization: dict[str, Any],
    full: dict[str, str],
    extension: str,
    layout: str,
) -> None:
    chance = random.Random(f"{SEED} {extension} {layout}")  # noqa: S311 - as above
    for at in range(6):
        text = "".join(chance.choices(SIGNS, k=30))
        data = {
            **full,
            "name": f"round-{at}",
            "title": f"{' '.join(text.split())} {at}",
            "notes": text,
            "owner_org": organization["id"],
            "resources": [
                {"url": f"https://rada.example/{at}.csv", "format": "CSV"},
                {"url": f"https://rada.example/{at}.xml", "format": "XML"},
            ][: at % 3],
        }
        call_action("package_create", public_at_once(admin), **data)
    before = written(organization, extension, layout)
    empty(organization)
    answer = load(admin, organization, before, dry_run=False)
    assert {row["outcome"] for row in answer["rows"]} == {"created"}, answer["rows"]
    for id_ in ids(organization):
        call_action("package_patch", public_at_once(admin), id=id_, state="active")
    assert written(organization, extension, layout) == before
    empty(organization)


def written(organization: dict[str, Any], extension: str, layout: str) -> bytes:
    asked = {"format": extension, "layout": layout, "organization": organization["id"]}
    reading._seen.clear()
    return b"".join(reading.open_register({"ignore_auth": True}, asked).start())


def ids(organization: dict[str, Any]) -> list[str]:
    model.Session.rollback()
    package: Any = model.Package
    query = sa.select(package.id).where(package.owner_org == organization["id"])
    return list(model.Session.scalars(query))


def empty(organization: dict[str, Any]) -> None:
    for id_ in ids(organization):
        call_action("dataset_purge", id=id_)
