"""The virtual environment of a stack: CKAN from PyPI, and the extension editable."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from stack import stamps
from stack.layout import Layout
from stack.terminal import run, step

# what serves the site, beside the extension's own requirements
SERVING = ("gunicorn", "aiosmtpd")


def pip_environment(site: Layout) -> dict[str, str]:
    """Keep pip's cache with the checkout, unless the person says otherwise."""
    cache = os.environ.get("PIP_CACHE_DIR", str(site.shared / "pip"))
    return {
        "PIP_CACHE_DIR": cache,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        # pip, run as root, warns about what a virtual environment makes harmless
        "PIP_ROOT_USER_ACTION": "ignore",
    }


def base_python() -> str:
    """Return the interpreter that virtual environments are made from."""
    return os.path.realpath(sys.executable)


def ensure(site: Layout) -> None:
    """Make the virtual environment hold exactly what its inputs ask for."""
    checkout = site.checkout
    base = stamps.fingerprint(base_python(), sys.version, str(site.venv), site.release)
    wanted = stamps.fingerprint(
        base,
        files=[checkout / n for n in ("pyproject.toml", "setup.py", "constraints.txt")],
    )
    if stamps.done(site, "python", wanted):
        return
    with step(f"Python packages of CKAN {site.release}"):
        # an environment that was left half-way is not repaired but made anew
        if not stamps.done(site, "venv", base) or not stamps.known(site, "python"):
            create(site, site.venv)
            stamps.write(site, "venv", base)
        stamps.forget(site, "python")
        install(site, site.venv, f"{checkout}[demo,test]", *SERVING)
        stamps.write(site, "python", wanted)


def create(site: Layout, venv: Path) -> None:
    """Make an empty virtual environment, in place of what lies there."""
    shutil.rmtree(venv, ignore_errors=True)
    venv.parent.mkdir(parents=True, exist_ok=True)
    run(
        [base_python(), "-m", "venv", venv],
        site.log / "python.log",
        what="Making the virtual environment",
    )


def install(site: Layout, venv: Path, extension: str, *more: str) -> None:
    """Install CKAN, the extension (editable) and more, in one resolution."""
    constraints = site.checkout / "constraints.txt"
    run(
        [
            venv / "bin" / "python",
            *("-m", "pip", "install", "--progress-bar", "off"),
            *("-c", constraints),
            "setuptools",
            "wheel",
            f"ckan[requirements]=={site.release}",
            *("-e", extension),
            *more,
        ],
        site.log / "python.log",
        what="Installing the Python packages",
        env=pip_environment(site),
    )
