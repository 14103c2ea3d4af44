"""Promised work is done as often as it should be, whatever dies in between."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
import pytest
import redis
import sqlalchemy as sa
from ckan import model
from ckan.lib import jobs as ckan_jobs
from ckan.model.meta import create_local_session
from ckan.tests import factories
from ckan.tests.helpers import call_action
from click.testing import CliRunner, Result
from sqlalchemy import event

from ckanext.opendata_ua import config, jobs
from ckanext.opendata_ua.adapters import wake
from ckanext.opendata_ua.cli.jobs import jobs as command
from ckanext.opendata_ua.cli.jobs import run as run_command
from ckanext.opendata_ua.logic import work
from ckanext.opendata_ua.model.job import Claim, Job
from tests.faults import clock, portal
from tests.faults.places import after, before, kill
from tests.faults.proxy import Proxy
from tests.integration import jobs_at_work as proof
from tests.integration.conftest import empty_our_tables
from tests.integration.jobs_at_work import Kinds, effects, promise, run, states

pytestmark = pytest.mark.usefixtures("portal", "quiet")


@pytest.fixture(scope="module")
def table(portal: None) -> Iterator[None]:
    with proof.table_of_effects():
        yield


@pytest.fixture
def quiet(table: None) -> None:
    """Begin without jobs and effects, and with nobody asked to run them."""
    model.Session.remove()
    empty_our_tables()
    proof.execute(f"TRUNCATE {proof.EFFECTS}")
    ckan_jobs.get_queue().empty()
    wake.forget_ring(config.redis_url(), config.site_id())


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> Kinds:
    return Kinds(monkeypatch)


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    proof.let_loggers_speak()
    return caplog


@pytest.fixture
def other() -> Iterator[Any]:
    """Return a session of a second connection: what another process sees and does."""
    session: Any = create_local_session()
    yield session
    session.close()


def claim(session: Any, kind: str = "effect") -> Claim | None:
    return Job.claim(session, {kind: timedelta(seconds=60)})


def let_leases_end() -> None:
    """Let a minute of the database's clock pass for whoever holds a lease."""
    proof.execute(
        "UPDATE opendata_ua_job SET lease_until = now() - interval '1 second' "
        "WHERE state = 'running'"
    )


class TestPromise:
    def test_promised_work_is_done_once(self, kinds: Kinds) -> None:
        kinds.add("effect")
        promise("effect")
        assert run() == 1
        assert run() == 0
        assert effects() == ["a"]
        assert states("effect") == ["done"]

    def test_it_is_part_of_the_callers_transaction(
        self, kinds: Kinds, other: Any
    ) -> None:
        kinds.add("effect")
        Job.promise(model.Session, "effect", "a")
        assert claim(other) is None
        model.Session.rollback()
        assert states("effect") == []

    def test_the_same_work_waits_only_once_with_the_newest_arguments(self) -> None:
        first = promise("effect", arguments={"page": 1})
        assert promise("effect", arguments={"page": 2}) == first
        assert promise("effect", key="b") != first
        assert proof.job(first).arguments == {"page": 2}

    def test_the_earlier_time_prevails(self, kinds: Kinds) -> None:
        kinds.add("effect")
        promise("effect", run_after=timedelta(days=1))
        assert run() == 0
        promise("effect", run_after=datetime(2020, 1, 1, tzinfo=timezone.utc))
        promise("effect", run_after=timedelta(days=1))
        assert run() == 1

    def test_asking_again_does_not_shorten_the_wait_after_a_failure(
        self, kinds: Kinds
    ) -> None:
        kinds.add("effect", _fail, first_wait=timedelta(hours=1))
        promise("effect")
        assert run() == 1
        promise("effect")
        assert run() == 0

    def test_what_is_promised_now_is_not_run_before_it_can_be_seen(
        self, kinds: Kinds, other: Any
    ) -> None:
        """A job waits, and somebody asks for it in a transaction that is still open."""
        kinds.add("effect")
        promise("effect")
        Job.promise(other, "effect", "a", {"page": 2})
        assert run() == 0
        other.commit()
        assert run() == 1

    def test_a_promise_during_a_claim_waits_and_becomes_a_turn_of_its_own(
        self, other: Any
    ) -> None:
        promise("effect")
        assert claim(model.Session)  # not committed yet
        asking = threading.Thread(target=_promise_and_commit, args=[other])
        asking.start()
        with proof.connection() as third:
            _until_somebody_waits_for_a_lock(third)
        model.Session.commit()
        asking.join()
        assert states("effect") == ["running", "waiting"]

    def test_a_promise_is_one_statement(self) -> None:
        with counted() as statements:
            promise("effect")
        assert len(statements) == 1


def _promise_and_commit(session: Any) -> None:
    Job.promise(session, "effect", "a")
    session.commit()


def _until_somebody_waits_for_a_lock(link: Any) -> None:
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _look in range(2000):
        if link.execute(waiting).scalar():
            return
        threading.Event().wait(0.005)
    raise AssertionError("Nobody waits")


def _fail(context: Any, data: Any) -> None:
    raise ValueError("olena@example.org wrote this")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements of all sessions."""
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    event.listen(work.engine(), "before_cursor_execute", note)
    yield statements
    event.remove(work.engine(), "before_cursor_execute", note)


class TestTwins:
    def test_work_asked_for_while_it_runs_waits_for_its_next_turn(
        self, kinds: Kinds, other: Any
    ) -> None:
        taken: list[Claim | None] = []

        def ask_again(context: Any, data: Any) -> None:
            proof.leave_effect(context, data)
            if len(taken) == 0:
                _promise_and_commit(other)
                taken.append(claim(other))
                other.rollback()

        kinds.add("effect", ask_again)
        promise("effect")
        assert run() == 2
        assert taken == [None]  # a second worker left the twin alone
        assert effects() == ["a", "a"]

    def test_a_failed_job_and_its_waiting_twin_become_one(
        self, kinds: Kinds, other: Any
    ) -> None:
        def fail(context: Any, data: Any) -> None:
            _promise_and_commit(other)
            raise ValueError

        kinds.add("effect", fail, first_wait=timedelta(hours=1))
        promise("effect")
        run()
        (row,) = proof.execute("SELECT * FROM opendata_ua_job")
        assert (row.state, row.attempts) == ("waiting", 1)
        assert "ValueError" in row.last_error

    def test_a_failed_job_meets_a_twin_that_is_just_being_promised(
        self, kinds: Kinds, other: Any
    ) -> None:
        kinds.add("effect")
        promise("effect")
        taken = claim(model.Session)
        assert taken
        model.Session.commit()
        Job.promise(other, "effect", "a")  # not committed yet
        failing = threading.Thread(target=_give_back, args=[taken])
        failing.start()
        with proof.connection() as third:
            _until_somebody_waits_for_a_lock(third)
        other.commit()
        failing.join()
        assert states("effect") == ["waiting"]


def _give_back(taken: Claim) -> None:
    session: Any = create_local_session()
    Job.give_back(session, taken, timedelta(), "failed")
    session.commit()
    session.close()


class TestLease:
    def test_a_killed_worker_returns_its_job_after_the_lease(
        self, kinds: Kinds
    ) -> None:
        kinds.add("effect")
        waiting = promise("effect")
        died = portal.run(run, kill(before("ckanext.opendata_ua.model.job.Job.finish")))
        assert died.killed
        assert run() == 0
        assert effects() == []
        let_leases_end()
        assert run() == 1
        assert effects() == ["a"]
        assert proof.job(waiting).attempts == 2

    def test_an_effect_and_its_mark_are_one_transaction(self, kinds: Kinds) -> None:
        kinds.add("effect")
        promise("effect")
        place = before("sqlalchemy.orm.Session.commit", nth=3)  # reaped, claimed, done
        assert portal.run(run, kill(place)).killed
        assert (effects(), states("effect")) == ([], ["running"])
        let_leases_end()
        place = after("sqlalchemy.orm.Session.commit", nth=3)
        assert portal.run(run, kill(place)).killed
        assert (effects(), states("effect")) == (["a"], ["done"])

    def test_work_that_commits_itself_is_done_at_least_once(self, kinds: Kinds) -> None:
        kinds.add("effect", atomic=False)
        promise("effect")
        died = portal.run(run, kill(before("ckanext.opendata_ua.model.job.Job.finish")))
        assert died.killed
        let_leases_end()
        run()
        assert effects() == ["a", "a"]
        assert states("effect") == ["done"]

    def test_a_job_that_kills_its_workers_is_given_up(self, kinds: Kinds) -> None:
        kinds.add("effect", _die, attempts=2)
        waiting = promise("effect")
        for _attempt in range(2):
            assert portal.run(run).killed
            let_leases_end()
        assert run() == 0
        row = proof.job(waiting)
        assert (row.state, row.last_error) == ("dead", work.SILENT)

    def test_a_heartbeat_keeps_a_long_job(self, kinds: Kinds, other: Any) -> None:
        seen = []

        def wait_for_beats(context: Any, data: Any) -> None:
            ends = sa.text("SELECT lease_until FROM opendata_ua_job")
            while len(set(seen)) < 3:
                seen.append(other.execute(ends).scalar())
                other.commit()
                threading.Event().wait(0.01)

        kinds.add("effect", wait_for_beats, lease=timedelta(seconds=0.3))
        promise("effect")
        assert run() == 1
        assert seen == sorted(seen)
        assert states("effect") == ["done"]

    @pytest.mark.parametrize("outcome", ["done", "failed"])
    def test_a_worker_that_lost_its_lease_changes_nothing(
        self, kinds: Kinds, other: Any, outcome: str
    ) -> None:
        def be_too_slow(context: Any, data: Any) -> None:
            proof.leave_effect(context, data)
            other.execute(sa.text("UPDATE opendata_ua_job SET lease = 'another'"))
            other.commit()
            if outcome == "failed":
                raise ValueError

        kinds.add("effect", be_too_slow, attempts=1)
        waiting = promise("effect")
        run()
        assert effects() == []
        row = proof.job(waiting)
        assert (row.state, row.lease, row.last_error) == ("running", "another", None)

    def test_a_wrong_clock_of_a_node_changes_nothing(self, kinds: Kinds) -> None:
        kinds.add("effect")
        promise("effect", key="later", run_after=timedelta(hours=1))
        promise("effect", key="taken")
        assert claim(model.Session)
        model.Session.commit()
        for day in (-1, 1):
            promise("effect", key=f"now {day}")
            outcome = portal.run(
                run, first=lambda day=day: clock.shift(timedelta(days=day))
            )
            assert outcome.value == 1, outcome.said
        assert effects() == ["now -1", "now 1"]


def _die(context: Any, data: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class TestManyWorkers:
    def test_no_job_is_run_by_two(self, kinds: Kinds) -> None:
        kinds.add("effect")
        keys = [f"{number:03}" for number in range(90)]
        for key in keys:
            Job.promise(model.Session, "effect", key)
        model.Session.commit()
        workers = [portal.start(lambda: run(limit=1000)) for _worker in range(3)]
        outcomes = [worker.wait() for worker in workers]
        assert [outcome.error for outcome in outcomes] == [None] * 3
        assert sorted(effects()) == keys
        assert sum(outcome.value for outcome in outcomes) == 90
        table = f"SELECT DISTINCT process FROM {proof.EFFECTS}"  # noqa: S608 - a constant
        assert len(proof.execute(table)) > 1

    def test_jobs_of_one_key_never_overlap(self, kinds: Kinds) -> None:
        """Each job asks for its successor while it runs; three workers stand ready."""

        def ask_for_the_next(context: Any, data: Any) -> None:
            alone = model.Session.execute(
                sa.text("SELECT pg_try_advisory_xact_lock(hashtext(:key))"), data
            ).scalar()
            proof.leave_effect(context, {"id": data["id"] if alone else "overlap"})
            if data["left"]:
                local: Any = create_local_session()
                with local as second:
                    Job.promise(
                        second, "chain", data["key"], {**data, "left": data["left"] - 1}
                    )
                    second.commit()

        kinds.add("chain", ask_for_the_next)
        for key in "abc":
            promise("chain", key, arguments={"key": key, "left": 9})

        def work_on() -> None:
            while any(state != "done" for state in states("chain")):
                run()

        workers = [portal.start(work_on) for _worker in range(3)]
        assert [worker.wait().error for worker in workers] == [None] * 3
        assert Counter(effects()) == {"a": 10, "b": 10, "c": 10}


class TestFailure:
    def test_a_job_that_always_fails_is_given_up_and_others_go_on(
        self, kinds: Kinds
    ) -> None:
        kinds.add("poison", _fail, attempts=3)
        kinds.add("effect")
        poison = promise("poison")
        promise("effect")
        assert run() == 4
        assert effects() == ["a"]
        row = proof.job(poison)
        assert (row.state, row.attempts) == ("dead", 3)

    def test_what_is_kept_of_an_error_names_nobody(
        self, kinds: Kinds, said: pytest.LogCaptureFixture
    ) -> None:
        kinds.add("poison", _fail, attempts=1)
        poison = promise("poison")
        run()
        error = proof.job(poison).last_error
        assert error.startswith("ValueError at ")
        assert "olena" not in error + said.text
        assert "in _fail" in said.text

    def test_a_refused_validation_names_its_fields(self, kinds: Kinds) -> None:
        def refuse(context: Any, data: Any) -> None:
            raise tk.ValidationError({"title": ["Olena wrote this"]})

        kinds.add("poison", refuse, attempts=1)
        poison = promise("poison")
        run()
        error = proof.job(poison).last_error
        assert error.startswith("ValidationError of title at ")

    def test_a_failed_job_waits_longer_and_longer(self, kinds: Kinds) -> None:
        kinds.add("poison", _fail, first_wait=timedelta(minutes=10))
        poison = promise("poison")
        waits = []
        for _attempt in range(3):
            run()
            (row,) = proof.execute(
                "SELECT extract(epoch from run_after - now()) / 60 AS wait "
                "FROM opendata_ua_job"
            )
            waits.append(float(row.wait))
            proof.execute("UPDATE opendata_ua_job SET run_after = now()")
        assert all(
            most / 2 - 0.1 <= wait <= most
            for wait, most in zip(waits, (10, 20, 40), strict=True)
        ), waits
        assert proof.job(poison).attempts == 3

    def test_an_atomic_job_that_commits_is_refused(self, kinds: Kinds) -> None:
        def commit(context: Any, data: Any) -> None:
            proof.leave_effect({}, data)

        kinds.add("effect", commit, attempts=1)
        waiting = promise("effect")
        run()
        assert effects() == []
        assert proof.job(waiting).last_error.startswith("RuntimeError at ")

    def test_an_atomic_job_may_use_savepoints(self, kinds: Kinds) -> None:
        def save(context: Any, data: Any) -> None:
            with model.Session.begin_nested():
                proof.leave_effect(context, data)

        kinds.add("effect", save)
        promise("effect")
        run()
        assert effects() == ["a"]

    def test_a_dead_job_can_be_tried_again(self, kinds: Kinds) -> None:
        kinds.add("effect", _fail, attempts=1)
        dead = promise("effect")
        run()
        kinds.add("effect")
        assert call_action("opendata_ua_job_retry", id=dead)["state"] == "waiting"
        assert run() == 1
        assert effects() == ["a"]

    def test_only_a_dead_job_can_be_tried_again(self) -> None:
        waiting = promise("effect")
        with pytest.raises(tk.ObjectNotFound):
            call_action("opendata_ua_job_retry", id=waiting)

    def test_a_kind_that_is_not_known_here_is_left_to_others(
        self, kinds: Kinds
    ) -> None:
        promise("of_a_newer_release")
        assert run() == 0
        assert states("of_a_newer_release") == ["waiting"]


class TestRunning:
    def test_a_round_costs_few_statements(self, kinds: Kinds) -> None:
        kinds.add("effect")
        promise("effect")
        run()  # the site user is there
        promise("effect")
        turn = tk.get_action("opendata_ua_job_run")
        with counted() as statements:
            turn({"ignore_auth": True}, {})
        # looked for silent workers; claimed (2); who works; the effect; the mark
        assert len(statements) == 6
        with counted() as statements:
            turn({"ignore_auth": True}, {})
        # looked for silent workers and for work; pruned jobs and registers that
        # somebody brought; when to look again
        assert len(statements) == 5

    def test_it_tells_when_to_look_again(self, kinds: Kinds) -> None:
        kinds.add("effect")
        assert call_action("opendata_ua_job_run")["due_in"] is None
        promise("effect", run_after=timedelta(seconds=100))
        assert 90 < call_action("opendata_ua_job_run")["due_in"] <= 100

    def test_jobs_done_long_ago_are_forgotten_and_dead_ones_stay(
        self, kinds: Kinds
    ) -> None:
        kinds.add("effect")
        kinds.add("poison", _fail, attempts=1)
        promise("effect")
        promise("poison")
        run()
        proof.execute("UPDATE opendata_ua_job SET finished = now() - interval '20 d'")
        run()
        assert (states("effect"), states("poison")) == ([], ["dead"])

    @pytest.mark.parametrize("name", ["run", "list", "retry"])
    def test_strangers_and_users_are_refused(self, name: str) -> None:
        for user in ("", factories.User()["name"]):
            with pytest.raises(tk.NotAuthorized):
                call_action(
                    f"opendata_ua_job_{name}",
                    {"user": user, "ignore_auth": False},
                    id="x",
                )

    @pytest.mark.parametrize(
        ("name", "sent"),
        [("run", {"limit": -1}), ("list", {"state": "lost"}), ("retry", {})],
    )
    def test_a_wrong_parameter_is_named(self, name: str, sent: Any) -> None:
        with pytest.raises(tk.ValidationError):
            call_action(f"opendata_ua_job_{name}", **sent)


class TestWake:
    def test_a_commit_rings_once_a_rollback_never(self) -> None:
        rings = _rings(promise_nothing, promise_and_roll_back, _promise_twice)
        assert rings == [0, 0, 1]

    def test_a_savepoint_does_not_ring_and_does_not_forget(self) -> None:
        assert _rings(_in_a_lost_savepoint, _in_a_kept_savepoint) == [0, 1]

    def test_the_ring_comes_after_the_commit(self, kinds: Kinds) -> None:
        kinds.add("effect")
        place = before("ckanext.opendata_ua.adapters.wake.ring")
        assert portal.run(lambda: promise("effect"), kill(place)).killed
        assert states("effect") == ["waiting"]

    def test_ckans_own_worker_is_asked_once_when_nobody_listens(
        self, kinds: Kinds
    ) -> None:
        kinds.add("effect")
        queue = ckan_jobs.get_queue()
        for key in "abc":
            promise("effect", key)
        (asked,) = queue.jobs
        assert asked.timeout == -1
        queue.empty()
        assert asked.func
        asked.func(*asked.args)
        assert effects() == ["a", "b", "c"]
        promise("effect")
        assert len(queue.jobs) == 1

    def test_ckans_own_worker_is_left_alone_when_somebody_listens(self) -> None:
        with wake.Listener(config.redis_url(), config.site_id()) as listener:
            assert listener.listen()
            promise("effect")
            assert listener.heard(10)
        assert ckan_jobs.get_queue().jobs == []

    def test_a_write_stands_when_redis_is_down(
        self, no_redis: None, said: pytest.LogCaptureFixture
    ) -> None:
        promise("effect")
        assert states("effect") == ["waiting"]
        assert "every minute" in said.text


def promise_nothing() -> None:
    proof.execute("SELECT 1")


def promise_and_roll_back() -> None:
    Job.promise(model.Session, "effect", "a")
    model.Session.rollback()
    model.Session.commit()


def _promise_twice() -> None:
    Job.promise(model.Session, "effect", "a")
    Job.promise(model.Session, "effect", "b")
    model.Session.commit()


def _in_a_lost_savepoint() -> None:
    with model.Session.begin_nested():
        Job.promise(model.Session, "effect", "a")
    model.Session.rollback()


def _in_a_kept_savepoint() -> None:
    Job.promise(model.Session, "effect", "a")
    model.Session.begin_nested().rollback()
    model.Session.commit()


def _rings(*deeds: Any) -> list[int]:
    """Return how often each deed rang."""
    client = redis.Redis.from_url(config.redis_url())
    channel = wake._name(config.site_id(), client, "wake")
    found = []
    with client.pubsub(ignore_subscribe_messages=True) as ear:
        ear.subscribe(channel)
        heard = (message["data"] for message in ear.listen())
        for deed in deeds:
            deed()
            client.publish(channel, "end")
            found.append(sum(1 for _ring in iter(lambda: next(heard), b"end")))
    return found


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tk.config, "ckan.redis.url", "redis://127.0.0.1:9/1")


class TestWorker:
    def test_it_works_when_woken(self, kinds: Kinds) -> None:
        """The second job is promised when the worker has nothing left to do."""
        stop, done = threading.Event(), threading.Event()

        def tell(context: Any, data: Any) -> None:
            proof.leave_effect(context, data)
            done.set()

        kinds.add("effect", tell)
        worker = threading.Thread(target=jobs.work, args=[stop])
        worker.start()
        for key in "ab":
            promise("effect", key)
            assert done.wait(20)
            done.clear()
        stop.set()
        worker.join()
        assert effects() == ["a", "b"]

    def test_it_works_without_redis(self, kinds: Kinds, no_redis: None) -> None:
        stop = threading.Event()
        kinds.add("effect", lambda context, data: stop.set())
        promise("effect", run_after=timedelta(seconds=0.2))
        jobs.work(stop)
        assert states("effect") == ["done"]

    def test_it_looks_again_when_a_job_becomes_due(self, kinds: Kinds) -> None:
        stop = threading.Event()
        kinds.add("effect", lambda context, data: stop.set())
        promise("effect", run_after=timedelta(seconds=0.2))
        jobs.work(stop)
        assert states("effect") == ["done"]

    def test_it_ends_after_its_time(self, kinds: Kinds) -> None:
        jobs.work(threading.Event(), seconds=0.01)

    def test_a_signal_lets_the_job_end_and_leaves_the_next_one(
        self, kinds: Kinds
    ) -> None:
        begun_out, begun_in = os.pipe()
        go_out, go_in = os.pipe()

        def work_long(context: Any, data: Any) -> None:
            os.write(begun_in, b".")
            os.read(go_out, 1)
            proof.leave_effect(context, data)

        kinds.add("effect", work_long)
        promise("effect", "a")
        promise("effect", "b")
        loop: Any = run_command.callback
        worker = portal.start(lambda: loop(once=False, seconds=None))
        os.read(begun_out, 1)
        os.kill(worker.pid, signal.SIGTERM)
        os.write(go_in, b".")
        assert worker.wait().well
        for end in (begun_out, begun_in, go_out, go_in):
            os.close(end)
        assert effects() == ["a"]
        assert states("effect") == ["done", "waiting"]

    def test_an_error_of_a_round_does_not_end_it(
        self,
        kinds: Kinds,
        monkeypatch: pytest.MonkeyPatch,
        said: pytest.LogCaptureFixture,
    ) -> None:
        """One job takes away the outbox, its round fails; the next puts it back."""
        stop = threading.Event()
        table, lost = "opendata_ua_outbox", "lost_outbox"

        def take_away(context: Any, data: Any) -> None:
            proof.execute(f"ALTER TABLE {table} RENAME TO {lost}")

        def put_back(context: Any, data: Any) -> None:
            proof.execute(f"ALTER TABLE {lost} RENAME TO {table}")
            stop.set()

        kinds.add("first", take_away, atomic=False)
        kinds.add("second", put_back, atomic=False)
        promise("first")
        promise("second")
        monkeypatch.setattr(jobs, "POLL", 0.01)
        jobs.work(stop)
        assert "A round failed: ProgrammingError" in said.text
        assert states("second") == ["done"]

    def test_it_listens_again_when_redis_comes_back(self) -> None:
        address = urlsplit(config.redis_url())
        with Proxy(address.port or 6379) as proxy:
            url = f"redis://127.0.0.1:{proxy.port}{address.path}"
            with wake.Listener(url, config.site_id()) as listener:
                assert listener.listen()
                proxy.refuse()
                assert not listener.heard(10)
                assert not listener.listening
                assert not listener.listen()
                proxy.heal()
                assert listener.listen()
                promise("effect")
                assert listener.heard(10)


class TestRows:
    """The first kind of job: rows of a DataStore table changed."""

    def test_many_calls_of_a_loader_become_one_job(self) -> None:
        for _call in range(3):
            tk.signals.datastore_upsert.send("table-1", records=[{"a": 1}])
        assert states("rows_changed") == ["waiting"]

    def test_whatever_the_caller_has_open_stays_open(self) -> None:
        model.Session.execute(sa.text("SELECT 1"))
        Job.promise(model.Session, "effect", "of the caller")
        tk.signals.datastore_delete.send("table-1")
        model.Session.rollback()
        assert (states("effect"), states("rows_changed")) == ([], ["waiting"])

    def test_a_resource_that_was_removed_is_no_failure(self) -> None:
        promise("rows_changed", key="table-1")
        assert run() == 1
        assert states("rows_changed") == ["done"]

    @pytest.mark.parametrize("name", ["changed", "note"])
    def test_it_is_told_by_the_portal_itself(self, name: str) -> None:
        user: Any = {"user": factories.User()["name"], "ignore_auth": False}
        with pytest.raises(tk.NotAuthorized):
            call_action(f"opendata_ua_rows_{name}", user, resource_id="x")
        with pytest.raises(tk.ValidationError):
            call_action(f"opendata_ua_rows_{name}")


class TestCommands:
    def test_once_does_what_is_due(self, kinds: Kinds) -> None:
        kinds.add("effect")
        promise("effect")
        handler = signal.getsignal(signal.SIGTERM)
        done = _typed("run", "--once")
        assert done.exit_code == 0, done.output
        assert effects() == ["a"]
        assert signal.getsignal(signal.SIGTERM) == handler

    def test_dead_jobs_are_listed_and_tried_again(self, kinds: Kinds) -> None:
        kinds.add("poison", _fail, attempts=1)
        dead = promise("poison", key="set-1")
        promise("effect")
        run()
        listed = _typed("list", "--dead")
        (line,) = listed.stdout.splitlines()
        assert line.split("\t")[:5] == [dead, "dead", "1", "poison", "set-1"]
        both = _typed("list")
        assert len(both.stdout.splitlines()) == 2
        again = _typed("retry", dead)
        assert again.exit_code == 0
        assert states("poison") == ["waiting"]
        refused = _typed("retry", dead)
        assert refused.exit_code == 1
        assert "jobs list --dead" in refused.output


def _typed(*words: str) -> Result:
    """Run a command of the group in this process, on the portal that is loaded."""
    return CliRunner().invoke(command, words)
