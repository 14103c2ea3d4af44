"""What is built is whole: the wheel carries every file, and installs beside CKAN."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path, PurePosixPath

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGE = CHECKOUT / "ckanext" / "opendata_ua"
# what lies in the package but is made anew on each machine
LOCAL = {"__pycache__", ".webassets-cache"}


def _sources() -> set[str]:
    """Return every file of the package that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "ckanext/opendata_ua"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return {name for name in listed if (CHECKOUT / name).is_file()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """Build the wheel from a copy, so that no build/ of the checkout lends a file."""
    copy = tmp_path_factory.mktemp("copy")
    known = ("pyproject.toml", "setup.py", "MANIFEST.in", "LICENSE", "README.md")
    for name in [*_sources(), "ckanext/__init__.py", "constraints.txt", *known]:
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((CHECKOUT / name).read_bytes())
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--no-deps", "-q"),
            # the stack installs setuptools; nothing is fetched to build
            *("--no-build-isolation", "-w", str(folder), str(copy)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as opened:
        yield opened


def test_the_wheel_carries_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    assert _sources() - set(wheel.namelist()) == set()


def test_the_wheel_carries_each_kind_of_file(wheel: zipfile.ZipFile) -> None:
    """YAML, tables, templates, styles and compiled catalogues, not only Python."""
    kinds = {PurePosixPath(name).suffix for name in wheel.namelist()}
    assert kinds >= {".py", ".yaml", ".csv", ".html", ".css", ".txt"}


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    """No tests, no stack, and no ckanext/__init__.py: that folder is shared."""
    strange = [
        name
        for name in wheel.namelist()
        if not name.startswith(("ckanext/opendata_ua/", "ckanext_opendata_ua-"))
    ]
    assert strange == []
    assert not any(LOCAL & set(PurePosixPath(n).parts) for n in wheel.namelist())


def test_every_folder_of_python_is_a_package() -> None:
    """A folder without __init__.py would stay out of the wheel in silence."""
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    lacking = [
        str(folder.relative_to(CHECKOUT))
        for folder in folders
        if not (folder / "__init__.py").exists()
        and "versions" not in folder.parts
        and folder.name not in {"migration", "opendata_ua"}
    ]
    assert lacking == []


def test_the_metadata_name_plugins_licence_and_pythons(wheel: zipfile.ZipFile) -> None:
    names = {PurePosixPath(name).name: name for name in wheel.namelist()}
    points = wheel.read(names["entry_points.txt"]).decode()
    told = Parser().parsestr(wheel.read(names["METADATA"]).decode())
    for plugin in ("opendata_ua", "opendata_ua_theme"):
        match = re.search(rf"^{plugin} = ([\w.]+):(\w+)$", points, re.M)
        assert match, plugin
        source = CHECKOUT / (match[1].replace(".", "/") + ".py")
        assert f"class {match[2]}(" in source.read_text()
    assert told["License"] == "AGPL-3.0-or-later"
    assert set(told["Requires-Python"].split(",")) == {">=3.10", "<3.13"}
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in wheel.read(names["LICENSE"]).decode()


def test_ckan_is_never_a_requirement_of_the_wheel(wheel: zipfile.ZipFile) -> None:
    """CKAN's wheel pins nothing: a requirement could exchange a portal's CKAN."""
    (name,) = (n for n in wheel.namelist() if n.endswith("/METADATA"))
    told = Parser().parsestr(wheel.read(name).decode())
    required = [
        re.split(r"[^\w.-]", line)[0].lower()
        for line in told.get_all("Requires-Dist", [])
    ]
    assert "ckan" not in required
    assert "ckanext-scheming" in required


def test_every_requirement_has_a_tried_version() -> None:
    """constraints.txt pins what pyproject.toml asks for, unless CKAN pins it."""
    pinned = {
        line.split("==")[0].lower()
        for line in (CHECKOUT / "constraints.txt").read_text().splitlines()
        if "==" in line and not line.startswith("#")
    }
    project = (CHECKOUT / "pyproject.toml").read_text().split("[tool.")[0]
    asked = re.findall(r'^\s*"([A-Za-z][\w-]*)[^"]*",?$', project, re.M)
    asked += re.findall(r'^demo = \["([\w-]+)[^"]*", "([\w-]+)', project, re.M)[0]
    pinned_by_ckan = {"lxml", "msgspec"}
    assert {name.lower() for name in asked} - pinned - pinned_by_ckan == set()
