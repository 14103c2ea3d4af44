"""The catalogue: every word is extracted, translated and compiled.

Files are parsed; no service is needed, only CKAN's own extractor of templates.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from ckan.lib.jinja_extensions import _get_extensions
from jinja2 import Environment, nodes

from tools import catalogue

Words = dict[str, Message]

PACKAGE = catalogue.ROOT / "ckanext" / "opendata_ua"
CYRILLIC = re.compile("[А-яЄІЇҐєіїґ]")
LETTERS = re.compile(r"[^\W\d_]{2}")
MARKING = frozenset(("_", "N_", "P_", "ungettext"))
READ_ALOUD = frozenset(("title", "alt", "aria-label", "placeholder"))

# Ukrainian letters in code, and why they are not words to translate.
CYRILLIC_IN_CODE = {
    "adapters/solr_schema.py": "letters and spelling rules of the search analysis",
    "adapters/detection/letters.py": "which letters are usual, and which are not",
    "domain/correction.py": "the Ukrainian keyboard and alphabet",
    "domain/formats.py": "Cyrillic letters that look like Latin ones",
    "domain/identifiers.py": "transliteration and a look-alike letter",
    "domain/documents/docx_writer.py": "the document is Ukrainian by law",
    "domain/register/heading.py": "the register is Ukrainian by law",
    "domain/register/records.py": "the register is Ukrainian by law",
    "logic/action/register/publish.py": "the passport of the register",
    "domain/passport/lines.py": "lines of the printed form, verbatim",
}

# This template translates words of Werkzeug; tools/catalogue.py lists them.
FOREIGN_WORDS = "error_document_template.html"

# Words of the law and of the pages that other texts rely on.
TERMS = {
    "Themes": "Теми",
    "Frequency of updating": "Частота оновлення",
    "Keywords": "Ключові слова",
    "Formats": "Формати",
    "Organizations": "Організації",
    "Holder of the information": "Розпорядник інформації",
    "Passport of the dataset": "Паспорт набору даних",
    "Responsible person": "Відповідальна особа",
    "Datasets": "Набори даних",
    "Tags": "Ключові слова",
}

# Words that every reader, publisher or moderator of a CKAN portal meets.
CKAN_PAGES = {
    "errors": ("Access denied", "Not found", "Not authorized to see this page"),
    "search": ("Order by", "No datasets found", "{number} dataset found"),
    "dataset": ("Data and Resources", "License", "Update Dataset", "Next"),
    "form": ("The form contains invalid entries:", "Missing value", "Save"),
    "resource": ("Download", "Data last updated", "Copy to clipboard"),
    "organization": ("About", "Members", "{num} Member", "Add Member"),
    "user": ("Username or Email", "Password", "Remember me", "Request Reset"),
    "dashboard": ("Dashboard", "News feed", "{actor} created the group {group}"),
    "letters": ("Invite for %(site_title)s", "Reset your password - %(site_title)s"),
}


@pytest.fixture(scope="module")
def extracted() -> Words:
    return catalogue.words(catalogue.extract())


@pytest.fixture(scope="module")
def ukrainian() -> Words:
    return catalogue.words(catalogue.read(catalogue.UKRAINIAN, "uk"))


@pytest.fixture(scope="module")
def in_ckan() -> Words:
    """Return the words as a Ukrainian reader of this CKAN meets them: ours win."""
    compiled = catalogue.compiled(catalogue.ckan_catalogue())
    return {**compiled, **catalogue.compiled(catalogue.COMPILED)}


@pytest.fixture(scope="module")
def texts(ukrainian: Words) -> list[str]:
    """Return all translations without markup and placeholders."""
    return [
        catalogue.MARKUP.sub("", text)
        for message in ukrainian.values()
        for text in catalogue.strings(message)
    ]


def places(messages: Words) -> dict[str, set[str]]:
    return {
        msgid: {name for name, _ in message.locations}
        for msgid, message in messages.items()
    }


class TestCatalogue:
    def test_the_words_are_those_of_the_files(self, extracted: Words) -> None:
        """Run ``python tools/catalogue.py`` when this fails."""
        stored = catalogue.words(catalogue.read(catalogue.TEMPLATE))
        assert places(stored) == places(extracted)
        assert {one: stored[one].id for one in stored} == {
            one: extracted[one].id for one in extracted
        }

    def test_nothing_is_missing_or_only_guessed(self) -> None:
        assert list(catalogue.problems()) == []

    def test_nothing_is_left_over(self, ukrainian: Words) -> None:
        wanted = catalogue.words(catalogue.template())
        assert ukrainian.keys() - wanted.keys() == set()
        assert not catalogue.read(catalogue.UKRAINIAN, "uk").obsolete

    def test_no_catalogue_carries_line_numbers_or_dates(self) -> None:
        for path in (catalogue.TEMPLATE, catalogue.CKAN_WORDS, catalogue.UKRAINIAN):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"^#: .*:\d+", text, re.MULTILINE), path.name
            assert "-Date:" not in text, path.name

    @pytest.mark.parametrize(("msgid", "text"), TERMS.items())
    def test_terms_are_those_of_the_law(
        self, ukrainian: Words, msgid: str, text: str
    ) -> None:
        assert catalogue.strings(ukrainian[msgid]) == (text,)


class TestUkrainian:
    """The translation is Ukrainian, in one spelling."""

    def test_there_is_one_apostrophe(self, texts: list[str]) -> None:
        other = re.compile(f"{CYRILLIC.pattern}['ʼ`]{CYRILLIC.pattern}")
        assert [text for text in texts if other.search(text)] == []

    def test_quotation_marks_are_ukrainian(self, texts: list[str]) -> None:
        assert [text for text in texts if re.search('["“”„]', text)] == []

    def test_no_letter_is_russian(self, texts: list[str]) -> None:
        assert [text for text in texts if re.search("[ыэъёЫЭЪЁ]", text)] == []

    def test_no_word_mixes_alphabets(self, texts: list[str]) -> None:
        mixed = re.compile(f"[A-Za-z]{CYRILLIC.pattern}|{CYRILLIC.pattern}[A-Za-z]")
        assert [text for text in texts if mixed.search(text)] == []


class TestWordsOfCkan:
    def test_nothing_that_our_people_meet_stays_english(self, in_ckan: Words) -> None:
        """Run ``python tools/catalogue.py --ckan`` when this fails."""
        english = {
            (message, place)
            for message, place in catalogue.untranslated_by_ckan()
            if not catalogue.is_translated(
                message if isinstance(message, str) else message[0], in_ckan
            )
        }
        assert english == set()

    @pytest.mark.parametrize("page", CKAN_PAGES)
    def test_words_of_the_pages_are_ukrainian(self, in_ckan: Words, page: str) -> None:
        for msgid in CKAN_PAGES[page]:
            assert msgid in in_ckan, msgid
            assert catalogue.is_translated(msgid, in_ckan), msgid

    def test_words_of_scripts_name_a_script(self, extracted: Words) -> None:
        """CKAN serves to scripts only the words whose place ends in ``.js``."""
        template = catalogue.words(catalogue.read(catalogue.TEMPLATE))
        for msgid, message in extracted.items():
            scripts = {name for name, _ in message.locations if name.endswith(".js")}
            assert scripts <= {name for name, _ in template[msgid].locations}


class TestSources:
    """Files say what they say through the catalogue, in whole sentences."""

    def test_python_joins_nothing_inside_a_message(self) -> None:
        assert [one for path in python_files() for one in joined_in_python(path)] == []

    def test_templates_join_nothing_inside_a_message(self) -> None:
        found = [one for path in templates() for one in joined_in_template(path)]
        assert [one for one in found if not one.startswith(FOREIGN_WORDS)] == []

    def test_templates_hold_no_words_of_their_own(self) -> None:
        assert {
            path.name: found
            for path in templates()
            if (found := own_words(path.read_text(encoding="utf-8")))
        } == {}

    def test_code_holds_no_ukrainian_words(self) -> None:
        found = {
            path.relative_to(PACKAGE).as_posix()
            for path in python_files()
            if any(CYRILLIC.search(text) for text in literals(path))
        }
        assert {one for one in found if not one.startswith("demo/")} == set(
            CYRILLIC_IN_CODE
        )

    @pytest.mark.parametrize(
        ("markup", "words"),
        [
            ("<p>Save</p>", ["Save"]),
            ("<p>{{ _('Save') }}</p>", []),
            ("<a title='Save'></a>", ["Save"]),
            ("<a title=\"{{ _('Save') }}\" class='btn'></a>", []),
            ("{# a remark #}<style>p {color: red}</style>", []),
            ("<p>{% if a %}Зберегти{% endif %}</p>", ["Зберегти"]),
        ],
    )
    def test_planted_words_of_a_template_are_found(
        self, markup: str, words: list[str]
    ) -> None:
        assert own_words(markup) == words

    @pytest.mark.parametrize(
        ("code", "count"),
        [
            ("_(f'{a} files')", 1),
            ("tk._('{} files'.format(a))", 1),
            ("_('a' + b)", 1),
            ("_('a %s' % b)", 1),
            ("_('{a} files').format(a=a)", 0),
            ("tk._(finding.message)", 0),
            ("tk.ungettext('file', 'files', n)", 0),
        ],
    )
    def test_planted_joins_are_found(
        self, tmp_path: Path, code: str, count: int
    ) -> None:
        path = tmp_path / "planted.py"
        path.write_text(code, encoding="utf-8")
        assert len(list(joined_in_python(path))) == count


class TestSchemaWords:
    def words(self, text: str) -> list[str]:
        found = catalogue.extract_scheming(io.BytesIO(text.encode()), (), (), {})
        return [message for _, _, message, _ in found]

    def test_labels_and_helps_are_words(self) -> None:
        text = "fields:\n- {field_name: a, label: Name, help_text: Say it.}\n"
        assert self.words(text) == ["Name", "Say it."]

    def test_a_folded_text_is_one_message(self) -> None:
        assert self.words("help_text: >-\n  One line,\n  and more.\n") == [
            "One line, and more."
        ]

    def test_choices_of_any_depth_are_words(self) -> None:
        assert self.words("a:\n- choices:\n  - {value: x, label: Ex}\n") == ["Ex"]

    def test_example_values_are_not(self) -> None:
        text = "- form_placeholder: {}\n"
        assert self.words(text.format("bus-stops")) == []
        assert self.words(text.format("транспорт, автобуси")) == []
        assert self.words(text.format("Enter a name")) == ["Enter a name"]

    def test_labels_in_several_languages_are_data(self) -> None:
        assert self.words("label: {en: Name, uk: Назва}\n") == []


class TestPlaceholders:
    @pytest.mark.parametrize(
        ("english", "ukrainian", "same"),
        [
            ("{a} of {b}", "{b}: {a}", True),
            ("%(a)s of %(b)s", "%(b)s: %(a)s", True),
            ("{a}", "{b}", False),
            ("%s to %d", "%d, %s", False),
            ("{} of {}", "{}", False),
        ],
    )
    def test_names_may_change_places_numbers_may_not(
        self, english: str, ukrainian: str, same: bool
    ) -> None:
        found = catalogue.placeholders(english) == catalogue.placeholders(ukrainian)
        assert found is same


def python_files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def templates() -> list[Path]:
    return sorted(PACKAGE.rglob("templates/**/*.html"))


def literals(path: Path) -> Iterator[str]:
    """Yield the texts of a file, docstrings aside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in told:
            yield text


def joined_in_python(path: Path) -> Iterator[str]:
    """Yield the calls that translate a text put together first."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in MARKING and any(
            isinstance(text, (ast.JoinedStr, ast.BinOp, ast.Call))
            for text in node.args[: 1 if name in ("_", "N_") else 2]
        ):
            yield f"{path.name}: line {node.lineno}"


def joined_in_template(path: Path) -> Iterator[str]:
    """Yield the calls of a template that translate anything but a plain text."""
    environment = Environment(extensions=list(_get_extensions()), autoescape=True)
    tree = environment.parse(path.read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in MARKING:
            texts = call.args[: 1 if call.node.name == "_" else 2]
            if not all(isinstance(text, nodes.Const) for text in texts):
                yield f"{path.name}: line {call.lineno}"


class Reader(HTMLParser):
    """Collect what a person reads or hears on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag in ("script", "style")
        for name, value in attrs:
            if name in READ_ALOUD and value and LETTERS.search(value):
                self.words.append(value.strip())

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._code and LETTERS.search(data):
            self.words.append(data.strip())


def own_words(template: str) -> list[str]:
    """Return the words that stand in a template itself, outside of its code."""
    reader = Reader()
    reader.feed(re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template, flags=re.S))
    reader.close()
    return reader.words
