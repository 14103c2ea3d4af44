"""Validators of the passport: wrong values are refused, missing ones are not.

Completeness is a rule of submission (``design.md`` D2). Here: a wrong value is refused
beside its field; on a public set a filled element may not become empty; an old invalid
value that nobody touched stays.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import (
    Context,
    FlattenDataDict,
    FlattenErrorDict,
    FlattenKey,
)

from ckanext.opendata_ua.domain import dates, formats, moderation, passport
from ckanext.opendata_ua.logic import reading, wording
from ckanext.opendata_ua.logic.validators.stored import is_public, stored_value, text_of


def opendata_ua_element(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Check one element, or one field of its holder, and write its canonical value."""
    value, stored = text_of(data.get(key)), stored_value(context, data, key)
    if not value:
        _refuse_emptying(key, data, errors, context, stored)
    if value == stored:
        return
    canonical, findings = passport.check_value(
        key[-1], value, today=reading.today_date()
    )
    data[key] = canonical
    errors[key].extend(wording.refusals(findings))
    if errors[key]:
        raise tk.StopOnError


def _refuse_emptying(
    key: FlattenKey,
    data: FlattenDataDict,
    errors: FlattenErrorDict,
    context: Context,
    stored: str,
) -> None:
    """Stop at an empty value: allowed, unless it is a title or was public."""
    if len(key) == 1 and key[-1] == "title":
        errors[key].append(tk._("Enter the title of the dataset."))
    elif stored and is_public(context):
        errors[key].append(
            tk._(
                "This element of a published passport may not become empty. "
                "Enter a new value or leave the old one: {stored}"
            ).format(stored=stored)
        )
    else:
        data.pop(key, None)
    raise tk.StopOnError


def opendata_ua_keywords(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Report keywords that were refused; ``package_create/update`` settled the rest."""
    result: Any = context.get("opendata_ua_keywords")
    data.pop(key, None)
    if result is not None and result.refused:
        refused = ", ".join(word for word, _code in result.refused)
        _text, findings = passport.check_value(
            "tag_string", refused, today=reading.today_date()
        )
        errors[key].extend(wording.refusals(findings))
    package: Any = context.get("package")
    left = any(part[0] == "tags" for part in data)
    if package is not None and is_public(context) and not left and package.get_tags():
        errors[key].append(
            tk._(
                "A published dataset needs at least one keyword. "
                "Enter the words by which people will look for it."
            )
        )
    raise tk.StopOnError


def opendata_ua_address(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Keep the name of an uploaded file; refuse a file that is nowhere (element 13).

    The form of a file that is already there sends no name, only ``url_type=upload``.
    """
    if text_of(data.get(key)):
        return
    kind = text_of(data.get((*key[:-1], "url_type")))
    stored = stored_value(context, data, key)
    if kind == "upload" and stored:
        data[key] = stored
    elif kind in ("", "upload"):
        errors[key].append(
            tk._("There is no file and no address. Choose a file or give an address.")
        )
        raise tk.StopOnError


def opendata_ua_format(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Write the usual name of a format, or read it off the file's name (element 6)."""
    declared = text_of(data.get(key))
    if declared and declared == stored_value(context, data, key):
        return
    data[key] = formats.name(declared) or formats.by_name(
        text_of(data.get((*key[:-1], "url")))
    )


def opendata_ua_compression(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Recognise the compression of a file from its name where nobody stated it."""
    if not text_of(data.get(key)):
        url, declared = (
            text_of(data.get((*key[:-1], name))) for name in ("url", "format")
        )
        data[key] = formats.packed_as(declared, url) or ""
    opendata_ua_element(key, data, errors, context)


def opendata_ua_system_dates(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Write the dates only the system sets, after all fields were checked.

    ``date_first_published`` (element 8) is set once, when the dataset becomes public;
    ``data_modified`` (element 9) moves when a file or its data changed.
    """
    package: Any = context.get("package")
    extras = dict(package.extras) if package is not None else {}
    created = package.metadata_created if package is not None else None
    first = dates.first_published(
        dates.moment(extras.get("date_first_published") or ""),
        reading.now(),
        public_before=is_public(context),
        public_after=_becomes_public(data, package),
        created=dates.moment(str(created or "")),
    )
    changed: Any = context.get(
        "opendata_ua_data_changed", dates.moment(extras.get("data_modified") or "")
    )
    convert: Any = tk.get_converter("convert_to_extras")
    for name, moment in (("date_first_published", first), ("data_modified", changed)):
        if moment is not None:
            data[(name,)] = dates.iso(moment)
            convert((name,), data, errors, context)
            del data[(name,)]


def _becomes_public(data: FlattenDataDict, package: model.Package | None) -> bool:
    """Tell whether readers will see the dataset once this write is done."""
    state, private = data.get(("state",)), data.get(("private",))
    if state in (None, tk.missing, ""):
        state = package.state if package is not None else "active"
    if private in (None, tk.missing):
        private = package.private if package is not None else False
    return moderation.is_public(state, private)
