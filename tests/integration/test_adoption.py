"""A portal that never met the extension turns it on and adopts: nothing disappears.

The portal is made and looked at by a CKAN without the extension, in a process of its
own on the same database, index and files; then the same eyes look with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from click.testing import CliRunner
from werkzeug.test import Client

from ckanext.opendata_ua.cli.adopt import adopt
from ckanext.opendata_ua.model.case import Case
from tests.integration import adoption

pytestmark = pytest.mark.usefixtures("portal")

ROOT = Path(__file__).parent.parent.parent
PLUGINS = "activity tracking datastore text_view image_view"
#: What a dataset of ours has more, or in other words, by contract (docs/api.md).
ADDED = frozenset(
    {
        *("opendata_ua_state", "opendata_ua_next"),  # where it stands
        "tag_string",  # keywords once more, for the national harvester
        "license_title",  # the same licence in the words of our translation
    }
)
#: Keys that are left out where they are empty, and the other way round.
EMPTY = (None, "", [])


def stock_ini(ini: Path, folder: Path, plugins: str = PLUGINS) -> Path:
    """Write the configuration of the same site without the extension."""
    kept = [
        line
        for line in ini.read_text(encoding="utf-8").splitlines()
        if not line.startswith(("ckanext.opendata_ua", "ckan.plugins ", "ckan.auth."))
    ]
    place = kept.index("[app:main]") + 1
    kept.insert(place, f"ckan.plugins = {plugins}")
    kept.insert(place, "ckan.auth.create_unowned_dataset = true")
    path = folder / "stock.ini"
    path.write_text("\n".join(kept), encoding="utf-8")
    return path


def without_extension(ini: Path, steps: str, told: Path) -> dict[str, Any]:
    """Run steps of ``adoption`` on the site without the extension."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.adoption", steps, str(told)],
        cwd=ROOT,
        env={**os.environ, "CKAN_INI": str(ini)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(told.read_text(encoding="utf-8"))


def look(app: Any) -> dict[str, Any]:
    """Look in this process, where the extension is on."""
    with app.flask_app.test_request_context():
        return adoption.look(Client(app.app))


def same(told: Any) -> str:
    """Return a dataset as bytes to compare: without what the extension adds.

    Additional fields that have the name of a field of the passport stand beside the
    others in a dict of ours; their values are as they were.
    """
    if not isinstance(told, dict):
        return str(told)
    fields = {one["key"]: one["value"] for one in told.get("extras") or ()}
    flat = {**told, **fields}
    flat.pop("extras", None)
    kept = {key: value for key, value in flat.items() if key not in ADDED}
    kept["resources"] = [_filled(file) for file in told["resources"]]
    return json.dumps(_filled(kept), sort_keys=True, ensure_ascii=False)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in EMPTY}


def assert_nothing_changed(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Compare two sights of one portal."""
    assert after["shown"].keys() == before["shown"].keys()
    different = {
        name: _difference(told, after["shown"][name])
        for name, told in before["shown"].items()
        if same(told) != same(after["shown"][name])
    }
    assert different == {}
    for part in ("counts", "downloads", "pages"):
        assert after[part] == before[part], part


def _difference(before: Any, after: Any) -> Any:
    """Return what differs in two answers: key → before, after."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return before, after
    old, new = json.loads(same(before)), json.loads(same(after))
    return {
        key: (old.get(key), new.get(key))
        for key in old.keys() | new.keys()
        if old.get(key) != new.get(key)
    }


@pytest.fixture(scope="module")
def lived(
    portal: None, request: pytest.FixtureRequest, tmp_path_factory: Any
) -> dict[str, Any]:
    """Return what a CKAN without the extension shows of a portal that lives."""
    folder = tmp_path_factory.mktemp("stock")
    ini = stock_ini(Path(str(request.config.getoption("--ckan-ini"))), folder)
    return without_extension(ini, "make,look", folder / "seen.json")


def test_the_extension_comes_and_adopts_and_nothing_changes(
    lived: dict[str, Any], app: Any
) -> None:
    with app.flask_app.test_request_context():
        adoption.index()
    assert_nothing_changed(lived, look(app))
    result = CliRunner().invoke(adopt)
    assert result.exit_code == 0, result.output
    assert_nothing_changed(lived, look(app))


def test_only_public_datasets_got_a_baseline(lived: dict[str, Any]) -> None:
    packages = {one.id: one.name for one in model.Session.query(model.Package)}
    adopted = {packages[id_] for id_ in Case.latest(model.Session, packages)}
    public = {
        name.partition(" ")[0]
        for name, told in lived["shown"].items()
        if name.endswith("anonymous")
        and isinstance(told, dict)
        and told["type"] == "dataset"
    }
    assert adopted == public
