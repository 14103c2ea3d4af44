"""PDF: whether it holds text or pictures of it, a lock, or a program."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from contextlib import suppress
from typing import Any

import pypdf
from pypdf import PdfReader
from pypdf.errors import DependencyError, PdfReadError, PyPdfError
from pypdf.generic import DictionaryObject

from .look import Look

#: Pages that are read: the first ones, and some of the rest.
_PAGES = 5
_LETTERS = 20
#: What a PDF may do when it opens: ISO 32000-1, 12.6.4.
_RUNS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm"})
_BROKEN = (
    *(PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError),
    *(AssertionError, RecursionError, OverflowError, UnicodeError, NotImplementedError),
)
# it loads filters and code pages when a file needs them: too late inside the cage
for _found in pkgutil.walk_packages(pypdf.__path__, "pypdf."):
    with suppress(ImportError):
        importlib.import_module(_found.name)
# it tells of every slip of the program that made the file
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def examine(look: Look) -> None:
    """Say whether it is a document or a picture of one."""
    if look.partial:
        return
    if b"%%EOF" not in look.tail and b"startxref" not in look.tail:
        look.fault("truncated")
        return
    if not look.deep:
        return
    try:
        _read(look, PdfReader(look.file, strict=False))
    except DependencyError:
        look.whole = False
    except PdfReadError as error:
        look.fault("protected" if "decrypt" in str(error) else "damaged")
    except _BROKEN:
        look.fault("damaged")


def _read(look: Look, reader: PdfReader) -> None:
    if reader.is_encrypted and not reader.decrypt(""):
        look.fault("protected")
        return
    count = len(reader.pages)
    if count == 0:
        look.fault("empty")
        return
    if _runs_something(reader):
        look.fault("active")
    step = max(1, count // _PAGES)
    letters = pictures = 0
    for number in sorted({*range(min(count, _PAGES)), *range(0, count, step)})[:12]:
        look.budget.spend(0)
        page = reader.pages[number]
        letters += sum(one.isalnum() for one in _text(page))
        if letters >= _LETTERS:
            return
        pictures += _has_picture(page.get("/Resources"), 0)
    if pictures:
        look.format = "PDF-SCAN"


def _text(page: Any) -> str:
    try:
        return page.extract_text()
    except _BROKEN:
        return ""  # one page that cannot be read makes no scan


def _has_picture(resources: Any, depth: int) -> bool:
    resources = _object(resources)
    parts = _object(resources.get("/XObject")) if resources else None
    for part in list((parts or {}).values())[:50]:
        one = _object(part)
        if one is None:
            continue
        if one.get("/Subtype") == "/Image":
            return True
        if depth < 3 and _has_picture(one.get("/Resources"), depth + 1):
            return True
    return False


def _object(value: Any) -> DictionaryObject | None:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, DictionaryObject) else None


def _runs_something(reader: PdfReader) -> bool:
    root = _object(reader.trailer.get("/Root"))
    if root is None:
        return False
    names = _object(root.get("/Names"))
    if names is not None and "/JavaScript" in names:
        return True
    actions = [_object_or_none(root.get("/OpenAction"))]
    more = _object(root.get("/AA"))
    actions += [_object_or_none(one) for one in (more or {}).values()]
    return any(one is not None and one.get("/S") in _RUNS for one in actions)


def _object_or_none(value: Any) -> DictionaryObject | None:
    return _object(value) if value is not None else None
