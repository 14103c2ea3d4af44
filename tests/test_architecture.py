"""The rules of the house, kept by reading the code: no CKAN and no services.

Each rule is one table or one function; ``offences`` applies them all to one file. The
last part plants offenders and proves that each is caught.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = "ckanext.opendata_ua"
SOURCE = ROOT / "ckanext" / "opendata_ua"

FRONT = ("implementations", "subscriptions", "views", "cli", "jobs", "helpers")
# What each layer may import of this project, itself included.
MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "domain": frozenset({"domain"}),
    "logs": frozenset({"logs"}),
    "compat": frozenset({"compat"}),
    "config": frozenset({"config", "domain", "compat"}),
    "model": frozenset({"model", "domain"}),
    "adapters": frozenset({"adapters", "domain", "logs"}),
    "demo": frozenset({"demo", "domain"}),
    "logic": frozenset(
        {"logic", "model", "adapters", "config", "compat", "domain", "logs"}
    ),
    **{
        layer: frozenset({layer, "config", "compat", "domain", "demo", "logs"})
        for layer in FRONT
    },
    "theme": frozenset({"theme", "config", "compat", "domain"}),
    "schemas": frozenset(),
    "migration": frozenset(),
    "plugin": frozenset({*FRONT, "logic", "config", "compat", "domain", "logs"}),
}
# What each layer must not import from outside, whatever lies below the name.
DATABASE = ("ckan.model", "sqlalchemy")
MUST_NOT_IMPORT: Mapping[str, tuple[str, ...]] = {
    "logs": ("flask", "ckan"),
    "config": ("flask", *DATABASE),
    "model": ("flask", "ckan.logic", "ckan.plugins", "ckan.lib"),
    "adapters": ("flask", "ckan.logic", "ckan.plugins", *DATABASE),
    "logic": ("flask", "ckan.views", "ckan.lib.helpers"),
    **dict.fromkeys((*FRONT, "theme", "demo", "plugin"), DATABASE),
}
# The pure libraries that the domain may use.
PURE = frozenset({"stdnum", "docx", "lxml", "holidays", "msgspec"})

# Features of one layer do not import each other. These may be imported: inside a
# layer's folder they are what its features stand on.
SHARED = frozenset(
    {
        "model.register",  # an import compares with rows as the register reads them
        "logic.validators.stored",  # what is stored now, for validators that compare
        "model.base",  # the MetaData of our tables
        "model.case",  # the board of work looks at reviews beside datasets
        "model.dataset",  # which datasets are public, and how one is locked
        "model.file_version",  # which bytes a resource has; who cares for them asks too
        "model.job",  # erasing takes a dataset out of what is promised …
        "model.outbox",  # … and out of letters that wait
        "model.publication",  # the board names what was withdrawn
        "cli.asking",  # actions asked as the portal itself, rows of text
        "views.asking",  # actions asked as the person at the browser
        "views.spreadsheet",  # a table of the portal's own as a file
        "views.file",  # how a file is sent, by whatever address
        "logic.schema.nothing",  # what most input schemas begin with
        "logic.schema.one_object",
    }
)
# In the domain everything may stand on these …
GROUND = frozenset({"words", "errors", "findings", "tables", "text", "clauses"})
# … and one feature on another only as listed; the list must have no circle.
DOMAIN_USES: Mapping[str, frozenset[str]] = {
    "clauses": frozenset({"tables"}),
    "passport": frozenset(
        {"dates", "formats", "identifiers", "keywords", "vocabularies"}
    ),
    "documents": frozenset({"passport", "dates", "formats", "formulas"}),
    "file_rows": frozenset({"formats"}),
    "files": frozenset({"formats", "identifiers"}),
    "format_check": frozenset({"formats"}),
    "package": frozenset({"passport", "dates"}),
    "observation": frozenset({"moderation"}),
    "publication": frozenset({"dates", "moderation"}),
    "register": frozenset(
        {
            *("formats", "formulas", "keywords", "passport", "publication"),
            "vocabularies",
        }
    ),
    "working_days": frozenset({"dates"}),
}
# A whole-catalogue stream is no JSON: views and commands may read one directly.
STREAMS = ("logic.reader",)
# (module, what it imports) → why no action stands between.
EXCEPTIONS: Mapping[tuple[str, str], str] = {
    ("cli.search", "adapters.solr_schema"): (
        "turns one file into another before there is a portal to ask"
    ),
    ("cli.search", "logic.reindex"): (
        "starts processes, which has no place in a web server"
    ),
    ("cli.jobs", "jobs"): "the command is the background, started by hand",
    ("jobs", "adapters.wake"): "a worker listens to a bell, which holds no data",
    ("migration.opendata_ua.env", "model.metadata"): (
        "alembic compares the tables with what the models say"
    ),
}

# (module, function) → why the import cannot stand at the top.
LATE_IMPORTS: Mapping[tuple[str, str], str] = {
    ("adapters.file_store.store", "_open"): "boto3 is there only where S3 is used",
}

FORBIDDEN_NAMES = frozenset({"utils", "util", "common", "misc", "base_helpers"})
VERSION_NAMES = frozenset(
    {"check_ckan_version", "requires_ckan_version", "__version__"}
)
CONFIG_NAMES = ("ckan.plugins.toolkit.config", "ckan.common.config")
TOOLKIT_NAMES = frozenset({"tk", "toolkit"})


@dataclass(frozen=True)
class Module:
    """One file: its name below the package, and its parsed text."""

    name: str  # "logic.action.passport"
    tree: ast.Module
    is_package: bool = False

    @property
    def layer(self) -> str:
        """Return the layer; a further plugin's own plugin and config count as such."""
        parts = self.name.split(".")
        if parts[0] == "theme" and parts[-1] in ("plugin", "config"):
            return "plugin" if parts[-1] == "plugin" else "config"
        return parts[0]

    @property
    def imports(self) -> Iterator[str]:
        """Yield full names of what is imported, relative imports resolved."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                source = self._absolute(node)
                yield from (f"{source}.{alias.name}" for alias in node.names)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        full = f"{PACKAGE}.{self.name}".rstrip(".").split(".")
        up = node.level - self.is_package
        base = full[: len(full) - up] if up else full
        return ".".join([*base, *(node.module or "").split(".")]).rstrip(".")

    @property
    def own_imports(self) -> Iterator[str]:
        """Yield imports of this project, named below the package."""
        for name in self.imports:
            if name.startswith(f"{PACKAGE}."):
                yield name.removeprefix(f"{PACKAGE}.")


def offences(module: Module) -> Iterator[str]:
    """Yield every broken rule of one file."""
    for rule in RULES:
        for offence in rule(module):
            yield f"{module.name or '__init__'}: {offence}"


def wrong_way(module: Module) -> Iterator[str]:
    """Rule: imports of the project point one way, from plugin to domain."""
    if module.layer not in MAY_IMPORT:
        if module.name:
            yield f"lies in no layer ({module.layer})"
        return
    for name in module.own_imports:
        target = name.split(".")[0]
        stream = module.layer in FRONT and name.startswith(STREAMS)
        own = module.name.startswith("theme") and target == "theme"
        listed = (module.name, name) in EXCEPTIONS
        if not (target in MAY_IMPORT[module.layer] or stream or own or listed):
            yield f"{module.layer} must not import {target}"


def nobody_imports_plugin(module: Module) -> Iterator[str]:
    """Rule: a plugin file is a table of contents, not a library."""
    for name in module.own_imports:
        if "plugin" in name.split(".")[:2]:
            yield f"imports {name}"


def foreign(module: Module) -> Iterator[str]:
    """Rule: each layer keeps away from the libraries of the others."""
    for name in module.imports:
        for forbidden in MUST_NOT_IMPORT.get(module.layer, ()):
            if f"{name}.".startswith(f"{forbidden}."):
                yield f"{module.layer} must not import {forbidden}"


def pure_domain(module: Module) -> Iterator[str]:
    """Rule: the domain knows the standard library and a short list of libraries."""
    if module.layer != "domain":
        return
    for name in module.imports:
        top = name.split(".")[0]
        if name.startswith(f"{PACKAGE}.") or top in PURE | {"__future__"}:
            continue
        if top not in sys.stdlib_module_names:
            yield f"domain must not import {top}"


def no_clock_no_network(module: Module) -> Iterator[str]:
    """Rule: "now" and whatever comes from outside are arguments of the domain."""
    if module.layer != "domain":
        return
    for name in module.imports:
        if name.split(".")[0] in ("time", "socket", "urllib.request", "http", "os"):
            yield f"domain must not import {name}"
        if name.startswith("urllib.request"):
            yield f"domain must not import {name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow"):
            yield f"domain must not ask the clock (line {node.lineno})"


def features_apart(module: Module) -> Iterator[str]:
    """Rule: features of one layer share by action name, or in the domain."""
    if module.layer == "domain":
        yield from _domain_features_apart(module)
        return
    folder, _, feature = module.name.rpartition(".")
    layered = folder in (
        *("logic.action", "logic.auth", "logic.schema", "logic.validators"),
        *("model", "adapters", "implementations", "views", "cli"),
    )
    if not layered or module.is_package:
        return
    for name in module.own_imports:
        inside = name.removeprefix(f"{folder}.")
        other = inside.split(".")[0]
        if inside == name or other == feature or f"{folder}.{other}" in SHARED:
            continue
        yield f"imports its neighbour {folder}.{other}"


def _domain_features_apart(module: Module) -> Iterator[str]:
    parts = module.name.split(".")
    if len(parts) < 2:
        return
    feature = parts[1]
    allowed = GROUND | {feature} | DOMAIN_USES.get(feature, frozenset())
    for name in module.own_imports:
        other = name.split(".")[1] if "." in name else ""
        if name.startswith("domain.") and other not in allowed:
            yield f"domain.{feature} must not import domain.{other}: not listed"


def config_only_in_config(module: Module) -> Iterator[str]:
    """Rule: only config.py reads the configuration of CKAN."""
    if module.layer == "config":
        return
    for name in module.imports:
        if name in CONFIG_NAMES:
            yield f"imports {name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr == "config":
            value = node.value
            name = value.attr if isinstance(value, ast.Attribute) else None
            name = value.id if isinstance(value, ast.Name) else name
            if name in TOOLKIT_NAMES:
                yield f"reads {name}.config (line {node.lineno})"


def versions_only_in_compat(module: Module) -> Iterator[str]:
    """Rule: only compat.py asks what this CKAN can do."""
    if module.layer == "compat":
        return
    for node in ast.walk(module.tree):
        name = node.attr if isinstance(node, ast.Attribute) else None
        name = node.id if isinstance(node, ast.Name) else name
        if name in VERSION_NAMES:
            yield f"asks for {name}"
    for imported in module.imports:
        if imported.rpartition(".")[2] in VERSION_NAMES:
            yield f"imports {imported}"


def imports_at_the_top(module: Module) -> Iterator[str]:
    """Rule: no import inside a function, listed exceptions aside."""
    for function in ast.walk(module.tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if (module.name, function.name) in LATE_IMPORTS:
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"imports inside {function.name}()"


def only_logic_commits(module: Module) -> Iterator[str]:
    """Rule: the use case decides when a transaction ends."""
    if module.layer in ("logic", "migration"):
        return
    for node in ast.walk(module.tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr == "commit":
            yield f"commits (line {called.lineno})"


def telling_names(module: Module) -> Iterator[str]:
    """Rule: no attic, and no file that shadows a standard module."""
    for part in module.name.split("."):
        if part in FORBIDDEN_NAMES:
            yield f"is called {part}"
    last = module.name.rpartition(".")[2]
    if last in sys.stdlib_module_names:
        yield f"shadows the standard module {last}"


RULES = (
    wrong_way,
    nobody_imports_plugin,
    foreign,
    pure_domain,
    no_clock_no_network,
    features_apart,
    config_only_in_config,
    versions_only_in_compat,
    imports_at_the_top,
    only_logic_commits,
    telling_names,
)


def parse(name: str, text: str) -> Module:
    """Return the module of a file ``logic/action/passport.py`` with this text."""
    parts = list(Path(name).with_suffix("").parts)
    is_package = parts[-1] == "__init__"
    if is_package:
        parts.pop()
    return Module(".".join(parts), ast.parse(text, name), is_package)


def modules() -> Iterator[Module]:
    """Yield every file of the package."""
    for path in sorted(SOURCE.rglob("*.py")):
        yield parse(str(path.relative_to(SOURCE)), path.read_text(encoding="utf-8"))


def test_the_house_keeps_its_rules() -> None:
    assert [offence for module in modules() for offence in offences(module)] == []


def test_every_file_is_read() -> None:
    assert {"domain.passport.values", "plugin"} <= {module.name for module in modules()}


def test_every_listed_exception_is_used() -> None:
    used = {(module.name, name) for module in modules() for name in module.own_imports}
    assert EXCEPTIONS.keys() - used == set()


def test_every_listed_use_inside_the_domain_is_real() -> None:
    real: dict[str, set[str]] = {feature: set() for feature in DOMAIN_USES}
    for module in modules():
        feature = module.name.split(".")[1:2]
        if module.layer == "domain" and feature and feature[0] in real:
            names = [name.split(".") for name in module.own_imports]
            real[feature[0]] |= {name[1] for name in names if len(name) > 1}
    unused = {feature: DOMAIN_USES[feature] - real[feature] for feature in real}
    assert not any(unused.values()), unused


def test_the_domain_has_no_circle() -> None:
    done: list[str] = []
    left = dict(DOMAIN_USES)
    while left:
        ready = [name for name, uses in left.items() if not uses & left.keys()]
        assert ready, f"a circle among {sorted(left)}"
        done += ready
        left = {name: uses for name, uses in left.items() if name not in ready}
    assert sorted(done) == sorted(DOMAIN_USES)


@pytest.mark.parametrize(
    ("name", "text", "offence"),
    [
        ("domain/a.py", "import ckan.plugins", "must not import ckan"),
        ("domain/a.py", "from ckan.plugins.toolkit import _", "must not import ckan"),
        ("domain/a.py", "import flask", "must not import flask"),
        ("domain/a.py", "import requests", "must not import requests"),
        ("domain/a.py", "from .. import config", "must not import config"),
        ("domain/p/a.py", "from ...model import x", "must not import model"),
        ("domain/p/__init__.py", "from ...model import x", "must not import model"),
        ("domain/a.py", "import time", "must not import time"),
        ("domain/a.py", "import urllib.request", "must not import urllib.request"),
        ("domain/a.py", "x = datetime.now(UTC)", "must not ask the clock"),
        ("domain/dates.py", "from . import passport", "not listed"),
        ("domain/text.py", f"from {PACKAGE}.domain import dates", "not listed"),
        ("model/a.py", f"from {PACKAGE} import logic", "must not import logic"),
        ("model/a.py", "session.commit()", "commits"),
        ("model/a.py", "from ckan.plugins import toolkit", "ckan.plugins"),
        ("model/case.py", f"from {PACKAGE}.model import moderator", "its neighbour"),
        ("adapters/a.py", f"import {PACKAGE}.config", "must not import config"),
        ("adapters/a.py", "from ckan import model", "must not import ckan.model"),
        ("logic/action/a.py", "import flask", "must not import flask"),
        ("logic/action/a.py", f"from {PACKAGE} import helpers", "import helpers"),
        ("logic/action/a.py", f"from {PACKAGE}.views import b", "import views"),
        ("logic/action/a.py", f"from {PACKAGE}.logic.action import b", "neighbour"),
        ("logic/action/a.py", "from . import b", "its neighbour"),
        ("logic/action/a.py", "from .b import c", "its neighbour"),
        ("views/a.py", f"from {PACKAGE}.model.case import Case", "import model"),
        ("views/a.py", f"from {PACKAGE} import adapters", "import adapters"),
        ("views/a.py", f"from {PACKAGE}.logic.action import b", "import logic"),
        ("views/a.py", "from ckan import model", "must not import ckan.model"),
        ("cli/a.py", "import sqlalchemy.orm", "must not import sqlalchemy"),
        ("helpers.py", f"from {PACKAGE}.logic import b", "import logic"),
        ("jobs.py", f"from {PACKAGE}.model import b", "import model"),
        ("implementations/a.py", f"import {PACKAGE}.model", "import model"),
        ("views/a.py", f"from {PACKAGE} import plugin", "imports plugin"),
        ("views/a.py", f"from {PACKAGE}.theme.plugin import X", "theme.plugin"),
        ("theme/helpers.py", f"from {PACKAGE} import logic", "import logic"),
        ("views/a.py", "tk.config.get('x')", "reads tk.config"),
        ("plugin.py", "p.toolkit.config['x']", "reads toolkit.config"),
        ("logic/a.py", "from ckan.common import config", "ckan.common.config"),
        ("logic/a.py", "from ckan.plugins.toolkit import config", "toolkit.config"),
        ("logic/a.py", "tk.check_ckan_version('2.12')", "check_ckan_version"),
        ("logic/a.py", "ckan.__version__", "asks for __version__"),
        ("logic/a.py", "from ckan import __version__", "imports ckan.__version__"),
        ("logic/a.py", "def f():\n    import json", "imports inside f()"),
        ("logic/a.py", "async def f():\n    from a import b", "imports inside f()"),
        ("logic/utils.py", "", "is called utils"),
        ("logic/misc/a.py", "", "is called misc"),
        ("logic/json.py", "", "shadows the standard module json"),
        ("attic/a.py", "", "lies in no layer"),
    ],
)
def test_a_planted_offender_is_caught(name: str, text: str, offence: str) -> None:
    found = list(offences(parse(name, text)))
    assert any(offence in one for one in found), found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("__init__.py", ""),
        ("domain/passport/a.py", "from .. import dates\nfrom .b import c"),
        ("domain/a.py", "import json\nfrom lxml import etree\nfrom .text import b"),
        ("model/a.py", "from ckan import model\nimport sqlalchemy as sa"),
        ("logic/action/a.py", f"from {PACKAGE}.model.a import A\nsession.commit()"),
        ("logic/action/__init__.py", "from .a import b\nfrom .c import d"),
        ("views/a.py", f"import flask\nfrom {PACKAGE}.logic.reader.a import b"),
        ("views/a.py", f"from {PACKAGE} import config, domain"),
        ("config.py", "tk.config['x']"),
        ("theme/config.py", "tk.config['x']"),
        ("theme/plugin.py", f"from {PACKAGE}.theme import helpers"),
        ("theme/helpers.py", f"from {PACKAGE}.theme import config"),
        ("compat.py", "tk.check_ckan_version('2.12')"),
        ("plugin.py", f"from {PACKAGE} import cli, helpers, views"),
        ("migration/opendata_ua/versions/001_a.py", "import sqlalchemy as sa"),
    ],
)
def test_what_the_rules_allow_passes(name: str, text: str) -> None:
    assert list(offences(parse(name, text))) == []
