"""A portal that lives: its datasets, and what readers and administrators see of them.

    CKAN_INI=… python -m tests.integration.adoption make|look|index FILE

Runs as a program of its own on a CKAN without the extension, and the same eyes look in
the process of the tests, where the extension is on. Knows nothing of the extension.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.lib import search
from werkzeug.datastructures import FileStorage
from werkzeug.test import Client

CSV = "назва;адреса\nЛіцей № 1;вул. Шкільна, 1\n".encode()
EDITOR, ADMINISTRATOR = "adoption-editor", "adoption-administrator"
OWNED = {"owner_org": "rada"}
LINK = {"url": "https://rada.example/dani.csv", "name": "Дані", "format": "CSV"}
PASSPORT = [
    {"key": "purpose_of_collecting_information", "value": "Рішення ради № 5"},
    {"key": "update_frequency", "value": "once a year"},
    {"key": "language", "value": "ua"},
    {"key": "theme", "value": "derzhava"},
]
#: What a portal has gathered in years: name → fields as plain CKAN takes them.
ODDITIES: Mapping[str, Mapping[str, Any]] = {
    "povnyi": {
        **OWNED,
        "title": "Перелік закладів освіти",
        "notes": "Школи й ліцеї громади",
        "license_id": "cc-by",
        "maintainer": "Коваль О. І.",
        "maintainer_email": "koval@rada.example",
        "tags": [{"name": "освіта"}, {"name": "школи"}],
        "groups": [{"name": "osvita"}],
        "extras": PASSPORT,
        "resources": [LINK],
    },
    "porozhnii": {**OWNED, "title": "Лише назва"},
    "stari-znachennia": {
        **OWNED,
        "title": "Ремонт доріг у 2019 році",
        "author": "Відділ доріг",
        "version": "2 (чернетка)",
        "url": "https://rada.example/dorohy",
        "license_id": "other-open",
        "extras": [
            {"key": "update_frequency", "value": "за потреби"},
            {"key": "language", "value": "українська"},
            {"key": "theme", "value": "Дороги"},
            {"key": "mandated_item", "value": "п. 17"},
            {"key": "Протяжність", "value": "48 км"},
        ],
        "resources": [
            {"url": "https://rada.example/d.xls", "name": "Дороги", "format": "EXEL"},
            {"url": "ftp://rada.example/d.rar", "name": "", "format": ""},
        ],
    },
    "dovha-nazva": {**OWNED, "title": "Дуже довга назва " * 20, "notes": " "},
    "nichyje": {"title": "Набір без розпорядника", "license_id": "", "tags": []},
    "zakrytyi": {
        **OWNED,
        "title": "Закритий набір",
        "private": True,
        "extras": PASSPORT,
        "resources": [LINK],
    },
    "chernetka": {**OWNED, "title": "Чернетка набору", "state": "draft"},
    "vydalenyi": {**OWNED, "title": "Видалений набір"},
    "dzherelo": {**OWNED, "title": "Джерело", "type": "harvest"},
    "vitryna": {**OWNED, "title": "Застосунок", "type": "showcase", "notes": "Карта"},
    "faily": {
        **OWNED,
        "title": "Файли в самому порталі",
        "notes": "Один із шкіл, один із доріг",
        "tags": [{"name": "школи"}, {"name": "кав-ярні 2.0"}],
        "extras": [{"key": "update_frequency", "value": "once a month"}],
    },
    "tajemnyi-fail": {**OWNED, "title": "Файл закритого набору", "private": True},
    "chernetka-z-failom": {**OWNED, "title": "Файл чернетки", "state": "draft"},
    "z-druhoi-rady": {
        "owner_org": "druha-rada",
        "title": "Набір другої ради",
        "license_id": "cc-zero",
        "tags": [{"name": "освіта"}],
        "resources": [
            {**LINK, "description": "## Опис", "mimetype": "text/csv", "розмір": "5"},
            {"url": "", "name": "Без адреси", "format": "CSV"},
        ],
    },
    "svoji-polia": {
        **OWNED,
        "title": "Власні поля",
        "extras": [
            {"key": "spatial", "value": '{"type":"Point","coordinates":[30,50]}'},
            {"key": "date_first_published", "value": "торік"},
            {"key": "data_modified", "value": "2020-02-30"},
            {"key": "пусте", "value": ""},
        ],
    },
    "n" * 100: {**OWNED, "title": "Найдовше ім'я", "notes": "<b>Ґанок</b> & «лапки»"},
}
#: What only older versions of CKAN let in: dataset → columns.
OLD_VALUES: Mapping[str, Mapping[str, str]] = {
    "stari-znachennia": {
        "author_email": "не адреса",
        "maintainer_email": "koval at rada",
    },
    "dovha-nazva": {"notes": "Рядок\u0085ще\x0bрядок"},
}
#: dataset → names of files that are uploaded to it.
FILES: Mapping[str, tuple[str, ...]] = {
    "faily": ("shkoly.csv", "Дані за 2020 рік.CSV", "bez-rozshyrennia"),
    "tajemnyi-fail": ("tajemne.csv",),
    "chernetka-z-failom": ("chernetka.csv",),
}
QUERIES: tuple[Mapping[str, Any], ...] = (
    {},
    {"q": "школи"},
    {"q": "title:набір"},
    {"q": "48 км"},
    {"fq": "organization:rada"},
    {"fq": "tags:освіта"},
    {"fq": "res_format:CSV"},
    {"fq": "license_id:cc-by"},
    {"fq": "groups:osvita"},
    {"fq": "+dataset_type:showcase"},
    {"q": "жодного-такого"},
)
FACETS = ["organization", "groups", "tags", "res_format", "license_id"]


def act(name: str, data: Mapping[str, Any]) -> Any:
    """Call an action as the portal itself."""
    context: Any = {"ignore_auth": True, "user": ADMINISTRATOR}
    return tk.get_action(name)(context, dict(data))


def make() -> None:
    """Make people, organizations and every oddity, with what plain CKAN offers."""
    site = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    by_site: Any = {"ignore_auth": True, "user": site}
    for name in (ADMINISTRATOR, EDITOR):
        person = {
            "name": name,
            "email": f"{name}@example.org",
            "password": "opendata-ua",
        }
        again: Any = {**by_site}
        tk.get_action("user_create")(again, person)
    administrator: Any = model.User.get(ADMINISTRATOR)
    administrator.sysadmin = True
    model.Session.commit()
    for name, title in (("rada", "Сільська рада"), ("druha-rada", "Друга рада")):
        act("organization_create", {"name": name, "title": title})
    act("group_create", {"name": "osvita", "title": "Освіта"})
    for name, fields in ODDITIES.items():
        act("package_create", {"name": name, **fields})
        model.Session.remove()  # as at the end of a request
        for file in FILES.get(name, ()):
            upload = FileStorage(BytesIO(CSV + file.encode()), file)
            sent = {"package_id": name, "name": file, "upload": upload, "url": file}
            act("resource_create", sent)
            model.Session.remove()
    for name, columns in OLD_VALUES.items():
        package: Any = model.Package.get(name)
        for column, value in columns.items():
            setattr(package, column, value)
        model.Session.commit()
        search.rebuild(name)
    act("package_delete", {"id": "vydalenyi"})


def look(client: Any) -> dict[str, Any]:
    """Return everything the portal shows, as texts that can be compared byte by byte.

    :param client: a test client of the site, without an account
    """
    package: Any = model.Package
    rows = model.Session.execute(
        package.__table__.select().order_by(model.Package.name)
    )
    names = [row.name for row in rows]
    people = {"anonymous": "", "administrator": ADMINISTRATOR}
    return {
        "shown": {
            f"{name} {who}": _told("package_show", user, {"id": name})
            for name in names
            for who, user in people.items()
        },
        "counts": {
            f"{json.dumps(query, ensure_ascii=False)} {who}": _count(user, query)
            for query in QUERIES
            for who, user in people.items()
        },
        "lists": {
            f"{action} {who}": _told(action, user, data)
            for action, data in (
                ("package_list", {}),
                ("tag_list", {}),
                ("group_list", {"all_fields": True}),
                ("organization_list", {"all_fields": True}),
            )
            for who, user in people.items()
        },
        "downloads": dict(_downloads(client)),
        "pages": {
            name: client.get(f"/dataset/{name}").status_code
            for name, fields in ODDITIES.items()
            if "type" not in fields  # their pages come with plugins of their own
        },
    }


def _told(action: str, user: str, data: Mapping[str, Any]) -> Any:
    """Return what an action answers, or by what it refuses."""
    try:
        told = tk.get_action(action)({"user": user}, dict(data))
    except (tk.NotAuthorized, tk.ObjectNotFound) as refusal:
        return type(refusal).__name__
    finally:
        model.Session.remove()
    return json.loads(json.dumps(told, default=str))


def _count(user: str, query: Mapping[str, Any]) -> Any:
    every = {"include_private": True, "include_drafts": True} if user else {}
    asked = {**query, **every, "rows": 0, "facet.field": FACETS, "facet.limit": -1}
    told = tk.get_action("package_search")({"user": user}, asked)
    model.Session.remove()
    facets = told["search_facets"]
    return {
        "count": told["count"],
        "facets": {
            key: sorted([one["name"], one["count"]] for one in facets[key]["items"])
            for key in FACETS
        },
    }


def _downloads(client: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a stranger gets at the address of each file, and of each link."""
    query = model.Session.query(model.Resource).filter(model.Resource.url != "")
    rows = query.order_by(model.Resource.id).all()
    asked = [
        (row.id, f"/dataset/{row.package_id}/resource/{row.id}/download")
        for row in rows
    ]
    asked = [
        (id_, f"{path}/{row.url}" if row.url_type == "upload" else path)
        for (id_, path), row in zip(asked, rows, strict=True)
    ]
    model.Session.remove()
    for id_, path in asked:
        answer = client.get(path)
        body = answer.data if answer.status_code == 200 else b""
        yield id_, [answer.status_code, body.hex(), answer.headers.get("Location")]
        answer.close()


def index() -> None:
    """Tell the index of every dataset anew, some thousand in one commit."""
    search.clear_all()
    ids = [row[0] for row in model.Session.query(model.Package.id)]
    for _, some in groupby(enumerate(ids), key=lambda one: one[0] // 1000):
        search.rebuild(package_ids=[id_ for _, id_ in some], defer_commit=True)
        model.Session.remove()
    search.commit()


if __name__ == "__main__":
    application: Any = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
    flask = application._wsgi_app
    with flask.test_request_context():
        steps = sys.argv[1].split(",")
        if "make" in steps:
            make()
        if "index" in steps:
            index()
        if "look" in steps:
            seen = json.dumps(look(Client(application)), ensure_ascii=False)
            Path(sys.argv[2]).write_text(seen, encoding="utf-8")
