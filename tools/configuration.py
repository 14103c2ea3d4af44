"""Write docs/configuration.md from what the plugins declare to CKAN.

python tools/configuration.py           write the page
python tools/configuration.py --check   change nothing, fail when it is not current
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "configuration.md"
PACKAGE = ROOT / "ckanext" / "opendata_ua"
#: plugin → the file in which it declares its options
DECLARATIONS = {
    "opendata_ua": PACKAGE / "config_declaration.yaml",
    "opendata_ua_theme": PACKAGE / "theme" / "config_declaration.yaml",
}
HEAD = """\
# Configuration

<!-- Written by tools/configuration.py from the config_declaration.yaml of the
plugins: change those files, then run it. -->

Options go into `[app:main]` of `ckan.ini`; the site reads them when it starts.
An option that is not set has its default. `ckan config declaration opendata_ua
opendata_ua_theme` prints the same from the installed plugins. Settings of CKAN
itself that we advise are in [install.md](install.md).
"""


def declared() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield plugin and group of options, in the order of the files."""
    for plugin, path in DECLARATIONS.items():
        declaration = yaml.safe_load(path.read_text(encoding="utf-8"))
        for group in declaration["groups"]:
            yield plugin, group


def options() -> list[str]:
    """Return the names of all options."""
    return [option["key"] for _, group in declared() for option in group["options"]]


def page() -> str:
    """Return the text of docs/configuration.md."""
    parts = [HEAD]
    for plugin, group in declared():
        parts.append(f"## {group['annotation']}\n\nPlugin `{plugin}`.\n")
        parts += [_option(option) for option in group["options"]]
    return "\n".join(parts)


def _option(option: dict[str, Any]) -> str:
    facts = [("type", option.get("type", "text")), ("default", _default(option))]
    if "example" in option:
        facts.append(("example", f"`{option['key']} = {option['example']}`"))
    lines = [f"### `{option['key']}`", "", option["description"].strip(), ""]
    lines += [f"- {name}: {value}" for name, value in facts]
    return "\n".join(lines) + "\n"


def _default(option: dict[str, Any]) -> str:
    default = option.get("default")
    if default in (None, ""):
        return "empty"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def main() -> int:
    """Write the page, or compare it; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    text = page()
    if not parser.parse_args().check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(
        "docs/configuration.md is not what the plugins declare: "
        "run python tools/configuration.py\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
