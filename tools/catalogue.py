"""Keep the catalogues of the extension: extract, update, compile, check.

    python tools/catalogue.py           extract the words, update uk, compile it
    python tools/catalogue.py --ckan    first note what this CKAN leaves English
    python tools/catalogue.py --check   change nothing, say what is not as it should be

Run it with a Python that has CKAN and the extension: templates are read by CKAN's own
extractor. ``ckanext-opendata_ua.pot`` holds our words. ``ckan-words.pot`` holds words
of CKAN and its plugins that our readers meet and CKAN does not translate, or translates
wrongly; it only grows, because one CKAN needs what another has already. Both together
make one Ukrainian catalogue, which CKAN reads after its own: what is here wins.
"""

from __future__ import annotations

import argparse
import ast
import gettext
import io
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_from_file
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from werkzeug.exceptions import default_exceptions

ROOT = Path(__file__).resolve().parent.parent
DOMAIN = "ckanext-opendata_ua"
I18N = ROOT / "ckanext" / "opendata_ua" / "i18n"
TEMPLATE = I18N / f"{DOMAIN}.pot"
CKAN_WORDS = I18N / "ckan-words.pot"
UKRAINIAN = I18N / "uk" / "LC_MESSAGES" / f"{DOMAIN}.po"
COMPILED = UKRAINIAN.with_suffix(".mo")

KEYWORDS = {**DEFAULT_KEYWORDS, "P_": (1, 2)}
SCHEMA_WORDS = ("label", "help_text", "form_placeholder", "upload_label")
SCHEMA_WORDS += ("form_empty_choice",)
HEADER = """\
# {title}
# Copyright (C) the authors of ckanext-opendata-ua
# This file is distributed under the same license as the ckanext-opendata-ua project.
#"""

# Lines of the header that change without a change of words, or say nothing.
CHANGING = (
    '"Project-Id-Version:',
    '"Generated-By:',
    '"POT-Creation-Date:',
    '"PO-Revision-Date:',
)
CHANGING += ('"Last-Translator:', '"Language-Team:', '"Report-Msgid-Bugs-To:')

# What readers, publishers and moderators walk through: folder below site-packages and
# the extractor of each kind of file.
WALKED: Mapping[str, tuple[str, ...]] = {
    "ckan/templates": ("**/*.html", "**/*.txt"),
    "ckan/public/base/javascript": ("**/*.js",),
    "ckan/views": ("*.py",),
    "ckan/logic": ("validators.py", "converters.py", "auth/*.py", "action/*.py"),
    "ckan/lib": ("formatters.py", "navl/*.py", "helpers.py", "mailer.py"),
    "ckan/model": ("license.py",),
    "ckan": ("authz.py",),
    "ckanext/activity": ("**/*.html", "**/*.txt", "**/*.py", "**/*.js"),
    "ckanext/datastore": ("**/*.html", "**/*.py", "**/*.js"),
    "ckanext/datatablesview": ("**/*.html", "**/*.py", "**/*.js"),
    "ckanext/imageview": ("**/*.html", "**/*.py", "**/*.js"),
    "ckanext/scheming": ("templates/**/*.html", "*.py"),
    "ckanext/textview": ("**/*.html", "**/*.py", "**/*.js"),
    "ckanext/tracking": ("**/*.html", "**/*.py"),
}
NOT_WALKED = re.compile(
    r"/tests?/|/vendor/|\.min\.js$|/cli/|/cli\.py$"
    r"|templates/(admin|development|tests)/|views/(admin|feed)\.py$"
)
# Sentences of errors that CKAN shows without marking them for translation.
ERRORS = (400, 401, 403, 404, 405, 408, 409, 410, 413, 414, 429, 500, 503)
UNMARKED = {"Internal server error": "ckan/config/middleware/flask_app.py"}
METHODS = {".html": "ckan", ".txt": "ckan", ".py": "python", ".js": "javascript"}
# Words nobody meets on our portal: names for renamed kinds of groups, API chatter.
UNSEEN = re.compile(
    r"\{object_type\}|term_translation|task_status|TaskStatus"
    r"|^\{[a-z_]+\}$|^<q>\{key\}</q>$|^[^A-Za-z]*$"
)
# Names that are the same in Ukrainian: a translation without Cyrillic is right here.
SAME = frozenset(
    ("API", "CKAN API", "CSV", "Facebook", "Open ID", "URL", "URL:", "X", "Joe Bloggs")
)
MARKUP = re.compile(r"<[^>]+>|\{[^}]*\}|%\(\w+\)[sdi]|%[sdir]|https?://\S+|\S+@\S+")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdi]|%[sdir]|\{[^}\s]*\}")


def mapping() -> list[tuple[str, str]]:
    """Return pattern and extractor of each kind of file, as in ``setup.py``."""
    tree = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "message_extractors":
            stated = ast.literal_eval(node.value)["ckanext"]
            return [(pattern, method) for pattern, method, _ in stated]
    raise LookupError("setup.py states no message_extractors")


def extract_scheming(
    fileobj: BinaryIO,
    keywords: Collection[str],
    comment_tags: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yield the words of a ckanext-scheming schema, for Babel.

    A text folded over several lines is one message. Example values of placeholders (an
    address, a code, Ukrainian words) are no messages.
    """
    for line, key, text in _schema_words(yaml.compose(fileobj, yaml.SafeLoader)):
        example = " " not in text or re.search("[А-яЄІЇҐєіїґ]", text)
        if text and not (key == "form_placeholder" and example):
            yield line, "", text, []


def _schema_words(node: yaml.Node | None) -> Iterator[tuple[int, str, str]]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _schema_words(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(value, yaml.ScalarNode):
                if key.value in SCHEMA_WORDS:
                    yield value.start_mark.line + 1, key.value, value.value.strip()
            else:
                yield from _schema_words(value)


def extract() -> Catalog:
    """Return the words of the extension as they stand in its files now."""
    catalog = Catalog(project="ckanext-opendata-ua", charset="utf-8")
    methods = mapping()
    for name, line, message, comments, context in extract_from_dir(
        ROOT / "ckanext",
        methods,
        keywords=KEYWORDS,
        comment_tags=("TRANSLATORS:",),
        strip_comment_tags=True,
    ):
        place = (f"ckanext/{Path(name).as_posix()}", line)
        catalog.add(message, None, [place], auto_comments=comments, context=context)
    return catalog


def read(path: Path, locale: str | None = None) -> Catalog:
    """Read a catalogue; a missing file is an empty one."""
    if not path.exists():
        return Catalog(locale=locale, project="ckanext-opendata-ua", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def words(catalog: Catalog) -> dict[str, Message]:
    """Return the messages by id, the header aside."""
    return {_one(message): message for message in catalog if message.id}


def _one(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def strings(message: Message) -> tuple[str, ...]:
    """Return the translation: one text, or all plural forms."""
    text = message.string
    return (text,) if isinstance(text, str) else tuple(text or ())


def save(catalog: Catalog, path: Path, title: str) -> None:
    """Write a catalogue without line numbers, dates and the name of the tool."""
    catalog.header_comment = HEADER.format(title=title)
    catalog.fuzzy = False
    for message in catalog:
        places = {(name, 1) for name, _ in message.locations}
        message.locations = sorted(places)
        message.flags.discard("python-brace-format")  # newer Babel alone knows it
    file = io.BytesIO()
    write_po(file, catalog, include_lineno=False, sort_by_file=True, width=88)
    lines = file.getvalue().decode("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(CHANGING)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(kept), encoding="utf-8")


def untranslated_by_ckan() -> Iterator[tuple[str | tuple[str, ...], str]]:
    """Yield what the installed CKAN shows in English to a Ukrainian reader, and where.

    ``gettext`` finds the catalogue ``uk_UA`` for the language ``uk``, so pages use that
    one; scripts are served from ``uk`` alone, which is nearly empty.
    """
    site = _site_packages()
    pages = compiled(ckan_catalogue())
    scripts = compiled(site / "ckan" / "i18n" / "uk" / "LC_MESSAGES" / "ckan.mo")
    for path in walked(site):
        known = scripts if path.suffix == ".js" else pages
        for _, message, _, _ in extract_from_file(
            METHODS[path.suffix], path, keywords=KEYWORDS
        ):
            ids = message if isinstance(message, tuple) else (message,)
            if not UNSEEN.search(ids[0]) and not is_translated(ids[0], known):
                yield message, path.relative_to(site).as_posix()
    for text, place in unmarked():
        if not is_translated(text, pages):
            yield text, place


def unmarked() -> Iterator[tuple[str, str]]:
    """Yield the sentences of errors; our template of errors translates them."""
    for code in ERRORS:
        error = default_exceptions[code]()
        for text in (error.name, error.description):
            if text:
                yield text, "werkzeug/exceptions.py"
    yield from UNMARKED.items()


def walked(site: Path) -> Iterator[Path]:
    """Yield the files of CKAN whose words our people meet."""
    for folder, patterns in WALKED.items():
        for pattern in patterns:
            for path in sorted((site / folder).glob(pattern)):
                if not NOT_WALKED.search(f"/{path.relative_to(site).as_posix()}"):
                    yield path


def is_translated(msgid: str, known: Mapping[str, Message]) -> bool:
    """Tell whether a catalogue has a translation that is not English words again."""
    message = known.get(msgid)
    if message is None or not all(strings(message)):
        return False
    if msgid in SAME or not re.search("[A-Za-z]{2}", MARKUP.sub("", msgid)):
        return True
    return all(re.search("[А-яЄІЇҐєіїґ]", text) for text in strings(message))


def _site_packages() -> Path:
    spec = find_spec("ckan")
    if spec is None or spec.origin is None:
        raise SystemExit("CKAN is not installed here: use the Python of the stack.")
    return Path(spec.origin).parent.parent


def ckan_catalogue() -> Path:
    """Return the compiled catalogue that CKAN takes for Ukrainian pages."""
    folder = _site_packages() / "ckan" / "i18n"
    path = gettext.find("ckan", str(folder), ["uk"])
    if path is None:
        raise SystemExit(f"No Ukrainian catalogue of CKAN in {folder}.")
    return Path(path)


def compiled(path: Path) -> dict[str, Message]:
    """Return the messages of a compiled catalogue by id."""
    with path.open("rb") as file:
        return words(read_mo(file))


def note_ckan_words() -> None:
    """Add what the installed CKAN leaves English to the list of its words."""
    catalog = read(CKAN_WORDS)
    for message, place in untranslated_by_ckan():
        catalog.add(message, None, [(place, 1)])
    save(catalog, CKAN_WORDS, "Words of CKAN that this extension translates.")


def template() -> Catalog:
    """Return all words to translate: ours, and those noted from CKAN."""
    catalog = read(TEMPLATE)
    for message in read(CKAN_WORDS):
        if message.id:
            catalog.add(
                message.id,
                None,
                message.locations,
                auto_comments=message.auto_comments,
                context=message.context,
            )
    return catalog


def update() -> None:
    """Extract the words, bring the Ukrainian catalogue up to them and compile it."""
    save(extract(), TEMPLATE, "Words of ckanext-opendata-ua to translate.")
    catalog = read(UKRAINIAN, "uk")
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()  # git remembers them
    save(catalog, UKRAINIAN, "Ukrainian words of ckanext-opendata-ua.")
    with COMPILED.open("wb") as file:
        write_mo(file, read(UKRAINIAN, "uk"))


def problems() -> Iterator[str]:
    """Yield what is not as it should be, one sentence each."""
    now, stored = words(extract()), words(read(TEMPLATE))
    for msgid in sorted(now.keys() - stored.keys()):
        yield f"Not extracted yet: {msgid!r}"
    for msgid in sorted(stored.keys() - now.keys()):
        yield f"No longer in the files: {msgid!r}"
    uk = read(UKRAINIAN, "uk")
    for msgid in sorted(words(template()).keys() - words(uk).keys()):
        yield f"Not in the Ukrainian catalogue: {msgid!r}"
    for message in words(uk).values():
        yield from _faults(message)
    translated = {key: one for key, one in _texts(words(uk)).items() if any(one)}
    if translated != _texts(compiled(COMPILED)):
        yield "The compiled catalogue is not that of the .po file"


def _texts(messages: Mapping[str, Message]) -> dict[str, tuple[str, ...]]:
    return {msgid: strings(message) for msgid, message in messages.items()}


def _faults(message: Message) -> Iterator[str]:
    msgid, texts = _one(message), strings(message)
    if not all(texts) or (not isinstance(message.id, str) and len(texts) != 3):
        yield f"Not translated, or not in three plural forms: {msgid!r}"
        return
    if message.fuzzy:
        yield f"The translation is only a guess (fuzzy): {msgid!r}"
    ids = (message.id,) if isinstance(message.id, str) else message.id
    for text in texts:
        # "One file", "{number} files": a form may follow either English one
        if placeholders(text) not in [placeholders(one) for one in ids]:
            yield f"Other placeholders than in English: {msgid!r}: {text!r}"


def placeholders(text: str) -> list[str]:
    """Return the named and numbered places of a message; their order may change."""
    found = PLACEHOLDER.findall(text)
    # The order of nameless places is their only name.
    return found if any(one in ("{}", "%s", "%r") for one in found) else sorted(found)


def main(arguments: list[str]) -> int:
    """Do what the command line asks and return the exit code."""
    parser = argparse.ArgumentParser(description="Keep the catalogues of translations.")
    parser.add_argument("--check", action="store_true", help="change nothing")
    parser.add_argument("--ckan", action="store_true", help="note what CKAN misses")
    asked = parser.parse_args(arguments)
    if asked.ckan:
        note_ckan_words()
    if not asked.check:
        update()
    found = list(problems())
    for problem in found:
        sys.stderr.write(f"{problem}\n")
    sys.stderr.write(f"{len(words(read(UKRAINIAN, 'uk')))} words, ")
    sys.stderr.write(f"{len(found)} faults.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # setup.py names tools.catalogue as an extractor
    sys.exit(main(sys.argv[1:]))
