"""`make lint`: ruff and pyright, pinned, in an environment of their own."""

from __future__ import annotations

import subprocess

from stack import packages, python, stamps
from stack import site as whole
from stack.layout import Layout
from stack.terminal import note, run, say, step

# basedpyright is pyright with its own Node in the wheel: it fetches nothing when it
# runs, which the package named pyright does
TOOLS = ("ruff==0.17.5", "basedpyright==1.40.2")
CHECKS = (
    ("ruff check", ("ruff", "check", ".")),
    ("ruff format", ("ruff", "format", "--check", ".")),
    ("pyright", ("basedpyright",)),
)


def _install(site: Layout) -> None:
    venv = site.shared / "lint"
    inputs = stamps.fingerprint(*TOOLS, python.base_python(), str(venv))
    stamp = venv / ".installed"
    if stamp.exists() and stamp.read_text() == inputs:
        return
    with step("ruff and pyright"):
        python.create(site, venv)
        run(
            [venv / "bin" / "python", "-m", "pip", "install", "-q", *TOOLS],
            site.log / "lint.log",
            what="Installing ruff and pyright",
            env=python.pip_environment(site),
        )
        stamp.write_text(inputs)


def check(site: Layout) -> int:
    """Run every check, all of them even after a failure; return 0 when all pass.

    Types are checked against the installed CKAN, so its environment is made first.
    """
    with whole.locked(site):
        packages.ensure(site, packages.FOR_PYTHON)
        python.ensure(site)
        _install(site)
    failed = []
    for title, (program, *arguments) in CHECKS:
        note(f"{title} …")
        extra = (
            ["--pythonpath", str(site.program("python"))]
            if program == "basedpyright"
            else []
        )
        command = [str(site.shared / "lint" / "bin" / program), *arguments, *extra]
        if subprocess.call(command, cwd=site.checkout):
            failed.append(title)
    say(f"Failed: {', '.join(failed)}" if failed else "Nothing to complain about.")
    return 1 if failed else 0
