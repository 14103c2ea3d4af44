"""Fixtures of the tests on the real stack (PostgreSQL, Redis, Solr, CKAN)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import ckan.plugins as p
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.lib.app_globals import _CONFIG_CACHE
from ckan.tests import factories, helpers
from ckan.tests.helpers import call_action, changed_config

from ckanext.opendata_ua.logic import door
from ckanext.opendata_ua.model import metadata as ours
from tests.integration.sent import Client

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


def empty_our_tables() -> None:
    """Empty what CKAN's own fixture does not know of."""
    names = ", ".join(table.name for table in ours.sorted_tables)
    model.Session.execute(sa.text(f"TRUNCATE {names}"))
    model.Session.commit()


@pytest.fixture(autouse=True)
def no_way_out() -> Iterator[None]:
    """Ask no addresses: those of the tests do not exist. Tests of links switch it on.

    CKAN restores the configuration before each test.
    """
    with changed_config("ckanext.opendata_ua.links.check", False):
        yield


@pytest.fixture(scope="module")
def portal(reset_db: Any, migrate_db_for: Any, reset_index: Any) -> Iterator[None]:
    """Start a file of tests from an empty portal: database and index.

    Emptying the database costs a second, so tests of one file share a portal and make
    organizations and users of their own.
    """
    p.load_all()
    reset_db()
    migrate_db_for("activity")
    migrate_db_for("opendata_ua")
    empty_our_tables()
    reset_index()
    yield
    model.Session.remove()
    p.unload_all()


@pytest.fixture(scope="module")
def application(portal: None) -> Any:
    """Return the web application of a file of tests: making one costs a second."""
    return helpers._get_test_app()


@pytest.fixture
def app(ckan_config: Any, application: Any) -> Any:
    """Return the web application under the configuration of this test."""
    _CONFIG_CACHE.clear()  # what templates have kept of the options of another test
    return application


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


def public_at_once(user: dict[str, Any] | str) -> Any:
    """Return a context of a person in which a dataset is as if it was approved.

    For tests of what readers see: the way through moderation has tests of its own.
    """
    name = user if isinstance(user, str) else user["name"]
    return {"user": name, "ignore_auth": False, door.KEY: door.PASS}


@pytest.fixture
def create(body: dict[str, Any], editor: dict[str, Any]) -> Any:
    """Return a function that creates a public dataset as the editor."""

    def create_dataset(**fields: Any) -> dict[str, Any]:
        data = _complete(body, fields)
        return call_action("package_create", public_at_once(editor), **data)

    return create_dataset


@pytest.fixture
def create_draft(body: dict[str, Any], editor: dict[str, Any]) -> Any:
    """Return a function that creates a dataset as the editor, through the API."""

    def create_dataset(**fields: Any) -> dict[str, Any]:
        context: Any = {"user": editor["name"], "ignore_auth": False}
        return call_action("package_create", context, **_complete(body, fields))

    return create_dataset


def _complete(body: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    data = {**FULL, "owner_org": body["id"], **fields}
    return {key: value for key, value in data.items() if value is not None}


@pytest.fixture(scope="module")
def unmoderated(portal: None) -> Iterator[None]:
    """Let CKAN publish by itself: for files of tests that are about something else."""
    with changed_config("ckanext.opendata_ua.moderation.mode", "observe"):
        yield


@pytest.fixture
def editor_api(app: Any, editor: dict[str, Any]) -> Client:
    """Return a program of the editor, with a token."""
    return Client(app, factories.APIToken(user=editor["name"])["token"])


@pytest.fixture
def stranger(app: Any, portal: None) -> Client:
    """Return somebody without an account."""
    return Client(app)


def found(query: str, **parameters: Any) -> list[str]:
    """Return the names of the datasets a reader finds."""
    search.commit()
    result = call_action("package_search", q=query, **parameters)
    return [dataset["name"] for dataset in result["results"]]
