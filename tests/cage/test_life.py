"""Processes of the cage come when needed, and none outlives its caller."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from ckanext.opendata_ua.adapters.cage import Outcome, Pool, Verdict, asking, starting

from .conftest import FOREIGN, SMALL

FOLDER = Path(__file__).parent
LONG = replace(SMALL, seconds=600.0)


def keeper_of(pool: Pool) -> int:
    return int(pool.run("ways.who").value["keeper"])


def children(pid: int) -> list[int]:
    """Return the processes whose parent this is: proc(5), stat."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found


def until(condition: Callable[[], object]) -> None:
    """Wait for a condition that nobody announces."""
    pause = threading.Event()
    for _ in range(2000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it did not happen")


@contextmanager
def at_work(pool: Pool, keeper: int) -> Iterator[tuple[Future[Outcome], int]]:
    """Run a task that hangs; give its outcome to come, and its process."""
    with ThreadPoolExecutor(1) as threads:
        coming = threads.submit(pool.run, "ways.hang", None, None, LONG)
        until(lambda: children(keeper))
        (task,) = children(keeper)
        yield coming, os.pidfd_open(task)


def test_nothing_runs_before_the_first_task() -> None:
    before = children(os.getpid())
    with Pool():
        assert children(os.getpid()) == before


def test_a_closed_pool_leaves_nothing_and_starts_again(
    own_pool: Pool, wait_for_end: Callable[[int], None]
) -> None:
    keeper = keeper_of(own_pool)
    descriptor = os.pidfd_open(keeper)
    own_pool.close()
    wait_for_end(descriptor)
    assert keeper_of(own_pool) != keeper


def test_a_keeper_killed_between_tasks_is_replaced(own_pool: Pool) -> None:
    for _ in range(2):
        keeper = keeper_of(own_pool)
        os.kill(keeper, signal.SIGKILL)
        assert keeper_of(own_pool) != keeper


def test_a_keeper_killed_under_a_task_takes_it_along_and_it_is_tried_again(
    own_pool: Pool, wait_for_end: Callable[[int], None]
) -> None:
    keeper = keeper_of(own_pool)
    with at_work(own_pool, keeper) as (coming, task):
        os.kill(keeper, signal.SIGKILL)
        wait_for_end(task)
        until(lambda: keeper_of(own_pool) != keeper)
        second = keeper_of(own_pool)
        until(lambda: children(second))
        os.kill(second, signal.SIGKILL)
    outcome = coming.result()
    assert outcome.verdict is Verdict.UNAVAILABLE
    assert "twice" in outcome.reason


def test_a_task_whose_keeper_dies_beside_it_is_done_all_the_same(
    own_pool: Pool,
) -> None:
    keeper_of(own_pool)
    with ThreadPoolExecutor(8) as threads:
        coming = [
            threads.submit(own_pool.run, "ways.echo", None, {"n": n}, LONG)
            for n in range(48)
        ]
        for one in coming[::12]:
            one.result()
        os.kill(keeper_of(own_pool), signal.SIGKILL)
        assert [one.result().value for one in coming] == [{"n": n} for n in range(48)]


def test_a_keeper_told_to_stop_finishes_what_was_begun(own_pool: Pool) -> None:
    """A service manager tells every process of a server to stop, then waits."""
    keeper = keeper_of(own_pool)
    os.kill(keeper, signal.SIGTERM)
    assert keeper_of(own_pool) == keeper


def test_a_keeper_that_does_not_answer_is_replaced(
    own_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = keeper_of(own_pool)
    monkeypatch.setattr(asking, "GRACE_SECONDS", 0.1)
    os.kill(keeper, signal.SIGSTOP)
    short = replace(SMALL, seconds=2.0)
    assert own_pool.run("ways.who", None, None, short).value["keeper"] != keeper


def test_eight_threads_get_each_its_own_answer(own_pool: Pool) -> None:
    def ask(number: int) -> object:
        return own_pool.run("ways.echo", None, {"n": number}, SMALL).value

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(48))) == [{"n": n} for n in range(48)]


def test_the_thread_that_started_the_keeper_may_end(own_pool: Pool) -> None:
    """PR_SET_PDEATHSIG would take the end of that thread for the end of us."""
    before = set(children(os.getpid()))
    first = threading.Thread(target=keeper_of, args=[own_pool])
    first.start()
    first.join()
    (keeper,) = set(children(os.getpid())) - before
    assert keeper_of(own_pool) == keeper


def test_a_task_waits_for_a_place_as_long_as_it_may_run(
    wait_for_end: Callable[[int], None],
) -> None:
    with Pool(packages=["hostile"], parallel=1) as pool:
        keeper = keeper_of(pool)
        with at_work(pool, keeper) as (coming, task):
            waited = pool.run("ways.echo", None, None, replace(SMALL, seconds=0.05))
            os.kill(children(keeper)[0], signal.SIGKILL)
            wait_for_end(task)
        assert coming.result().verdict is Verdict.OUT_OF_MEMORY
        assert waited.verdict is Verdict.UNAVAILABLE
        assert pool.run("ways.echo").done


def test_who_waits_longest_comes_first() -> None:
    """Threads that come again and again keep nobody out."""
    with Pool(packages=["hostile"], parallel=1) as pool:
        stop = threading.Event()

        def again() -> None:
            while not stop.is_set():
                pool.run("ways.echo")

        with ThreadPoolExecutor(2) as threads:
            greedy = [threads.submit(again) for _ in range(2)]
            assert all(pool.run("ways.echo").done for _ in range(10))
            stop.set()
        assert all(one.exception() is None for one in greedy)


def test_what_is_cut_short_does_not_run_on(own_pool: Pool) -> None:
    keeper = keeper_of(own_pool)
    assert own_pool.run("ways.flood").verdict is Verdict.TOO_MUCH_OUTPUT
    until(lambda: not children(keeper))


def test_no_descriptor_stays_open(own_pool: Pool) -> None:
    keeper = keeper_of(own_pool)

    def count(pid: int) -> int:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))

    before = count(os.getpid()), count(keeper)
    # the keeper may still have held what belongs to the task just told
    for task in ("echo", "segfault", "raising", "die_silently", "flood"):
        own_pool.run(f"ways.{task}", Path(__file__))
    assert count(os.getpid()) == before[0]
    until(lambda: count(keeper) <= before[1] and not children(keeper))


def test_a_module_that_does_not_load_takes_only_its_own_tasks_away() -> None:
    with Pool(packages=["broken"]) as pool:
        assert pool.run("present.read").value == "read"
        outcome = pool.run("absent.read")
        assert outcome.verdict is Verdict.UNAVAILABLE
        assert "a_parser_that_is_not_installed" in outcome.reason
        assert (
            "a_parser_that_is_not_installed" in (pool.report().broken or {})["absent"]
        )


def test_without_a_keeper_there_is_an_outcome_and_a_reason() -> None:
    with Pool(packages=["no_such_package"]) as pool:
        outcome = pool.run("ways.echo")
        assert outcome.verdict is Verdict.UNAVAILABLE
        assert "no_such_package" in outcome.reason
        assert "no_such_package" in pool.report().unavailable


def test_without_an_interpreter_there_is_an_outcome_and_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "prefix", "/nonexistent")
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with Pool() as pool:
        outcome = pool.run("sniff.media_type")
    assert outcome.verdict is Verdict.UNAVAILABLE
    assert "/nonexistent/python" in outcome.reason


def test_inside_another_server_the_interpreter_is_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/bin/uwsgi")
    assert starting.interpreter().startswith(f"{sys.prefix}/bin/python")


@contextmanager
def caller(script: str) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """Run another process that uses the cage; give the process ids it prints."""
    prepared = (FOLDER / "foreign" / "callers.py").read_text()
    process = subprocess.Popen(
        [sys.executable, "-c", f"{prepared}\n{script}", str(FOREIGN)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process:
        try:
            yield process, list(map(int, process.stdout.readline().split()))
        finally:
            with suppress(ProcessLookupError):  # all of it has ended by itself
                os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("script", ["idle()", "busy()", "with_a_forked_copy()"])
def test_when_the_caller_is_killed_nothing_runs_on(
    script: str, wait_for_end: Callable[[int], None]
) -> None:
    with caller(script) as (process, pids):
        assert pids
        left = [os.pidfd_open(pid) for pid in pids]
        process.kill()
        for descriptor in left:
            wait_for_end(descriptor)


@pytest.mark.parametrize("script", ["use_after_fork()", "fork_while_threads_work()"])
def test_a_forked_process_goes_on_with_a_keeper_of_its_own(script: str) -> None:
    """… as workers of a server and jobs of RQ do, and the parent keeps its own."""
    with caller(script) as (process, _):
        assert process.wait(60) == 0


def test_a_command_that_ends_leaves_nothing(
    wait_for_end: Callable[[int], None],
) -> None:
    with caller("end_when_told()") as (process, (keeper,)):
        descriptor = os.pidfd_open(keeper)
        process.send_signal(signal.SIGUSR1)
        assert process.wait(60) == 0
        wait_for_end(descriptor)
