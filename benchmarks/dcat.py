"""The catalogue serializer of ckanext-dcat, which the register is compared with.

It is no part of the portal: the bench installs it from PyPI into a virtual environment
of its own below .stack, over the packages of the portal, and runs it there on a site
whose configuration names its plugin.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app

from stack import settings

VERSION = "2.4.4"
FORMATS = {"ttl": "turtle", "jsonld": "json-ld"}
CHECKOUT = Path(__file__).resolve().parent.parent


def serialized(names: list[str]) -> dict[str, Any]:
    """Have these datasets serialized as a catalogue.

    :returns: by extension: ``seconds``, and ``text`` of the catalogue
    """
    folder = Path(sys.prefix).parent / "bench-dcat"
    python = _installed(folder)
    ini = folder / "ckan.ini"
    text = Path(os.environ["CKAN_INI"]).read_text(encoding="utf-8")
    plugins = next(
        line.partition("=")[2].strip()
        for line in text.splitlines()
        if line.replace(" ", "").startswith("ckan.plugins=")
    )
    ini.write_text(settings.generated(text, {"ckan.plugins": f"{plugins} dcat"}))
    done = subprocess.run(
        [python, "-m", "benchmarks.dcat"],
        input=json.dumps(names),
        capture_output=True,
        text=True,
        check=False,
        cwd=CHECKOUT,
        env={**os.environ, "CKAN_INI": str(ini)},
    )
    if done.returncode:
        raise SystemExit(f"ckanext-dcat does not run: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _installed(folder: Path) -> Path:
    """Return a Python that has all packages of this one, and ckanext-dcat."""
    python, ready = folder / "bin" / "python", folder / f"dcat-{VERSION}"
    if ready.exists():
        return python
    _run(sys.executable, "-m", "venv", "--clear", folder)
    packages = sysconfig.get_path("purelib")
    own = Path(folder, Path(packages).relative_to(sys.prefix))
    (own / "portal.pth").write_text(f"import site; site.addsitedir({packages!r})\n")
    pins = CHECKOUT / "constraints.txt"
    _run(python, "-m", "pip", "install", f"ckanext-dcat=={VERSION}", "-c", pins)
    ready.touch()
    return python


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr)


def main() -> None:
    """Serialize the datasets that are named on standard input."""
    processors: Any = importlib.import_module("ckanext.dcat.processors")
    application: Any = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
    with application._wsgi_app.test_request_context():
        dicts = [
            tk.get_action("package_show")({"ignore_auth": True}, {"id": name})
            for name in json.load(sys.stdin)
        ]
        told = {}
        for extension, format_ in FORMATS.items():
            serializer = processors.RDFSerializer()
            begun = time.perf_counter()
            text = serializer.serialize_catalog({}, dicts, _format=format_)
            seconds = time.perf_counter() - begun
            told[extension] = {"seconds": seconds, "text": _text(text)}
    sys.stdout.write(f"\n{json.dumps(told)}\n")


def _text(written: str | bytes) -> str:
    return written.decode() if isinstance(written, bytes) else written


if __name__ == "__main__":
    main()
