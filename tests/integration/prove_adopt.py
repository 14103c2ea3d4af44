"""The long proof of adoption: 10,000 datasets of a portal that lives, byte for byte.

Run by ``make prove ONLY=adopt``; about ten minutes. Copies are rows: what actions would
make of them in hours is the same.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from click.testing import CliRunner

from benchmarks import seed
from ckanext.opendata_ua import compat
from ckanext.opendata_ua.cli.adopt import adopt
from stack.terminal import say
from tests.integration import adoption
from tests.integration.test_adoption import (
    PLUGINS,
    ROOT,
    assert_nothing_changed,
    look,
    stock_ini,
    without_extension,
)

pytestmark = pytest.mark.usefixtures("portal")

NUMBER = 10_000
LIMIT = 300  # seconds of adoption
SCHEMA = (ROOT / "benchmarks" / "schemas" / "dataset.yaml").as_uri()


def grow() -> None:
    """Copy every oddity, files of CKAN's own layout too, up to the number."""
    short = [name for name in adoption.ODDITIES if len(name) < 80]  # of copies as well
    for name in short:
        package: Any = model.Package.get(name)
        seed.rows(model.Session, str(package.id), 1, NUMBER // len(short))
    uploads = model.Session.query(model.Resource).filter_by(url_type="upload")
    paths: dict[str, Any] = {
        row.id: compat.classic_file(row.id).path for row in uploads
    }
    sources = {row.name: paths[row.id] for row in uploads if paths[row.id].exists()}
    for row in uploads:
        target = paths[row.id]
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(sources[row.name], target)
    model.Session.remove()


@pytest.mark.parametrize("plugins", [PLUGINS, f"scheming_datasets {PLUGINS}"])
def test_10000_datasets_stay_exactly_as_they_were(
    plugins: str, app: Any, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if model.Package.get("povnyi") is None:
        ini = stock_ini(Path(str(request.config.getoption("--ckan-ini"))), tmp_path)
        without_extension(ini, "make,look", tmp_path / "made.json")
        grow()
    ini = stock_ini(
        Path(str(request.config.getoption("--ckan-ini"))), tmp_path, plugins
    )
    if "scheming" in plugins:
        text = ini.read_text(encoding="utf-8")
        named = f"[app:main]\nscheming.dataset_schemas = {SCHEMA}\n"
        ini.write_text(text.replace("[app:main]\n", named, 1), encoding="utf-8")
    before = without_extension(ini, "index,look", tmp_path / "before.json")
    number = len(before["shown"]) // 2
    with app.flask_app.test_request_context():
        adoption.index()
    begun = time.monotonic()
    result = CliRunner().invoke(adopt)
    seconds = time.monotonic() - begun
    assert result.exit_code == 0, result.output
    say(f"\n{number} datasets, {len(before['downloads'])} files, {plugins}:")
    say(f"{result.output.splitlines()[-1]} in {seconds:.0f} s")
    assert_nothing_changed(before, look(app))
    assert number >= NUMBER * 0.99
    assert seconds <= LIMIT
