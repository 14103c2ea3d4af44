"""The long proofs of files: kills at every step, crowds, full disks, 5 GB, speed.

Run by ``make prove ONLY=files``; about ten minutes and 12 GB of disk.
"""

from __future__ import annotations

import hashlib
import http.client
import itertools
import json
import shutil
import statistics
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import ckan.plugins as p
import pytest
import requests
from ckan.common import config
from ckan.tests import factories
from ckan.tests.helpers import call_action
from werkzeug.datastructures import FileStorage

from stack.terminal import say
from tests.faults import disk, portal, server
from tests.faults.rounds import NEAR, Rounds
from tests.faults.uploads import Publisher, agree, collect, orphans, seen, versions

pytestmark = pytest.mark.usefixtures("portal")

SEED = 835
MEGABYTE = 1 << 20
BIG, LARGE = 5 << 30, 1 << 30  # bytes
EXTRA = 64 * MEGABYTE  # of memory, for any file
CROWD = 50
ROUNDS = 5
AS_FAST = 0.9  # of stock CKAN


@pytest.fixture
def publisher(create: Any, editor: dict[str, Any]) -> Publisher:
    return Publisher(create, editor["name"])


@pytest.fixture
def token(editor: dict[str, Any]) -> str:
    """Return an API token of the editor."""
    context: Any = {"ignore_auth": True, "user": editor["name"]}
    made = call_action("api_token_create", context, user=editor["name"], name="proof")
    return made["token"]


@pytest.fixture
def ini(request: pytest.FixtureRequest) -> Path:
    """Return the configuration of this run."""
    return Path(str(request.config.getoption("--ckan-ini")))


def test_200_kills_leave_old_or_new_and_nothing_orphaned(publisher: Publisher) -> None:
    rounds = Rounds(publisher, SEED)
    rounds.at_points()
    rounds.at_lines(60, NEAR)
    rounds.at_lines(40, portal.LINES)
    rounds.at_moments(40)
    say(f"\nseed {SEED}: {dict(rounds.ended)}, {len(rounds.struck)} places")
    assert rounds.ended.total() >= 200
    assert min(rounds.ended["old"], rounds.ended["new"]) > 20
    collect()
    assert orphans() == []
    agree(rounds.dataset)
    agree(publisher.dataset())


def test_50_replacements_at_once_are_50_versions_and_one_is_current(
    publisher: Publisher, token: str, ini: Path, tmp_path: Path
) -> None:
    dataset = publisher.dataset()
    resource = publisher.call("package_show", id=dataset)["resources"][0]
    with (
        server.serving(ini, tmp_path) as served,
        ThreadPoolExecutor(CROWD) as crowd,
    ):
        answers = list(
            crowd.map(
                lambda number: _replace(served.url, token, resource["id"], number),
                range(CROWD),
            )
        )
        url = f"{served.url}/dataset/{dataset}/resource/{resource['id']}/download/x"
        got = requests.get(url, headers={"Authorization": token}, timeout=60)
    wrong = [told for told in answers if told]
    assert not wrong, wrong
    agree(dataset)
    found = versions(resource["id"])
    assert len(found) == CROWD + 1
    current = [one.sha256 for one in found if one.current]
    assert current == [hashlib.sha256(got.content).hexdigest()]
    collect()
    assert orphans() == []


def _replace(url: str, token: str, resource_id: str, number: int) -> str | None:
    """Replace a file over HTTP; return what is wrong with the answer."""
    name, content = f"crowd-{number}.csv", f"{number};{uuid.uuid4()}\n".encode() * 999
    answer = requests.post(
        f"{url}/api/3/action/resource_patch",
        data={"id": resource_id, "name": name},
        files={"upload": (name, content)},
        headers={"Authorization": token},
        timeout=300,
    )
    if answer.status_code != 200:
        return f"{answer.status_code}: {answer.text[:500]}"
    told = answer.json()["result"]
    wanted = (name, name, hashlib.sha256(content).hexdigest(), len(content))
    got = (told["name"], told["url"].rpartition("/")[2], told["hash"], told["size"])
    return None if got == wanted else f"{got} in place of {wanted}"


def test_a_full_disk_is_a_clear_error_and_the_old_file_stays(
    publisher: Publisher, tmp_path: Path
) -> None:
    """On a disk of 4 MB: a file fits, a second one does not, a small third one does."""

    def work() -> dict[str, Any]:
        config["ckanext.opendata_ua.files.path"] = str(tmp_path)
        elsewhere = set(orphans())  # files of other tests lie in another store
        dataset = publisher.dataset()
        kept = seen(dataset)
        resource = publisher.call("package_show", id=dataset)["resources"][0]
        told = ""
        try:
            big = FileStorage(_Zeros(6 * MEGABYTE), "big.csv")  # type: ignore[arg-type]  # a stream by its methods
            publisher.call("resource_update", **{**resource, "upload": big})
        except p.toolkit.ValidationError as error:
            told = str(error.error_dict)
        agree(dataset)
        left = sorted(set(orphans()) - elsewhere)
        same = seen(dataset) == kept
        publisher.resource_update(dataset).work()
        agree(dataset)
        call_action("dataset_purge", {"ignore_auth": True}, id=dataset)
        return {"told": told, "same": same, "left": left}

    outcome = portal.run(work, first=lambda: disk.make_small(tmp_path, 4 * MEGABYTE))
    assert outcome.well, outcome.said
    assert outcome.value["same"]
    assert outcome.value["left"] == []
    assert "upload" in outcome.value["told"]
    say(f"\n{outcome.value['told']}")


class _Zeros:
    """A file of zeros that takes no room: read, seek, tell and close, as CKAN asks."""

    def __init__(self, size: int) -> None:
        self._size, self._at = size, 0

    def read(self, size: int = -1) -> bytes:
        left = self._size - self._at
        piece = bytes(left if size < 0 else min(size, left))
        self._at += len(piece)
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        pass


def test_5_gb_go_up_and_down_in_64_mb_of_extra_memory(
    publisher: Publisher, token: str, ini: Path, tmp_path: Path
) -> None:
    """Werkzeug keeps what arrives in a file of TMPDIR: the disk must hold it twice."""
    dataset = publisher.dataset()
    resource = publisher.call("package_show", id=dataset)["resources"][0]
    path = f"/dataset/{dataset}/resource/{resource['id']}/download/big.csv"
    with server.serving(
        ini, tmp_path, workers=1, threads=2, ckan__max_resource_size="6000"
    ) as served:
        for size in (3 * MEGABYTE, 3 * MEGABYTE):  # first times load and compile much
            _send(served.url, token, resource["id"], size)
            _take(served.url, token, path)
        served.forget()
        idle = sum(served.memory().values())
        begun = time.monotonic()
        sent = _send(served.url, token, resource["id"], BIG)
        up = time.monotonic()
        after_upload = sum(served.memory().values()) - idle
        got = _take(served.url, token, path)
        down = time.monotonic()
        extra = sum(served.memory().values()) - idle
    say(
        f"\n5 GB: up in {up - begun:.0f} s with {after_upload / MEGABYTE:.0f} MB, "
        f"down in {down - up:.0f} s, {extra / MEGABYTE:.0f} MB extra in all"
    )
    assert got == sent
    assert extra <= EXTRA
    publisher.resource_update(dataset).work()
    call_action("dataset_purge", {"ignore_auth": True}, id=dataset)
    collect()
    assert orphans() == []


def _pieces(size: int) -> Iterator[bytes]:
    """Yield bytes that do not repeat, in pieces of a megabyte."""
    for number in range(size // MEGABYTE):
        yield number.to_bytes(256, "big") * (MEGABYTE // 256)


def _send(
    url: str, token: str, resource_id: str, size: int, *, hashed: bool = True
) -> str:
    """Send a file as a browser does, never holding it; return its hash."""
    edge, digest = uuid.uuid4().hex, hashlib.sha256()
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="id"\r\n\r\n'
        f"{resource_id}\r\n"
        f'--{edge}\r\nContent-Disposition: form-data; name="upload"; '
        'filename="big.csv"\r\nContent-Type: text/csv\r\n\r\n'
    ).encode()
    tail = f"\r\n--{edge}--\r\n".encode()

    def body() -> Iterator[bytes]:
        yield head
        for piece in _pieces(size):
            digest.update(piece)
            yield piece
        yield tail

    link = http.client.HTTPConnection(url.removeprefix("http://"), timeout=600)
    headers = {
        "Authorization": token,
        "Content-Type": f"multipart/form-data; boundary={edge}",
        "Content-Length": str(len(head) + size + len(tail)),
    }
    link.request("POST", "/api/3/action/resource_patch", body(), headers)
    answer = json.load(link.getresponse())
    assert answer["success"], answer
    assert not hashed or answer["result"]["hash"] == digest.hexdigest()
    return digest.hexdigest()


def _take(url: str, token: str, path: str) -> str:
    """Download a file, never holding it; return its hash."""
    digest = hashlib.sha256()
    link = http.client.HTTPConnection(url.removeprefix("http://"), timeout=600)
    link.request("GET", path, headers={"Authorization": token})
    answer = link.getresponse()
    assert answer.status == 200, answer.read()
    while piece := answer.read(MEGABYTE):
        digest.update(piece)
    return digest.hexdigest()


def test_an_upload_of_1_gb_is_about_as_fast_as_stock_ckan_s(
    publisher: Publisher, body: dict[str, Any], ini: Path, tmp_path: Path
) -> None:
    """Both sides in turn over HTTP: ours, and CKAN without plugins.

    Stock CKAN computes no hash.
    """
    admin = factories.Sysadmin()["name"]
    context: Any = {"ignore_auth": True, "user": admin}
    token = call_action("api_token_create", context, user=admin, name="speed")["token"]
    ours = publisher.call("package_show", id=publisher.dataset())["resources"][0]["id"]
    sides: dict[str, tuple[str, str]] = {}
    seconds: dict[str, list[float]] = {"ours": [], "stock": []}
    limit = {"workers": 1, "ckan__max_resource_size": "2000"}
    with (
        server.serving(ini, tmp_path / "ours", **limit) as first,
        server.serving(ini, tmp_path / "stock", ckan__plugins="", **limit) as second,
    ):
        sides["ours"] = first.url, ours
        sides["stock"] = second.url, _stock_resource(second.url, token, body["id"])
        for number, (side, (url, resource_id)) in itertools.product(
            range(ROUNDS), sides.items()
        ):
            begun = time.monotonic()
            _send(
                url,
                token,
                resource_id,
                LARGE + number * MEGABYTE,
                hashed=side == "ours",
            )
            seconds[side].append(time.monotonic() - begun)
    mine, theirs = (statistics.median(seconds[side]) for side in ("ours", "stock"))
    say(f"\n1 GB: ours {mine:.1f} s, stock {theirs:.1f} s; {theirs / mine:.2f} × stock")
    assert theirs / mine >= AS_FAST


def _stock_resource(url: str, token: str, body_id: str) -> str:
    """Create a dataset with a file on a CKAN without plugins; return the file's id."""
    headers, name = {"Authorization": token}, f"stock-{uuid.uuid4().hex[:8]}"
    sent = {"name": name, "owner_org": body_id, "resources": [{"url": "a.csv"}]}
    made = requests.post(
        f"{url}/api/3/action/package_create", json=sent, headers=headers, timeout=60
    ).json()
    return str(made["result"]["resources"][0]["id"])


@pytest.fixture(scope="module", autouse=True)
def empty_storage(portal: None) -> Iterator[None]:
    """Leave no gigabytes behind."""
    yield
    folder = Path(config["ckan.storage_path"])
    for name in ("opendata_ua", "resources"):
        shutil.rmtree(folder / name, ignore_errors=True)
