"""The stack starts, finds and stops its own processes, and nobody else's."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stack import processes
from stack.layout import Layout
from stack.processes import Service
from stack.terminal import StackError

SERVER = (
    "import socket,sys,time; s=socket.create_server(('127.0.0.1',int(sys.argv[1])))"
)
STUBBORN = """
import os, signal, socket, sys, time
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(600)
"""


def server(port: int, program: str = f"{SERVER}; time.sleep(600)") -> Service:
    return Service(
        name="probe",
        command=[sys.executable, "-c", program, str(port)],
        cwd=Path("/"),
        port=port,
        ready=lambda: processes.port_taken(port),
        patience=10,
    )


def pid(site: Layout) -> int:
    record = processes.recorded(site, "probe")
    assert record is not None
    return record.pid


def test_a_service_is_started_once(site: Layout, port: int) -> None:
    service = server(port)
    assert processes.ensure(site, service)
    first = pid(site)
    assert not processes.ensure(site, service)
    assert pid(site) == first


def test_a_service_with_other_settings_is_started_anew(site: Layout, port: int) -> None:
    processes.ensure(site, server(port))
    first = pid(site)
    assert processes.ensure(site, server(port, f"{SERVER}; time.sleep(599)"))
    assert pid(site) != first
    assert processes.start_time(first) is None


def test_a_killed_service_is_started_again(site: Layout, port: int) -> None:
    service = server(port)
    processes.ensure(site, service)
    processes.end({pid(site)}, signal.SIGKILL, 5)
    assert processes.ensure(site, service)
    assert service.ready()


def test_a_service_that_hangs_is_started_again(site: Layout, port: int) -> None:
    service = server(port)
    processes.ensure(site, service)
    first = pid(site)
    answers = iter([False])
    hangs = Service(
        service.name,
        service.command,
        service.cwd,
        ready=lambda: next(answers, service.ready()),
        port=service.port,
    )
    assert processes.ensure(site, hangs)
    assert pid(site) != first


def test_stop_ends_children_that_do_not_want_to(site: Layout, port: int) -> None:
    processes.ensure(site, server(port, STUBBORN))
    assert len(processes.marked(site, "probe")) == 2
    assert processes.stop(site, "probe", grace=0.5)
    assert processes.marked(site) == set()


def test_a_process_without_a_record_is_known_by_its_mark(
    site: Layout, port: int
) -> None:
    service = server(port)
    processes.ensure(site, service)
    (site.run / "probe.json").unlink()
    assert processes.stop(site, "probe")
    assert not service.ready()


def test_a_number_used_again_is_left_alone(site: Layout) -> None:
    """The record names a living process that started at another time."""
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        record = {
            "pid": stranger.pid,
            "started": "1",
            "digest": "",
            "stop_signal": "SIGTERM",
        }
        (site.run / "probe.json").write_text(json.dumps(record))
        assert processes.recorded(site, "probe") is None
        assert not processes.stop(site, "probe")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_another_checkout_is_left_alone(
    site: Layout, port: int, tmp_path: Path
) -> None:
    other = Layout(tmp_path / "copy", site.series, site.release, site.port)
    other.run.mkdir(parents=True)
    service = server(port)
    processes.ensure(site, service)
    assert not processes.stop(other, "probe")
    assert service.ready()


def test_a_port_in_use_is_one_sentence(site: Layout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StackError, match=f"Port {port} .probe. is used by another"):
            processes.ensure(site, server(port))


def test_a_service_that_ends_at_once_shows_its_last_words(
    site: Layout, port: int
) -> None:
    service = server(port, "raise SystemExit('no such luck')")
    with pytest.raises(StackError, match="no such luck"):
        processes.ensure(site, service)


def test_a_service_that_never_answers_is_stopped(site: Layout) -> None:
    silent = Service(
        name="probe",
        command=[sys.executable, "-c", "import time; time.sleep(600)"],
        cwd=Path("/"),
        ready=lambda: False,
        patience=0.5,
    )
    with pytest.raises(StackError, match="did not answer"):
        processes.ensure(site, silent)
    assert processes.marked(site) == set()


def test_a_shell_in_our_folder_is_not_a_daemon_of_ours(site: Layout) -> None:
    shell = subprocess.Popen(["sleep", "600"], cwd=site.run)
    try:
        time.sleep(0.1)
        assert processes.housed([site.run]) == set()
    finally:
        shell.kill()
        shell.wait()
