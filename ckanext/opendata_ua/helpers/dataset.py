"""Template helpers of datasets, their passport and their form."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import dates, formats, reuse, vocabularies

__all__ = [
    "opendata_ua_body",
    "opendata_ua_checklist",
    "opendata_ua_choices",
    "opendata_ua_day",
    "opendata_ua_format",
    "opendata_ua_formats",
    "opendata_ua_organizations",
    "opendata_ua_passport",
    "opendata_ua_reuse_notice",
    "opendata_ua_sections",
    "opendata_ua_size",
    "opendata_ua_sorting",
    "opendata_ua_term",
    "opendata_ua_today",
]

VOCABULARIES = {
    "themes": vocabularies.THEMES,
    "frequencies": vocabularies.FREQUENCIES,
    "languages": vocabularies.LANGUAGES,
    "licences": vocabularies.LICENCES,
    "mandated": vocabularies.MANDATED,
    "resource_kinds": vocabularies.RESOURCE_KINDS,
}


def opendata_ua_choices(field: dict[str, Any]) -> list[dict[str, str]]:
    """Return the offered terms of a field's vocabulary, for forms and displays."""
    if field["vocabulary"] == "compressions":
        return [{"value": name, "label": name} for name in formats.COMPRESSIONS]
    lang, titles = str(tk.h.lang()), _list_titles()
    return [
        {
            "value": term.code,
            "label": _numbered(term.extra.get("number", ""), term.label(lang)),
            "group": titles.get(term.extra.get("section", ""), ""),
        }
        for term in VOCABULARIES[field["vocabulary"]].offered()
    ]


def _numbered(number: str, label: str) -> str:
    return f"{number}. {label}" if number else label


def _list_titles() -> dict[str, str]:
    """Return the headings of the list of mandated datasets."""
    return {
        "all_holders": tk._("All holders of information"),
        "local_self_government": tk._("Bodies of local self-government"),
        "state_administration": tk._("Local state administrations"),
    }


def opendata_ua_term(vocabulary: str, code: str) -> str:
    """Return the label of a code in the reader's language, the code when unknown."""
    known = VOCABULARIES.get(vocabulary)
    term = known.get(code) if known else None
    return term.label(str(tk.h.lang())) if term else code


def opendata_ua_sections(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the fields of the one-page form by section, in their order."""
    titles = {
        "about": tk._("What the data are"),
        "details": tk._("Language, updating, terms of use"),
        "holder": tk._("Whose data they are"),
    }
    sections: dict[str, dict[str, Any]] = {}
    for field in fields:
        name = field.get("section", "details")
        section = sections.setdefault(
            name, {"name": name, "title": titles.get(name, ""), "fields": []}
        )
        section["fields"].append(field)
    return list(sections.values())


def opendata_ua_sorting(
    stock: list[tuple[str, str]], entity_type: str
) -> list[tuple[str, str]]:
    """Return the orders offered on catalogue pages, those of CKAN elsewhere."""
    if entity_type != "dataset" or not any("title_string" in way for _, way in stock):
        return stock
    orders = [
        (tk._("Relevance"), "score desc, metadata_modified desc"),
        (tk._("Name, A to Z"), "title_string asc"),
        (tk._("Name, Z to A"), "title_string desc"),
        (tk._("First published, newest first"), "opendata_ua_published_date desc"),
        (tk._("Last changed"), "metadata_modified desc"),
    ]
    if config.tracking_is_on():
        orders.append((tk._("Most viewed"), "views_recent desc"))
    return orders


def opendata_ua_passport(dataset: dict[str, Any]) -> dict[str, Any]:
    """Return the passport of a dataset the page has already been allowed to show."""
    return tk.get_action("opendata_ua_passport_show")(
        _context(dataset), {"id": dataset["id"], "lang": _passport_language()}
    )


def opendata_ua_checklist(dataset: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the dataset lacks, None for those who may not edit it."""
    try:
        return tk.get_action("opendata_ua_checklist_show")(
            _context(dataset), {"id": dataset["id"]}
        )
    except tk.NotAuthorized:
        return None


def _context(dataset: dict[str, Any]) -> Any:
    return {"user": tk.current_user.name, "opendata_ua_shown": dataset}


def _passport_language() -> str:
    return "en" if str(tk.h.lang()).startswith("en") else "uk"


def opendata_ua_body(organization_id: str | None) -> dict[str, Any] | None:
    """Return what the passport says about an organization, None when unknown."""
    if not organization_id:
        return None
    try:
        return tk.get_action("opendata_ua_body_show")(
            {"user": tk.current_user.name}, {"id": organization_id}
        )
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None


def opendata_ua_organizations(selected: str | None) -> list[dict[str, Any]]:
    """Return the organizations in which the person may create datasets."""
    return [
        {
            "id": body["id"],
            "title": body["display_name"],
            "selected": selected in (body["id"], body["name"]),
        }
        for body in tk.h.organizations_available("create_dataset")
    ]


def opendata_ua_reuse_notice() -> reuse.Notice:
    """Return the notice on reuse (Regulation No 835, clause 17)."""
    return reuse.notice(_passport_language())


def opendata_ua_format(value: str) -> str:
    """Return the usual name of a format however it was typed."""
    return formats.name(value)


def opendata_ua_formats() -> list[str]:
    """Return the usual names of formats, for suggestions at the form."""
    return [
        one.name
        for one in formats.FORMATS.values()
        if one.name not in formats.COMPRESSIONS
    ]


def opendata_ua_size(size: int | str) -> str:
    """Return a size in bytes as a person reads it, in the reader's language."""
    return tk.h.localised_filesize(int(size))


def opendata_ua_day(text: str) -> str:
    """Return a day YYYY-MM-DD as dd.mm.yyyy; what is no day comes back as it is."""
    try:
        return date.fromisoformat(text).strftime("%d.%m.%Y")
    except ValueError:
        return text


def opendata_ua_today() -> str:
    """Return today's date in Kyiv, YYYY-MM-DD."""
    return dates.in_zone(datetime.now(timezone.utc)).date().isoformat()
