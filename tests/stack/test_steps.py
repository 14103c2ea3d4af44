"""Steps are done once, resumed after a break, and one command works at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from stack import lock, stamps, terminal
from stack.layout import Layout
from stack.terminal import StackError


def test_a_step_is_due_until_it_is_stamped(site: Layout) -> None:
    inputs = stamps.fingerprint("a")
    assert not stamps.done(site, "step", inputs)
    stamps.write(site, "step", inputs)
    assert stamps.done(site, "step", inputs)
    assert not stamps.done(site, "step", stamps.fingerprint("b"))


def test_a_changed_file_makes_a_step_due(site: Layout, tmp_path: Path) -> None:
    path = tmp_path / "constraints.txt"
    path.write_text("a==1")
    before = stamps.fingerprint(files=[path])
    path.write_text("a==2")
    assert stamps.fingerprint(files=[path]) != before


def test_a_program_that_fails_shows_its_last_words_and_its_log(site: Layout) -> None:
    log = site.log / "program.log"
    program = "import sys; print('first'); sys.exit('it went wrong')"
    with pytest.raises(StackError) as failure:
        terminal.run([sys.executable, "-c", program], log, what="The program")
    assert "The program failed (exit code 1)" in str(failure.value)
    assert "it went wrong" in str(failure.value)
    assert str(log) in str(failure.value)
    assert "first" in log.read_text()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ERROR: [Errno 28] No space left on device", "disk is full"),
        ("Temporary failure in name resolution", "cannot be reached"),
        ("Could not transfer artifact: Unknown host", "cannot be reached"),
        ("Failed to establish a new connection", "cannot be reached"),
    ],
)
def test_a_known_cause_is_one_plain_sentence(
    site: Layout, said: str, told: str
) -> None:
    with pytest.raises(StackError, match=told):
        terminal.run(
            [sys.executable, "-c", f"import sys; sys.exit({said!r})"],
            site.log / "program.log",
            what="The program",
        )


def test_a_missing_program_is_named(site: Layout) -> None:
    with pytest.raises(StackError, match="no-such-program is missing"):
        terminal.run(["no-such-program"], site.log / "program.log", what="A step")


HOLDER = """
import sys, time
from pathlib import Path
from stack import lock
with lock.exclusive(Path(sys.argv[1]), "the stack"):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_second_command_waits_until_the_first_has_ended(
    site: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first is killed: the kernel lets its lock go, whatever happens to it."""
    path = site.run / "lock"
    first = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout
    assert first.stdout.readline() == "held\n"
    threading.Timer(1, first.kill).start()
    with lock.exclusive(path, "the stack"):
        assert f"process {first.pid}" in capsys.readouterr().out
    first.wait()
    first.stdout.close()
