"""What exists is described, and what is described exists: files are parsed, no CKAN."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ckanext.opendata_ua.domain.doctor import AILMENTS, RULES, Ailment
from ckanext.opendata_ua.domain.documents import WRITERS
from tools import configuration

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "ckanext" / "opendata_ua"
DOCS = ROOT / "docs"


def text(name: str) -> str:
    """Return a page, or nothing where there is none yet."""
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def pages() -> list[Path]:
    """Return every Markdown page of the project."""
    return [*ROOT.glob("*.md"), *ROOT.glob("changes/*.md"), *DOCS.rglob("*.md")]


def fences(page: str, language: str) -> list[str]:
    """Return the blocks of a page in one language; marks after it do not matter."""
    return re.findall(rf"^```{language}\b[^\n]*\n(.*?)^```$", page, re.M | re.S)


def parse(folder: str) -> Iterator[ast.AST]:
    """Yield every node of the Python files of a folder of the package."""
    for path in sorted((SOURCE / folder).rglob("*.py")):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def actions() -> list[str]:
    """Return the names that the action package gives CKAN."""
    tree = ast.parse(text("ckanext/opendata_ua/logic/action/__init__.py"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    raise AssertionError("logic/action/__init__.py has no __all__")


def decorators(folder: str, method: str) -> Iterator[tuple[str, str, str]]:
    """Yield function, owner and first argument of each ``@owner.method("…")``."""
    for node in parse(folder):
        for mark in getattr(node, "decorator_list", ()):
            called = mark.func if isinstance(mark, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr == method:
                first = ast.literal_eval(mark.args[0])
                yield getattr(node, "name", ""), ast.unparse(called.value), first


def commands() -> list[str]:
    """Return every command as a person types it."""
    groups = {function: name for function, _, name in decorators("cli", "group")}
    top = groups.pop("opendata_ua")
    groups["click"] = ""  # a command without a group
    return [
        " ".join(f"ckan {top} {groups[owner]} {name}".split())
        for _, owner, name in decorators("cli", "command")
    ]


def routes() -> list[str]:
    """Return every address of ours, one for each format of a document."""
    found: list[str] = []
    for _, _, rule in decorators("views", "route"):
        if "<extension>" in rule:
            found += [rule.replace("<extension>", extension) for extension in WRITERS]
        else:
            found.append(rule)
    return found


def test_the_readers_of_code_find_something() -> None:
    assert "opendata_ua_passport_show" in actions()
    assert "ckan opendata-ua search schema" in commands()
    assert "/dataset/<id>/passport.docx" in routes()
    assert "ckanext.opendata_ua.passport.purpose_line" in configuration.options()


@pytest.mark.parametrize("action", actions())
def test_every_action_is_described(action: str) -> None:
    page = text("docs/api.md")
    own = action.startswith("opendata_ua_")
    assert (f"\n## {action}\n" if own else f"**{action}**") in page


@pytest.mark.parametrize("action", [a for a in actions() if a.startswith("opendata_")])
def test_every_action_of_ours_has_an_example(action: str) -> None:
    section = text("docs/api.md").partition(f"\n## {action}\n")[2].partition("\n## ")[0]
    assert any("curl" in block and action in block for block in fences(section, "sh"))


def test_no_action_is_described_that_does_not_exist() -> None:
    named = set(re.findall(r"^## (opendata_ua_\w+)$", text("docs/api.md"), re.M))
    assert named <= set(actions())


@pytest.mark.parametrize("option", configuration.options())
def test_every_option_is_described(option: str) -> None:
    assert f"\n### `{option}`\n" in text("docs/configuration.md")


def test_the_page_of_options_is_current() -> None:
    assert text("docs/configuration.md") == configuration.page(), (
        "run: python tools/configuration.py"
    )


@pytest.mark.parametrize("command", commands())
def test_every_command_is_described(command: str) -> None:
    assert f"`{command}`" in text("docs/pages.md")


def test_every_command_that_pages_name_exists() -> None:
    named = {
        found
        for page in pages()
        for found in re.findall(
            r"opendata-ua ([a-z]+ [a-z]+)", page.read_text(encoding="utf-8")
        )
    }
    assert {f"ckan opendata-ua {name}" for name in named} <= set(commands())


@pytest.mark.parametrize("route", routes())
def test_every_address_is_described(route: str) -> None:
    assert f"`{route}`" in text("docs/pages.md")


@pytest.mark.parametrize("extension", WRITERS)
def test_every_format_of_the_passport_is_described(extension: str) -> None:
    assert re.search(rf"\.{extension}\b", text("docs/api.md"))


@pytest.mark.parametrize(
    "ailment",
    [*AILMENTS.values(), *(rule.ailment for rule in RULES)],
    ids=lambda one: one.code,
)
def test_everything_the_doctor_finds_is_described(ailment: Ailment) -> None:
    mended = "yes" if ailment.repaired else ""
    rows = re.findall(
        rf"^\| `{ailment.code}` \| (\w+) \| [^|]+ \| (\w*) ?\|$",
        text("docs/doctor.md"),
        re.M,
    )
    assert rows == [(ailment.weight.value, mended)]


def test_the_newest_changes_are_those_of_the_version() -> None:
    (version,) = re.findall(r'^version = "(.+)"$', text("pyproject.toml"), re.M)
    headings = re.findall(r"^## (\S+)", text("CHANGELOG.md"), re.M)
    assert headings[0] == version


def test_fragments_of_changes_are_named_as_agreed() -> None:
    kinds = re.findall(r"`(\w+)`", text("changes/README.md").partition("Kinds:")[2])
    kinds = kinds[: kinds.index("docs") + 1]
    wrong = [
        path.name
        for path in (ROOT / "changes").iterdir()
        if path.name != "README.md"
        and not re.fullmatch(rf"[\w-]+\.({'|'.join(kinds)})\.md", path.name)
    ]
    assert wrong == []


def test_decisions_are_numbered_and_listed() -> None:
    names = sorted(path.name for path in (DOCS / "decisions").glob("[0-9]*.md"))
    assert [int(name[:3]) for name in names] == list(range(1, len(names) + 1))
    listed = text("docs/decisions/README.md")
    assert [name for name in names if f"({name})" not in listed] == []


def test_the_glossary_has_both_languages() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", text("docs/glossary.md"), re.M)
    words = [(uk, en) for uk, en in rows if re.search("[а-яіїєґ]", uk)]
    assert len(words) >= 40 + len({"українською"})
    assert [uk for uk, en in words if not en.strip()] == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    written = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    targets = re.findall(r"\]\(([^)\s]+)\)", written)
    inner = [link for link in targets if not re.match(r"[a-z]+:", link)]
    assert [link for link in inner if not _leads(page, link)] == []


def _leads(page: Path, link: str) -> bool:
    """Tell whether a file exists, and the heading a link names in it."""
    name, _, anchor = link.partition("#")
    target = page.parent / name if name else page
    if not target.exists():
        return False
    return not anchor or anchor in _anchors(target.read_text(encoding="utf-8"))


def _anchors(page: str) -> list[str]:
    headings = re.findall(r"^#+ (.+)$", page, re.M)
    return [
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    ]


def test_two_commands_start_the_portal_and_prove_it() -> None:
    section = text("README.md").partition("\n## Try it\n")[2].partition("\n## ")[0]
    typed = [block.strip() for block in fences(section, "sh")]
    assert typed == ["make run", "make test"]


def test_make_knows_every_target_that_pages_name() -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.M))
    named = {
        found
        for page in pages()
        for found in re.findall(r"`make ([a-z]+)", page.read_text(encoding="utf-8"))
    }
    assert named <= targets


def test_the_page_of_installation_explains_its_names() -> None:
    page = text("docs/install.md")
    (names,) = re.findall(r"^```sh names\n(.*?)^```$", page, re.M | re.S)
    explained = set(re.findall(r"^([A-Z_]+)=", names, re.M))
    used = set(re.findall(r"\$([A-Z_]+)", "".join(fences(page, "sh"))))
    assert used == explained
