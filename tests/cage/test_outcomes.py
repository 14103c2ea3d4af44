"""Whatever a file does to its parser comes back as a value."""

from __future__ import annotations

import io
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ckanext.opendata_ua.adapters.cage import MEGABYTE, Limits, Outcome, Pool, Verdict

from .conftest import SMALL

CHECKOUT = Path(__file__).parent.parent.parent


def run(pool: Pool, task: str, limits: Limits = SMALL, **arguments: Any) -> Outcome:
    return pool.run(f"ways.{task}", None, arguments, limits)


def test_a_value_comes_back_as_it_went() -> None:
    """… in every type of JSON, with letters of any script."""
    value = {"текст": "Перелік «шкіл» 🏫", "n": [1, -2.5, True, None, {"x": []}]}
    with Pool(packages=["hostile"]) as pool:
        assert run(pool, "echo", **value) == Outcome(Verdict.DONE, value)


def test_the_media_type_is_that_of_the_bytes(pool: Pool) -> None:
    picture = CHECKOUT / "docs" / "images" / "form.png"
    assert pool.run("sniff.media_type", picture).value == "image/png"


def test_a_file_is_read_from_its_first_byte_and_its_owner_notices_nothing(
    pool: Pool, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("name,age")
    with path.open("r+b") as file:
        file.seek(5)
        assert pool.run("ways.text", file).value == "name,age"
        assert file.tell() == 5


@pytest.mark.parametrize("held", [io.BytesIO, lambda b: io.BufferedReader(_raw(b))])
def test_a_file_in_memory_is_a_file_too(pool: Pool, held: Any) -> None:
    file = held(b"in memory")
    assert pool.run("ways.text", file).value == "in memory"
    assert file.tell() == 0


def _raw(content: bytes) -> Any:
    return io.BytesIO(content)


def test_what_was_written_and_not_flushed_is_read(pool: Pool, tmp_path: Path) -> None:
    with (tmp_path / "new").open("w+b") as file:
        file.write(b"fresh")
        assert pool.run("ways.text", file).value == "fresh"


def test_a_folder_or_a_pipe_is_no_file(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="regular files"):
        pool.run("ways.text", tmp_path)
    with pytest.raises(ValueError, match="regular files"):
        pool.run("ways.text", Path("/dev/null"))
    with pytest.raises(FileNotFoundError):
        pool.run("ways.text", tmp_path / "absent")


def test_a_task_that_does_not_exist_is_an_error_of_the_caller(pool: Pool) -> None:
    for name in ("ways.absent", "absent.ways", "os.getpid", "ways.os", "ways._call"):
        with pytest.raises(LookupError):
            pool.run(name)


def test_arguments_are_json_of_a_limited_size(pool: Pool) -> None:
    with pytest.raises(ValueError, match="at most"):
        run(pool, "echo", text="x" * 200_000)
    with pytest.raises(ValueError, match="JSON"):
        run(pool, "echo", number=float("nan"))
    with pytest.raises(TypeError):
        run(pool, "echo", thing=object())
    assert run(pool, "echo", text="x" * 100_000).done


@pytest.mark.parametrize(
    "wrong", [{"memory": 0}, {"seconds": -1}, {"memory": MEGABYTE}]
)
def test_a_limit_under_which_nothing_works_is_an_error(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Limits(**wrong)


def test_an_exception_is_told_by_name_and_words_alone(pool: Pool) -> None:
    outcome = run(pool, "raising")
    assert outcome.verdict is Verdict.REFUSED
    assert (outcome.error, outcome.reason) == ("ValueError", "The third row has no end")


@pytest.mark.parametrize(
    ("task", "error"),
    [
        ("raising_without_words", "Mute"),
        ("leaving", "SystemExit"),
        ("endless_recursion", "RecursionError"),
        ("no_json", "TypeError"),
        ("not_a_number", "ValueError"),
        ("circle", "ValueError"),
        ("half_a_letter", "UnicodeEncodeError"),
        ("raising_half_a_letter", "ValueError"),
    ],
)
def test_what_a_task_cannot_answer_it_refuses(
    pool: Pool, task: str, error: str
) -> None:
    outcome = run(pool, task)
    assert (outcome.verdict, outcome.error) == (Verdict.REFUSED, error)
    assert len(outcome.reason.encode()) <= 1000


@pytest.mark.parametrize("task", ["hog_in_python", "hog_of_small_things"])
def test_memory_ends_at_its_limit(pool: Pool, task: str) -> None:
    assert run(pool, task).verdict is Verdict.OUT_OF_MEMORY


def test_memory_shared_or_taken_in_c_is_limited_too(pool: Pool) -> None:
    assert run(pool, "hog_in_shared_memory").verdict in (
        Verdict.OUT_OF_MEMORY,
        Verdict.REFUSED,
    )
    taken = int(run(pool, "hog_in_c").value.removesuffix(" MB"))
    assert 16 <= taken <= 64


@pytest.mark.parametrize("task", ["spin", "spin_deaf", "spin_in_c"])
def test_processor_time_ends_at_its_limit(pool: Pool, task: str) -> None:
    outcome = run(pool, task)
    assert outcome.verdict is Verdict.TOO_SLOW
    assert "processor" in outcome.reason


@pytest.mark.parametrize("task", ["hang", "hang_deaf"])
def test_waiting_ends_at_its_limit(pool: Pool, task: str) -> None:
    outcome = run(pool, task, replace(SMALL, seconds=0.2))
    assert outcome.verdict is Verdict.TOO_SLOW
    assert "0.2 s" in outcome.reason


def test_ten_gigabytes_of_output_are_cut(pool: Pool) -> None:
    assert run(pool, "flood").verdict is Verdict.TOO_MUCH_OUTPUT


def test_the_limit_of_output_is_exact(pool: Pool) -> None:
    """An answer of JSON has two brackets and two quotes around a text."""
    limits = replace(SMALL, output=100_000)
    assert run(pool, "large", limits, size=100_000 - 4).done
    cut = run(pool, "large", limits, size=100_000 - 3)
    assert cut.verdict is Verdict.TOO_MUCH_OUTPUT


@pytest.mark.parametrize(
    ("task", "number"),
    [
        ("segfault", signal.SIGSEGV),
        ("stack_overflow", signal.SIGSEGV),
        ("abort", signal.SIGABRT),
    ],
)
def test_a_crash_is_told_by_its_signal(
    pool: Pool, task: str, number: signal.Signals
) -> None:
    outcome = run(pool, task)
    assert (outcome.verdict, outcome.signal) == (Verdict.CRASHED, number)


@pytest.mark.parametrize("task", ["die_silently", "close_everything"])
def test_an_end_without_an_answer_is_a_crash(pool: Pool, task: str) -> None:
    assert run(pool, task).verdict is Verdict.CRASHED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[1] [2]",
        "{}",
        "[]",
        "[1, 2, 3]",
        '["", ""]',
        '["E", 1]',
        "[NaN]",
        "[-Infinity]",
        '["\\ud800"]',
        "\x80\x81",
        "[" + "9" * 10_000 + "]",
    ],
)
def test_a_forged_answer_is_a_crash(pool: Pool, text: str) -> None:
    outcome = run(pool, "forge", text=text)
    assert outcome.verdict is Verdict.CRASHED
    assert outcome.value is None


def test_a_forged_answer_nested_too_deeply_is_a_crash(pool: Pool) -> None:
    assert run(pool, "forge", text="[", times=900_000).verdict is Verdict.CRASHED


def test_a_forged_refusal_cannot_fill_the_log(pool: Pool) -> None:
    text = '["' + "E" * 30_000 + '", "' + "r" * 30_000 + '"]'
    outcome = run(pool, "forge", text=text)
    assert max(len(outcome.error), len(outcome.reason)) <= 500


def test_escaped_letters_outside_the_first_plane_are_whole(pool: Pool) -> None:
    assert run(pool, "forge", text='["\\ud83c\\udfeb"]').value == "🏫"


def test_the_next_task_is_unharmed(pool: Pool) -> None:
    keeper = run(pool, "who").value["keeper"]
    for task in ("segfault", "hog_in_python", "die_silently", "fork_bomb"):
        assert not run(pool, task).done
        after = run(pool, "who")
        assert after.value["keeper"] == keeper


def test_more_memory_is_given_where_it_is_allowed(pool: Pool) -> None:
    generous = replace(SMALL, memory=256 * MEGABYTE, output=200 * MEGABYTE)
    outcome = run(pool, "large", generous, size=20 * MEGABYTE)
    assert len(outcome.value) == 20 * MEGABYTE
