"""The harness itself: a kill kills, a fault strikes where it was asked to."""

from __future__ import annotations

import errno
import os
import signal
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.faults import clock
from tests.faults.child import run, start
from tests.faults.gate import Gate
from tests.faults.places import after, before, call, fail, kill, line

HERE = (__name__,)


class Ledger:
    """Something to strike: each step leaves its mark in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def mark(self, word: str) -> None:
        with self.path.open("a") as out:
            out.write(f"{word} ")

    @staticmethod
    def still(word: str) -> str:
        return word.upper()

    @classmethod
    def made(cls, path: Path) -> Ledger:
        return cls(path)

    def work(self) -> str:
        self.mark("one")
        self.mark("two")
        done = self.path.with_suffix(".done")
        os.rename(self.path, done)  # noqa: PTH104 - pathlib of 3.10 keeps a name of its own
        return self.still("three")


RENAME = "os.rename"
MARK = f"{__name__}.Ledger.mark"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger")


def left(ledger: Ledger) -> str:
    """Return the marks that were made."""
    for path in (ledger.path, ledger.path.with_suffix(".done")):
        if path.exists():
            return path.read_text().strip()
    return ""


def test_work_that_nothing_strikes_returns_its_value(ledger: Ledger) -> None:
    outcome = run(ledger.work)
    assert outcome.well
    assert outcome.value == "THREE"


def test_what_a_child_prints_is_kept() -> None:
    outcome = run(lambda: os.write(2, "біда".encode()))
    assert "біда" in outcome.said


def test_an_error_is_told_with_its_traceback(ledger: Ledger) -> None:
    ledger.path = Path("/nowhere/at/all")
    outcome = run(ledger.work)
    assert outcome.error is not None
    assert outcome.error.startswith("FileNotFoundError")
    assert "in mark" in outcome.said
    assert outcome.signal is None


@pytest.mark.parametrize(
    ("place", "marks"),
    [
        (before(MARK), ""),
        (after(MARK), "one"),
        (before(MARK, 2), "one"),
        (after(MARK, 2), "one two"),
        (before(RENAME), "one two"),
        (after(f"{__name__}.Ledger.still"), "one two"),
    ],
)
def test_a_kill_at_a_named_point_leaves_what_was_done_before_it(
    ledger: Ledger, place: object, marks: str
) -> None:
    outcome = run(ledger.work, kill(place))  # type: ignore[arg-type] - parametrized
    assert outcome.killed
    assert outcome.place
    assert left(ledger) == marks


def test_a_class_method_can_be_struck(tmp_path: Path) -> None:
    outcome = run(
        lambda: Ledger.made(tmp_path / "x").work(),
        kill(after(f"{__name__}.Ledger.made")),
    )
    assert outcome.killed
    assert not (tmp_path / "x").exists()


def test_a_point_that_is_not_reached_strikes_nothing(ledger: Ledger) -> None:
    outcome = run(ledger.work, kill(before(MARK, 3)))
    assert outcome.well
    assert outcome.place is None


@pytest.mark.parametrize("name", [f"{__name__}.Ledger.gone", "no_such_module.at.all"])
def test_a_point_that_does_not_exist_is_an_error(ledger: Ledger, name: str) -> None:
    outcome = run(ledger.work, kill(before(name)))
    assert outcome.error is not None
    assert left(ledger) == ""


def test_an_error_at_a_point_goes_through_the_work(ledger: Ledger) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    outcome = run(ledger.work, fail(before(RENAME), full))
    assert outcome.error == f"OSError: {full}"
    assert left(ledger) == "one two"


def test_lines_are_counted_in_the_modules_asked_for() -> None:
    here = run(lambda: Ledger.still("one"), count=HERE)
    assert here.lines == 2  # of the lambda, of what it calls
    assert run(lambda: Ledger.still("one"), count=("os",)).lines == 0


def test_a_kill_at_each_line_goes_one_step_further_each_time(ledger: Ledger) -> None:
    lines = run(ledger.work, count=HERE).lines
    assert lines is not None
    told = []
    for number in range(1, lines + 1):
        for path in (ledger.path, ledger.path.with_suffix(".done")):
            path.unlink(missing_ok=True)
        outcome = run(ledger.work, kill(line(number, HERE)))
        assert outcome.killed
        assert outcome.place is not None
        assert outcome.place.startswith(__name__)
        told.append(len(left(ledger)))
    assert told == sorted(told)
    assert {0, len("one"), len("one two")} == set(told)
    assert run(ledger.work, kill(line(lines + 1, HERE))).well


def test_an_error_at_a_line_goes_through_the_work(ledger: Ledger) -> None:
    outcome = run(ledger.work, fail(line(1, HERE), ConnectionResetError("gone")))
    assert outcome.error == "ConnectionResetError: gone"


def test_anything_can_be_done_at_a_point(ledger: Ledger) -> None:
    outcome = run(ledger.work, call(before(MARK, 2), lambda: ledger.mark("between")))
    assert outcome.well
    assert left(ledger) == "one between two"


def test_a_child_waits_at_a_gate_while_something_happens(ledger: Ledger) -> None:
    gate = Gate()
    child = start(ledger.work, call(before(MARK, 2), gate.stop))
    gate.wait()
    ledger.mark("meanwhile")
    gate.open()
    assert child.wait().well
    gate.close()
    assert left(ledger) == "one meanwhile two"


def test_a_gate_nobody_comes_to_is_told() -> None:
    gate = Gate()
    with pytest.raises(TimeoutError, match="Nobody came"):
        gate.wait(0.01)
    gate.close()


def test_a_child_can_be_killed_from_outside() -> None:
    child = start(signal.pause)
    child.kill()
    assert child.wait().killed


def test_a_child_can_be_killed_after_some_time() -> None:
    child = start(signal.pause)
    child.kill_after(0.01)
    assert child.wait().killed


def test_a_child_that_has_ended_before_its_time_is_not_killed() -> None:
    child = start(lambda: "done")
    child.kill_after(60)
    assert child.wait().value == "done"


def test_a_child_that_hangs_is_killed_and_told() -> None:
    with pytest.raises(TimeoutError, match="did not end"):
        run(signal.pause, patience=0.05)


def test_children_leave_no_files_and_no_open_descriptors(ledger: Ledger) -> None:
    descriptors = Path("/proc/self/fd")
    before_them = len(list(descriptors.iterdir()))
    for number in range(5):
        run(ledger.work, kill(line(number + 1, HERE)))
    assert len(list(descriptors.iterdir())) == before_them


def test_the_process_that_forks_stays_as_it_was(ledger: Ledger) -> None:
    kept = Ledger.mark
    run(ledger.work, kill(before(MARK)))
    assert Ledger.mark is kept


@pytest.mark.parametrize("days", [-400, 3])
def test_the_clock_of_a_child_is_shifted_and_ticks(days: int) -> None:
    by = timedelta(days=days)

    def two_looks() -> list[float]:
        return [datetime.now(timezone.utc).timestamp() for _ in range(2)]

    real = datetime.now(timezone.utc)
    outcome = run(two_looks, first=lambda: clock.shift(by))
    first, second = outcome.value
    assert abs(first - (real + by).timestamp()) < 60
    assert second > first


def test_a_clock_that_was_shifted_for_a_while_is_put_right() -> None:
    with clock.shifted(timedelta(days=3)):
        wrong = datetime.now(timezone.utc)
    assert wrong - datetime.now(timezone.utc) > timedelta(days=2)
