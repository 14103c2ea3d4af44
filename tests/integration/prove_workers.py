"""Workers at work while services stop, hang and come back.

Two workers on two nodes: each reaches PostgreSQL through a proxy of its own, so that
one can be cut off while the other works. Jobs and letters are promised all the time.
Run by ``make prove ONLY=workers``; half a minute.
"""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.common import config
from sqlalchemy.engine import make_url

from ckanext.opendata_ua import jobs
from ckanext.opendata_ua.logic.channels import CHANNELS
from ckanext.opendata_ua.model.outbox import Message, mailbox
from stack import mail
from stack.terminal import say
from tests.faults import portal, server
from tests.faults.proxy import Proxy
from tests.integration import jobs_at_work as work

pytestmark = pytest.mark.usefixtures("portal")

SEED, ROUNDS = 1978, 60
SOON = timedelta(seconds=0.2)


@pytest.fixture(autouse=True)
def quick(portal: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Shorten what is waited for, and have a kind of jobs with a table of effects."""
    monkeypatch.setattr(jobs, "POLL", 0.3)
    monkeypatch.setattr(jobs, "GLANCE", 0.05)
    channels: Any = CHANNELS
    patient = replace(CHANNELS["mail"], attempts=1000, first_wait=SOON)
    patient = replace(patient, longest_wait=SOON, closed_for=SOON)
    monkeypatch.setitem(channels, "mail", patient)
    kinds = work.Kinds(monkeypatch)
    kinds.add("effect", attempts=1000, lease=timedelta(seconds=1), longest_wait=SOON)
    with work.table_of_effects():
        yield


@pytest.fixture
def letters(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Run a mail catcher of this proof; yield its port and where letters lie."""
    port, folder = server.free_port(), tmp_path / "letters"
    command = [sys.executable, str(mail.PROGRAM), str(port), str(folder)]
    with subprocess.Popen(command) as catcher:
        yield port, folder
        catcher.terminate()


def test_all_that_was_promised_is_done_while_services_stop_and_start(
    letters: tuple[int, Path],
) -> None:
    post, folder = letters
    chance = random.Random(SEED)  # noqa: S311 - repeats, keeps no secret
    with ExitStack() as stack:
        ports = [_port("sqlalchemy.url")] * 2 + [_port("ckan.redis.url"), post]
        proxies = [stack.enter_context(Proxy(port)) for port in ports]
        workers = [_worker(node, *proxies[2:]) for node in proxies[:2]]
        done: Counter[str] = Counter()
        for number in range(ROUNDS):
            work.promise("effect", f"job {number}")
            _post(f"letter {number}")
            proxy, deed = chance.choice(proxies), chance.choice(DEEDS)
            DEEDS_BY_NAME[deed](proxy)
            done[deed] += 1
            time.sleep(chance.uniform(0, 0.4))
            if chance.random() < 0.7:
                proxy.heal()
        for proxy in proxies:
            proxy.heal()
        _until_nothing_waits()
        assert [worker.ended() for worker in workers] == [False, False]
        for worker in workers:
            worker.kill()
            worker.wait()
    # a letter whose "250" was lost on the way is sent again, under the same id
    wanted = sorted(f"job {number}" for number in range(ROUNDS))
    assert sorted(work.effects()) == wanted
    subjects = Counter(_subject(path) for path in folder.glob("*.eml"))
    twice = sum(subjects.values()) - len(subjects)
    say(f"\nseed {SEED}: {dict(done)}; {ROUNDS} jobs once, {twice} letters sent again")
    assert sorted(subjects) == sorted(f"letter {number}" for number in range(ROUNDS))


DEEDS_BY_NAME = {
    "cut": Proxy.cut,
    "refuse": Proxy.refuse,
    "hang": Proxy.hang,
    "slow": lambda proxy: proxy.delay(0.05),
    "lost commit": lambda proxy: proxy.cut_at("COMMIT", answered=False),
    "lost answer": lambda proxy: proxy.cut_at("COMMIT", answered=True),
}
DEEDS = tuple(DEEDS_BY_NAME)


def _port(option: str) -> int:
    port = make_url(config[option]).port
    assert port is not None
    return port


def _worker(node: Proxy, bell: Proxy, post: Proxy) -> portal.Child:
    def first() -> None:
        portal.through(postgres=node.port, redis_port=bell.port, mail=post.port)

    return portal.start(lambda: jobs.work(threading.Event()), first=first)


def _post(subject: str) -> None:
    address = f"{uuid.uuid4().hex[:8]}@council.example"
    payload = {"subject": subject, "body": "Є новини.", "address": address, "name": ""}
    Message.post(model.Session, "mail", mailbox(address), subject, payload)
    model.Session.commit()


def _subject(path: Path) -> str:
    lines = path.read_text(errors="replace").splitlines()
    return next(line[9:] for line in lines if line.startswith("Subject: "))


def _until_nothing_waits(patience: float = 120) -> None:
    until = time.monotonic() + patience
    while left := _left():
        assert time.monotonic() < until, left
        time.sleep(0.2)


def _left() -> list[Any]:
    return work.execute(
        "SELECT kind, state, attempts, last_error FROM opendata_ua_job "
        "WHERE state <> 'done' UNION ALL "
        "SELECT channel, state, attempts, last_error FROM opendata_ua_outbox "
        "WHERE state <> 'sent'"
    )
