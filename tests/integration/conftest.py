"""Fixtures of the tests on the real stack (PostgreSQL, Redis, Solr, CKAN)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import ckan.plugins as p
import pytest
from ckan import model
from ckan.lib import search
from ckan.tests import factories
from ckan.tests.helpers import call_action

FULL = {
    "title": "Перелік зупинок громадського транспорту Тестової міської ради",
    "notes": "Місця зупинок міського транспорту з координатами.",
    "purpose_of_collecting_information": "Закон України «Про автомобільний транспорт»",
    "language": "ua",
    "update_frequency": "once a month",
    "tag_string": "транспорт, зупинки",
    "theme": "transport",
    "license_id": "cc-by",
    "maintainer": "Коваль Олена Іванівна",
    "maintainer_email": "koval@rada.example",
    "mandated_item": "2024-10/local_self_government/10",
}


@pytest.fixture(scope="module")
def portal(reset_db: Any, migrate_db_for: Any, reset_index: Any) -> Iterator[None]:
    """Start a file of tests from an empty portal: database and index.

    Emptying the database costs a second, so tests of one file share a portal and make
    organizations and users of their own.
    """
    p.load_all()
    reset_db()
    migrate_db_for("activity")
    reset_index()
    yield
    model.Session.remove()
    p.unload_all()


@pytest.fixture(scope="module")
def body(portal: None) -> dict[str, Any]:
    """Return an organization with codes and a responsible person."""
    return call_action(
        "organization_create",
        context={"user": factories.Sysadmin()["name"]},
        name=f"rada-{uuid.uuid4().hex[:8]}",
        title="Тестова міська рада",
        short_name="Тестова МР",
        edrpou="14360570",
        katottg="UA05020030010063857",
        site_url="https://rada.example",
        responsible_name="Коваль Олена Іванівна",
        responsible_email="koval@rada.example",
    )


@pytest.fixture(scope="module")
def editor(body: dict[str, Any]) -> dict[str, Any]:
    """Return a user who is an editor of the organization."""
    user = factories.User()
    call_action(
        "organization_member_create",
        id=body["id"],
        username=user["name"],
        role="editor",
    )
    return user


@pytest.fixture(scope="module")
def full() -> dict[str, str]:
    """Return the fields of a complete passport, the holder and files apart."""
    return dict(FULL)


@pytest.fixture
def create(body: dict[str, Any], editor: dict[str, Any]) -> Any:
    """Return a function that creates a dataset as the editor, through the API."""

    def create_dataset(**fields: Any) -> dict[str, Any]:
        data = {**FULL, "owner_org": body["id"], **fields}
        data = {key: value for key, value in data.items() if value is not None}
        context: Any = {"user": editor["name"], "ignore_auth": False}
        return call_action("package_create", context, **data)

    return create_dataset


def found(query: str, **parameters: Any) -> list[str]:
    """Return the names of the datasets a reader finds."""
    search.commit()
    result = call_action("package_search", q=query, **parameters)
    return [dataset["name"] for dataset in result["results"]]
