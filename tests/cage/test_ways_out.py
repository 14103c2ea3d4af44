"""A parser under somebody else's control finds every way out shut."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ckanext.opendata_ua.adapters.cage import Outcome, Pool, Verdict
from ckanext.opendata_ua.adapters.cage.walls import OPTIONAL

from .conftest import SMALL

#: What a system may lack, and the filter of calls has to stand in for.
POORER = ("privileges", "namespaces", "landlock")


@pytest.fixture(params=[(), *((name,) for name in POORER), POORER], ids="-".join)
def walled(request: pytest.FixtureRequest, hostile_tasks: None) -> Iterator[Pool]:
    """Return a pool with all walls, one with each missing, one with the filter only."""
    with Pool(packages=["hostile"], without=request.param) as pool:
        yield pool


def refused(outcome: Outcome) -> bool:
    """Tell whether the system said no: not allowed, or no such thing."""
    words = ("PermissionError", "OSError", "gaierror", "BlockingIOError")
    return outcome.verdict is Verdict.REFUSED and outcome.error in words


def test_no_way_out_is_open(walled: Pool, tmp_path: Path) -> None:
    """The same with any wall but the filter missing: one report of all that opened."""
    secret = tmp_path / "ckan.ini"
    secret.write_text("sqlalchemy.url = postgresql://ckan:secret@db/ckan")
    tmp_path.chmod(0o777)
    secret.chmod(0o666)
    paths = {"read": ["/etc/passwd", str(secret), "/proc/self/environ", "/proc/1/maps"]}
    paths["look_into"] = ["/etc", str(tmp_path), "/proc/self/fd", "/"]
    paths["write"] = [str(secret), str(tmp_path / "new"), "/dev/shm/new"]  # noqa: S108
    paths["delete"] = [str(secret)]
    ways: list[tuple[str, dict[str, Any]]] = [
        (task, {"path": path}) for task, many in paths.items() for path in many
    ]
    ways += [(task, {}) for task in WAYS]
    opened = {
        (task, *arguments.values()): outcome
        for task, arguments in ways
        if not refused(outcome := walled.run(f"ways.{task}", None, arguments, SMALL))
    }
    assert opened == {}
    assert secret.read_text().startswith("sqlalchemy")
    assert walled.run("ways.echo").done


WAYS = (
    *("internet", "datagram", "unix_socket", "pair_of_sockets", "resolve"),
    *("fork", "fork_bomb", "clone_in_c", "execute"),
    *("kill_keeper", "kill_all", "signal_by_owner", "leave_the_group"),
    *("outlive_the_keeper", "trace", "mount", "io_uring", "memory_file"),
)


def test_threads_and_new_limits_are_refused_by_pythons_own_words(pool: Pool) -> None:
    assert pool.run("ways.thread").error == "RuntimeError"
    assert pool.run("ways.raise_limits").error in ("ValueError", "PermissionError")


def test_a_stubborn_fork_bomb_burns_only_its_own_time(pool: Pool) -> None:
    outcome = pool.run("ways.fork_bomb_stubborn", None, {}, SMALL)
    assert outcome.verdict is Verdict.TOO_SLOW


def test_the_file_itself_stays_as_it_is(pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"as published")
    path.chmod(0o666)
    with path.open("r+b") as file:
        assert refused(pool.run("ways.write_the_file", file))
        assert refused(pool.run("ways.write_the_file_opened_anew", file))
    assert path.read_bytes() == b"as published"


def test_a_task_knows_nothing_of_the_portal(
    own_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No environment, no folder, no descriptor of the process that asks."""
    monkeypatch.setenv("CKAN_SQLALCHEMY_URL", "postgresql://secret")
    with socket.socket() as inherited:
        os.set_inheritable(inherited.fileno(), True)
        known = own_pool.run("ways.who", Path(__file__)).value
    assert "secret" not in str(known["environment"])
    assert known["folder"] == "/"
    assert known["descriptors"] == [0, 1, 2, 3, 4]
    assert known["threads"] == 1
    if os.getuid() == 0:
        assert known["uid"] != 0


def test_the_report_names_what_is_missing_and_what_is_open(pool: Pool) -> None:
    report = pool.report()
    assert report.holes == ()
    assert {"limits", *OPTIONAL} == set(report.walls)
    assert report.unavailable == ""
    with Pool(without=["landlock", "seccomp", "namespaces"]) as open_pool:
        poor = open_pool.report()
    assert set(poor.missing) == {"landlock", "seccomp", "namespaces"}
    assert "read a file" in poor.holes
    assert "missing" in poor.walls["seccomp"]


def test_without_the_filter_the_other_walls_hold_what_they_can(
    hostile_tasks: None,
) -> None:
    """Files by Landlock, processes by a limit, the network by a namespace."""
    with Pool(packages=["hostile"], without=["seccomp"]) as pool:
        for task in ("fork", "fork_bomb", "clone_in_c", "thread"):
            assert not pool.run(f"ways.{task}", None, {}, SMALL).done, task
        report = pool.report()
        open_by = {"landlock": "read a file", "namespaces": "use the network"}
        for wall, hole in open_by.items():
            assert (wall in report.missing) == (hole in report.holes)
        assert "write a file" not in report.holes
        if "landlock" not in report.missing:
            assert not pool.run("ways.execute").done
