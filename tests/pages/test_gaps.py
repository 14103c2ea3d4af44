"""Gaps of public datasets at the browser: found, filled in, told when they changed."""

from __future__ import annotations

import configparser
import os
from collections.abc import Callable, Iterator

import psycopg2
import pytest
from playwright.sync_api import BrowserContext, Page, expect

HERE = "/gaps?organization=miska-rada"
TABLE = "/gaps/fill?organization=miska-rada"
PERSON, MAIL = "Ткач Олег Іванович", "tkach@rada.example"
#: Public datasets lose their responsible person, as old ones never had one.
LOSE = """
UPDATE package SET maintainer = '', maintainer_email = '' WHERE id IN (
    SELECT p.id FROM package p JOIN "group" g ON g.id = p.owner_org
    WHERE g.name = 'miska-rada' AND p.state = 'active' AND NOT p.private
    ORDER BY p.name LIMIT 2)
RETURNING name
"""
TOUCH = (
    "UPDATE package SET metadata_modified = now() at time zone 'utc' WHERE name = %s"
)


def _sql(statement: str, *values: str) -> list[str]:
    """Write into the database of the portal what no page would write."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(os.environ["OPENDATA_UA_PAGES_INI"], encoding="utf-8")
    connection = psycopg2.connect(parser["app:main"]["sqlalchemy.url"])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return [row[0] for row in cursor.fetchall()] if cursor.description else []
    finally:
        connection.close()


@pytest.fixture
def lacking() -> list[str]:
    """Return names of two public datasets without a responsible person."""
    names = _sql(LOSE)
    assert len(names) == 2
    return names


@pytest.fixture(params=["desktop", "phone"])
def page(
    request: pytest.FixtureRequest, open_context: Callable[..., BrowserContext]
) -> Iterator[Page]:
    """Open a page for a publisher; that no scripts are needed is proved elsewhere."""
    context = open_context(request.param, "publisher")
    yield context.new_page()
    context.close()


def test_gaps_are_found_and_filled_in(
    site: str,
    page: Page,
    lacking: list[str],
    assert_accessible: Callable[[Page], None],
    assert_no_sideways_scroll: Callable[[Page], None],
) -> None:
    page.goto(site + HERE)
    for name in lacking:
        expect(page.locator(f"li[data-name='{name}']")).to_be_visible()
    _check(page, assert_accessible, assert_no_sideways_scroll)
    page.locator(".opendata-ua-desk a.btn-primary").click()
    page.wait_for_url("**/gaps/fill**")
    _check(page, assert_accessible, assert_no_sideways_scroll)
    page.fill("[name='maintainer~all']", PERSON)
    page.fill("[name='maintainer_email~all']", MAIL)
    _sql(TOUCH, lacking[0])  # somebody else saves it meanwhile
    page.locator(".form-actions button[type=submit]").click()
    expect(page.locator("[data-outcome=stale]")).to_have_count(1)
    expect(page.locator("[data-outcome=saved]")).to_have_count(1)
    _check(page, assert_accessible, assert_no_sideways_scroll)
    page.locator(".form-actions button[type=submit]").click()
    expect(page.locator("[data-outcome=saved]")).to_have_count(1)
    page.goto(site + HERE)
    for name in lacking:
        expect(page.locator(f"li[data-name='{name}']")).to_have_count(0)


def test_keyboard_reaches_the_cells(
    site: str,
    lacking: list[str],
    open_context: Callable[..., BrowserContext],
    assert_keyboard_reachable: Callable[..., int],
) -> None:
    context = open_context(user="publisher")
    page = context.new_page()
    page.goto(site + TABLE)
    assert_keyboard_reachable(page, "[name='maintainer~all']")
    page.fill("[name='maintainer~all']", PERSON)
    page.fill("[name='maintainer_email~all']", MAIL)
    page.locator(".form-actions button[type=submit]").click()
    expect(page.locator("[data-outcome=saved]")).to_have_count(len(lacking))
    context.close()


def _check(page: Page, *checks: Callable[[Page], None]) -> None:
    page.wait_for_load_state()
    for check in checks:
        check(page)
