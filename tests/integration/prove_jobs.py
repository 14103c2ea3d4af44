"""Thousands of jobs and letters while workers are killed at random, for minutes.

Run by ``make prove``. Two nodes of workers share one database; every fraction of a
second one is killed, wherever it is, and another takes its place. Writers promise work
in transactions of which some are rolled back. At the end the books are compared:

- an atomic job has left its effect exactly once for each promise that was committed
  (jobs of one key: never two at once);
- a job that commits itself has left its effect at least once;
- a letter has left once, and again only where a worker was killed after "250";
- nothing that was rolled back has left anything.
"""

from __future__ import annotations

import email
import email.policy
import os
import random
import select
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.opendata_ua import jobs
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.outbox import Message, mailbox
from stack import ckan
from stack.terminal import say
from tests.faults import clock, portal
from tests.faults.child import Child
from tests.faults.server import free_port
from tests.integration import jobs_at_work as proof
from tests.integration.conftest import empty_our_tables
from tests.integration.jobs_at_work import Kinds

pytestmark = pytest.mark.usefixtures("portal")

SEED = int(os.environ.get("OPENDATA_UA_PROOF_SEED", "2026"))
MINUTES = float(os.environ.get("OPENDATA_UA_PROOF_MINUTES", "4"))
WORKERS = 4  # half of them on a node whose clock is a day ahead
WRITERS = 2
LEASE = timedelta(seconds=3)
BACKLOG = 200  # pieces of work that writers let wait
CHAINS = ("chain-1", "chain-2", "chain-3")  # keys that are promised again and again
CATCHER = ckan.SERVICES / "mail_catcher.py"


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> Kinds:
    return Kinds(monkeypatch)


@pytest.fixture
def letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Have a mail server in a process of its own; return the folder of its letters."""
    port = free_port()
    command = [sys.executable, str(CATCHER), str(port), str(tmp_path)]
    catcher = subprocess.Popen(command)
    monkeypatch.setitem(tk.config, "smtp.server", f"127.0.0.1:{port}")
    monkeypatch.setitem(tk.config, "smtp.starttls", False)
    yield tmp_path
    catcher.terminate()
    catcher.wait()


def write(seed: int, end: float) -> dict[str, list[str]]:
    """Promise jobs and post letters until a moment; return what was committed."""
    chance = random.Random(seed)  # noqa: S311 - a proof that can be repeated
    kept: dict[str, list[str]] = {"atomic": [], "repeated": [], "mail": []}
    number = 0
    while time.monotonic() < end:
        number += 1
        name, kind = f"{seed}-{number}", chance.choice(("atomic", "repeated"))
        Job.promise(model.Session, kind, name)
        _post(name)
        if chance.random() < 0.1:
            Job.promise(model.Session, "atomic", chance.choice(CHAINS))
        if chance.random() < 0.1:
            model.Session.rollback()
            continue
        model.Session.commit()
        kept[kind].append(name)
        kept["mail"].append(name)
        if number % 20 == 0:
            while undone() > BACKLOG and time.monotonic() < end:
                select.select([], [], [], 0.1)
    return kept


def _post(name: str) -> None:
    address = f"{name}@rada.example"
    letter = {"subject": name, "body": name, "address": address}
    Message.post(model.Session, "mail", mailbox(address), name, letter)


def leave_alone(context: Any, data: Any) -> None:
    """Leave an effect, or the word "overlap" when the twin has not ended."""
    held = sa.text("SELECT pg_try_advisory_xact_lock(hashtext(:id))")
    alone = model.Session.execute(held, {"id": data["id"]}).scalar()
    proof.leave_effect(context, {"id": data["id"] if alone else "overlap"})


def undone() -> int:
    """Return how many jobs and letters are not at their end."""
    rows = proof.execute(
        "SELECT (SELECT count(*) FROM opendata_ua_job WHERE state <> 'done') + "
        "(SELECT count(*) FROM opendata_ua_outbox WHERE state <> 'sent') AS left_over"
    )
    return int(rows[0].left_over)


def test_the_books_agree_after_minutes_of_killing(kinds: Kinds, letters: Path) -> None:
    empty_our_tables()
    options = {"lease": LEASE, "attempts": 1000, "longest_wait": timedelta(seconds=1)}
    kinds.add("atomic", leave_alone, **options)
    kinds.add("repeated", leave_alone, atomic=False, **options)
    with proof.table_of_effects():
        end = time.monotonic() + MINUTES * 60
        writers = [
            portal.start(lambda seed=seed: write(seed, end)) for seed in range(WRITERS)
        ]
        kills = kill_until(end)
        committed = _together([writer.wait().value for writer in writers])
        while undone():
            jobs.drain()
            select.select([], [], [], 0.2)  # for leases of the dead
        effects = Counter(proof.effects())
    told = f"seed {SEED}, {kills} kills"
    once = set(committed["atomic"])
    assert "overlap" not in effects, told
    assert {key: effects[key] for key in once} == dict.fromkeys(once, 1), told
    assert set(effects) - set(CHAINS) == once | set(committed["repeated"]), told

    subjects, ids = zip(*map(_subject_and_id, letters.glob("*.eml")), strict=True)
    assert set(subjects) == set(committed["mail"]), told
    assert len(set(ids)) == len(set(subjects)), told
    twice = len(subjects) - len(set(subjects))
    assert twice <= kills, told
    again = sum(effects[key] - 1 for key in committed["repeated"])
    say(
        f"{told}: {len(once)} atomic jobs once; {len(committed['repeated'])} others, "
        f"{again} of them again; {len(set(subjects))} letters, {twice} again"
    )


def kill_until(end: float) -> int:
    """Have workers work, and kill one every moment until the end; return how many."""
    chance = random.Random(SEED)  # noqa: S311 - a proof that can be repeated
    workers = [_worker(number) for number in range(WORKERS)]
    kills = 0
    while time.monotonic() < end:
        select.select([], [], [], chance.uniform(0.2, 1.2))
        place = chance.randrange(WORKERS)
        workers[place].kill()
        assert workers[place].wait().killed
        workers[place] = _worker(place)
        kills += 1
    for worker in workers:
        worker.kill()
        worker.wait()
    return kills + WORKERS


def _worker(number: int) -> Child:
    ahead = timedelta(days=number % 2)
    return portal.start(
        lambda: jobs.work(threading.Event()),
        first=lambda: clock.shift(ahead) if ahead else None,
    )


def _together(books: list[dict[str, list[str]]]) -> dict[str, list[str]]:
    return {kind: [name for one in books for name in one[kind]] for kind in books[0]}


def _subject_and_id(path: Path) -> tuple[str, str]:
    letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return str(letter["Subject"]), str(letter["Message-ID"])
