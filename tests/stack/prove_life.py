"""The long proofs (`make prove`): a fresh copy of the checkout is set up, killed in
every way and brought up again. Takes about ten minutes; `make test` leaves it out.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from stack import ckan, mail, postgres, processes, redis, solr
from stack.layout import CHECKOUT, RELEASES, Layout

FIRST_UP, SECOND_UP = 480, 30
SERVICES = (
    ckan.WEB,
    ckan.WORKER,
    mail.NAME,
    solr.NAME,
    redis.NAME,
    postgres.NAME,
)


@dataclass(frozen=True)
class Run:
    """How a make target ended."""

    code: int
    said: str
    seconds: float


@dataclass(frozen=True)
class Copy:
    """A copy of the checkout with a stack of its own."""

    site: Layout

    def environment(self) -> dict[str, str]:
        told = {
            **os.environ,
            "CKAN": self.site.series,
            "PORT": str(self.site.port),
            # only so that the proof need not fetch everything again
            "PIP_CACHE_DIR": str(CHECKOUT / ".stack" / "shared" / "pip"),
        }
        for name in ("ARGS", "ONLY", "WHO", "DEMO", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
            told.pop(name, None)
        return told

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["make", *arguments],
            cwd=self.site.checkout,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def make(self, *arguments: str) -> Run:
        begun = time.monotonic()
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=1200)
        sys.stdout.write(said)
        return Run(process.returncode, said, time.monotonic() - begun)

    def living(self) -> set[int]:
        """Return every process of this copy, by mark and by folder."""
        homes = [postgres.data(self.site), self.site.home / "redis"]
        return processes.marked(self.site) | processes.housed(homes)

    def datasets(self) -> int:
        address = f"{self.site.site_url}/api/3/action/package_search?rows=0"
        with urllib.request.urlopen(address, timeout=60) as answer:
            return int(json.load(answer)["result"]["count"])


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """Copy what git knows, and set it up from nothing."""
    folder = tmp_path_factory.mktemp("project") / "copy"
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in listed:
        source, target = CHECKOUT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    made = Copy(Layout(folder, "2.11", RELEASES["2.11"][0], 7000))
    yield made
    for series in RELEASES:
        one = Copy(replace(made.site, series=series))
        one.make("down")
        left = postgres.data(one.site)
        if left.is_relative_to(postgres.ROOT_HOME):
            shutil.rmtree(left.parent, ignore_errors=True)


@pytest.fixture
def up(copy: Copy) -> Copy:
    """Return the copy with its stack up."""
    done = copy.make("up")
    assert done.code == 0, done.said
    return copy


@pytest.mark.parametrize("seconds", [2, 8, 20, 35])
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_a_set_up_that_is_broken_off_leaves_nothing_running(
    copy: Copy, seconds: float, sign: signal.Signals
) -> None:
    """First of all: the next test goes on from what these have left behind."""
    first = copy.start("up")
    time.sleep(seconds)
    os.killpg(first.pid, sign)
    first.communicate(timeout=60)
    assert copy.make("down").code == 0
    assert copy.living() == set()


def test_the_first_up_ends_in_time_with_address_and_sign_ins(copy: Copy) -> None:
    done = copy.make("up")
    assert done.code == 0, done.said
    assert done.seconds < FIRST_UP
    assert f"The portal is ready: {copy.site.site_url}" in done.said
    assert "publisher2" in done.said
    assert copy.datasets() >= 40


def test_the_second_up_is_quick(up: Copy) -> None:
    assert up.make("up").seconds < SECOND_UP


@pytest.mark.parametrize("name", SERVICES)
def test_a_killed_part_comes_back_with_its_data(up: Copy, name: str) -> None:
    before = up.datasets()
    record = processes.recorded(up.site, name)
    assert record is not None
    processes.end({record.pid}, signal.SIGKILL, 5)
    done = up.make("up")
    assert done.code == 0, done.said
    assert set(SERVICES) == {n for n in SERVICES if processes.recorded(up.site, n)}
    assert up.datasets() == before


def test_everything_killed_at_once_comes_back_with_its_data(up: Copy) -> None:
    before = up.datasets()
    processes.end(up.living(), signal.SIGKILL, 5)
    done = up.make("up")
    assert done.code == 0, done.said
    assert up.datasets() == before


def test_lost_records_do_not_hinder_up_and_down(up: Copy) -> None:
    for path in up.site.run.glob("*.json"):
        path.unlink()
    assert up.make("up").code == 0
    for path in up.site.run.glob("*.json"):
        path.unlink()
    assert up.make("down").code == 0
    assert up.living() == set()


def test_two_ups_at_once_agree(up: Copy) -> None:
    assert up.make("down").code == 0
    both = [up.start("up"), up.start("up")]
    for process in both:
        said, _ = process.communicate(timeout=300)
        assert process.returncode == 0, said
    assert len(processes.housed([postgres.data(up.site)])) > 0
    assert up.datasets() >= 40


def test_a_token_stands_on_the_last_line(up: Copy) -> None:
    done = up.make("-s", "token", "WHO=publisher")
    token = done.said.strip().splitlines()[-1]
    request = urllib.request.Request(
        f"{up.site.site_url}/api/3/action/organization_list_for_user",
        headers={"Authorization": token},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        names = [body["name"] for body in json.load(answer)["result"]]
    assert names == ["miska-rada"]


def test_run_stops_what_it_has_started(copy: Copy) -> None:
    assert copy.make("down").code == 0
    foreground = copy.start("run")
    assert foreground.stdout is not None
    for line in foreground.stdout:
        if "Ctrl-C stops it" in line:
            break
    assert copy.datasets() >= 40
    os.killpg(foreground.pid, signal.SIGINT)
    foreground.communicate(timeout=90)
    assert copy.living() == set()


@pytest.mark.parametrize("offset", range(5))
def test_a_port_in_use_is_one_sentence(copy: Copy, offset: int) -> None:
    assert copy.make("down").code == 0
    port = copy.site.port + offset
    with socket.create_server(("127.0.0.1", port)):
        done = copy.make("up")
    assert done.code != 0
    assert f"STOPPED: Port {port}" in done.said
    assert "Traceback" not in done.said
    assert copy.living() == set()


def test_a_lost_state_folder_is_made_anew(copy: Copy) -> None:
    """`git clean -fdx` takes .stack/; the data PostgreSQL keeps as root is stale."""
    assert copy.make("up").code == 0
    for name in ("postgres", "stamps", "run", "solr", "redis", "storage", "secrets"):
        shutil.rmtree(copy.site.home / name)
    done = copy.make("up")
    assert done.code == 0, done.said
    assert copy.datasets() >= 40


def test_both_series_run_side_by_side(up: Copy) -> None:
    other = Copy(replace(up.site, series="2.12", release="2.12.0", port=7100))
    done = other.make("up")
    assert done.code == 0, done.said
    assert up.datasets() >= 40
    assert other.datasets() >= 40
    assert other.make("down").code == 0
    assert other.living() == set()
    assert up.datasets() >= 40


def test_down_leaves_no_process_and_may_be_repeated(up: Copy) -> None:
    assert up.make("down").code == 0
    assert up.living() == set()
    again = up.make("down")
    assert again.code == 0
    assert "Nothing was running" in again.said
